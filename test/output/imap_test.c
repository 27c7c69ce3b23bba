#include "../main.h"
#include "dialog.h"
#include "mime/fields.h"
#include "output/lines.h"
#include "output/records.h"

/* What records, lines and reports say of IMAP. */

#define DIALOG_IMAP                                                                                                    \
	"S: * OK [CAPABILITY IMAP4rev1] hi\n"                                                                          \
	"C: a1 LOGIN {3}\nS: + go\nC| bob\nC:  {6}\nS: + go\nC| secret\nC: \nS: a1 OK [capability IMAP4rev1] in\n"     \
	"C: a2 SELECT &AOk-\nS: * 2 EXISTS\nS: * OK [UIDNEXT 9] x\nS: a2 OK [READ-WRITE] done\n"                       \
	"C: a3 SEARCH TEXT {2+}\nC| ab\nC: \nS: * LIST () \"/\" {3}\nS| a b\nS: \nS: a3 NO [LIMIT] no\n"               \
	"C: a4 UID FETCH 7 (BODY[])\nS: * 1 FETCH (UID 7 FLAGS (\\\\Seen x) INTERNALDATE \" 1-Nov-2026 00:00:00 "      \
	"+0100\" BODY[] {2}\nS| Hi\nS: )\nS: a4 OK done\n"                                                             \
	"C: a5 IDLE\nS: + idling\nS: * 3 EXISTS\nC: DONE\nS: a5 OK done\n"                                             \
	"S: * 4 EXISTS\n"                                                                                              \
	"C: a6 ID (\"name\" \"x\" \"version\" \"1\")\nS: a6 OK done\n"                                                 \
	"C: a7 APPEND Sent {2+}\nC| Hi\nC: \nS: a7 OK [APPENDUID 1 5] done\n"                                          \
	"C: a8 APPEND Sent {4+}\nC| Hi\n"

static struct buffer out;
static struct player p;
static struct records *records;
static struct name_table *interfaces;

static void begin(bool show_secrets)
{
	static const struct record_source source = {.observer = "sensor", .file = "x.pcap"};
	struct record_origin origin = {.version = "0.1", .observer = "sensor", .sources = &source, .source_count = 1};

	origin.interfaces = interfaces = name_table_new();
	out = (struct buffer){0};
	fields_init(NULL, 0);
	records = records_new(&origin, show_secrets);
	dialog_begin(&p, PROTOCOL_IMAP, DIALOG_IMAP);
}

static void finish(void)
{
	buffer_fini(&out);
	play_end(&p);
	fields_fini();
	records_free(records);
	name_table_free(interfaces);
}

/* The record's own members end so. */
static void expect_end(const char *end)
{
	size_t len = strlen(end);

	ck_assert_uint_ge(out.len, len);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data + out.len - 1 - len, end);
	buffer_clear(&out);
}

static const struct {
	uint32_t index;
	bool show;
	const char *end;
} commands[] = {
	{0, false,
	 "\"index\":0,\"verb\":\"(greeting)\",\"packet\":1,\"replies\":[{\"code\":\"OK\",\"text\":[\"[CAPABILITY "
	 "IMAP4rev1] "
	 "hi\"],\"response_code\":\"CAPABILITY\",\"packet\":1}]}}\n"},
	{1, false,
	 "\"index\":1,\"tag\":\"a1\",\"verb\":\"LOGIN\",\"arguments\":\"bob "
	 "********\",\"packet\":6,\"replies\":[{\"code\":"
	 "\"OK\",\"text\":[\"[capability IMAP4rev1] "
	 "in\"],\"response_code\":\"CAPABILITY\",\"packet\":7,\"latency_us\":1000}],"
	 "\"auth\":{\"mechanism\":\"LOGIN\",\"user\":\"bob\",\"secret\":\"********\",\"success\":true},\"literals\":[{"
	 "\"size\":"
	 "3},{\"size\":6}],\"continuations\":2}}\n"},
	{1, true,
	 "\"index\":1,\"tag\":\"a1\",\"verb\":\"LOGIN\",\"arguments\":\"{3} {6}\",\"packet\":6,\"replies\":[{\"code\":"
	 "\"OK\",\"text\":[\"[capability IMAP4rev1] "
	 "in\"],\"response_code\":\"CAPABILITY\",\"packet\":7,\"latency_us\":1000}],"
	 "\"auth\":{\"mechanism\":\"LOGIN\",\"user\":\"bob\",\"secret\":\"secret\",\"success\":true},\"literals\":[{"
	 "\"size\":"
	 "3,\"text\":\"bob\"},{\"size\":6,\"text\":\"secret\"}],\"continuations\":2}}\n"},
	{3, false,
	 "\"index\":3,\"tag\":\"a3\",\"verb\":\"SEARCH\",\"arguments\":\"TEXT "
	 "{2+}\",\"packet\":10,\"replies\":[{\"code\":"
	 "\"NO\",\"text\":[\"[LIMIT] "
	 "no\"],\"response_code\":\"LIMIT\",\"packet\":11,\"latency_us\":1000}],\"literals\":[{"
	 "\"size\":2,\"text\":\"ab\"}],\"untagged\":{\"LIST\":1},\"data\":[\"LIST () \\\"/\\\" {3}\"]}}\n"},
	{4, false,
	 "\"index\":4,\"tag\":\"a4\",\"verb\":\"UID FETCH\",\"arguments\":\"7 "
	 "(BODY[])\",\"packet\":12,\"mail\":1,\"replies\":"
	 "[{\"code\":\"OK\",\"text\":[\"done\"],\"packet\":13,\"latency_us\":1000}],\"untagged\":{\"FETCH\":1}}}\n"},
	{5, false,
	 "\"index\":5,\"tag\":\"a5\",\"verb\":\"IDLE\",\"packet\":14,\"replies\":[{\"code\":\"OK\",\"text\":[\"done\"],"
	 "\"packet\":17,\"latency_us\":1000}],\"continuations\":1,\"done_packet\":16,\"untagged\":{\"EXISTS\":1},"
	 "\"data\":["
	 "\"3 EXISTS\"]}}\n"},
	{6, false,
	 "\"index\":6,\"verb\":\"(unsolicited)\",\"packet\":17,\"replies\":[{\"code\":\"EXISTS\",\"text\":[\"\"],"
	 "\"packet\":17}"
	 "],\"data\":[\"4 EXISTS\"]}}\n"},
	{8, true,
	 "\"index\":8,\"tag\":\"a7\",\"verb\":\"APPEND\",\"arguments\":\"Sent "
	 "{2+}\",\"packet\":20,\"mail\":2,\"replies\":[{"
	 "\"code\":\"OK\",\"text\":[\"[APPENDUID 1 5] "
	 "done\"],\"response_code\":\"APPENDUID\",\"packet\":21,\"latency_us\":1000}"
	 "],\"literals\":[{\"size\":2}]}}\n"},
};

