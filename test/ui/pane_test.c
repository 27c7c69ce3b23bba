#include "ui/find.h"
#include "ui/list.h"
#include "ui/pane.h"

#include "../main.h"
#include "fixture.h"

/* A long stream, of which the snapshot holds what was asked for around the cursor, as the worker gives it. */
enum {
	LINES = 5000,
	LINE_BYTES = 40,
};

static void answer_stream(struct fixture *f)
{
	const struct query_around *q = &f->st.query.stream;
	uint64_t anchor = q->anchor == UINT64_MAX ? LINES - 1 : q->anchor / LINE_BYTES;
	uint64_t first = anchor > q->before ? anchor - q->before : 0;
	uint64_t end = anchor + q->after < LINES ? anchor + q->after : LINES;

	fixture_answer(f);
	f->s->stream = (struct snapshot_window){first * LINE_BYTES, LINES * LINE_BYTES, (uint32_t)(end - first)};
	f->s->stream_anchor_row = (uint32_t)(anchor - first);
	for (uint64_t i = first; i < end; i++) {
		struct snapshot_stream_row *r = &f->s->stream_rows[i - first];

		*r = (struct snapshot_stream_row){.position = i * LINE_BYTES, .timeline_row = i % FIXTURE_TIMELINE};
		snprintf(r->text, sizeof(r->text), "line %u.", (unsigned int)i);
	}
	state_update(&f->st, f->s);
}

static void settle_stream(struct fixture *f)
{
	do
		answer_stream(f);
	while (state_query(&f->st));
}

static uint64_t line_at_cursor(const struct fixture *f)
{
	struct view_rows rows;

	list_rows(&f->st, f->s, VIEW_STREAM, &rows);
	return f->s->stream_rows[rows.cursor].position / LINE_BYTES;
}

static void begin_stream(struct fixture *f)
{
	fixture_begin(f, 80, 24);
	fixture_keys(f, "\t\tz");
	settle_stream(f);
}

START_TEST(test_whole_way)
{
	struct fixture f;

	begin_stream(&f);
	for (uint64_t line = 0; line < LINES; line++) {
		if (line_at_cursor(&f) != line)
			ck_abort_msg("line %u", (unsigned int)line);
		fixture_key(&f, 'j');
		settle_stream(&f);
	}
	ck_assert_uint_eq(line_at_cursor(&f), LINES - 1);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_ends)
{
	struct fixture f;

	begin_stream(&f);
	fixture_key(&f, 'G');
	ck_assert_uint_eq(f.st.query.stream.anchor, UINT64_MAX);
	settle_stream(&f);
	ck_assert_uint_eq(line_at_cursor(&f), LINES - 1);
	ck_assert(fixture_shows(&f, "line 4999."));
	fixture_key(&f, INPUT_PAGE_UP);
	settle_stream(&f);
	ck_assert_uint_eq(line_at_cursor(&f), LINES - 1 - 17);
	fixture_key(&f, 'g');
	settle_stream(&f);
	ck_assert_uint_eq(line_at_cursor(&f), 0);
	ck_assert(fixture_shows(&f, "line 0."));
	fixture_fini(&f);
}
END_TEST

/* The rows move only when the cursor would leave them. */
START_TEST(test_scrolls_late)
{
	struct fixture f;

	begin_stream(&f);
	for (int i = 0; i < 17; i++)
		fixture_key(&f, 'j');
	settle_stream(&f);
	ck_assert(fixture_shows(&f, "line 0."));
	fixture_key(&f, 'j');
	ck_assert(!fixture_shows(&f, "line 0."));
	ck_assert(fixture_shows(&f, "line 1."));
	ck_assert(fixture_shows(&f, "line 18."));
	fixture_key(&f, 'k');
	ck_assert(fixture_shows(&f, "line 18."));
	fixture_fini(&f);
}
END_TEST

/* Rows that begin at one place, as gaps without bytes do, do not hold the cursor. */
START_TEST(test_same_place)
{
	struct fixture f;

	begin_stream(&f);
	for (uint32_t i = 4; i < 7; i++)
		f.s->stream_rows[i].position = 4 * LINE_BYTES;
	for (int i = 0; i < 5; i++)
		fixture_key(&f, 'j');
	ck_assert_uint_ge(f.st.panes[VIEW_STREAM].cursor, 5 * LINE_BYTES);
	for (int i = 0; i < 6; i++)
		fixture_key(&f, 'k');
	ck_assert_uint_lt(f.st.panes[VIEW_STREAM].cursor, 4 * LINE_BYTES);
	fixture_fini(&f);
}
END_TEST

