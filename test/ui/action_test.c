#include "ui/action.h"

#include "../main.h"
#include "fixture.h"

static const struct request *only_request(const struct fixture *f, enum request_kind kind)
{
	ck_assert_uint_eq(f->st.request_count, 1);
	ck_assert_int_eq(f->st.requests[0].kind, kind);
	return &f->st.requests[0];
}

START_TEST(test_mark)
{
	struct fixture f;
	const struct request *r;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, ' ');
	r = only_request(&f, REQUEST_MARK);
	ck_assert_uint_eq(r->session, 1);
	ck_assert_uint_eq(r->mail, 0);
	ck_assert(r->on);
	ck_assert_uint_eq(f.st.session, 2); /* on to the next */
	f.sessions[1].marked = true;
	fixture_settle(&f);
	fixture_key(&f, ' ');
	ck_assert(!only_request(&f, REQUEST_MARK)->on);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_mark_mail)
{
	struct fixture f;
	const struct request *r;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "mj");
	fixture_key(&f, ' ');
	r = only_request(&f, REQUEST_MARK);
	ck_assert_uint_eq(r->session, 3);
	ck_assert_uint_eq(r->mail, 2);
	ck_assert(!r->on); /* it was */
	fixture_fini(&f);
}
END_TEST

START_TEST(test_mark_all)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, '*');
	ck_assert(only_request(&f, REQUEST_MARK_SHOWN)->on);
	ck_assert_uint_eq(f.st.requests[0].list, QUERY_LIST_SESSIONS);
	f.st.request_count = 0;
	f.s->marked_sessions = FIXTURE_SESSIONS;
	fixture_key(&f, '*');
	ck_assert(!only_request(&f, REQUEST_MARK_SHOWN)->on);
	fixture_fini(&f);
}
END_TEST

/* The client's address first, then the server's; addresses, though the row shows names. */
START_TEST(test_filter_host)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 'H');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "host 10.0.0.5");
	f.st.request_count = 0;
	strcpy(f.s->filter, "host 10.0.0.5");
	fixture_key(&f, 'H');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "host 192.0.2.25");
	f.st.request_count = 0;
	strcpy(f.s->filter, "failed and host 192.0.2.25");
	fixture_key(&f, 'H');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "failed");
	f.st.request_count = 0;
	strcpy(f.s->filter, "port 1 or port 2");
	fixture_key(&f, 'H');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "(port 1 or port 2) and host 10.0.0.5");
	f.st.request_count = 0;
	strcpy(f.s->filter, "");
	fixture_keys(&f, "jj");
	fixture_key(&f, 'P');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "port 1110");
	f.st.request_count = 0;
	/* the worker has not yet answered for the session that the cursor came to */
	fixture_key(&f, 'g');
	fixture_key(&f, 'P');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "port 25");
	fixture_fini(&f);
}
END_TEST

/* A key adds its word, and takes it away again. */
START_TEST(test_filter_words)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 'f');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "failed");
	f.st.request_count = 0;
	strcpy(f.s->filter, "failed");
	fixture_key(&f, 'x');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "failed and not health");
	f.st.request_count = 0;
	strcpy(f.s->filter, "failed and not health");
	fixture_key(&f, 'f');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "not health");
	f.st.request_count = 0;
	strcpy(f.s->filter, "not health");
	fixture_key(&f, 'x');
	ck_assert_str_eq(only_request(&f, REQUEST_FILTER)->text, "");
	ck_assert(fixture_shows(&f, "No filter: all sessions"));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_stop)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 'c');
	ck_assert(only_request(&f, REQUEST_STOP)->on);
	f.st.request_count = 0;
	f.s->capture = SNAPSHOT_STOPPED;
	fixture_key(&f, 'c');
	ck_assert(!only_request(&f, REQUEST_STOP)->on);
	f.st.request_count = 0;
	f.s->capture = SNAPSHOT_LOADING;
	fixture_key(&f, 'c');
	ck_assert(only_request(&f, REQUEST_STOP)->on);
	ck_assert(fixture_shows(&f, "Stopping to read; c goes on"));
	f.st.request_count = 0;
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert(only_request(&f, REQUEST_STOP)->on);
	f.st.request_count = 0;
	f.s->capture = SNAPSHOT_LOADED;
	fixture_key(&f, INPUT_ESCAPE);
	fixture_key(&f, 'c');
	ck_assert_uint_eq(f.st.request_count, 0);
	ck_assert(fixture_shows(&f, "No capture is running"));
	fixture_fini(&f);
}
END_TEST

