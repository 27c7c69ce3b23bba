#include "ui/copy.h"

#include "ui/list.h"

#include "../main.h"
#include "fixture.h"

/* What is ready to be copied, as text; it is taken. */
static void expect_copied(struct fixture *f, const char *expected)
{
	ck_assert_int_eq(f->st.copy.what, STATE_COPYING_READY);
	buffer_append_byte(&f->st.copy.text, '\0');
	ck_assert_str_eq((const char *)f->st.copy.text.data, expected);
	copy_finish(&f->st);
}

static void expect_lines(struct fixture *f, uint64_t lines, const char *first)
{
	ck_assert_int_eq(f->st.copy.what, STATE_COPYING_READY);
	ck_assert_uint_eq(f->st.copy.lines, lines);
	ck_assert(!f->st.copy.is_cut);
	ck_assert_uint_gt(f->st.copy.text.len, strlen(first));
	ck_assert_mem_eq(f->st.copy.text.data, first, strlen(first));
	ck_assert_uint_eq(f->st.copy.text.data[f->st.copy.text.len - 1], '\n');
	copy_finish(&f->st);
}

static const struct {
	const char *keys;
	const char *text;
} rows[] = {
	{"j", "2\t12:31:40\tSMTP\twangym:51422\tns1.example.com:25\ttest1@example.com\t0\t812\t246 ms\t550 5.1.1"},
	{"m", "From: test1@example.com\nTo: bob@example.net\nSubject: Quarterly report\nMessage-ID: <0@example.com>\n"
	      "Outcome: accepted\n"},
	{"!", "S12 Unknown recipient"},
	{"jd", "S12 Unknown recipient"},
	{"\tjj", "250-whole 2\n250 text"},
	{"\t\tj", "EHLO wangym"},
	{"\t\t\tj", "62\t+0.004321\tns1.example.com:25\twangym:51422\tTCP\t83\t[PSH ACK] Seq=50 Len=17 EHLO wangym\t"
		    "handshake 2/3"},
	{"\t\t\t\nj", "Field 1: value 3"},
	{"\t\t\t\n\tj", "50 75 9a bf e4 09 2e 53 78 9d c2 e7 0c 31 56 7b"},
	{"\tjjjjjj\n", "From:     王一鸣 <wangym@example.com>"},
	{"%", "10.0.0.5\t100\t0\t0\t0\t-\t-\t-\t"},
	{"?j", "H  filter to the row's host too; again: the other; again: none"},
};

enum {
	ROWS = sizeof(rows) / sizeof(rows[0]),
};

START_TEST(a_row_is_copied_as_what_it_means)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	for (const char *key = rows[_i].keys; *key != '\0'; key++) {
		fixture_key(&f, *key == '\t' ? INPUT_TAB : *key == '\n' ? INPUT_ENTER : *key);
		fixture_settle(&f);
	}
	fixture_key(&f, 'y');
	fixture_settle(&f);
	expect_copied(&f, rows[_i].text);
	fixture_fini(&f);
}
END_TEST

static const struct {
	const char *keys;
	uint64_t lines;
	const char *first;
} views[] = {
	{"", 7,
	 "#\tStart\tProto\tClient\tServer\tUser\tMails\tSize\tDuration\tResult\n1\t12:31:02\tSMTP\twangym:51420\t"},
	{"m", 4,
	 "#\tTime\tFrom\tTo\tSubject\tSize\tState\tOutcome\n1.1\t12:31:02\ttest1@example.com\tbob@example.net\t"},
	{"!", 4, "Severity\t#\tTime\tRule\tFinding\tWhat was seen\ncritical\t2\t"},
	{"jd", 3, "Unknown recipient\n"},
	{"\t", 12, "+0.000000\tS\t220 ns1.example.com ESMTP Postfix\n+0.011000\tC\tEHLO wangym\n"},
	{"\t\t", 12, "S 220 ns1.example.com ESMTP Postfix\nC EHLO wangym\n"},
	{"\t\t\t", 10, "No.\tTime\tSource\tDestination\tProto\tLength\tInfo\tRemark\n61\t"},
	{"\t\t\t\n", 20, "Layer 0\n  Field 1: value 3\n"},
	{"\t\t\t\n\t", 13, "000000  00 25 4a 6f"},
	{"\tjjjjjj\n", 40, "From:     王一鸣 <wangym@example.com>\nSubject:  测试邮件\n\n你好,\n"},
	{"%", 4, "Key\tSessions\tFailed"},
	{"?", 0, "Keys in this view (Sessions)\nH  filter to"},
};