/* A reader has no cursor: it moves by what is on top, and stops when the last row shows. */
START_TEST(test_reader)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "m\rjj");
	ck_assert_uint_eq(f.st.panes[VIEW_MAIL].cursor, 2);
	ck_assert(!fixture_shows(&f, "Subject:"));
	fixture_keys(&f, "G");
	ck_assert(fixture_shows(&f, "line 39"));
	fixture_keys(&f, "k");
	ck_assert(!fixture_shows(&f, "line 39"));
	ck_assert(fixture_shows(&f, "line 38"));
	for (int i = 0; i < 9; i++)
		fixture_key(&f, INPUT_PAGE_DOWN);
	ck_assert(fixture_shows(&f, "line 39"));
	ck_assert(fixture_shows(&f, "line 22"));
	fixture_keys(&f, "g");
	ck_assert(fixture_shows(&f, "Subject:"));
	fixture_fini(&f);
}
END_TEST

/* The row under the cursor is marked in the focused pane, and less so in the others. */
START_TEST(test_marks)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\tj");
	ck_assert_int_eq(fixture_style(&f, "+0.011") & STYLE_FLAGS, STYLE_CURSOR);
	ck_assert_int_eq(fixture_style(&f, "C  EHLO") & STYLE_FLAGS, STYLE_TRACE);
	ck_assert_int_eq(fixture_style(&f, "wangym:51420") & STYLE_FLAGS, STYLE_TRACE);
	ck_assert_int_eq(fixture_style(&f, "+0.044") & STYLE_FLAGS, 0);
	fixture_fini(&f);
}
END_TEST

/* The bytes of the field under the cursor are marked. */
START_TEST(test_field_bytes)
{
	struct fixture f;

	fixture_begin(&f, 160, 45);
	fixture_keys(&f, "\t\t\t\rj"); /* the field of bytes 7 to 13 */
	ck_assert_int_eq(fixture_style(&f, "03  28") & ~STYLE_FLAGS, STYLE_MATCH);
	ck_assert_int_eq(fixture_style(&f, "  28") & ~STYLE_FLAGS, STYLE_MATCH); /* what is between them too */
	ck_assert_int_eq(fixture_style(&f, "de 03") & ~STYLE_FLAGS, STYLE_MUTED);
	ck_assert_int_eq(fixture_style(&f, "06 2b") & ~STYLE_FLAGS, STYLE_MUTED);
	ck_assert(fixture_shows(&f, " Bytes 200 marked 7 at 7 "));
	fixture_fini(&f);
}
END_TEST

/* Tab gives the keys to the bytes: their rows move, and the field goes where they are. */
START_TEST(test_bytes_lead)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "\t\t\t\rj\t");
	ck_assert_int_eq(state_view(&f.st), VIEW_BYTES);
	ck_assert_int_eq(fixture_style(&f, "0000  00 25") & STYLE_FLAGS, STYLE_CURSOR);
	fixture_keys(&f, "j"); /* byte 16 is in the field of 14 to 20 */
	ck_assert_int_eq(fixture_style(&f, "0010  50 75") & STYLE_FLAGS, STYLE_CURSOR);
	ck_assert(fixture_shows(&f, " Bytes 200 marked 7 at 14 "));
	fixture_keys(&f, "G");
	ck_assert(fixture_shows(&f, "00c0  c0 e5 0a 2f"));
	ck_assert(!fixture_shows(&f, "0000  00 25"));
	fixture_keys(&f, "\t");
	ck_assert_int_eq(state_view(&f.st), VIEW_PACKET);
	fixture_keys(&f, "g");
	ck_assert(fixture_shows(&f, "0000  00 25"));
	fixture_keys(&f, "\033");
	ck_assert_int_eq(state_view(&f.st), VIEW_PACKETS);
	fixture_fini(&f);
}
END_TEST

/* A field that lies after what the pane shows is scrolled to; the bytes of a large packet are all there. */
START_TEST(test_large_packet)
{
	struct fixture f;
	struct snapshot_packet_detail *p;

	fixture_begin(&f, 80, 24);
	p = &f.s->packet;
	p->byte_count = p->total_len = SNAPSHOT_PACKET_BYTES;
	p->fields[19] =
		(struct snapshot_field){.depth = 1, .offset = SNAPSHOT_PACKET_BYTES - 2, .len = 2, .name = "Last"};
	fixture_keys(&f, "\t\t\t\rG");
	ck_assert(fixture_shows(&f, "3fff0"));
	ck_assert(fixture_shows(&f, " marked 2 at 262142 "));
	p->total_len = SNAPSHOT_PACKET_BYTES + 1;
	ck_assert(fixture_shows(&f, " Bytes 262145 (the first 262144 shown) "));
	fixture_fini(&f);
}
END_TEST

