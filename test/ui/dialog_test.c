#include "ui/dialog.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../main.h"
#include "fixture.h"

/* What was asked for last. */
static const char *last_filter(const struct fixture *f)
{
	ck_assert_uint_gt(f->st.request_count, 0);
	ck_assert_int_eq(f->st.requests[f->st.request_count - 1].kind, REQUEST_FILTER);
	return f->st.requests[f->st.request_count - 1].text;
}

/* The worker answers: the text is in force, or is wrong. */
static void answer(struct fixture *f, const char *filter, const char *error)
{
	f->st.request_count = 0;
	snprintf(f->s->filter_error, sizeof(f->s->filter_error), "%s", error);
	if (error[0] != '\0')
		snprintf(f->s->filter_asked, sizeof(f->s->filter_asked), "%s", filter);
	else
		snprintf(f->s->filter, sizeof(f->s->filter), "%s", filter);
	fixture_settle(f);
}

/* The prompt begins with the filter in force, asks for each that is typed, and goes when the one entered is in force.
 */
START_TEST(test_filter)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	strcpy(f.s->filter, "host 10.0.0.5");
	fixture_key(&f, 'F');
	ck_assert(fixture_shows(&f, "Filter: host 10.0.0.5\n"));
	ck_assert_int_eq(f.grid.cursor_row, 22);
	ck_assert_int_eq(f.grid.cursor_column, 21);
	fixture_keys(&f, " fail");
	ck_assert_uint_eq(f.st.request_count, 5);
	ck_assert_str_eq(last_filter(&f), "host 10.0.0.5 fail");
	fixture_keys(&f, "ed ");
	answer(&f, "host 10.0.0.5 failed", "");
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_FILTER);
	fixture_key(&f, INPUT_ENTER);
	ck_assert_str_eq(last_filter(&f), "host 10.0.0.5 failed");
	f.s->filter[0] = '\0';
	fixture_settle(&f);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_FILTER);
	ck_assert(fixture_shows(&f, "The filter is being made"));
	fixture_key(&f, INPUT_ESCAPE); /* given up: nothing waits for it */
	ck_assert(!f.st.dialog.is_waiting);
	ck_assert_str_eq(last_filter(&f), "host 10.0.0.5");
	fixture_keys(&f, "Fhost 10.0.0.5 failed");
	fixture_key(&f, INPUT_ENTER);
	answer(&f, "host 10.0.0.5 failed", "");
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	fixture_fini(&f);
}
END_TEST

/* What is wrong is said as it is typed, where it stands; an answer to an older text is none. */
START_TEST(test_filter_error)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "Fether");
	f.s->filter_error_len = 5;
	answer(&f, "ether", "ether: a display filter sees no link layer");
	ck_assert(fixture_shows(&f, "Filter: ether\n✘ ether: a display filter sees no link layer\n"));
	ck_assert_int_eq(grid_cell(&f.grid, 8, 22)->style, STYLE_ERROR);
	ck_assert_int_eq(grid_cell(&f.grid, 12, 22)->style, STYLE_ERROR);
	ck_assert_int_ne(grid_cell(&f.grid, 13, 22)->style, STYLE_ERROR);
	fixture_key(&f, INPUT_ENTER);
	ck_assert(f.st.dialog.is_waiting);
	f.st.request_count = 0;
	fixture_settle(&f);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_FILTER);
	ck_assert(!f.st.dialog.is_waiting);
	fixture_key(&f, INPUT_CONTROL('u')); /* typing takes the error away, though the worker still tells it */
	ck_assert(!fixture_shows(&f, "✘ ether"));
	f.st.request_count = 0;
	fixture_settle(&f);
	ck_assert(!fixture_shows(&f, "✘ ether"));
	fixture_key(&f, INPUT_ENTER); /* empty: none */
	ck_assert_str_eq(last_filter(&f), "");
	answer(&f, "", "");
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	fixture_fini(&f);
}
END_TEST

/* What was in force before comes back. */
START_TEST(test_filter_escape)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	strcpy(f.s->filter, "port 25");
	fixture_keys(&f, "F x");
	answer(&f, "port 25 x", "");
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	ck_assert_str_eq(last_filter(&f), "port 25");
	answer(&f, "port 25", "");
	fixture_keys(&f, "F");
	fixture_key(&f, INPUT_ESCAPE); /* nothing was typed */
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_fini(&f);
}
END_TEST

/* Whose resolver would be asked for every letter of a name? */
START_TEST(test_filter_name)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "Fhost ");
	f.st.request_count = 0;
	fixture_keys(&f, "mx.example");
	ck_assert_uint_eq(f.st.request_count, 0);
	ck_assert(fixture_shows(&f, "Enter looks the name up"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert_str_eq(last_filter(&f), "host mx.example");
	fixture_fini(&f);
}
END_TEST

START_TEST(test_filter_completes)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "F(fa");
	ck_assert(fixture_shows(&f, "failed  what did not do what it was for"));
	fixture_key(&f, INPUT_TAB);
	ck_assert_str_eq(f.st.dialog.edit.text, "(failed ");
	fixture_keys(&f, "or s");
	ck_assert(fixture_shows(&f, "Tab: slow  subject  state  size  since"));
	fixture_key(&f, INPUT_TAB);
	ck_assert_str_eq(f.st.dialog.edit.text, "(failed or s");
	fixture_keys(&f, "l");
	fixture_key(&f, INPUT_TAB);
	ck_assert_str_eq(f.st.dialog.edit.text, "(failed or slow>");
	ck_assert(fixture_shows(&f, "slow>1s  the slowest reply took longer"));
	fixture_keys(&f, "1s) su");
	fixture_key(&f, INPUT_TAB);
	ck_assert_str_eq(f.st.dialog.edit.text, "(failed or slow>1s) subject:");
	ck_assert_str_eq(last_filter(&f), "(failed or slow>1s) subject:");
	fixture_fini(&f);
}
END_TEST

