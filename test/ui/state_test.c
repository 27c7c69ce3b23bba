#include "ui/state.h"

#include "../main.h"
#include "fixture.h"

START_TEST(test_first_row)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	ck_assert_uint_eq(f.st.session, 1);
	ck_assert_uint_eq(f.st.query.session, 1);
	ck_assert(state_has_session(&f.st, f.s));
	ck_assert(state_has_list(&f.st, f.s));
	fixture_fini(&f);
}
END_TEST

/* A live capture is followed: the newest session is under the cursor until the user moves away from the last row. */
START_TEST(test_follows_live)
{
	struct fixture f;

	fixture_init(&f, 120, 40);
	state_fini(&f.st);
	f.options.file_count = 0;
	state_init(&f.st, &f.options);
	f.session_count = 1;
	state_query(&f.st);
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 1);
	ck_assert_uint_eq(f.st.query.list_rows.first, UINT64_MAX);
	f.session_count = 4;
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 4);
	fixture_keys(&f, "k");
	f.session_count = 6;
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 3);
	fixture_keys(&f, "G");
	ck_assert_uint_eq(f.st.session, 6);
	f.session_count = 5; /* the newest was evicted */
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 5);
	fixture_fini(&f);
}
END_TEST

/* What comes last is no other query: else each new session would be asked for when the next is there already. */
START_TEST(test_follows_in_one_snapshot)
{
	struct fixture f;
	uint64_t serial;

	fixture_begin(&f, 120, 40);
	f.session_count = 3;
	fixture_keys(&f, "G");
	ck_assert(f.st.query.follows);
	serial = f.st.query.serial;
	while (f.session_count < FIXTURE_SESSIONS) {
		f.session_count++;
		fixture_answer(&f);
		state_update(&f.st, f.s);
		ck_assert_uint_eq(f.st.session, f.session_count);
		ck_assert(state_has_session(&f.st, f.s));
		ck_assert(!state_query(&f.st));
	}
	ck_assert_uint_eq(f.st.query.serial, serial);
	fixture_keys(&f, "k");
	ck_assert(!f.st.query.follows);
	ck_assert_uint_eq(f.st.query.session, f.st.session);
	fixture_fini(&f);
}
END_TEST

/* An opened mail stays what it is. */
START_TEST(test_follows_not_with_a_mail)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "G");
	view_stack_push(&f.st.above, VIEW_MAIL, 1);
	ck_assert(state_query(&f.st));
	ck_assert(!f.st.query.follows);
	ck_assert_uint_eq(f.st.query.session, f.st.session);
	fixture_fini(&f);
}
END_TEST

static void begin_wanting(struct fixture *f, bool is_live)
{
	fixture_init(f, 120, 40);
	state_fini(&f->st);
	memset(f->options.wanted.id, '1', 1);
	f->options.file_count = is_live ? 0 : 1;
	state_init(&f->st, &f->options);
	f->session_count = 3;
	state_query(&f->st);
	fixture_settle(f);
}

/* What --session means is opened once, when it has come, in a capture that is followed, too. */
START_TEST(test_opens_what_is_wanted)
{
	struct fixture f;

	begin_wanting(&f, _i == 1);
	ck_assert_uint_eq(f.st.session, _i == 1 ? 3 : 1);
	ck_assert_int_eq(f.st.focus, VIEW_SESSIONS);
	f.session_count = 6;
	f.s->wanted_session = 5;
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 5);
	ck_assert_int_eq(f.st.focus, VIEW_TIMELINE);
	ck_assert(state_has_session(&f.st, f.s));
	fixture_keys(&f, "qgj");
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 2);
	ck_assert_int_eq(f.st.focus, VIEW_SESSIONS);
	fixture_fini(&f);
}
END_TEST

/* Its row comes later than it; and who looks at something else goes on with that. */
START_TEST(test_waits_for_what_is_wanted)
{
	struct fixture f;

	begin_wanting(&f, false);
	f.s->wanted_session = 5;
	fixture_settle(&f);
	ck_assert_int_eq(f.st.focus, VIEW_SESSIONS);
	fixture_keys(&f, "?");
	f.session_count = 6;
	fixture_settle(&f);
	ck_assert_int_eq(state_view(&f.st), VIEW_HELP);
	fixture_keys(&f, "q");
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 5);
	ck_assert_int_eq(f.st.focus, VIEW_TIMELINE);
	fixture_fini(&f);
}
END_TEST

