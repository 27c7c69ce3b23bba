#include "ui/action.h"

#include "../main.h"
#include "fixture.h"
#include "ui/list.h"

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

static void answer_values(struct fixture *f, const char *const *values)
{
	fixture_settle(f);
	f->s->values_of = f->st.query.values_of;
	memcpy(f->s->value_prefix, f->st.query.value_prefix, sizeof(f->s->value_prefix));
	for (f->s->value_count = 0; values[f->s->value_count] != NULL; f->s->value_count++)
		strcpy(f->s->values[f->s->value_count], values[f->s->value_count]);
}

/* Behind a word Tab types the values that were seen, as far as they agree. */
START_TEST(test_filter_values)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "Fslow>1s user:Al");
	ck_assert_uint_eq(f.st.query.values_of, 1U << STATISTICS_USER);
	ck_assert_str_eq(f.st.query.value_prefix, "Al");
	answer_values(&f, (const char *const[]){"alice@a", "alice@b", NULL});
	ck_assert(fixture_shows(&f, "Tab:  alice@a  alice@b"));
	fixture_key(&f, INPUT_TAB);
	ck_assert_str_eq(f.st.dialog.edit.text, "slow>1s user:alice@");
	ck_assert(!fixture_shows(&f, "Tab:  alice@a")); /* they are of another beginning */
	answer_values(&f, (const char *const[]){"alice@b", NULL});
	fixture_key(&f, INPUT_TAB);
	ck_assert_str_eq(f.st.dialog.edit.text, "slow>1s user:alice@b ");
	ck_assert_uint_eq(f.st.query.values_of, 0);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "user:");
	answer_values(&f, (const char *const[]){"Al (\"x\")", NULL});
	fixture_key(&f, INPUT_TAB);
	ck_assert_str_eq(f.st.dialog.edit.text, "user:\"Al (\\\"x\\\")\" ");
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "host:1");
	ck_assert_uint_eq(f.st.query.values_of, 1U << STATISTICS_SERVER | 1U << STATISTICS_CLIENT);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "to:bo");
	ck_assert_uint_eq(f.st.query.values_of, 1U << STATISTICS_DOMAIN | QUERY_VALUES_TO);
	fixture_keys(&f, "b@ex");
	ck_assert_uint_eq(f.st.query.values_of, 1U << STATISTICS_DOMAIN);
	ck_assert_str_eq(f.st.query.value_prefix, "ex");
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "user:/a");
	ck_assert_uint_eq(f.st.query.values_of, 0); /* a pattern */
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "subject:a");
	ck_assert_uint_eq(f.st.query.values_of, QUERY_VALUES_SUBJECT);
	answer_values(&f, (const char *const[]){"a (2) \xe4\xb8\xad", NULL});
	fixture_key(&f, INPUT_TAB);
	ck_assert_str_eq(f.st.dialog.edit.text, "subject:\"a (2) \xe4\xb8\xad\" ");
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "from:a");
	ck_assert_uint_eq(f.st.query.values_of, QUERY_VALUES_FROM);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "helo=a");
	ck_assert_uint_eq(f.st.query.values_of, QUERY_VALUES_HELO);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "attachment:");
	ck_assert_uint_eq(f.st.query.values_of, QUERY_VALUES_ATTACHMENT);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "since:1");
	ck_assert_uint_eq(f.st.query.values_of, 0); /* of times there is none */
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
	ck_assert(fixture_shows(&f, " Export "));
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

/* A mail of two parts; the second is a mail in which there is one more. */
static void answer_parts(struct fixture *f)
{
	fixture_settle(f);
	f->s->mail_part = f->st.query.mail_part;
	f->s->mail_part_count = f->st.query.mail_part.count == 0 ? 2 : 1;
	f->s->mail_parts[0] = (struct snapshot_part){.number = 2, .line = 30, .name = "text/plain"};
	f->s->mail_parts[1] =
		(struct snapshot_part){.number = 3, .line = 31, .is_mail = true, .name = "message/rfc822"};
}

static void expect_part(const struct fixture *f, uint32_t count, uint32_t first, uint32_t second)
{
	struct part_path path = state_part(&f->st);

	ck_assert_uint_eq(path.count, count);
	ck_assert_uint_eq(path.numbers[0], first);
	ck_assert_uint_eq(path.numbers[1], second);
}