/* What cannot be undone asks for a word: no single key does it, and no text that happens to hold a y. */
START_TEST(test_anew)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 'C');
	ck_assert(fixture_shows(&f, "Forget all 6 sessions and restart?"));
	ck_assert(fixture_shows(&f, "Type new: "));
	fixture_keys(&f, "y\r");
	ck_assert_uint_eq(f.st.request_count, 0);
	ck_assert(fixture_shows(&f, "Nothing was done: the word is new"));
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert_uint_eq(f.st.request_count, 0);
	ck_assert(!fixture_shows(&f, "Forget"));
	fixture_keys(&f, "C\r");
	ck_assert(fixture_shows(&f, "Forget"));
	fixture_keys(&f, "new");
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_key(&f, INPUT_ENTER);
	only_request(&f, REQUEST_ANEW);
	ck_assert_uint_eq(f.st.session, 0);
	fixture_fini(&f);
}
END_TEST

/* A capture that is in no file can be saved first, by a key. */
START_TEST(test_anew_saves)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 'C');
	ck_assert(!fixture_shows(&f, "F2 saves first"));
	fixture_key(&f, INPUT_ESCAPE);
	f.options.file_count = 0;
	fixture_key(&f, 'C');
	ck_assert(fixture_shows(&f, "They are in no file"));
	ck_assert(fixture_shows(&f, "F2 saves first"));
	fixture_key(&f, INPUT_F2);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_EXPORT);
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_fini(&f);
}
END_TEST

/* What is in no file would be gone. */
START_TEST(test_quit_saves)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.options.file_count = 0;
	f.s->capture = SNAPSHOT_ENDED;
	fixture_keys(&f, "q");
	ck_assert(fixture_shows(&f, "Quit? What was captured is in no file."));
	fixture_keys(&f, "s");
	ck_assert(!f.st.quit);
	ck_assert(fixture_shows(&f, "Export packets"));
	ck_assert(fixture_shows(&f, "all shown"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert_int_eq(only_request(&f, REQUEST_EXPORT)->which, REQUEST_WHICH_SHOWN);
	f.st.request_count = 0;
	fixture_keys(&f, "q"); /* now it is */
	ck_assert(f.st.quit);
	fixture_fini(&f);
	fixture_begin(&f, 80, 24);
	f.options.file_count = 0;
	f.options.write_file = "all.pcapng";
	f.s->capture = SNAPSHOT_ENDED;
	fixture_keys(&f, "q");
	ck_assert(f.st.quit);
	fixture_fini(&f);
}
END_TEST

/* A y that is part of a word is no answer. */
START_TEST(test_confirm_word)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "q");
	ck_assert(fixture_shows(&f, "The capture is running. Quit?"));
	fixture_key(&f, INPUT_RIGHT);
	fixture_key(&f, INPUT_F1 + 4);
	ck_assert(fixture_shows(&f, "Quit?"));
	fixture_keys(&f, "u");
	ck_assert(!fixture_shows(&f, "Quit?"));
	fixture_keys(&f, "y");
	ck_assert(!f.st.quit);
	fixture_fini(&f);
}
END_TEST