enum {
	VIEWS_COPIED = sizeof(views) / sizeof(views[0]),
};

START_TEST(a_view_is_copied_whole)
{
	struct fixture f;
	struct view_rows help;

	fixture_begin(&f, 120, 40);
	for (const char *key = views[_i].keys; *key != '\0'; key++) {
		fixture_key(&f, *key == '\t' ? INPUT_TAB : *key == '\n' ? INPUT_ENTER : *key);
		fixture_settle(&f);
	}
	fixture_key(&f, 'Y');
	fixture_settle(&f);
	if (views[_i].lines == 0)
		list_rows(&f.st, f.s, VIEW_HELP, &help);
	expect_lines(&f, views[_i].lines != 0 ? (uint64_t)views[_i].lines : help.total, views[_i].first);
	fixture_fini(&f);
}
END_TEST

/* The finding's text may still be on its way, as may a row's. */
START_TEST(a_row_is_waited_for)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "d");
	snprintf(f.s->ticket, sizeof(f.s->ticket), "of another session");
	f.s->query_serial--;
	fixture_key(&f, 'y');
	ck_assert_int_eq(f.st.copy.what, STATE_COPYING_ROW);
	snprintf(f.s->ticket, sizeof(f.s->ticket), "its own");
	fixture_settle(&f);
	expect_copied(&f, "its own");
	f.s->ticket[0] = '\0';
	fixture_key(&f, 'y');
	ck_assert_int_eq(f.st.copy.what, STATE_COPYING_NOTHING);
	ck_assert(fixture_shows(&f, "There is nothing to copy here"));
	fixture_fini(&f);
}
END_TEST

/* A line that is too long for a row is one line to who gets it. */
START_TEST(a_line_is_put_together)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, INPUT_TAB);
	fixture_settle(&f);
	fixture_key(&f, INPUT_TAB);
	fixture_settle(&f);
	f.s->stream_rows[2].continues = f.s->stream_rows[3].continues = true;
	snprintf(f.s->stream_rows[2].text, sizeof(f.s->stream_rows[2].text), "-two");
	snprintf(f.s->stream_rows[3].text, sizeof(f.s->stream_rows[3].text), "-three");
	fixture_keys(&f, "jjy");
	expect_copied(&f, "EHLO wangym-two-three");
	fixture_key(&f, 'Y');
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.copy.lines, FIXTURE_TIMELINE - 2);
	fixture_fini(&f);
}
END_TEST

/* As the worker answers: a window of lines that is moved back where it would reach beyond the end. */
static void answer_lines(struct fixture *f, uint64_t total, uint32_t most)
{
	struct query_rows wanted = f->st.query.mail_lines;

	fixture_answer(f);
	f->s->mail_lines = (struct snapshot_window){.first = wanted.first, .total = total, .count = most};
	if (total - wanted.first < most)
		f->s->mail_lines.first = total > most ? total - most : 0;
	for (uint32_t i = 0; i < most; i++)
		snprintf(f->s->mail_line_rows[i].text, SNAPSHOT_LINE_SIZE, "%0400d",
			 (int)f->s->mail_lines.first + (int)i);
	state_update(&f->st, f->s);
	copy_update(&f->st, f->s);
	state_query(&f->st);
}