START_TEST(test_parts)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "mj\r");
	answer_parts(&f);
	expect_part(&f, 0, 0, 0);
	fixture_key(&f, INPUT_ENTER); /* none is chosen */
	expect_part(&f, 0, 0, 0);
	ck_assert(f.st.message_is_error);
	fixture_key(&f, INPUT_TAB);
	expect_part(&f, 1, 2, 0);
	ck_assert_uint_ge(f.st.panes[VIEW_MAIL].cursor + 20, 30);
	fixture_key(&f, INPUT_ENTER); /* no mail */
	expect_part(&f, 1, 2, 0);
	ck_assert_uint_eq(f.st.mail_part.count, 0);
	fixture_key(&f, INPUT_BACKTAB);
	expect_part(&f, 1, 3, 0);
	fixture_key(&f, INPUT_TAB);
	expect_part(&f, 1, 2, 0);
	f.s->mail_parts[0].size = 900;
	ck_assert(fixture_shows(&f, "- part 2: text/plain, 900 B - mail "));
	f.s->mail_parts_more = 172;
	fixture_key(&f, INPUT_TAB);
	ck_assert(fixture_shows(&f, "- part 3: message/rfc822 - mail "));
	ck_assert(fixture_shows(&f, "This is the last part that can be chosen, 172 more follow: s saves all"));
	fixture_key(&f, INPUT_ENTER);
	answer_parts(&f);
	ck_assert_uint_eq(f.st.mail_part.count, 1);
	expect_part(&f, 1, 3, 0);
	fixture_key(&f, INPUT_TAB);
	expect_part(&f, 2, 3, 2);
	fixture_key(&f, '|');
	ck_assert_uint_eq(f.st.gift.part.count, 2);
	fixture_key(&f, 'v');
	answer_parts(&f);
	expect_part(&f, 1, 3, 0);
	fixture_key(&f, INPUT_TAB); /* the source has no list */
	expect_part(&f, 1, 3, 0);
	fixture_key(&f, INPUT_ESCAPE);
	answer_parts(&f);
	ck_assert_uint_eq(f.st.mail_part.count, 0);
	expect_part(&f, 1, 3, 0);
	for (int depth = 0; depth < 2 * PART_PATH_MAX; depth++) {
		f.s->mail_parts[0] = (struct snapshot_part){.number = 3, .line = 1, .is_mail = true};
		f.s->mail_part_count = 1;
		f.st.part = 3;
		fixture_key(&f, INPUT_ENTER);
		fixture_settle(&f);
	}
	ck_assert_uint_eq(f.st.mail_part.count, PART_PATH_MAX - 1);
	ck_assert_uint_eq(state_part(&f.st).count, PART_PATH_MAX);
	fixture_keys(&f, "mj\r");
	fixture_fini(&f);
}
END_TEST

/* Two keys from a mail to its files, wherever one is; the format of other mails stays. */
START_TEST(test_attachments)
{
	struct fixture f;
	struct request *r;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "mj\rA");
	fixture_settle(&f);
	f.s->selected_tally = (struct snapshot_tally){.known = true, .mails = 1, .mail_bytes = 4100};
	ck_assert(fixture_shows(&f, "attachments: their files alone"));
	dialog_save_update(&f.st, f.s);
	ck_assert(fixture_shows(&f, "The attachments of: Mail "));
	fixture_key(&f, INPUT_ESCAPE);
	answer_parts(&f);
	fixture_key(&f, INPUT_TAB);
	fixture_key(&f, INPUT_BACKTAB);
	fixture_key(&f, INPUT_ENTER); /* a mail within */
	answer_parts(&f);
	fixture_key(&f, INPUT_TAB);
	ck_assert_uint_gt(state_part(&f.st).count, 0);
	fixture_key(&f, 'A');
	ck_assert_int_eq(f.st.dialog.form.count, 3); /* none of them is a part */
	fixture_key(&f, INPUT_ENTER);
	r = &f.st.requests[f.st.request_count - 1];
	ck_assert_int_eq(r->kind, REQUEST_SAVE);
	ck_assert_int_eq(r->format, REQUEST_FORMAT_ATTACHMENTS);
	ck_assert_int_eq(r->which, REQUEST_WHICH_SELECTED);
	ck_assert_uint_gt(r->mail, 0);
	ck_assert_uint_eq(r->part.count, 0);
	ck_assert_int_eq(f.st.save.format, REQUEST_FORMAT_EML);
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
	f.s->jobs_pending = 3000; /* mails, or texts of an export */
	fixture_key(&f, 'q');
	ck_assert(!f.st.quit);
	ck_assert(fixture_shows(&f, "3,000 files are still being written. Quit?"));
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
	fixture_keys(&f, "m"); /* they have an order of their own */
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