/* Whether the list follows is said, and what has come where it does not. */
START_TEST(test_follow)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "G");
	ck_assert(fixture_shows(&f, " Sessions 6 of 6 FOLLOW "));
	fixture_keys(&f, "k");
	ck_assert(fixture_shows(&f, " Sessions 5 of 6 ─"));
	fixture_keys(&f, "k");
	f.session_count = FIXTURE_SESSIONS; /* two more than there were */
	f.st.panes[VIEW_SESSIONS].known = FIXTURE_SESSIONS - 2;
	ck_assert(fixture_shows(&f, " Sessions 4 of 6 ▼ 2 new "));
	f.st.ascii = true;
	ck_assert(fixture_shows(&f, " Sessions 4 of 6 v 2 new "));
	f.st.panes[VIEW_SESSIONS].known = 0; /* a file that grows is read from its beginning: what is seen is not new */
	ck_assert(fixture_shows(&f, " Sessions 4 of 6 v 2 new "));
	fixture_keys(&f, "jj");
	f.st.panes[VIEW_SESSIONS].at_end = false;
	ck_assert(!fixture_shows(&f, " new "));
	fixture_keys(&f, "k");
	f.s->capture = SNAPSHOT_LOADED;
	ck_assert(!fixture_shows(&f, " new "));
	fixture_keys(&f, "G");
	ck_assert(!fixture_shows(&f, "FOLLOW"));
	fixture_fini(&f);
}
END_TEST

/* Columns that would say nothing give their room to others. */
START_TEST(test_needed_columns)
{
	struct fixture f;

	fixture_begin(&f, 160, 40);
	f.s->has_users = false;
	f.s->about.first_ns = FIXTURE_START;
	f.s->about.last_ns = FIXTURE_START + CLOCK_NS_PER_S;
	ck_assert(!fixture_shows(&f, " User  "));
	ck_assert(!fixture_shows(&f, " Date "));
	f.s->has_users = true;
	f.s->about.last_ns = FIXTURE_START + 86400 * CLOCK_NS_PER_S;
	ck_assert(fixture_shows(&f, " User  "));
	ck_assert(fixture_shows(&f, " Date "));
	ck_assert(fixture_shows(&f, " 2026-11-23 12:31:02 "));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_find_marks)
{
	struct fixture f;
	int matches = 0;

	fixture_begin(&f, 120, 40);
	find_set(&f.st, "2.1.0");
	f.st.find.view = VIEW_STREAM;
	frame_draw(&f.st, f.s, &f.grid);
	for (int i = 0; i < f.grid.columns * f.grid.rows; i++)
		matches += f.grid.cells[i].style == STYLE_MATCH;
	ck_assert_int_eq(matches, 5); /* in that pane alone */
	f.st.find.pane = QUERY_FIND_STREAM;
	f.s->find_matches = 17;
	f.s->find_before = 2;
	ck_assert(fixture_shows(&f, " found 3 of 17 "));
	f.s->find_busy = true;
	ck_assert(fixture_shows(&f, " found 17 so far "));
	find_set(&f.st, "");
	ck_assert(!fixture_shows(&f, " found "));
	fixture_fini(&f);
}
END_TEST

/* A title gives way to how many were found. */
START_TEST(test_found_beside_a_title)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "mj\r");
	f.s->mail_parts[0] =
		(struct snapshot_part){.number = 2, .name = "a name that is too long for this line, by far.pdf"};
	f.s->mail_part_count = 1;
	f.st.part = 2;
	find_set(&f.st, "x");
	f.st.find.view = VIEW_MAIL;
	f.st.find.pane = QUERY_FIND_MAIL;
	f.s->find_matches = 17;
	f.s->find_before = 2;
	ck_assert(fixture_shows(&f, "part 2: a name that is too long for th\xe2\x80\xa6 found 3 of 17 "));
	fixture_fini(&f);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, test_whole_way);
	tcase_add_test(t, test_ends);
	tcase_add_test(t, test_scrolls_late);
	tcase_add_test(t, test_same_place);
	tcase_add_test(t, test_reader);
	tcase_add_test(t, test_marks);
	tcase_add_test(t, test_bytes_lead);
	tcase_add_test(t, test_large_packet);
	tcase_add_test(t, test_field_bytes);
	tcase_add_test(t, test_follow);
	tcase_add_test(t, test_needed_columns);
	tcase_add_test(t, test_find_marks);
	tcase_add_test(t, test_found_beside_a_title);
}