START_TEST(test_settings_unchanged)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "O");
	fixture_key(&f, INPUT_ENTER);
	ck_assert_uint_eq(f.st.request_count, 0);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_settings)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->capture = SNAPSHOT_LIVE;
	fixture_key(&f, 'O');
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_DOWN);
	fixture_keys(&f, ";1110"); /* POP3's */
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT); /* save */
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/var/mails");
	fixture_key(&f, INPUT_DOWN);
	fixture_keys(&f, "/tmp/keys.log");
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_LEFT); /* no names */
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT);
	fixture_key(&f, INPUT_ENTER);
	ck_assert_uint_eq(f.st.request_count, 3);
	ck_assert_int_eq(f.st.requests[0].kind, REQUEST_PORTS);
	ck_assert_int_eq(f.st.requests[0].protocol, PROTOCOL_POP3);
	ck_assert_str_eq(f.st.requests[0].text, "110;995;1110");
	ck_assert_int_eq(f.st.requests[1].kind, REQUEST_AUTOSAVE);
	ck_assert(f.st.requests[1].on);
	ck_assert_str_eq(f.st.requests[1].text, "/var/mails");
	ck_assert_int_eq(f.st.requests[2].kind, REQUEST_KEY_LOG);
	ck_assert_str_eq(f.st.requests[2].text, "/tmp/keys.log");
	ck_assert(f.st.query.numeric);
	ck_assert_int_eq(f.st.theme, THEME_LIGHT);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_settings_notes)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 'O');
	ck_assert(fixture_shows(&f, "Ports as 25;125."));
	while (strcmp(f.st.dialog.form.fields[f.st.dialog.form.current].label, "Read keys of TLS from") != 0)
		fixture_key(&f, INPUT_DOWN);
	ck_assert(!fixture_shows(&f, "Ports as 25;125."));
	ck_assert(fixture_shows(&f, "A key log: a file, which may come later, or a FIFO."));
	fixture_key(&f, INPUT_DOWN);
	ck_assert_str_eq(f.st.dialog.form.note, "");
	fixture_fini(&f);
}
END_TEST

START_TEST(test_settings_wrong)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "O;70000");
	fixture_key(&f, INPUT_ENTER);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_SETTINGS);
	ck_assert(f.st.dialog.form.note_is_error);
	ck_assert_uint_eq(f.st.request_count, 0);
	ck_assert_int_ge(fixture_style(&f, "70000"), 0);
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_settings_directory)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "O");
	for (int i = 0; i < 4; i++)
		fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT);
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_key(&f, INPUT_ENTER);
	ck_assert(fixture_shows(&f, "Saving needs a directory"));
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_save_session)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "jj");
	f.s->selected_tally =
		(struct snapshot_tally){.known = true, .mails = 12, .mail_bytes = 34000, .partial_mails = 2};
	fixture_key(&f, INPUT_F2);
	ck_assert(fixture_shows(&f, "Counting"));
	ck_assert_uint_eq(f.st.query.tally_session, 3);
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "All 12 mails of session 3, 34 kB; 2 of them incomplete"));
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/tmp/x.mbox");
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT);
	fixture_key(&f, INPUT_ENTER);
	ck_assert_uint_eq(f.st.request_count, 1);
	ck_assert_int_eq(f.st.requests[0].kind, REQUEST_SAVE);
	ck_assert_uint_eq(f.st.requests[0].session, 3);
	ck_assert_uint_eq(f.st.requests[0].mail, 0);
	ck_assert_int_eq(f.st.requests[0].format, REQUEST_FORMAT_MBOX);
	ck_assert_str_eq(f.st.requests[0].text, "/tmp/x.mbox");
	fixture_settle(&f);
	fixture_key(&f, 's'); /* remembered */
	ck_assert(fixture_shows(&f, "/tmp/x.mbox"));
	ck_assert(fixture_shows(&f, "< mbox"));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_save_marked)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->marked_mails = 2;
	f.s->marked_tally = (struct snapshot_tally){.known = true, .sessions = 1, .mails = 2, .mail_bytes = 500};
	f.s->shown_tally = (struct snapshot_tally){.known = true, .sessions = 3, .mails = 7, .mail_bytes = 9000};
	fixture_key(&f, 's');
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "2 marked mails, 500 B"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert_uint_eq(f.st.requests[0].session, 0);
	ck_assert_int_eq(f.st.requests[0].which, REQUEST_WHICH_MARKED);
	fixture_settle(&f);
	fixture_key(&f, 's');
	fixture_settle(&f);
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT);
	ck_assert(fixture_shows(&f, "7 mails in the sessions shown, 9.0 kB"));
	fixture_key(&f, INPUT_UP);
	fixture_key(&f, INPUT_LEFT); /* round the end: transcripts */
	ck_assert(fixture_shows(&f, "3 sessions: commands and replies"));
	ck_assert(fixture_shows(&f, "secrets masked"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert_int_eq(f.st.requests[f.st.request_count - 1].which, REQUEST_WHICH_SHOWN);
	ck_assert_int_eq(f.st.requests[f.st.request_count - 1].format, REQUEST_FORMAT_TRANSCRIPT);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_save_one)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "m\r");
	f.s->selected_tally = (struct snapshot_tally){.known = true, .mails = 1, .mail_bytes = 4100};
	fixture_key(&f, 's');
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "Mail 1 of session 1, 4.1 kB"));
	ck_assert(!fixture_shows(&f, "Attachment  "));
	ck_assert_uint_eq(f.st.query.tally_mail, 1);
	fixture_key(&f, INPUT_ENTER);
	ck_assert_uint_eq(f.st.requests[0].session, 1);
	ck_assert_uint_eq(f.st.requests[0].mail, 1);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_save_attachment)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "m\r");
	f.s->selected_tally = (struct snapshot_tally){.known = true, .mails = 1, .mail_bytes = 4100};
	f.s->mail_part_count = 2;
	f.s->mail_parts[0] = (struct snapshot_part){.number = 2, .size = 100, .name = "one.txt"};
	f.s->mail_parts[1] = (struct snapshot_part){.number = 4, .size = 2000, .name = "\345\256\211\345\205\250.doc"};
	fixture_key(&f, 's');
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "< all attachments >"));
	fixture_key(&f, INPUT_UP); /* the last field */
	fixture_key(&f, INPUT_LEFT);
	ck_assert(fixture_shows(&f, "< 4 \345\256\211\345\205\250.doc >"));
	ck_assert(fixture_shows(&f, "< attachments"));
	ck_assert(fixture_shows(&f, "\345\256\211\345\205\250.doc, 2.0 kB"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert_int_eq(f.st.requests[0].format, REQUEST_FORMAT_ATTACHMENTS);
	ck_assert_uint_eq(f.st.requests[0].part.count, 1);
	ck_assert_uint_eq(f.st.requests[0].part.numbers[0], 4);
	ck_assert_uint_eq(f.st.requests[0].mail, 1);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_save_where)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->selected_tally = (struct snapshot_tally){.known = true, .mails = 1, .mail_bytes = 4100};
	fixture_key(&f, 's');
	fixture_settle(&f);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/dev/null");
	fixture_key(&f, INPUT_ENTER);
	ck_assert(fixture_shows(&f, "This is a file"));
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT); /* mbox */
	fixture_key(&f, INPUT_UP);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/tmp");
	fixture_key(&f, INPUT_ENTER);
	ck_assert(fixture_shows(&f, "An mbox is one file"));
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_save_nothing)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "j");
	f.s->selected_tally = (struct snapshot_tally){.known = true, .sessions = 1};
	fixture_keys(&f, "s");
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "< transcript")); /* what else there is to save of it */
	ck_assert(fixture_shows(&f, "1 session: commands and replies"));
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT); /* round the end: eml */
	ck_assert(fixture_shows(&f, "There is no mail with data here"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_SAVE);
	fixture_key(&f, INPUT_ESCAPE);
	fixture_keys(&f, "ks");
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_key(&f, INPUT_ENTER);
	ck_assert(fixture_shows(&f, "A directory is needed"));
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_fini(&f);
}
END_TEST

