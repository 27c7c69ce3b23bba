/* What the whole screen does with rows of any kind. Saved screens are those of real captures: test/whole. */
#include "fixture.h"

#include "../main.h"

START_TEST(test_nothing_seen)
{
	char filter[] = "tcp port 26";
	struct fixture f;

	fixture_init(&f, 80, 24);
	f.session_count = 0;
	f.s->packets = f.s->bytes = 0;
	f.s->last_packet_ns = 0;
	state_query(&f.st);
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "0 packets from any, none so far."));
	ck_assert(fixture_shows(&f, "Send a mail, take another interface"));
	f.s->packets = 1;
	f.s->last_packet_ns = f.st.now_ns - 3200 * CLOCK_NS_PER_MS;
	ck_assert(fixture_shows(&f, "1 packet from any, the last 3.20 s ago."));
	ck_assert(fixture_shows(&f, "a session shows as soon as it begins"));
	f.options.capture_filter = filter;
	ck_assert(fixture_shows(&f, "1 packet from any that pass tcp port 26, the last 3.20 s ago."));
	ck_assert(fixture_shows(&f, "too narrow?"));
	f.options.capture_filter = NULL;
	f.s->capture = SNAPSHOT_LOADED;
	ck_assert(fixture_shows(&f, ", the last at 12:34:18."));
	ck_assert(fixture_shows(&f, "F8 changes the ports"));
	fixture_fini(&f);
}
END_TEST

/* Where the session went wrong the bar begins with what to do about it. */
START_TEST(test_bar_of_a_failure)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->session_line_meaning = MEANING_GOOD;
	ck_assert(fixture_shows(&f, "\nF1 Help  F2 Save"));
	f.s->session_line_meaning = MEANING_ERROR;
	ck_assert(fixture_shows(&f, "\nd Why  Enter Show  y Copy  e Export  F1 Help  F3 Search"));
	ck_assert(fixture_shows(&f, "  q Quit"));
	f.st.columns = 50;
	ck_assert(!fixture_shows(&f, "d Why"));
	ck_assert(fixture_shows(&f, "  q Quit"));
	f.st.columns = 80;
	fixture_keys(&f, "d");
	ck_assert(!fixture_shows(&f, "d Why"));
	fixture_fini(&f);
}
END_TEST

/* Before the worker has answered nothing is claimed. */
START_TEST(test_before_answer)
{
	struct fixture f;

	fixture_init(&f, 80, 24);
	state_query(&f.st);
	ck_assert(!fixture_shows(&f, "No session"));
	ck_assert(fixture_shows(&f, "Sessions"));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_tiny)
{
	struct fixture f;

	fixture_begin(&f, 39, 10);
	ck_assert(fixture_shows(&f, "terminal too small (39x10)"));
	f.st.columns = 40;
	f.st.rows = 9;
	ck_assert(fixture_shows(&f, "terminal too small (40x9)"));
	f.st.columns = 1;
	f.st.rows = 1;
	frame_draw(&f.st, f.s, &f.grid);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_ascii)
{
	struct fixture f;
	struct buffer screen = {0};

	fixture_begin(&f, 80, 24);
	f.st.ascii = true;
	fixture_keys(&f, "j\r");
	f.s->session_head.user[0] = '\0';
	fixture_draw(&f, &screen);
	for (size_t i = 0; i < screen.len; i++)
		ck_assert_uint_lt(screen.data[i], 0x80);
	ck_assert_ptr_nonnull(strstr((const char *)screen.data, "|<-- x 550 5.1.1"));
	ck_assert_ptr_nonnull(strstr((const char *)screen.data, "->|"));
	buffer_fini(&screen);
	fixture_fini(&f);
}
END_TEST

/* However narrow and whatever else there is to say, the drops stay, and they alarm. */
START_TEST(test_drops_always)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	ck_assert_int_eq(fixture_style(&f, "drop 0"), STYLE_PLAIN);
	f.s->kernel_drops = 1200;
	f.s->ring_drops = 34;
	f.s->evicted_sessions = 1000000;
	f.s->filter_busy = true;
	f.s->jobs_pending = 7;
	f.st.hold = true;
	memset(f.s->source, 'x', sizeof(f.s->source) - 1);
	memset(f.s->filter, 'y', sizeof(f.s->filter) - 1);
	for (int columns = 40; columns <= 220; columns++) {
		f.st.columns = columns;
		ck_assert_int_eq(fixture_style(&f, "drop 1,234"), STYLE_TITLE_ALERT);
	}
	fixture_fini(&f);
}
END_TEST