/* A display filter may hide it: then the cursor is the user's. */
START_TEST(test_leaves_alone_what_a_filter_hides)
{
	struct fixture f;

	begin_wanting(&f, false);
	f.s->wanted_session = 2;
	f.hidden = 2;
	snprintf(f.s->filter, sizeof(f.s->filter), "port 110");
	fixture_settle(&f);
	fixture_keys(&f, "j");
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 3);
	ck_assert_int_eq(f.st.focus, VIEW_SESSIONS);
	fixture_fini(&f);
}
END_TEST

/* The cursor stays on its session, wherever that goes. */
START_TEST(test_keeps_session)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "jj");
	ck_assert_uint_eq(f.st.session, 3);
	f.hidden = 1; /* a row above goes */
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 3);
	ck_assert_uint_eq(f.st.panes[VIEW_SESSIONS].cursor, 1);
	f.hidden = 3; /* itself */
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 2);
	fixture_fini(&f);
}
END_TEST

/* That settings were saved is not covered by what the worker says of them; what failed is said. */
START_TEST(test_message_stays)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	state_say(&f.st, false, "Saved smtp_ports");
	f.st.message_stays = true;
	snprintf(f.s->message, sizeof(f.s->message), "Ports changed");
	f.s->message_serial++;
	state_update(&f.st, f.s);
	ck_assert_str_eq(f.st.message, "Saved smtp_ports");
	snprintf(f.s->message, sizeof(f.s->message), "disk full");
	f.s->message_is_error = true;
	f.s->message_serial++;
	state_update(&f.st, f.s);
	ck_assert_str_eq(f.st.message, "disk full");
	ck_assert(!f.st.message_stays);
	fixture_fini(&f);
}
END_TEST

/* Of a list that is made anew, as when a filter is taken away, it may be among the last. */
START_TEST(test_session_is_waited_for)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "jj");
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 3);
	f.hidden = 3;
	fixture_answer(&f);
	f.s->session_awaits = true;
	state_update(&f.st, f.s);
	ck_assert_uint_eq(f.st.session, 3);
	f.s->session_awaits = false;
	state_update(&f.st, f.s);
	ck_assert_uint_eq(f.st.session, 4); /* it does not come: what is in its place */
	fixture_fini(&f);
}
END_TEST

/* Another order shows what it was asked for, when it is made. */
START_TEST(test_order_begins_at_its_top)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "jj");
	f.s->filter_busy = true;
	fixture_keys(&f, ">");
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 3);
	f.s->filter_busy = false;
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, f.s->session_rows[0].number);
	ck_assert_uint_ne(f.st.session, 3);
	ck_assert_uint_eq(f.st.panes[VIEW_SESSIONS].cursor, 0);
	fixture_fini(&f);
}
END_TEST

/* A session that comes under the cursor is shown where it went wrong, once. */
START_TEST(test_shows_the_culprit)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	f.s->culprit = (struct snapshot_place){.is_known = true, .timeline_row = 3, .position = 7, .packet = 66};
	fixture_keys(&f, "j");
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 3);
	ck_assert_uint_eq(f.st.panes[VIEW_PACKETS].cursor, 66);
	fixture_keys(&f, "\r");
	fixture_key(&f, INPUT_UP);
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 2);
	f.s->culprit.is_known = false;
	fixture_key(&f, INPUT_BACKTAB);
	fixture_keys(&f, "j");
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 0);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_empty_and_back)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "jj");
	f.session_count = 0;
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 0);
	ck_assert(!state_has_session(&f.st, f.s));
	fixture_keys(&f, "jkGg\r mm*");
	ck_assert_uint_eq(f.st.session, 0);
	f.session_count = 2;
	fixture_settle(&f);
	ck_assert_uint_ne(f.st.session, 0);
	fixture_fini(&f);
}
END_TEST