static const struct {
	int key;
	enum view_id view;
	enum query_sort first;
} sorted[] = {
	{'m', VIEW_MAILS, QUERY_SORT_NUMBER},
	{'!', VIEW_FINDINGS, QUERY_SORT_SEVERITY},
	{'%', VIEW_STATISTICS, QUERY_SORT_NUMBER},
};

static int sort_asked(const struct fixture *f, bool *is_descending)
{
	const struct state_sort *sort = &f->st.sorts[VIEWS + f->st.query.statistics_of];

	*is_descending = f->st.query.sort_descending;
	if (!f->st.query.statistics)
		return (int)f->st.query.sort;
	*is_descending = sort->is_descending;
	ck_assert_int_eq(sort->by, f->st.query.statistics_sort);
	return sort->by;
}

/* By every column that has a name, but a chart; both ways; and the cursor goes to the top. */
START_TEST(test_headings_of_all_lists)
{
	const struct column_table *table = view_get(sorted[_i].view)->table;
	struct fixture f;

	fixture_begin(&f, 250, 40);
	f.s->has_mailboxes = true;
	fixture_key(&f, sorted[_i].key);
	fixture_settle(&f);
	for (size_t i = 0; i < table->count; i++) {
		const struct column *c = &table->columns[i];
		int at = 1;
		bool was_descending;
		bool is_descending;

		if (c->name[0] == '\0' || c->sort == COLUMN_UNSORTED)
			continue;
		while (list_column_at(&f.st, f.s, sorted[_i].view, 248, at) != (int)i)
			ck_assert_int_lt(at++, 248);
		fixture_key(&f, 'j');
		click(&f, INPUT_CLICK, at + 1, 2);
		ck_assert_int_eq(sort_asked(&f, &was_descending), c->sort);
		ck_assert_uint_eq(f.st.panes[sorted[_i].view].cursor, 0);
		ck_assert(fixture_shows(&f, was_descending ? "▾" : "▴"));
		fixture_settle(&f);
		click(&f, INPUT_CLICK, at + 1, 2);
		ck_assert_int_eq(sort_asked(&f, &is_descending), c->sort);
		ck_assert(is_descending != was_descending);
		fixture_settle(&f);
	}
	fixture_fini(&f);
}
END_TEST

/* What is selected may go to where its rows are not at hand: the cursor goes there, as soon as that is known. */
START_TEST(test_cursor_stays_on_its_item)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_key(&f, 'm');
	fixture_settle(&f);
	fixture_key(&f, 'j');
	fixture_settle(&f);
	f.s->list = (struct snapshot_window){.first = 5000, .total = 9000, .count = 0};
	f.s->item_row = 1234;
	f.s->query_serial = f.st.query.serial;
	state_update(&f.st, f.s);
	ck_assert_uint_eq(f.st.panes[VIEW_MAILS].cursor, 1234);
	f.s->item_row = UINT64_MAX; /* it is gone: what is there now */
	state_update(&f.st, f.s);
	ck_assert_uint_eq(f.st.panes[VIEW_MAILS].cursor, 1234);
	fixture_fini(&f);
}
END_TEST