static uint32_t copy_lines(struct fixture *f, uint64_t total)
{
	uint32_t rounds = 0;

	fixture_begin(f, 80, 24);
	fixture_key(f, INPUT_TAB);
	fixture_settle(f);
	fixture_keys(f, "jjjjjj");
	fixture_key(f, INPUT_ENTER);
	fixture_settle(f);
	fixture_key(f, 'Y');
	while (f->st.copy.what == STATE_COPYING_ROWS && rounds++ < 100)
		answer_lines(f, total, 400);
	ck_assert_int_eq(f->st.copy.what, STATE_COPYING_READY);
	return rounds;
}

/* Window after window, no row twice and none left out; never more than the limit. */
START_TEST(a_view_is_gathered)
{
	struct fixture f;

	ck_assert_uint_le(copy_lines(&f, 1000), 5);
	ck_assert_uint_eq(f.st.copy.lines, 1000);
	ck_assert_uint_eq(f.st.copy.text.len, 1000 * 401);
	for (int i = 0; i < 1000; i++) {
		char line[402];

		snprintf(line, sizeof(line), "%0400d\n", i);
		ck_assert_mem_eq(f.st.copy.text.data + i * 401, line, 401);
	}
	ck_assert(!f.st.copy.is_cut);
	fixture_fini(&f);
	copy_lines(&f, 10000);
	ck_assert(f.st.copy.is_cut && !f.st.copy.is_late);
	ck_assert_uint_le(f.st.copy.text.len, COPY_LEN_MAX);
	ck_assert_uint_eq(f.st.copy.lines, f.st.copy.text.len / 401);
	fixture_fini(&f);
}
END_TEST

/* Each window is another one: what asks for the same again would wait for ever. */
START_TEST(a_single_row_is_a_view)
{
	struct fixture f;

	copy_lines(&f, 400);
	copy_finish(&f.st);
	f.session_count = 1;
	fixture_key(&f, INPUT_ESCAPE);
	fixture_settle(&f);
	fixture_key(&f, INPUT_ESCAPE);
	fixture_settle(&f);
	ck_assert_int_eq(state_view(&f.st), VIEW_SESSIONS);
	fixture_key(&f, 'Y');
	fixture_settle(&f);
	ck_assert_int_eq(f.st.copy.what, STATE_COPYING_READY);
	ck_assert_uint_eq(f.st.copy.lines, 2);
	fixture_fini(&f);
}
END_TEST

/* What never ends is left after some seconds. */
START_TEST(gathering_has_an_end)
{
	struct fixture f;

	copy_lines(&f, 400);
	copy_finish(&f.st);
	fixture_key(&f, 'Y');
	answer_lines(&f, 1200, 400);
	ck_assert_int_eq(f.st.copy.what, STATE_COPYING_ROWS);
	f.st.now_ns += 3 * CLOCK_NS_PER_S;
	answer_lines(&f, 1200, 400);
	ck_assert_int_eq(f.st.copy.what, STATE_COPYING_READY);
	ck_assert(f.st.copy.is_cut && f.st.copy.is_late);
	copy_finish(&f.st);
	fixture_key(&f, 'Y');
	answer_lines(&f, 800, 400);
	answer_lines(&f, 800, 400);
	ck_assert_int_eq(f.st.copy.what, STATE_COPYING_ROWS);
	f.st.now_ns += 3 * CLOCK_NS_PER_S;
	answer_lines(&f, 800, 400); /* there was no more */
	ck_assert_int_eq(f.st.copy.what, STATE_COPYING_READY);
	ck_assert(!f.st.copy.is_cut);
	fixture_fini(&f);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_row_is_copied_as_what_it_means, 0, ROWS);
	tcase_add_loop_test(t, a_view_is_copied_whole, 0, VIEWS_COPIED);
	tcase_add_test(t, a_row_is_waited_for);
	tcase_add_test(t, a_line_is_put_together);
	tcase_add_test(t, a_view_is_gathered);
	tcase_add_test(t, a_single_row_is_a_view);
	tcase_add_test(t, gathering_has_an_end);
}