/* A mail where one is at hand; else what is shown. */
START_TEST(test_give)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 'V');
	fixture_settle(&f);
	ck_assert_int_eq(f.st.copy.what, STATE_COPYING_READY);
	ck_assert_int_eq(f.st.copy.receiver, STATE_RECEIVER_PAGER);
	fixture_key(&f, '|');
	ck_assert_int_eq(f.st.copy.receiver, STATE_RECEIVER_COMMAND);
	fixture_settle(&f);
	fixture_keys(&f, "mj");
	ck_assert(!f.st.gift.is_wanted);
	fixture_key(&f, '|');
	ck_assert(f.st.gift.is_wanted);
	ck_assert_uint_eq(f.st.gift.session, 3);
	ck_assert_uint_eq(f.st.gift.mail, 2);
	fixture_key(&f, INPUT_ENTER);
	fixture_settle(&f);
	f.st.gift.is_wanted = false;
	fixture_key(&f, '|');
	ck_assert(f.st.gift.is_wanted);
	ck_assert_uint_eq(f.st.gift.mail, 2);
	fixture_fini(&f);
}
END_TEST

/* Quitting asks only while something would be lost. */
START_TEST(test_quit)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 'q');
	ck_assert(!f.st.quit);
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert(!f.st.quit);
	fixture_key(&f, 'q');
	fixture_key(&f, 'y');
	ck_assert(f.st.quit);
	f.st.quit = false;
	f.s->capture = SNAPSHOT_LOADED;
	f.s->jobs_pending = 3;
	fixture_key(&f, 'q');
	ck_assert(!f.st.quit);
	ck_assert(fixture_shows(&f, "3 mails are still being written. Quit?"));
	fixture_key(&f, 'n');
	f.s->jobs_pending = 0;
	fixture_key(&f, 'q');
	ck_assert(f.st.quit);
	fixture_fini(&f);
}
END_TEST