/* In the smallest terminal every field, column and fault is still to be seen. */
START_TEST(test_little_room)
{
	struct fixture f;

	fixture_begin(&f, 40, 10);
	fixture_keys(&f, "O");
	ck_assert(fixture_shows(&f, "│ Ports of SMTP"));
	ck_assert(!fixture_shows(&f, "│ Theme"));
	ck_assert(fixture_shows(&f, "└ Enter applies"));
	fixture_key(&f, INPUT_UP); /* the last: it is below */
	ck_assert(fixture_shows(&f, "│ Theme"));
	ck_assert(!fixture_shows(&f, "│ Ports of SMTP"));
	fixture_key(&f, INPUT_DOWN);
	ck_assert(fixture_shows(&f, "│ Ports of SMTP"));
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "99999\r");
	ck_assert(fixture_shows(&f, "└ \"99999\" is not a port (1 to 65535)─"));
	fixture_keys(&f, "\033t");
	ck_assert(fixture_shows(&f, "[x] #"));
	ck_assert(!fixture_shows(&f, "[x] Result"));
	for (int i = 0; i < 11; i++)
		fixture_key(&f, INPUT_DOWN);
	ck_assert(fixture_shows(&f, "│ [x] Result"));
	ck_assert(fixture_shows(&f, "└ Space shows"));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_columns)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	ck_assert(fixture_shows(&f, "Duration"));
	fixture_keys(&f, "t");
	for (int i = 0; i < 10; i++)
		fixture_key(&f, INPUT_DOWN);
	fixture_keys(&f, " ");
	ck_assert(fixture_shows(&f, "[ ] Duration"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert(!fixture_shows(&f, "Duration"));
	fixture_keys(&f, "t");
	fixture_key(&f, INPUT_UP);
	fixture_keys(&f, " ");
	ck_assert(fixture_shows(
		&f, "[x] Server name")); /* from the first up is the last; the nameless one is passed over */
	fixture_fini(&f);
}
END_TEST

static bool comes_before(struct fixture *f, const char *first, const char *second)
{
	struct buffer out = {0};
	bool is_so;

	fixture_draw(f, &out);
	buffer_append_byte(&out, '\0');
	is_so = strstr((const char *)out.data, first) < strstr((const char *)out.data, second);
	buffer_fini(&out);
	return is_so;
}

/* The help lies over a dialog, begins with its keys, and gives it back as it was. */
START_TEST(test_help_in_dialogs)
{
	static const char *const opened[] = {"O", "t", "e", "s", "i", "F", "/"};
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, opened[_i]);
	ck_assert_int_ne(f.st.dialog.kind, DIALOG_NONE);
	fixture_key(&f, INPUT_F1);
	ck_assert(fixture_shows(&f, "│ Keys in dialogs and prompts"));
	fixture_key(&f, INPUT_PAGE_DOWN);
	ck_assert_uint_gt(f.st.panes[VIEW_HELP].cursor, 0);
	ck_assert_int_ne(f.st.dialog.kind, DIALOG_NONE);
	fixture_keys(&f, "q");
	ck_assert_int_ne(f.st.dialog.kind, DIALOG_NONE);
	ck_assert_int_eq(view_stack_top(&f.st.above), VIEWS);
	ck_assert(!fixture_shows(&f, "Keys in dialogs"));
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	ck_assert(!f.st.quit);
	fixture_fini(&f);
}
END_TEST