START_TEST(records_of_commands)
{
	begin(commands[_i].show);
	records_command(records, &out, p.session, session_command(p.session, commands[_i].index));
	expect_end(commands[_i].end);
	finish();
}
END_TEST

static const char *const mails[] = {
	"\"mail\":1,\"direction\":\"fetched\",\"size\":2,\"complete\":true,\"outcome\":\"retrieved\",\"reply\":{"
	"\"code\":\"OK\","
	"\"text\":[\"done\"],\"packet\":13},\"imap\":{\"mailbox\":\"\xc3\xa9\",\"number\":1,\"uid\":7,\"flags\":["
	"\"\\\\Seen\","
	"\"x\"],\"section\":\"BODY[]\",\"internal_date\":\"2026-10-31T23:00:00Z\"}}}\n",
	"\"mail\":2,\"direction\":\"appended\",\"size\":2,\"complete\":true,\"outcome\":\"accepted\",\"reply\":{"
	"\"code\":\"OK\","
	"\"text\":[\"[APPENDUID 1 5] done\"],\"packet\":21},\"imap\":{\"mailbox\":\"Sent\",\"uid\":5}}}\n",
	"\"mail\":3,\"direction\":\"appended\",\"size\":2,\"complete\":false,\"missing_bytes\":2,\"outcome\":"
	"\"aborted\","
	"\"imap\":{\"mailbox\":\"Sent\"}}}\n",
};

START_TEST(records_of_mails)
{
	static const struct record_fields fields;

	begin(false);
	records_mail(records, &out, p.session, session_mail(p.session, (uint32_t)_i + 1), &fields);
	expect_end(mails[_i]);
	finish();
}
END_TEST

static void expect_part(const char *part)
{
	buffer_append_byte(&out, '\0');
	ck_assert_msg(strstr((const char *)out.data, part) != NULL, "%s is not in %s", part, (const char *)out.data);
	buffer_clear(&out);
}

START_TEST(lines_and_reports)
{
	static const struct record_fields fields;

	begin(false);
	lines_command(&out, p.session, session_command(p.session, 1), false);
	expect_part("  a1 LOGIN bob ********  OK [capability IMAP4rev1] in  1.0 ms  [user bob, password ********, "
		    "logged in]\n");
	lines_command(&out, p.session, session_command(p.session, 5), false);
	expect_part("  a5 IDLE  OK done  1.0 ms  [1 EXISTS]\n");
	lines_command(&out, p.session, session_command(p.session, 6), false);
	expect_part("  (unsolicited)  EXISTS  [4 EXISTS]\n");
	lines_mail(&out, p.session, session_mail(p.session, 1), &fields);
	expect_part("  mail 1 retrieved, 2 bytes, in \xc3\xa9, uid 7, flags \\Seen x\n");
	lines_report_mail(&out, session_mail(p.session, 2), &fields);
	expect_part("\n  Mail 2  accepted, 2 bytes\n    in Sent, uid 5\n");
	lines_report_head(&out, p.session);
	expect_part(
		"\n  client's program: x 1\n  mailbox: \xc3\xa9, 4 messages, 1 fetched, 2 appended, 0 expunged, 0 with "
		"other flags\n"
		"  idle: 1 time, 0.002 s\n\n");
	lines_report_commands(&out, p.session, false);
	expect_part("  +0.007000  C  a2 SELECT &AOk-\n  +0.008000  S  [1 EXISTS, 1 OK]\n"
		    "  +0.008000  S  OK [READ-WRITE] done\n");
	lines_report_commands(&out, p.session, false);
	expect_part(
		"  +0.013000  C  a5 IDLE\n  +0.014000  S  [1 EXISTS]\n  +0.015000  C  DONE\n  +0.016000  S  OK done\n"
		"  +0.016000  S  [4 EXISTS]\n");
	finish();
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, records_of_commands, 0, sizeof(commands) / sizeof(commands[0]));
	tcase_add_loop_test(t, records_of_mails, 0, sizeof(mails) / sizeof(mails[0]));
	tcase_add_test(t, lines_and_reports);
}