static const struct {
	enum snapshot_capture_state state;
	int permille;
	const char *text;
} captures[] = {
	{SNAPSHOT_LOADING, 420, "loading 42%"},
	{SNAPSHOT_LOADING, -1, "loading "},
	{SNAPSHOT_LOADED, -1, "loaded"},
	{SNAPSHOT_LIVE, -1, "live 00:03:12"},
	{SNAPSHOT_STOPPED, -1, "stopped 00:03:12"},
	{SNAPSHOT_ENDED, -1, "ended 00:03:12"},
};

START_TEST(test_capture_states)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->capture = captures[_i].state;
	f.s->progress_permille = captures[_i].permille;
	ck_assert(fixture_shows(&f, captures[_i].text));
	fixture_fini(&f);
}
END_TEST

/* Every size from 1 x 1 on, every view: drawing never leaves the grid (the sanitizer sees it) and never hangs. */
START_TEST(test_all_sizes)
{
	static const char *const views[] = {"",	 "j\r", "\t\t", "\t\t\t", "\t\t\t\r", "m", "m\r", "?",
					    "O", "s",	"t",	"q",	  "F",	      "e", "i",	  "\t\t\t\r\t"};
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, views[_i]);
	for (int columns = 1; columns < 260; columns += columns < 110 ? 1 : 13) {
		for (int rows = 1; rows < 70; rows += rows < 36 ? 1 : 7) {
			f.st.columns = columns;
			f.st.rows = rows;
			frame_draw(&f.st, f.s, &f.grid);
		}
	}
	ck_assert_int_eq(f.grid.rows, 64);
	fixture_fini(&f);
}
END_TEST

/* The cause is told whole on a small terminal too. */
START_TEST(test_sentence_is_whole)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "j");
	ck_assert(fixture_shows(&f, "✘ The server refused the recipient bob@example.net: 550 5.1.1 no such user."));
	ck_assert(fixture_shows(&f, "\n  Check the address.\n"));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_message_goes)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->message_serial = 1;
	f.s->message_is_error = true;
	snprintf(f.s->message, sizeof(f.s->message), "No space left on device");
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "✘ No space left on device"));
	f.st.now_ns += 10 * CLOCK_NS_PER_S;
	ck_assert(!fixture_shows(&f, "No space"));
	ck_assert(fixture_shows(&f, "All went well."));
	fixture_settle(&f);
	ck_assert(!fixture_shows(&f, "No space"));
	f.s->message_serial = 2;
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "No space"));
	fixture_keys(&f, "j");
	ck_assert(!fixture_shows(&f, "No space"));
	fixture_fini(&f);
}
END_TEST

/* The last gate: texts should be safe already; should one not be, it does not reach the terminal. */
START_TEST(test_no_escape)
{
	struct fixture f;
	struct buffer screen = {0};

	fixture_begin(&f, 80, 24);
	snprintf(f.sessions[0].client, sizeof(f.sessions[0].client), "a\x1b]0;x\x07\xc2\x9b\xe2\x80\xae");
	fixture_settle(&f);
	fixture_draw(&f, &screen);
	ck_assert_ptr_null(memchr(screen.data, 0x1b, screen.len));
	ck_assert_ptr_null(memchr(screen.data, 7, screen.len));
	ck_assert_ptr_null(strstr((const char *)screen.data, "\xc2\x9b"));
	ck_assert_ptr_null(strstr((const char *)screen.data, "\xe2\x80\xae"));
	ck_assert_ptr_nonnull(strstr((const char *)screen.data, "a�]0;x���"));
	buffer_fini(&screen);
	fixture_fini(&f);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, test_nothing_seen);
	tcase_add_test(t, test_bar_of_a_failure);
	tcase_add_test(t, test_before_answer);
	tcase_add_test(t, test_tiny);
	tcase_add_test(t, test_ascii);
	tcase_add_test(t, test_drops_always);
	tcase_add_loop_test(t, test_capture_states, 0, sizeof(captures) / sizeof(captures[0]));
	tcase_add_loop_test(t, test_all_sizes, 0, 16);
	tcase_add_test(t, test_sentence_is_whole);
	tcase_add_test(t, test_message_goes);
	tcase_add_test(t, test_no_escape);
}