/* Keys of the view that it lies upon come first. */
START_TEST(test_help_begins_here)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	fixture_keys(&f, "%?");
	ck_assert(fixture_shows(&f, "│ Keys in this view (Statistics)"));
	ck_assert(comes_before(&f, "statistics: the kind before", "Keys everywhere"));
	fixture_keys(&f, "q%\t?");
	ck_assert(fixture_shows(&f, "│ Keys in this view (Timeline)"));
	ck_assert(!fixture_shows(&f, "statistics: the kind before"));
	fixture_fini(&f);
}
END_TEST

/* Within the dialog a column moves and sorts. */
START_TEST(test_columns_move)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	ck_assert(comes_before(&f, "Client", "Server"));
	fixture_keys(&f, "tjjjj+");
	fixture_key(&f, INPUT_ENTER);
	ck_assert(comes_before(&f, "Server", "Client"));
	fixture_keys(&f, "tjjjjj-s");
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_CLIENT);
	ck_assert(!f.st.query.sort_descending);
	fixture_keys(&f, "s");
	ck_assert(f.st.query.sort_descending);
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert(comes_before(&f, "Client▾", "Server"));
	fixture_keys(&f, "tjs"); /* the date goes with the start */
	ck_assert_int_eq(f.st.query.sort, QUERY_SORT_START);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_mail_columns_are_asked_for)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	ck_assert(!f.st.query.session_mails);
	fixture_keys(&f, "t");
	for (int i = 0; i < 12; i++)
		fixture_key(&f, INPUT_DOWN);
	fixture_keys(&f, " ");
	ck_assert(fixture_shows(&f, "[x] From"));
	ck_assert(f.st.query.session_mails);
	fixture_keys(&f, "\033m");
	ck_assert(!f.st.query.session_mails);
	fixture_fini(&f);
}
END_TEST

/* What is closed and what is done: a dialog takes all keys. */
START_TEST(test_takes_all_keys)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_keys(&f, "Fq?jC");
	ck_assert(fixture_shows(&f, "Filter: q?jC"));
	ck_assert(state_view(&f.st) != VIEW_HELP);
	ck_assert_uint_eq(f.st.session, 1);
	fixture_fini(&f);
}
END_TEST

/* ---- host names ---- */

START_TEST(test_names)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	ck_assert(!f.st.query.resolve && !f.st.query.numeric);
	fixture_key(&f, 'r');
	ck_assert(f.st.query.resolve);
	ck_assert(fixture_shows(&f, "The resolver is asked"));
	fixture_keys(&f, "O");
	ck_assert(fixture_shows(&f, "< by the resolver too >"));
	for (int i = 0; i < 7; i++)
		fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT);
	ck_assert(fixture_shows(&f, "< none, only addresses >"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert(f.st.query.numeric && !f.st.query.resolve);
	fixture_key(&f, 'r'); /* names again, and the resolver's */
	ck_assert(!f.st.query.numeric && f.st.query.resolve);
	fixture_key(&f, 'r');
	ck_assert(!f.st.query.numeric && !f.st.query.resolve);
	ck_assert(fixture_shows(&f, "is not asked any more"));
	f.s->names_pending = 3;
	ck_assert(fixture_shows(&f, "  resolving 3  "));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_names_forbidden)
{
	struct fixture f;

	fixture_init(&f, 80, 24);
	f.options.numeric = true;
	f.options.resolve = true;
	state_init(&f.st, &f.options);
	f.st.columns = 80;
	f.st.rows = 24;
	state_query(&f.st);
	fixture_settle(&f);
	ck_assert(f.st.query.numeric && !f.st.query.resolve);
	fixture_key(&f, 'r');
	ck_assert(f.st.query.numeric && !f.st.query.resolve);
	ck_assert(fixture_shows(&f, "Host names are not wanted"));
	fixture_keys(&f, "O");
	for (int i = 0; i < 6; i++)
		fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT);
	ck_assert(fixture_shows(&f, "< none, only addresses (-n) >"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert(f.st.query.numeric && !f.st.query.resolve);
	fixture_fini(&f);
}
END_TEST

/* ---- exporting ---- */

START_TEST(test_export_selected)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.st.now_ns = FIXTURE_START;
	ck_assert(!f.st.query.tallies);
	fixture_keys(&f, "jj");
	fixture_key(&f, 'e');
	ck_assert(f.st.query.tallies);
	ck_assert(fixture_shows(&f, " mailtap-20261123-123102.pcapng "));
	ck_assert(fixture_shows(&f, "< the selected one >"));
	ck_assert(fixture_shows(&f, " Session 3: 30 packets, about 4.0 kB "));
	f.st.session = 4; /* a list that follows goes on meanwhile */
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, " Session 3: 30 packets, about 4.0 kB "));
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/usr/share/x.pcapng");
	fixture_key(&f, INPUT_ENTER);
	ck_assert_uint_eq(f.st.request_count, 1);
	ck_assert_int_eq(f.st.requests[0].kind, REQUEST_EXPORT);
	ck_assert_int_eq(f.st.requests[0].which, REQUEST_WHICH_SELECTED);
	ck_assert_uint_eq(f.st.requests[0].session, 3);
	ck_assert_str_eq(f.st.requests[0].text, "/usr/share/x.pcapng");
	fixture_settle(&f);
	ck_assert(!f.st.query.tallies);
	fixture_key(&f, 'e'); /* the folder is remembered */
	ck_assert(fixture_shows(&f, " /usr/share/mailtap-20261123-123102.pcapng "));
	fixture_fini(&f);
}
END_TEST