/* Moving in one pane moves the others to the same place. */
START_TEST(test_panes_follow)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\tjjj");
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 3);
	ck_assert_uint_eq(f.st.query.stream.anchor, 150);
	ck_assert_uint_eq(f.st.query.packets.anchor, 64);
	fixture_keys(&f, "\tj");
	ck_assert_uint_eq(f.st.query.timeline.anchor, 4);
	ck_assert_uint_eq(f.st.query.packets.anchor, 65);
	fixture_keys(&f, "\tkk");
	ck_assert_uint_eq(f.st.query.timeline.anchor, 2);
	ck_assert_uint_eq(f.st.query.stream.anchor, 100);
	fixture_keys(&f, "\tj"); /* another session: from its beginning */
	ck_assert_uint_eq(f.st.query.timeline.anchor, 0);
	ck_assert_uint_eq(f.st.query.stream.anchor, 0);
	ck_assert_uint_eq(f.st.query.packets.anchor, 0);
	fixture_fini(&f);
}
END_TEST

static void set_timeline(struct fixture *f, uint32_t count)
{
	f->s->timeline.count = count;
	f->s->timeline.total = count;
}

/* On its last row a timeline follows what comes, and takes the others along. */
START_TEST(test_timeline_follows)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	set_timeline(&f, 4);
	fixture_keys(&f, "\tG");
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 3);
	set_timeline(&f, 7);
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 6);
	ck_assert_uint_eq(f.st.query.stream.anchor, 300);
	fixture_keys(&f, "k");
	set_timeline(&f, 9);
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 5);
	fixture_fini(&f);
}
END_TEST

/* The serial rises with every change and with nothing else. */
START_TEST(test_serial)
{
	struct fixture f;
	uint64_t serial;

	fixture_begin(&f, 120, 40);
	serial = f.st.query.serial;
	ck_assert(!state_query(&f.st));
	fixture_keys(&f, "O");
	ck_assert_uint_eq(f.st.query.serial, serial);
	fixture_key(&f, INPUT_ESCAPE);
	fixture_key(&f, 'j');
	ck_assert_uint_eq(f.st.query.serial, serial + 1);
	ck_assert_uint_eq(f.st.query.session, 2);
	fixture_fini(&f);
}
END_TEST

/* An answer to an older query is not taken for one to the newest. */
START_TEST(test_stale_answers)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_key(&f, 'm');
	ck_assert(!state_has_list(&f.st, f.s));
	state_update(&f.st, f.s);
	ck_assert_uint_eq(f.st.session, 1);
	fixture_settle(&f);
	ck_assert(state_has_list(&f.st, f.s));
	fixture_key(&f, INPUT_ENTER);
	ck_assert(!state_has_mail(&f.st, f.s));
	fixture_settle(&f);
	ck_assert(state_has_mail(&f.st, f.s));
	fixture_key(&f, 'v');
	ck_assert(!state_has_mail(&f.st, f.s)); /* these lines are still the text's */
	fixture_settle(&f);
	ck_assert(state_has_mail(&f.st, f.s));
	ck_assert_int_eq(f.st.query.mail_view, QUERY_MAIL_SOURCE);
	fixture_fini(&f);
}
END_TEST

static void answer_find(struct fixture *f, bool found, uint64_t anchor)
{
	fixture_answer(f);
	f->s->find_serial = f->st.query.find_serial;
	f->s->find_busy = false;
	f->s->find_found = found;
	f->s->find_anchor = anchor;
	state_update(&f->st, f->s);
	state_query(&f->st);
}

START_TEST(test_find)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\t\tj/550\r");
	ck_assert_int_eq(f.st.query.find, QUERY_FIND_STREAM);
	ck_assert_str_eq(f.st.query.find_text, "550");
	ck_assert_uint_eq(f.st.query.find_from, 50);
	ck_assert(!f.st.query.find_backwards);
	ck_assert(fixture_shows(&f, "Searching for 550: 0%"));
	answer_find(&f, true, 400);
	ck_assert_uint_eq(f.st.panes[VIEW_STREAM].cursor, 400);
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 8); /* the others follow */
	fixture_keys(&f, "N");
	ck_assert(f.st.query.find_backwards);
	ck_assert_uint_eq(f.st.query.find_from, 400);
	answer_find(&f, false, 0);
	ck_assert_uint_eq(f.st.panes[VIEW_STREAM].cursor, 400);
	ck_assert(fixture_shows(&f, "Not found: 550"));
	fixture_fini(&f);
}
END_TEST