/* As the headings do, from left to right and round the end; each list comes back as it was left. */
START_TEST(test_steps_of_all_lists)
{
	bool is_descending;
	struct fixture f;

	fixture_begin(&f, 250, 40);
	fixture_key(&f, sorted[_i].key);
	ck_assert_int_eq(sort_asked(&f, &is_descending), sorted[_i].first);
	for (int round = 0; round < 2; round++) {
		int seen[QUERY_SORTS][2] = {0};
		int steps = 0;

		do {
			fixture_key(&f, round == 0 ? '>' : '<');
			seen[sort_asked(&f, &is_descending)][is_descending]++;
			steps++;
		} while (sort_asked(&f, &is_descending) != (int)sorted[_i].first ||
			 is_descending != (sorted[_i].view == VIEW_STATISTICS));
		ck_assert_int_ge(steps, 8);
		for (int sort = 0; sort < QUERY_SORTS; sort++)
			for (int way = 0; way < 2; way++)
				ck_assert(sorted[_i].view == VIEW_STATISTICS ? seen[sort][way] <= 1
									     : seen[sort][way] == seen[sort][!way]);
	}
	fixture_key(&f, '>');
	fixture_key(&f, '>');
	fixture_key(&f, sorted[_i].key);
	fixture_key(&f, sorted[_i].key);
	ck_assert(sort_asked(&f, &is_descending) != (int)sorted[_i].first);
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
	fixture_keys(&f, "%");
	click(&f, INPUT_CLICK, 2, 2);
	ck_assert_int_eq(f.st.query.statistics_sort, QUERY_STATISTICS_KEY);
	ck_assert(!f.st.query.statistics_reversed);
	click(&f, INPUT_CLICK, 2, 2);
	ck_assert(f.st.query.statistics_reversed);
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
static bool waits(const struct fixture *f, struct input in)
{
	return action_waits(&f->st, f->s, &in, false);
}

/* A key that means what is not shown yet is for later; what is typed, pasted or pointed at is for now. */
START_TEST(test_waits)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	ck_assert(!waits(&f, (struct input){.key = 'j'}));
	ck_assert(action_waits(&f.st, f.s, &(struct input){.key = 'j'}, true)); /* other rows were asked for */
	ck_assert(action_moves(&f.st, &(struct input){.key = 'j'}));
	ck_assert(!action_moves(&f.st, &(struct input){.key = 'y'}));
	ck_assert(waits(&f, (struct input){.key = 'y'}));
	ck_assert(waits(&f, (struct input){.key = INPUT_ENTER}));
	ck_assert(!waits(&f, (struct input){.key = INPUT_CLICK}));
	ck_assert(!waits(&f, (struct input){.key = INPUT_CONTROL('l')}));
	fixture_key(&f, 'm');
	f.st.list_serial = f.s->query_serial + 1; /* no mails are here */
	ck_assert(waits(&f, (struct input){.key = 'j'}));
	fixture_settle(&f);
	ck_assert(!waits(&f, (struct input){.key = 'j'}));
	fixture_keys(&f, "Fport 25");
	ck_assert(!waits(&f, (struct input){.key = 'j'}));
	ck_assert(!action_moves(&f.st, &(struct input){.key = 'j'}));
	ck_assert(waits(&f, (struct input){.key = INPUT_TAB})); /* the values may be on their way */
	ck_assert(!waits(&f, (struct input){.key = INPUT_TAB, .is_pasted = true}));
	fixture_fini(&f);
}
END_TEST

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
	tcase_add_test(t, test_filter_values);
	tcase_add_test(t, test_stop);
	tcase_add_test(t, test_anew);
	tcase_add_test(t, test_anew_saves);
	tcase_add_test(t, test_quit_saves);
	tcase_add_test(t, test_confirm_word);
	tcase_add_test(t, test_give);
	tcase_add_test(t, test_parts);
	tcase_add_test(t, test_attachments);
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
	tcase_add_test(t, test_waits);
	tcase_add_test(t, test_click_heading);
	tcase_add_test(t, test_cursor_stays_on_its_item);
	tcase_add_loop_test(t, test_headings_of_all_lists, 0, 3);
	tcase_add_loop_test(t, test_steps_of_all_lists, 0, 3);
	tcase_add_test(t, test_help_search);
	tcase_add_test(t, test_step_packet);
	tcase_add_test(t, test_search_fields);
	tcase_add_test(t, test_filter_packet);
	tcase_add_test(t, test_shift);
	tcase_add_loop_test(t, test_any_keys, 0, 4);
}