/* Packets and shown secrets are what was on the wire: who gives them away should know. */
START_TEST(test_export_tells_of_logins)
{
	static const struct {
		struct snapshot_logins logins;
		const char *words;
	} told[] = {
		{{1, 0}, "The file will hold 1 login with its password"},
		{{2, 0}, "The file will hold 2 logins with their passwords"},
		{{0, 1}, "The file will hold 1 login with a digest of its password"},
		{{0, 3}, "The file will hold 3 logins with a digest of their passwords"},
		{{2, 1}, "The file will hold 2 logins with their passwords and 1 with a digest of it"},
	};
	struct fixture f;

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		fixture_begin(&f, 160, 24);
		fixture_key(&f, 'e');
		ck_assert(!fixture_shows(&f, "will hold"));
		fixture_key(&f, INPUT_ESCAPE);
		f.sessions[0].logins = told[i].logins;
		f.s->shown_tally = (struct snapshot_tally){.known = true, .sessions = 3, .logins = {7, 0}};
		fixture_settle(&f);
		fixture_key(&f, 'e');
		ck_assert_ptr_nonnull(strstr(f.st.dialog.form.note, told[i].words));
		fixture_key(&f, INPUT_DOWN);
		fixture_key(&f, INPUT_LEFT);
		ck_assert_ptr_nonnull(strstr(f.st.dialog.form.note, "3 sessions: 0 packets, about 0 B. The file will "
								    "hold 7 logins with their passwords"));
		fixture_fini(&f);
	}
}
END_TEST

START_TEST(test_transcript_tells_of_logins)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->selected_tally =
		(struct snapshot_tally){.known = true, .mails = 1, .mail_bytes = 4100, .sessions = 1, .logins = {1, 0}};
	fixture_key(&f, 's');
	fixture_settle(&f);
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_LEFT);
	ck_assert_ptr_nonnull(strstr(f.st.dialog.form.note, "secrets masked"));
	ck_assert_ptr_null(strstr(f.st.dialog.form.note, "login"));
	f.st.show_secrets = true;
	fixture_settle(&f);
	ck_assert_ptr_nonnull(strstr(f.st.dialog.form.note, "secrets shown. They will hold 1 login with its password"));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_export_marked_and_shown)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->marked_sessions = 1;
	fixture_key(&f, 'e');
	ck_assert(fixture_shows(&f, "< the marked ones >"));
	ck_assert(fixture_shows(&f, "Counting..."));
	f.s->marked_tally = (struct snapshot_tally){.known = true, .sessions = 2, .packets = 1234, .bytes = 1000000};
	f.s->shown_tally = (struct snapshot_tally){.known = true, .sessions = 1, .packets = 20, .bytes = 2000};
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, " 2 sessions: 1,234 packets, about 1.0 MB "));
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT);
	ck_assert(fixture_shows(&f, "< all shown >"));
	ck_assert(fixture_shows(&f, " 1 session: 20 packets, about 2.6 kB "));
	fixture_key(&f, INPUT_ENTER);
	ck_assert_int_eq(f.st.requests[0].which, REQUEST_WHICH_SHOWN);
	fixture_fini(&f);
}
END_TEST

static void expect_request(const struct fixture *f, size_t at, enum request_kind kind, enum request_format format,
			   const char *path)
{
	ck_assert_uint_lt(at, f->st.request_count);
	ck_assert_int_eq(f->st.requests[at].kind, kind);
	ck_assert_int_eq(f->st.requests[at].format, format);
	ck_assert_str_eq(f->st.requests[at].text, path);
	ck_assert_int_eq(f->st.requests[at].which, REQUEST_WHICH_SELECTED);
	ck_assert_uint_eq(f->st.requests[at].session, 3);
}

/* Texts go into a folder; a bundle is they and the packets. */
START_TEST(test_export_texts)
{
	struct fixture f;

	fixture_begin(&f, 120, 40);
	f.st.now_ns = FIXTURE_START;
	f.sessions[2].logins = (struct snapshot_logins){1, 0};
	fixture_keys(&f, "jj");
	fixture_key(&f, 'e');
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT);
	ck_assert(fixture_shows(&f, " mailtap-20261123-123102  "));
	ck_assert_str_eq(f.st.dialog.form.note,
			 "Session 3: commands and replies with times, without the mails; secrets in "
			 "texts masked");
	fixture_key(&f, INPUT_ENTER);
	expect_request(&f, 0, REQUEST_SAVE, REQUEST_FORMAT_TRANSCRIPT, "mailtap-20261123-123102");
	ck_assert_uint_eq(f.st.request_count, 1);
	fixture_settle(&f);
	f.st.now_ns += 2 * CLOCK_NS_PER_S;
	fixture_key(&f, 'e');
	fixture_key(&f, INPUT_UP);
	fixture_key(&f, INPUT_LEFT);
	ck_assert(fixture_shows(&f, " mailtap-20261123-123104  "));
	ck_assert_ptr_nonnull(strstr(f.st.dialog.form.note, "Session 3: 30 packets, about"));
	ck_assert_ptr_nonnull(strstr(f.st.dialog.form.note, "transcripts and findings; secrets in texts masked"));
	ck_assert_ptr_nonnull(strstr(f.st.dialog.form.note, "will hold 1 login"));
	fixture_key(&f, INPUT_LEFT);
	ck_assert_ptr_nonnull(strstr(f.st.dialog.form.note, "what it means and what to try"));
	ck_assert_ptr_null(strstr(f.st.dialog.form.note, "login"));
	fixture_key(&f, INPUT_RIGHT);
	f.st.now_ns += 2 * CLOCK_NS_PER_S; /* the name stays */
	fixture_key(&f, INPUT_ENTER);
	ck_assert_uint_eq(f.st.request_count, 3);
	expect_request(&f, 0, REQUEST_SAVE, REQUEST_FORMAT_TRANSCRIPT, "mailtap-20261123-123104");
	expect_request(&f, 1, REQUEST_SAVE, REQUEST_FORMAT_FINDINGS, "mailtap-20261123-123104");
	expect_request(&f, 2, REQUEST_EXPORT, REQUEST_FORMAT_EML, "mailtap-20261123-123104/packets.pcapng");
	fixture_settle(&f);
	fixture_key(&f, 'e');
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/etc/passwd"); /* what was typed stays */
	fixture_key(&f, INPUT_UP);
	fixture_key(&f, INPUT_LEFT);
	fixture_key(&f, INPUT_ENTER);
	ck_assert(fixture_shows(&f, "/etc/passwd is a file: name a directory"));
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_export_wrong)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 'e');
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_key(&f, INPUT_ENTER);
	ck_assert(fixture_shows(&f, "A file name is needed"));
	fixture_keys(&f, "/tmp");
	ck_assert(!fixture_shows(&f, "A file name is needed"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert(fixture_shows(&f, "/tmp is a directory"));
	fixture_settle(&f); /* a snapshot does not take the fault away */
	ck_assert(fixture_shows(&f, "/tmp is a directory"));
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/etc/passwd\r");
	ck_assert(fixture_shows(&f, "/etc/passwd is there already"));
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/tmp/nowhere/y");
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_RIGHT);
	f.s->marked_tally.known = true;
	fixture_settle(&f);
	ck_assert(fixture_shows(&f, "No session is marked"));
	fixture_key(&f, INPUT_ENTER);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_EXPORT);
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_key(&f, INPUT_ESCAPE);
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	f.session_count = 0;
	fixture_settle(&f);
	fixture_key(&f, 'e');
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	ck_assert(fixture_shows(&f, "No session to export"));
	fixture_fini(&f);
}
END_TEST