/* A match beyond the rows at hand. */
START_TEST(test_find_far)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\t/550\r");
	fixture_answer(&f);
	f.s->timeline.count = 3;
	f.s->find_serial = f.st.query.find_serial;
	f.s->find_found = true;
	f.s->find_anchor = 7;
	state_update(&f.st, f.s);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 7);
	ck_assert(state_query(&f.st));
	f.s->timeline.count = FIXTURE_TIMELINE;
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.panes[VIEW_TIMELINE].cursor, 7);
	ck_assert_uint_eq(f.st.panes[VIEW_STREAM].cursor, 350);
	fixture_fini(&f);
}
END_TEST

/* The answer to an older search does not move the cursor. */
START_TEST(test_find_stale)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "\t\t/550\r");
	answer_find(&f, true, 400);
	fixture_key(&f, 'n');
	f.s->find_found = true;
	f.s->find_anchor = 100;
	state_update(&f.st, f.s); /* still the first search's serial */
	ck_assert_uint_eq(f.st.panes[VIEW_STREAM].cursor, 400);
	ck_assert(f.st.find.is_waiting);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_find_session)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "/192.0.2\r");
	ck_assert_int_eq(f.st.query.find, QUERY_FIND_LIST);
	f.s->find_session = 5;
	answer_find(&f, true, 4);
	ck_assert_uint_eq(f.st.session, 5);
	fixture_settle(&f);
	ck_assert_uint_eq(f.st.session, 5);
	ck_assert_uint_eq(f.st.panes[VIEW_SESSIONS].cursor, 4);
	fixture_fini(&f);
}
END_TEST

/* Ten thousand rows: the window stays while the cursor moves little, and is always around it. */
START_TEST(test_window)
{
	struct fixture f;
	int changes = 0;

	fixture_begin(&f, 120, 40);
	for (uint64_t cursor = 0; cursor < 10000; cursor++) {
		uint64_t first = f.st.query.list_rows.first;

		f.st.panes[VIEW_SESSIONS].cursor = cursor;
		state_query(&f.st);
		changes += f.st.query.list_rows.first != first;
		ck_assert(f.st.query.list_rows.first <= cursor);
		ck_assert(cursor + 100 <= f.st.query.list_rows.first + f.st.query.list_rows.count);
		ck_assert(f.st.query.list_rows.first == 0 || f.st.query.list_rows.first + 100 <= cursor);
	}
	ck_assert_int_eq(changes, 98);
	ck_assert_uint_le(f.st.query.list_rows.count, QUERY_ROWS_MAX);
	ck_assert_uint_le(f.st.query.stream.before + f.st.query.stream.after, QUERY_ROWS_MAX);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_requests_keep_order)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	for (uint32_t i = 0; i < 100; i++)
		state_request(&f.st, REQUEST_MARK)->session = i;
	ck_assert_uint_eq(f.st.request_count, 100);
	for (uint32_t i = 0; i < 100; i++)
		ck_assert_uint_eq(f.st.requests[i].session, i);
	fixture_fini(&f);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, test_first_row);
	tcase_add_test(t, test_follows_live);
	tcase_add_test(t, test_keeps_session);
	tcase_add_test(t, test_message_stays);
	tcase_add_test(t, test_session_is_waited_for);
	tcase_add_test(t, test_order_begins_at_its_top);
	tcase_add_test(t, test_shows_the_culprit);
	tcase_add_test(t, test_follows_in_one_snapshot);
	tcase_add_test(t, test_follows_not_with_a_mail);
	tcase_add_loop_test(t, test_opens_what_is_wanted, 0, 2);
	tcase_add_test(t, test_waits_for_what_is_wanted);
	tcase_add_test(t, test_leaves_alone_what_a_filter_hides);
	tcase_add_test(t, test_empty_and_back);
	tcase_add_test(t, test_panes_follow);
	tcase_add_test(t, test_timeline_follows);
	tcase_add_test(t, test_serial);
	tcase_add_test(t, test_stale_answers);
	tcase_add_test(t, test_find);
	tcase_add_test(t, test_find_far);
	tcase_add_test(t, test_find_stale);
	tcase_add_test(t, test_find_session);
	tcase_add_test(t, test_window);
	tcase_add_test(t, test_requests_keep_order);
}