/* q and Esc go back step by step; only at the top q quits, and Esc never does. */
START_TEST(test_back)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->capture = SNAPSHOT_LOADED;
	fixture_keys(&f, "m\r?");
	ck_assert_int_eq(state_view(&f.st), VIEW_HELP);
	fixture_keys(&f, "q");
	ck_assert_int_eq(state_view(&f.st), VIEW_MAIL);
	fixture_key(&f, INPUT_ESCAPE);
	fixture_settle(&f);
	ck_assert_int_eq(state_view(&f.st), VIEW_MAILS);
	fixture_keys(&f, "q");
	ck_assert_int_eq(state_view(&f.st), VIEW_SESSIONS);
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert(!f.st.quit);
	fixture_keys(&f, "\r");
	ck_assert_int_eq(state_view(&f.st), VIEW_TIMELINE);
	ck_assert(f.st.zoom);
	fixture_keys(&f, "q");
	ck_assert_int_eq(state_view(&f.st), VIEW_SESSIONS);
	ck_assert(!f.st.zoom);
	fixture_keys(&f, "q");
	ck_assert(f.st.quit);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_secrets)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	ck_assert(!f.st.query.show_secrets);
	fixture_keys(&f, "S");
	ck_assert(!f.st.query.show_secrets);
	fixture_keys(&f, "n");
	ck_assert(!f.st.query.show_secrets);
	fixture_keys(&f, "Sy");
	ck_assert(f.st.query.show_secrets);
	fixture_keys(&f, "S");
	ck_assert(!f.st.query.show_secrets);
	fixture_keys(&f, "S"); /* asked once a run */
	ck_assert(f.st.query.show_secrets);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_secrets_never)
{
	struct fixture f;

	fixture_init(&f, 80, 24);
	f.options.secrets = OPTIONS_SECRETS_NEVER;
	state_query(&f.st);
	fixture_settle(&f);
	fixture_keys(&f, "S");
	ck_assert(fixture_shows(&f, "secrets = never"));
	fixture_keys(&f, "y");
	ck_assert(!f.st.query.show_secrets);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_secrets_shown_from_start)
{
	struct fixture f;

	fixture_init(&f, 80, 24);
	state_fini(&f.st);
	f.options.secrets = OPTIONS_SECRETS_SHOW;
	state_init(&f.st, &f.options);
	state_query(&f.st);
	ck_assert(f.st.query.show_secrets);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_open)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\r");
	ck_assert_int_eq(state_view(&f.st), VIEW_TIMELINE);
	ck_assert(!f.st.zoom);
	fixture_keys(&f, "jjjjjj\r"); /* the row with the mail */
	ck_assert_int_eq(state_view(&f.st), VIEW_MAIL);
	ck_assert_uint_eq(f.st.query.mail, 1);
	ck_assert_int_eq(f.st.query.mail_view, QUERY_MAIL_TEXT);
	ck_assert_uint_eq(f.st.query.text_width, 116);
	fixture_keys(&f, "q\t\tj\r");
	ck_assert_int_eq(state_view(&f.st), VIEW_PACKET);
	ck_assert_uint_eq(f.st.query.packet, 68);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_open_finding)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	for (int i = 0; i < 3; i++)
		f.s->finding_rows[i].place.packet = 64 + (uint32_t)i;
	fixture_keys(&f, "j!"); /* the list begins with the worst of all: no key has moved there */
	fixture_keys(&f, "\r");
	ck_assert_int_eq(f.st.focus, VIEW_PACKETS);
	ck_assert_uint_eq(f.st.query.packets.anchor, 64);
	ck_assert_uint_eq(f.st.query.timeline.anchor, 3);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_tab)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "\t");
	ck_assert_int_eq(f.st.focus, VIEW_TIMELINE);
	fixture_keys(&f, "\t\t");
	ck_assert_int_eq(f.st.focus, VIEW_PACKETS);
	ck_assert(fixture_shows(&f, "Packets 9 of session 1"));
	fixture_keys(&f, "\t");
	ck_assert_int_eq(f.st.focus, VIEW_SESSIONS);
	ck_assert(fixture_shows(&f, "Packets 9 of session 1")); /* the lower pane stays */
	fixture_key(&f, INPUT_BACKTAB);
	ck_assert_int_eq(f.st.focus, VIEW_PACKETS);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_all_packets)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "a");
	ck_assert(f.st.query.all_packets);
	ck_assert_int_eq(f.st.focus, VIEW_PACKETS);
	ck_assert(fixture_shows(&f, "Packets all 9 of the capture"));
	f.s->packets_gone = 1000;
	ck_assert(fixture_shows(&f, "Packets 9 left of 1,009 of the capture"));
	f.s->packet_rows[1].session = 99; /* another session's: the panes of this one stay */
	fixture_key(&f, 'j');
	ck_assert_uint_eq(f.st.query.timeline.anchor, 0);
	ck_assert_uint_eq(f.st.query.packets.anchor, 62);
	fixture_keys(&f, "a");
	ck_assert(!f.st.query.all_packets);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_sort)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, ">");
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_NUMBER);
	ck_assert(f.st.query.sort_descending);
	fixture_keys(&f, ">");
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_START);
	ck_assert(!f.st.query.sort_descending);
	fixture_keys(&f, "<<<");
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_RESULT);
	ck_assert(f.st.query.sort_descending);
	fixture_keys(&f, "m"); /* mails stay in the order in which they came */
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_NUMBER);
	ck_assert(!f.st.query.sort_descending);
	fixture_keys(&f, "m");
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_RESULT);
	fixture_fini(&f);
}
END_TEST

static void click(struct fixture *f, int key, int column, int row)
{
	struct input in = {.key = key, .column = column, .row = row};

	action_input(&f->st, f->s, &in);
	state_query(&f->st);
}

