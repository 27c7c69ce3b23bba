#include "showing.h"

#include "../main.h"

/*
 * A gap that is longer than one extent can be is shown, told and counted as a shorter one is. What is lost stands
 * before, in, or in the place of each segment of a dialogue; all that the program says of it must be the same but for
 * its figures.
 */

#define CHUNK(len)                                                                                                     \
	"S: 220 x\nC: EHLO me\nS: 250-x\nS: 250 CHUNKING\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\n"           \
	"S: 250 ok\nC: BDAT " len " LAST\nC: Subject: s\nC: \nC: Hi\nS: 250 ok\nC: QUIT\nS: 221 bye\n"

enum {
	SHORT_GAP = 11000000,
	LONG_GAP = 40000000,
};

enum place {
	BEFORE,
	WITHIN,
	INSTEAD,
	PLACES
};

static const struct {
	uint16_t port;
	const char *script;
} dialogues[] = {
	{25, WIRE_MAIL},
	{25, WIRE_REFUSED},
	{25, CHUNK("5000000")},
	{25, CHUNK("50000000")},
	{25, "S: 220 x\nC: EHLO me\nS: 250-x\nS: 250 AUTH PLAIN LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: Ym9i\n"
	     "S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 ok\nC: QUIT\nS: 221 bye\n"},
	{110, WIRE_POP3},
	{9999, WIRE_MAIL}, /* the content tells */
};

static void lose(enum side side, uint32_t len)
{
	w.seq[side] += len;
}

static void say(enum side side, struct slice bytes)
{
	if (bytes.len > 0)
		wire_send(&w, side, SEGMENT_ACK, bytes);
}

static void say_with_gap(enum side side, struct slice bytes, enum place place, uint32_t len)
{
	size_t before = place == WITHIN ? bytes.len / 2 : 0;

	say(side, slice_sub(bytes, 0, before));
	lose(side, len);
	if (place != INSTEAD)
		say(side, slice_after(bytes, before));
	w.now_ns += 300 * CLOCK_NS_PER_MS;
}

/* Numbers become '#'. */
static void put_without_figures(struct buffer *out, struct slice text)
{
	bool inside = false;

	for (size_t i = 0; i < text.len; i++) {
		bool is_figure = text.data[i] >= '0' && text.data[i] <= '9';

		if (!is_figure)
			buffer_append_byte(out, text.data[i]);
		else if (!inside)
			buffer_append_byte(out, '#');
		inside = is_figure;
	}
	buffer_append_byte(out, '\0');
}

/* Returns how many segments there are. */
static size_t play(int dialogue, size_t at, enum place place, uint32_t len, struct buffer *out)
{
	struct script s = script_parse(dialogues[dialogue].script);
	size_t count = s.count;
	struct connection *v;

	show_begin();
	w.server_port = dialogues[dialogue].port;
	wire_open(&w);
	for (size_t i = 0; i < s.count; i++) {
		if (i == at)
			say_with_gap(s.steps[i].side, buffer_slice(&s.steps[i].bytes), place, len);
		else
			say(s.steps[i].side, buffer_slice(&s.steps[i].bytes));
	}
	wire_close(&w);
	engine_finish(w.engine);
	script_free(&s);
	buffer_append(&shown, buffer_slice(&w.out));
	v = engine_connection(w.engine, 1);
	if (v != NULL) {
		show_panes(1, false);
		show_session(v, false);
		buffer_printf(&shown, "%zu items %zu lines", f.item_count, f.line_count);
		ck_assert_uint_eq(
			v->session->side[SIDE_CLIENT].missing_bytes + v->session->side[SIDE_SERVER].missing_bytes, len);
	}
	put_without_figures(out, buffer_slice(&shown));
	show_end();
	return count;
}

START_TEST(a_long_gap_is_told_as_a_short_one)
{
	size_t count = 1;

	for (size_t at = 0; at < count; at++)
		for (enum place place = BEFORE; place < PLACES; place++) {
			struct buffer is_short = {0};
			struct buffer is_long = {0};

			count = play(_i, at, place, SHORT_GAP, &is_short);
			play(_i, at, place, LONG_GAP, &is_long);
			ck_assert_msg(slice_equals(buffer_slice(&is_short), buffer_slice(&is_long)),
				      "segment %zu, place %d", at, place);
			buffer_fini(&is_short);
			buffer_fini(&is_long);
		}
}
END_TEST

/* In figures. */
START_TEST(a_long_gap_in_a_mail_is_one)
{
	struct connection *v;
	const struct mail *m;

	show_begin();
	wire_open(&w);
	wire_talk(&w, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: Subject: s\n"
		      "C~ 40000000\nC| \\r\\nend\\r\\n.\\r\\n\nS: 250\n");
	w.now_ns += 300 * CLOCK_NS_PER_MS;
	wire_talk(&w, "C: QUIT\nS: 221\n");
	wire_close(&w);
	engine_finish(w.engine);
	v = engine_connection(w.engine, 1);
	m = session_mail(v->session, 1);
	ck_assert_uint_eq(m->missing_len, LONG_GAP);
	ck_assert_uint_eq(m->outcome, MAIL_ACCEPTED);
	ck_assert_uint_eq(v->session->side[SIDE_CLIENT].missing_bytes, LONG_GAP);
	show_panes(1, false);
	buffer_append_byte(&shown, '\0');
	ck_assert_ptr_nonnull(strstr((const char *)shown.data, "\n40000000 bytes were not captured\n"));
	ck_assert_ptr_nonnull(strstr((const char *)shown.data, "\n40000000 bytes of the client were not captured\n"));
	show_end();
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_long_gap_is_told_as_a_short_one, 0, sizeof(dialogues) / sizeof(dialogues[0]));
	tcase_add_test(t, a_long_gap_in_a_mail_is_one);
}