/* The title tells how far it is; leaving asks first. */
START_TEST(test_exporting)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->exporting = true;
	f.s->export_permille = 421;
	ck_assert(fixture_shows(&f, "  exporting 42%  "));
	fixture_key(&f, 'q');
	ck_assert(fixture_shows(&f, "quitting gives it up"));
	fixture_fini(&f);
}
END_TEST

/* ---- about the capture ---- */

START_TEST(test_about)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.s->kernel_drops = 1200;
	fixture_key(&f, 'i');
	ck_assert(fixture_shows(&f, "File          /captures/night.pcap "));
	ck_assert(fixture_shows(&f, "Link type     Ethernet, Linux cooked v2 "));
	ck_assert(fixture_shows(&f, "Filter        none: all of it is read "));
	ck_assert(fixture_shows(&f, "First packet  2026-11-23 12:30:02.005000 "));
	ck_assert(fixture_shows(&f, "Last packet   2026-11-23 12:31:02.000000, 00:00:59 later "));
	ck_assert(fixture_shows(&f, "Packets       12,408, 9.1 MB "));
	ck_assert(fixture_shows(&f, "Lost          1,200 by the kernel, 0 by"));
	ck_assert_int_eq(fixture_style(&f, "1,200 by the kernel"), STYLE_ERROR);
	ck_assert(fixture_shows(&f, "Skipped       12  udp "));
	ck_assert(fixture_shows(&f, "              3,400  cut short "));
	ck_assert(fixture_shows(&f, "Given up      2  holes in streams "));
	ck_assert(fixture_shows(&f, "Memory        3.0 of 512 MiB "));
	ck_assert(fixture_shows(&f, "Spool         16.0 MiB, without a limit "));
	ck_assert(fixture_shows(&f, "Host names    34 known "));
	ck_assert(fixture_shows(&f, "Resolver      is not asked "));
	fixture_key(&f, 'i');
	ck_assert_int_eq(f.st.dialog.kind, DIALOG_NONE);
	fixture_fini(&f);
}
END_TEST

START_TEST(test_about_keys)
{
	struct fixture f;

	fixture_begin(&f, 80, 30);
	f.s->about.key_log_count = 2;
	f.s->about.key_logs[0] = (struct snapshot_key_log){.name = "/run/keys.log", .lines = 1200};
	f.s->about.key_logs[1] = (struct snapshot_key_log){.name = "later.log", .is_missing = true};
	f.s->about.key_handshakes = 300;
	fixture_key(&f, 'i');
	ck_assert(fixture_shows(&f, "Keys of TLS   /run/keys.log: 1,200 secrets "));
	ck_assert(fixture_shows(&f, "              later.log: it is not there "));
	ck_assert(fixture_shows(&f, "              those of 300 handshakes are known "));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_about_warns_of_readers)
{
	struct fixture f;

	fixture_begin(&f, 80, 30);
	f.s->about.key_log_count = 1;
	f.s->about.key_logs[0] = (struct snapshot_key_log){.name = "/run/keys.log", .lines = 2};
	fixture_key(&f, 'i');
	ck_assert(!fixture_shows(&f, "chmod 600"));
	f.s->about.key_logs[0].is_open_to_others = true;
	ck_assert(fixture_shows(&f, "Keys of TLS   /run/keys.log: 2 secrets "));
	ck_assert(fixture_shows(&f, "              others can read it: chmod 600 "));
	ck_assert_int_eq(fixture_style(&f, "others can read it"), STYLE_WARNING);
	fixture_fini(&f);
}
END_TEST

static void lack_keys(struct fixture *f)
{
	f->s->about.unread = (struct snapshot_unread){
		.sessions = 1200,
		.lines = {"Postfix is on this machine. Set:",
			  "import_environment = LD_PRELOAD=/usr/lib/mailtap/libmailtap-keylog.so "
			  "SSLKEYLOGFILE=/run/mailtap.keys",
			  "postfix start"}};
}