START_TEST(test_mouse)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	click(&f, INPUT_CLICK, 10, 5); /* title, box, names, first row: the third one */
	ck_assert_uint_eq(f.st.session, 3);
	fixture_settle(&f);
	click(&f, INPUT_CLICK, 20, 16);
	ck_assert_int_eq(f.st.focus, VIEW_TIMELINE);
	fixture_settle(&f);
	click(&f, INPUT_WHEEL_DOWN, 20, 16);
	ck_assert_uint_eq(f.st.query.timeline.anchor, f.st.panes[VIEW_TIMELINE].cursor);
	ck_assert_uint_ge(f.st.query.timeline.anchor, 3);
	click(&f, INPUT_CLICK, 5, 0); /* the title */
	click(&f, INPUT_CLICK, 5, 39);
	click(&f, INPUT_CLICK, 10, 10); /* below the last session */
	ck_assert_uint_eq(f.st.session, 3);
	fixture_keys(&f, "O");
	click(&f, INPUT_CLICK, 10, 3); /* a dialog is open */
	ck_assert_uint_eq(f.st.session, 3);
	fixture_fini(&f);
}
END_TEST

/* A heading sorts by its column, and again the other way round. */
START_TEST(test_click_heading)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	ck_assert(fixture_shows(&f, "│    ▴# Start    Proto    Client"));
	click(&f, INPUT_CLICK, 8, 2);
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_START);
	click(&f, INPUT_CLICK, 26, 2);
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_CLIENT);
	ck_assert(!f.st.query.sort_descending);
	click(&f, INPUT_CLICK, 27, 2);
	ck_assert(f.st.query.sort_descending);
	click(&f, INPUT_CLICK, 1, 2); /* the marks have no heading */
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_CLIENT);
	fixture_keys(&f, "m");
	click(&f, INPUT_CLICK, 26, 2);
	ck_assert(fixture_shows(&f, "Mails stay in the order"));
	fixture_keys(&f, "m%");
	click(&f, INPUT_CLICK, 2, 2);
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_KEY);
	fixture_fini(&f);
}
END_TEST

/* The comparison is asked for while it is open, and no longer. */
START_TEST(test_compare)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "j=");
	ck_assert(f.st.query.compare);
	ck_assert_uint_eq(f.st.query.session, 2);
	ck_assert(fixture_shows(&f, "Comparing..."));
	f.s->compare_head = (struct snapshot_compare){.is_known = true, .sessions = {2, 1}, .facts = 1, .first = 2};
	f.s->compare = (struct snapshot_window){.total = 4, .count = 4};
	memset(f.s->compare_rows, 0, 4 * sizeof(*f.s->compare_rows));
	snprintf(f.s->compare_rows[0].fact, sizeof(f.s->compare_rows[0].fact), "HELO");
	f.s->compare_rows[2].difference = f.s->compare_rows[3].difference = DIFFERENCE_GREAT;
	f.s->compare_rows[3].sides[1] = (struct snapshot_compare_side){true, 7, 350, 64, 0, MEANING_PLAIN, "DATA"};
	state_update(&f.st, f.s);
	ck_assert_uint_eq(f.st.panes[VIEW_COMPARE].cursor, 2);
	fixture_keys(&f, "]");
	ck_assert_uint_eq(f.st.panes[VIEW_COMPARE].cursor, 3);
	fixture_keys(&f, "]");
	ck_assert(fixture_shows(&f, "This is the last difference"));
	fixture_keys(&f, "[[");
	ck_assert(fixture_shows(&f, "This is the first difference"));
	fixture_keys(&f, "g\r");
	ck_assert(fixture_shows(&f, "about the whole sessions"));
	fixture_keys(&f, "G\r"); /* only the right one has it */
	ck_assert_uint_eq(f.st.session, 1);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 7);
	ck_assert_int_eq(f.st.focus, VIEW_TIMELINE);
	ck_assert(!f.st.query.compare);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_help_search)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "?/smtp\r");
	fixture_keys(&f, "q/x\r?/COLUMNS\r");
	ck_assert(fixture_shows(&f, "choose the columns"));
	ck_assert_uint_gt(f.st.panes[VIEW_HELP].cursor, 0);
	fixture_keys(&f, "G/choose the\r"); /* it goes around both ends */
	ck_assert(fixture_shows(&f, "choose the columns"));
	fixture_keys(&f, "gN");
	ck_assert(fixture_shows(&f, "choose the columns"));
	fixture_keys(&f, "/no such words\r");
	ck_assert(fixture_shows(&f, "Not found: no such words"));
	fixture_fini(&f);
}
END_TEST