START_TEST(test_about_says_what_lacks_keys)
{
	struct fixture f;

	fixture_begin(&f, 80, 40);
	fixture_key(&f, 'i');
	ck_assert(!fixture_shows(&f, "Encrypted "));
	lack_keys(&f);
	ck_assert(fixture_shows(&f, "Encrypted     1,200 sessions cannot be read for want of a key. "));
	ck_assert(fixture_shows(&f, "              Postfix is on this machine. Set: "));
	ck_assert(fixture_shows(&f, "              import_environment = "));
	ck_assert(fixture_shows(&f, "              LD_PRELOAD=/usr/lib/mailtap/libmailtap-keylog.so "));
	ck_assert(fixture_shows(&f, "              SSLKEYLOGFILE=/run/mailtap.keys "));
	ck_assert(fixture_shows(&f, "              postfix start "));
	f.s->about.unread = (struct snapshot_unread){.sessions = 1, .lines = {"man 7 mailtap-keylog"}};
	ck_assert(fixture_shows(&f, "Encrypted     1 session cannot be read for want of a key. "));
	fixture_fini(&f);
}
END_TEST

/* Why a list is empty: the rest of it may be in what cannot be read. */
START_TEST(test_an_empty_list_says_what_lacks_keys)
{
	struct fixture f;

	fixture_begin(&f, 80, 40);
	f.session_count = 0;
	fixture_settle(&f);
	if (_i == 1)
		fixture_keys(&f, "m");
	f.s->sessions = 1200; /* none passes the filter */
	ck_assert(!fixture_shows(&f, "for want of a key"));
	lack_keys(&f);
	ck_assert(fixture_shows(&f, "  1,200 sessions cannot be read for want of a key. "));
	ck_assert(fixture_shows(&f, "  Postfix is on this machine. Set: "));
	ck_assert(fixture_shows(&f, "      import_environment = LD_PRELOAD="));
	ck_assert(fixture_shows(&f, "      SSLKEYLOGFILE=/run/mailtap.keys "));
	ck_assert(fixture_shows(&f, "      postfix start "));
	fixture_fini(&f);
}
END_TEST

START_TEST(test_about_live)
{
	static char filter[] = "tcp port 25 and not (host 10.0.0.1 or host 10.0.0.2 or host 10.0.0.3)";
	struct fixture f;

	fixture_begin(&f, 80, 24);
	f.options.file_count = 0;
	f.options.interface_count = 2;
	f.options.interfaces[0] = "eth0";
	f.options.interfaces[1] = "eth1";
	fixture_key(&f, 'i');
	ck_assert(fixture_shows(&f, "Interface     eth0 "));
	ck_assert(fixture_shows(&f, "              eth1 "));
	ck_assert(fixture_shows(&f, "Filter        made from the ports: smtp 25;465;587;2525 lmtp 24 pop3 "));
	ck_assert(fixture_shows(&f, "              110;995; with fragments and DNS answers "));
	f.options.capture_filter = filter;
	strcpy(f.s->filter, "port 25");
	ck_assert(fixture_shows(&f, "Filter        tcp port 25 and not (host 10.0.0.1 or host 10.0.0.2 or "));
	ck_assert(fixture_shows(&f, "              host 10.0.0.3) "));
	ck_assert(fixture_shows(&f, "Shown         port 25 "));
	f.options.capture_filter = NULL;
	fixture_fini(&f);
}
END_TEST

/* Packets go into a folder that is there; for texts one is made, but none above it. */
START_TEST(test_export_two_deep)
{
	struct fixture f;

	fixture_begin(&f, 100, 30);
	fixture_keys(&f, "jj");
	fixture_key(&f, 'e');
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/tmp/mailtap-no-such/x.pcapng\r");
	ck_assert(fixture_shows(&f, "/tmp/mailtap-no-such is no folder: name one that is there"));
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/tmp/mailtap-no-such/deep/");
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_DOWN);
	fixture_key(&f, INPUT_LEFT); /* from the first to the last: the bundle */
	fixture_key(&f, INPUT_ENTER);
	ck_assert(fixture_shows(&f, "/tmp/mailtap-no-such is no folder: one is made, but not"));
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_key(&f, INPUT_UP);
	fixture_key(&f, INPUT_UP);
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/tmp/mailtap-no-such//\r");
	expect_request(&f, 2, REQUEST_EXPORT, REQUEST_FORMAT_EML, "/tmp/mailtap-no-such/packets.pcapng");
	fixture_fini(&f);
}
END_TEST

/* A folder two deep is refused in the dialog, where it can be mended; Esc forgets what was typed. */
START_TEST(test_save_two_deep)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	fixture_key(&f, 's');
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/tmp/mailtap-no-such/deep/\r");
	ck_assert(fixture_shows(&f, "There is no folder /tmp/mailtap-no-such to make it in"));
	ck_assert_uint_eq(f.st.request_count, 0);
	fixture_key(&f, INPUT_ESCAPE);
	fixture_key(&f, 's');
	ck_assert(!fixture_shows(&f, "no-such"));
	fixture_key(&f, INPUT_CONTROL('u'));
	fixture_keys(&f, "/tmp/mailtap-no-such\r");
	ck_assert_uint_eq(f.st.request_count, 1);
	fixture_fini(&f);
}
END_TEST

/* A warning is in the line below for some seconds only, and then among what there is to know. */
START_TEST(test_about_keeps_warnings)
{
	struct fixture f;

	fixture_begin(&f, 80, 24);
	for (int i = 0; i < 20; i++) {
		snprintf(f.s->message, sizeof(f.s->message), "the file %d is cut", i / 2);
		f.s->message_is_error = true;
		f.s->message_serial++;
		state_update(&f.st, f.s);
	}
	fixture_key(&f, 'i');
	ck_assert(fixture_shows(&f, "Warnings      the file 2 is cut"));
	ck_assert(fixture_shows(&f, "the file 9 is cut"));
	ck_assert_uint_eq(f.st.warning_count, STATE_WARNINGS_MAX);
	fixture_fini(&f);
}
END_TEST

/* In a small terminal the lines are scrolled, no further than the last one. */
START_TEST(test_about_scrolls)
{
	struct fixture f;

	fixture_begin(&f, 60, 12);
	fixture_key(&f, 'i');
	ck_assert(fixture_shows(&f, "File   "));
	ck_assert(!fixture_shows(&f, "Version    "));
	for (int i = 0; i < 50; i++)
		fixture_key(&f, INPUT_DOWN);
	ck_assert(fixture_shows(&f, "Version    "));
	ck_assert(!fixture_shows(&f, "File   "));
	fixture_key(&f, INPUT_UP);
	ck_assert(!fixture_shows(&f, "Version    "));
	fixture_key(&f, INPUT_END);
	ck_assert(fixture_shows(&f, "Version    "));
	fixture_key(&f, INPUT_HOME);
	ck_assert(fixture_shows(&f, "File   "));
	fixture_key(&f, INPUT_PAGE_DOWN);
	fixture_key(&f, INPUT_PAGE_UP);
	ck_assert(fixture_shows(&f, "File   "));
	fixture_fini(&f);
}
END_TEST

static void make_tree(char root[64])
{
	static const char *const names[] = {"mails", "mailbox", "测试", ".hidden"};
	char path[256];
	FILE *file;

	strcpy(root, "/tmp/dialog_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, names[i]);
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
	snprintf(path, sizeof(path), "%s/mailing.mbox", root);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fclose(file);
}

static void remove_tree(const char *root)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", root);
	ck_assert_int_eq(system(command), 0);
}

static const struct {
	const char *typed;
	bool directories;
	const char *completed;
} paths[] = {
	{"m", true, "mail"},
	{"mailb", true, "mailbox/"},
	{"maili", true, "maili"},
	{"maili", false, "mailing.mbox"},
	{"测", true, "测试/"},
	{".h", true, ".hidden/"},
	{"x", true, "x"},
	{"mails/x", true, "mails/x"},
	{"nowhere/x", true, "nowhere/x"},
};

START_TEST(test_complete)
{
	struct edit e;
	char root[64];
	char typed[128];
	char completed[128];

	make_tree(root);
	snprintf(typed, sizeof(typed), "%s/%s", root, paths[_i].typed);
	snprintf(completed, sizeof(completed), "%s/%s", root, paths[_i].completed);
	edit_set(&e, typed);
	dialog_complete_path(&e, paths[_i].directories);
	ck_assert_str_eq(e.text, completed);
	ck_assert_uint_eq(e.cursor, e.len);
	remove_tree(root);
}
END_TEST

START_TEST(test_complete_root)
{
	struct edit e;

	edit_set(&e, "/et");
	dialog_complete_path(&e, true);
	ck_assert_str_eq(e.text, "/etc/");
}
END_TEST

START_TEST(test_home)
{
	struct edit e;
	char root[64];
	char path[128];

	make_tree(root);
	setenv("HOME", root, 1);
	edit_set(&e, "~/mailb");
	dialog_complete_path(&e, true);
	snprintf(path, sizeof(path), "%s/mailbox/", root);
	ck_assert_str_eq(e.text, path);
	edit_set(&e, "~");
	dialog_expand_home(&e);
	ck_assert_str_eq(e.text, root);
	edit_set(&e, "~other/x"); /* another user's home, or a name that begins so: as it is */
	dialog_expand_home(&e);
	ck_assert_str_eq(e.text, "~other/x");
	remove_tree(root);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, test_filter);
	tcase_add_test(t, test_filter_error);
	tcase_add_test(t, test_filter_escape);
	tcase_add_test(t, test_filter_name);
	tcase_add_test(t, test_filter_completes);
	tcase_add_test(t, test_settings_unchanged);
	tcase_add_test(t, test_settings);
	tcase_add_test(t, test_settings_notes);
	tcase_add_test(t, test_settings_wrong);
	tcase_add_test(t, test_settings_directory);
	tcase_add_test(t, test_save_session);
	tcase_add_test(t, test_save_marked);
	tcase_add_test(t, test_save_one);
	tcase_add_test(t, test_save_attachment);
	tcase_add_test(t, test_save_where);
	tcase_add_test(t, test_save_nothing);
	tcase_add_test(t, test_names);
	tcase_add_test(t, test_names_forbidden);
	tcase_add_test(t, test_export_selected);
	tcase_add_test(t, test_export_tells_of_logins);
	tcase_add_test(t, test_transcript_tells_of_logins);
	tcase_add_test(t, test_export_marked_and_shown);
	tcase_add_test(t, test_export_texts);
	tcase_add_test(t, test_export_wrong);
	tcase_add_test(t, test_exporting);
	tcase_add_test(t, test_about);
	tcase_add_test(t, test_about_keys);
	tcase_add_test(t, test_about_warns_of_readers);
	tcase_add_test(t, test_about_says_what_lacks_keys);
	tcase_add_loop_test(t, test_an_empty_list_says_what_lacks_keys, 0, 2);
	tcase_add_test(t, test_about_live);
	tcase_add_test(t, test_save_two_deep);
	tcase_add_test(t, test_export_two_deep);
	tcase_add_test(t, test_about_keeps_warnings);
	tcase_add_test(t, test_about_scrolls);
	tcase_add_test(t, test_columns);
	tcase_add_loop_test(t, test_help_in_dialogs, 0, 7);
	tcase_add_test(t, test_help_begins_here);
	tcase_add_test(t, test_columns_move);
	tcase_add_test(t, test_mail_columns_are_asked_for);
	tcase_add_test(t, test_little_room);
	tcase_add_test(t, test_takes_all_keys);
	tcase_add_loop_test(t, test_complete, 0, sizeof(paths) / sizeof(paths[0]));
	tcase_add_test(t, test_complete_root);
	tcase_add_test(t, test_home);
}