/* From an opened packet to the next, without going back; the cursor stays on its field. */
START_TEST(test_step_packet)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "\t\t\t\rjj");
	ck_assert(fixture_shows(&f, "Packet 61 of session 1"));
	fixture_keys(&f, "]");
	ck_assert_uint_eq(f.st.query.packet, 62);
	ck_assert(fixture_shows(&f, "Packet 62 of session 1"));
	ck_assert(fixture_shows(&f, "marked 7 at 14"));
	fixture_keys(&f, "[[");
	ck_assert_uint_eq(f.st.query.packet, 61);
	ck_assert(fixture_shows(&f, "This is the first packet"));
	for (int i = 0; i < FIXTURE_PACKETS + 3; i++)
		fixture_keys(&f, "]");
	ck_assert_uint_eq(f.st.query.packet, 69);
	ck_assert(fixture_shows(&f, "This is the last packet"));
	fixture_keys(&f, "\033");
	ck_assert_uint_eq(f.st.panes[VIEW_PACKETS].cursor, 69); /* the list came along */
	fixture_fini(&f);
}
END_TEST

START_TEST(test_search_fields)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "\t\t\t\r/LAYER\rn");
	ck_assert(fixture_shows(&f, "marked 35 at 35"));
	fixture_keys(&f, "n");
	ck_assert(fixture_shows(&f, "marked 35 at 70"));
	fixture_keys(&f, "NN");
	ck_assert(fixture_shows(&f, "marked 35 at 0"));
	fixture_keys(&f, "N"); /* round the beginning */
	ck_assert(fixture_shows(&f, "marked 35 at 105"));
	fixture_keys(&f, "/no such field\r");
	ck_assert(fixture_shows(&f, "Not found: no such field"));
	fixture_fini(&f);
}
END_TEST

/* Among all packets the filter is for the packet under the cursor, which may be of no session. */
START_TEST(test_filter_packet)
{
	struct fixture f;
	struct snapshot_packet_row *row;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "aj");
	ck_assert(fixture_shows(&f, " No. Session "));
	row = &f.s->packet_rows[1];
	row->session = 0;
	strcpy(row->source_address, "192.0.2.53");
	strcpy(row->destination_address, "10.0.0.77");
	row->source_port = 53;
	row->destination_port = 40001;
	fixture_key(&f, 'H');
	ck_assert_str_eq(f.st.requests[0].text, "host 192.0.2.53");
	strcpy(f.s->filter, "host 192.0.2.53");
	f.st.request_count = 0;
	fixture_key(&f, 'H');
	ck_assert_str_eq(f.st.requests[0].text, "host 10.0.0.77");
	f.st.request_count = 0;
	strcpy(f.s->filter, "");
	fixture_key(&f, 'P');
	ck_assert_str_eq(f.st.requests[0].text, "port 40001");
	strcpy(f.s->filter, "port 40001");
	f.st.request_count = 0;
	fixture_key(&f, 'P');
	ck_assert_str_eq(f.st.requests[0].text, "port 53");
	f.st.request_count = 0;
	row->source_address[0] = '\0';
	row->destination_port = 0;
	fixture_key(&f, 'H');
	fixture_key(&f, 'P');
	ck_assert_uint_eq(f.st.request_count, 0);
	ck_assert(fixture_shows(&f, "This packet has no port"));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_shift)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "\t\t");
	ck_assert(fixture_shows(&f, "S  220 ns1"));
	fixture_key(&f, INPUT_RIGHT);
	ck_assert(fixture_shows(&f, "S  example.com ESMTP"));
	fixture_key(&f, INPUT_LEFT);
	fixture_key(&f, INPUT_LEFT);
	ck_assert(fixture_shows(&f, "S  220 ns1"));
	for (int i = 0; i < 1000; i++)
		fixture_key(&f, INPUT_RIGHT);
	ck_assert(fixture_shows(&f, "S  ")); /* something of the longest line is left */
	ck_assert_uint_le(f.st.panes[VIEW_STREAM].shift, 80);
	f.st.panes[VIEW_STREAM].shift = 0;
	f.st.columns = 200;
	fixture_settle(&f);
	fixture_key(&f, INPUT_RIGHT); /* all of them fit */
	ck_assert_uint_eq(f.st.panes[VIEW_STREAM].shift, 0);
	fixture_fini(&f);
}
END_TEST

/* Any keys in any order, at any size: no crash, and the queries stay within their bounds. */
START_TEST(test_any_keys)
{
	struct fixture f;
	unsigned int seed = (unsigned int)_i + 1;

	fixture_begin(&f, 80, 24);
	for (int i = 0; i < 4000; i++) {
		int key;

		seed = seed * 1103515245U + 12345U;
		key = (seed >> 16) % 3 == 0 ? INPUT_NONE + (int)(seed >> 20) % 40 : (int)(seed >> 20) % 128;
		f.session_count = (seed >> 8) % 50 == 0 ? 0 : 1 + (seed >> 9) % FIXTURE_SESSIONS;
		f.hidden = (seed >> 12) % 9;
		f.st.columns = 1 + (int)(seed >> 7) % 160;
		f.st.rows = 1 + (int)(seed >> 11) % 60;
		click(&f, key, (int)(seed >> 5) % 160, (int)(seed >> 6) % 60);
		f.st.request_count = 0;
		f.st.quit = false;
		fixture_answer(&f);
		state_update(&f.st, f.s);
		frame_draw(&f.st, f.s, &f.grid);
		if (f.st.query.session > FIXTURE_SESSIONS || f.st.query.mail_lines.count > QUERY_ROWS_MAX)
			ck_abort_msg("query out of bounds");
	}
	ck_assert_uint_gt(f.st.query.serial, 100);
	fixture_fini(&f);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, test_mark);
	tcase_add_test(t, test_mark_mail);
	tcase_add_test(t, test_mark_all);
	tcase_add_test(t, test_filter_host);
	tcase_add_test(t, test_filter_words);
	tcase_add_test(t, test_stop);
	tcase_add_test(t, test_anew);
	tcase_add_test(t, test_anew_saves);
	tcase_add_test(t, test_quit_saves);
	tcase_add_test(t, test_confirm_word);
	tcase_add_test(t, test_give);
	tcase_add_test(t, test_quit);
	tcase_add_test(t, test_back);
	tcase_add_test(t, test_secrets);
	tcase_add_test(t, test_secrets_never);
	tcase_add_test(t, test_secrets_shown_from_start);
	tcase_add_test(t, test_open);
	tcase_add_test(t, test_open_finding);
	tcase_add_test(t, test_tab);
	tcase_add_test(t, test_all_packets);
	tcase_add_test(t, test_sort);
	tcase_add_test(t, test_mouse);
	tcase_add_test(t, test_click_heading);
	tcase_add_test(t, test_compare);
	tcase_add_test(t, test_help_search);
	tcase_add_test(t, test_step_packet);
	tcase_add_test(t, test_search_fields);
	tcase_add_test(t, test_filter_packet);
	tcase_add_test(t, test_shift);
	tcase_add_loop_test(t, test_any_keys, 0, 4);
}
