#include "output/records.h"

#include "../main.h"
#include "base/mem.h"
#include "diagnosis/diagnosis.h"
#include "dialog.h"
#include "mime/fields.h"
#include "output/lines.h"

/* Whole lines, as mailtap-formats(5) has them. */

#define SENSOR                                                                                                         \
	"\"ecs\":{\"version\":\"8.17\"},\"observer\":{\"name\":\"sensor\",\"type\":\"sensor\",\"version\":\"0.1\"},"
#define ENDS(protocol, id, port)                                                                                       \
	"\"network\":{\"transport\":\"tcp\",\"type\":\"ipv4\",\"protocol\":\"" protocol "\",\"community_id\":\"" id    \
	"\"},"                                                                                                         \
	"\"source\":{\"ip\":\"10.0.0.1\",\"port\":40000},\"destination\":{\"ip\":\"10.0.0.2\",\"port\":" port "},"
#define SMTP_ENDS ENDS("smtp", "1:ADo56G3n3sLnWxsnjYfgxHE4++4=", "25")
#define POP3_ENDS ENDS("pop3", "1:LlXw1JuCqZmkSNBmzZCfI3yjtWY=", "110")
#define OWN                                                                                                            \
	"\"mailtap\":{\"session\":3,\"session_start\":\"1970-01-01T00:16:40.000000Z\",\"capture\":{\"file\":\"x."      \
	"pcap\"},"

static const char smtp_session[] =
	"{\"@timestamp\":\"1970-01-01T00:16:41.500000Z\"," SENSOR
	"\"event\":{\"id\":\"4313e072b1e0f5489852a9e6-s\",\"kind\":\"event\",\"category\":[\"email\",\"ne"
	"twork\"],\"dataset\":\"mailtap.session\",\"outcome\":\"success\",\"start\":\"1970-01-01T00:16:40"
	".000000Z\",\"end\":\"1970-01-01T00:16:41.500000Z\",\"duration\":1500000000},\"network\":{\"trans"
	"port\":\"tcp\",\"type\":\"ipv4\",\"protocol\":\"smtp\",\"community_id\":\"1:ADo56G3n3sLnWxsnjYfg"
	"xHE4++4=\"},\"source\":{\"domain\":\"me.example\",\"ip\":\"10.0.0.1\",\"port\":40000,\"bytes\":1"
	"20,\"packets\":14},\"destination\":{\"ip\":\"10.0.0.2\",\"port\":25,\"bytes\":112,\"packets\":14"
	"},\"user\":{\"name\":\"bob\"}," OWN
	"\"state\":\"closed\",\"handshake\":\"complete\",\"rtt_us\":250,\"commands\":9,\"mails\":1,\"bann"
	"er\":\"ns1 \\u001b[31mESMTP\\u000aready\",\"helo\":\"me\"}}\n";

static const char greeting[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.000000Z\"," SENSOR
	"\"event\":{\"id\":\"4313e072b1e0f5489852a9e6-g\",\"kind\":\"event\",\"category\":[\"email\",\"ne"
	"twork\"],\"dataset\":\"mailtap.command\",\"outcome\":\"success\"}," SMTP_ENDS OWN
	"\"index\":0,\"verb\":\"(greeting)\",\"packet\":1,\"replies\":[{\"code\":\"220\",\"text\":[\"ns1 "
	"\\u001b[31mESMTP\",\"ready\"],\"packet\":1}]}}\n";

static const char login[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.003000Z\"," SENSOR
	"\"event\":{\"id\":\"4313e072b1e0f5489852a9e6-c2\",\"kind\":\"event\",\"category\":[\"email\",\"n"
	"etwork\"],\"dataset\":\"mailtap.command\",\"outcome\":\"success\"}," SMTP_ENDS OWN
	"\"index\":2,\"verb\":\"AUTH\",\"arguments\":\"PLAIN ********\",\"packet\":4,\"replies\":[{\"code"
	"\":\"235\",\"enhanced\":\"2.7.0\",\"text\":[\"2.7.0 in\"],\"packet\":5,\"latency_us\":1000}],\"a"
	"uth\":{\"mechanism\":\"PLAIN\",\"user\":\"bob\",\"secret\":\"********\",\"success\":true,\"excha"
	"nge\":[{\"from\":\"client\",\"text\":\"********\",\"decoded\":\"********\"}]}}}\n";

static const char login_shown[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.003000Z\"," SENSOR
	"\"event\":{\"id\":\"4313e072b1e0f5489852a9e6-c2\",\"kind\":\"event\",\"category\":[\"email\",\"n"
	"etwork\"],\"dataset\":\"mailtap.command\",\"outcome\":\"success\"}," SMTP_ENDS OWN
	"\"index\":2,\"verb\":\"AUTH\",\"arguments\":\"PLAIN AGJvYgBzZWNyZXQ=\",\"packet\":4,\"replies\":"
	"[{\"code\":\"235\",\"enhanced\":\"2.7.0\",\"text\":[\"2.7.0 in\"],\"packet\":5,\"latency_us\":10"
	"00}],\"auth\":{\"mechanism\":\"PLAIN\",\"user\":\"bob\",\"secret\":\"secret\",\"success\":true,\""
	"exchange\":[{\"from\":\"client\",\"text\":\"AGJvYgBzZWNyZXQ=\",\"decoded\":\"\\u0000bob\\u0000se"
	"cret\"}]}}}\n";

static const char refused[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.005000Z\"," SENSOR
	"\"event\":{\"id\":\"4313e072b1e0f5489852a9e6-c5\",\"kind\":\"event\",\"category\":[\"email\",\"n"
	"etwork\"],\"dataset\":\"mailtap.command\",\"outcome\":\"failure\"}," SMTP_ENDS OWN
	"\"index\":5,\"verb\":\"RCPT\",\"arguments\":\"TO:<\344\270\255@x>\",\"packet\":6,\"mail\":1,\"re"
	"plies\":[{\"code\":\"550\",\"enhanced\":\"5.1.1\",\"text\":[\"5.1.1 \357\277\275 no\"],\"packet\""
	":7,\"latency_us\":1000}]}}\n";

static const char unanswered[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.011000Z\"," SENSOR
	"\"event\":{\"id\":\"4313e072b1e0f5489852a9e6-c8\",\"kind\":\"event\",\"category\":[\"email\",\"n"
	"etwork\"],\"dataset\":\"mailtap.command\",\"outcome\":\"unknown\"}," SMTP_ENDS OWN
	"\"index\":8,\"verb\":\"NOOP\",\"packet\":12,\"replies\":[]}}\n";

static const char sent_mail[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.010000Z\"," SENSOR
	"\"event\":{\"id\":\"4313e072b1e0f5489852a9e6-m1\",\"kind\":\"event\",\"category\":[\"email\",\"n"
	"etwork\"],\"dataset\":\"mailtap.mail\",\"outcome\":\"success\"}," SMTP_ENDS OWN
	"\"mail\":1,\"direction\":\"sent\",\"envelope\":{\"from\":\"a@b\",\"to\":[\"c@d\"],\"rejected\":["
	"{\"address\":\"\344\270\255@x\",\"code\":\"550\",\"enhanced\":\"5.1.1\",\"text\":[\"5.1.1 \357\277\275 "
	"no\"]}]},\"size\":18,\"complete\":true,\"outcome\":\"accepted\",\"reply\":{\"code\":\"250\",\"en"
	"hanced\":\"2.0.0\",\"text\":[\"2.0.0 queued\"],\"packet\":11}}}\n";

static const char pop3_session[] =
	"{\"@timestamp\":\"1970-01-01T00:16:41.500000Z\"," SENSOR
	"\"event\":{\"id\":\"6b2bb0a4fa3dd0d5874926ec-s\",\"kind\":\"event\",\"category\":[\"email\",\"ne"
	"twork\"],\"dataset\":\"mailtap.session\",\"outcome\":\"success\",\"start\":\"1970-01-01T00:16:40"
	".000000Z\",\"end\":\"1970-01-01T00:16:41.500000Z\",\"duration\":1500000000},\"network\":{\"trans"
	"port\":\"tcp\",\"type\":\"ipv4\",\"protocol\":\"pop3\",\"community_id\":\"1:LlXw1JuCqZmkSNBmzZCf"
	"I3yjtWY=\"},\"source\":{\"domain\":\"me.example\",\"ip\":\"10.0.0.1\",\"port\":40000,\"bytes\":5"
	"5,\"packets\":16},\"destination\":{\"ip\":\"10.0.0.2\",\"port\":110,\"bytes\":67,\"packets\":16}"
	",\"user\":{\"name\":\"bob\"}," OWN
	"\"state\":\"closed\",\"handshake\":\"complete\",\"rtt_us\":250,\"commands\":7,\"mails\":1,\"unfi"
	"nished\":\"rest\",\"mailbox\":{\"uids\":2,\"retrieved\":[1],\"deleted\":[1],\"committed\":true}}"
	"}\n";

static const char pass[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.003000Z\"," SENSOR
	"\"event\":{\"id\":\"6b2bb0a4fa3dd0d5874926ec-c2\",\"kind\":\"event\",\"category\":[\"email\",\"n"
	"etwork\"],\"dataset\":\"mailtap.command\",\"outcome\":\"success\"}," POP3_ENDS OWN
	"\"index\":2,\"verb\":\"PASS\",\"arguments\":\"********\",\"packet\":4,\"replies\":[{\"code\":\"+"
	"OK\",\"text\":[\"1 message\"],\"packet\":5,\"latency_us\":1000}],\"auth\":{\"mechanism\":\"USER\""
	",\"user\":\"bob\",\"secret\":\"********\",\"success\":true}}}\n";

static const char pass_shown[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.003000Z\"," SENSOR
	"\"event\":{\"id\":\"6b2bb0a4fa3dd0d5874926ec-c2\",\"kind\":\"event\",\"category\":[\"email\",\"n"
	"etwork\"],\"dataset\":\"mailtap.command\",\"outcome\":\"success\"}," POP3_ENDS OWN
	"\"index\":2,\"verb\":\"PASS\",\"arguments\":\"secret\",\"packet\":4,\"replies\":[{\"code\":\"+OK"
	"\",\"text\":[\"1 message\"],\"packet\":5,\"latency_us\":1000}],\"auth\":{\"mechanism\":\"USER\","
	"\"user\":\"bob\",\"secret\":\"secret\",\"success\":true}}}\n";

static const char listing[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.005000Z\"," SENSOR
	"\"event\":{\"id\":\"6b2bb0a4fa3dd0d5874926ec-c3\",\"kind\":\"event\",\"category\":[\"email\",\"n"
	"etwork\"],\"dataset\":\"mailtap.command\",\"outcome\":\"success\"}," POP3_ENDS OWN
	"\"index\":3,\"verb\":\"UIDL\",\"packet\":6,\"replies\":[{\"code\":\"+OK\",\"text\":[\"\"],\"pack"
	"et\":7,\"latency_us\":1000}],\"data\":[\"1 aa\",\"2 bb\"]}}\n";

static const char retrieved_mail[] =
	"{\"@timestamp\":\"1970-01-01T00:16:40.008000Z\"," SENSOR
	"\"event\":{\"id\":\"6b2bb0a4fa3dd0d5874926ec-m1\",\"kind\":\"event\",\"category\":[\"email\",\"n"
	"etwork\"],\"dataset\":\"mailtap.mail\",\"outcome\":\"success\"}," POP3_ENDS OWN
	"\"mail\":1,\"direction\":\"retrieved\",\"size\":4,\"complete\":true,\"outcome\":\"retrieved\",\""
	"pop3\":{\"number\":1,\"uid\":\"aa\",\"deleted\":true,\"committed\":true}}}\n";

static struct buffer out;
static struct player p;
static struct records *masked;
static struct records *shown;
static struct name_table *interfaces;

static void setup(void)
{
	static const struct record_source source = {.observer = "sensor", .file = "x.pcap"};
	struct record_origin origin = {.version = "0.1", .observer = "sensor", .sources = &source, .source_count = 1};

	origin.interfaces = interfaces = name_table_new();
	out = (struct buffer){0};
	fields_init(NULL, 0);
	masked = records_new(&origin, false);
	shown = records_new(&origin, true);
}

static void teardown(void)
{
	buffer_fini(&out);
	play_end(&p);
	fields_fini();
	records_free(masked);
	records_free(shown);
	name_table_free(interfaces);
}

static void expect(const char *line)
{
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, line);
	buffer_clear(&out);
}

static void expect_part(const char *part)
{
	buffer_append_byte(&out, '\0');
	ck_assert_msg(strstr((const char *)out.data, part) != NULL, "%s is not in %s", part, (const char *)out.data);
	buffer_clear(&out);
}

static const struct {
	bool pop3;
	uint32_t index;
	bool show;
	const char *line;
} commands[] = {
	{false, 0, false, greeting}, {false, 2, false, login},	    {false, 2, true, login_shown},
	{false, 5, false, refused},  {false, 8, false, unanswered}, {true, 2, false, pass},
	{true, 2, true, pass_shown}, {true, 3, false, listing},
};

START_TEST(a_command_is_a_line)
{
	if (commands[_i].pop3)
		dialog_begin(&p, PROTOCOL_POP3, DIALOG_POP3);
	else
		dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	records_command(commands[_i].show ? shown : masked, &out, p.session,
			session_command(p.session, commands[_i].index));
	expect(commands[_i].line);
}
END_TEST

START_TEST(a_session_is_a_line)
{
	static const char *const names[SIDES] = {"me.example", NULL};

	dialog_begin(&p, _i ? PROTOCOL_POP3 : PROTOCOL_SMTP, _i ? DIALOG_POP3 : DIALOG_SMTP);
	records_session(masked, &out, p.session, names);
	expect(_i ? pop3_session : smtp_session);
}
END_TEST

/* In every record, from where it was told. */
START_TEST(a_proxy_tells_who_the_ends_are)
{
	static const char *const names[SIDES] = {NULL, NULL};
	static const char told[] = "\"client\":{\"ip\":\"198.51.100.7\",\"port\":51000},"
				   "\"server\":{\"ip\":\"203.0.113.1\",\"port\":25},";
	static const struct finding finding = {.index = DIALOGUE_NO_COMMAND};
	static const struct record_fields fields;

	dialog_begin(&p, PROTOCOL_SMTP, "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" DIALOG_SMTP);
	records_session(masked, &out, p.session, names);
	expect_part(told);
	records_session(masked, &out, p.session, names);
	expect_part("\"source\":{\"ip\":\"10.0.0.1\",\"port\":40000,");
	records_session(masked, &out, p.session, names);
	expect_part("\"proxy\":{\"version\":1,\"command\":\"PROXY\"}");
	records_command(masked, &out, p.session, session_command(p.session, 1));
	expect_part(told);
	records_mail(masked, &out, p.session, session_mail(p.session, 1), &fields);
	expect_part(told);
	records_diagnosis(masked, &out, p.session, &finding);
	expect_part(told);
}
END_TEST

START_TEST(a_proxy_may_speak_for_itself)
{
	static const char *const names[SIDES] = {NULL, NULL};

	dialog_begin(&p, PROTOCOL_SMTP, "C| \\r\\n\\r\\n\\0\\r\\nQUIT\\n\\x20\\0\\0\\0\n" DIALOG_SMTP);
	records_session(masked, &out, p.session, names);
	ck_assert_ptr_null(memmem(out.data, out.len, "\"client\"", 8));
	expect_part("\"proxy\":{\"version\":2,\"command\":\"LOCAL\"}");
}
END_TEST

START_TEST(kindred_mails_are_named)
{
	static const struct record_link links[] = {{.session = 2, .mail = 1}, {.session = 9, .mail = 4}};
	struct record_fields f = {.same_as = links, .same_as_count = 2};

	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	session_mail(p.session, 1)->repeats = 7;
	records_mail(masked, &out, p.session, session_mail(p.session, 1), &f);
	expect_part("\"outcome\":\"accepted\",\"repeats\":{\"mail\":7},\"same_as\":[{\"session\":2,\"mail\":1},"
		    "{\"session\":9,\"mail\":4}],\"reply\"");
	lines_mail(&out, p.session, session_mail(p.session, 1), &f);
	expect_part(", repeats mail 7, the same as mail 1 of session 2, the same as mail 4 of session 9\n");
}
END_TEST

START_TEST(parameters_are_a_list)
{
	dialog_begin(&p, PROTOCOL_SMTP,
		     "S: 220 a\nC: MAIL FROM:<a@b> SIZE=10 size=11 ENVID=a+2Bb SMTPUTF8 \\x01=2 X=\nS: 250 ok\nC: RCPT "
		     "TO:<c@d>\n"
		     "S: 250 ok\nC: XCLIENT NAME=x ADDR=10.0.0.1\nS: 220 a\n");
	records_command(masked, &out, p.session, session_command(p.session, 1));
	expect_part("\"parameters\":[{\"name\":\"SIZE\",\"value\":\"10\"},{\"name\":\"SIZE\",\"value\":\"11\"},{"
		    "\"name\":\"ENVID\",\"value\":\"a+b\"},{\"name\":\"SMTPUTF8\"},{\"name\":\"\\u0001\",\"value\":"
		    "\"2\"},{\"name\":\"X\"}],\"packet\"");
	records_command(masked, &out, p.session, session_command(p.session, 2));
	expect_part("\"arguments\":\"TO:<c@d>\",\"packet\"");
	records_command(masked, &out, p.session, session_command(p.session, 3));
	expect_part("\"parameters\":[{\"name\":\"NAME\",\"value\":\"x\"},{\"name\":\"ADDR\",\"value\":\"10.0.0.1\"}]");
}
END_TEST

START_TEST(a_mail_is_a_line)
{
	struct record_fields f = {.has_date = false};

	dialog_begin(&p, _i ? PROTOCOL_POP3 : PROTOCOL_SMTP, _i ? DIALOG_POP3 : DIALOG_SMTP);
	records_mail(masked, &out, p.session, session_mail(p.session, 1), &f);
	expect(_i ? retrieved_mail : sent_mail);
}
END_TEST

START_TEST(no_password_is_shown_unasked)
{
	dialog_begin(&p, _i ? PROTOCOL_POP3 : PROTOCOL_SMTP, _i ? DIALOG_POP3 : DIALOG_SMTP);
	for (uint32_t i = 0; session_command(p.session, i) != NULL; i++) {
		records_command(masked, &out, p.session, session_command(p.session, i));
		lines_command(&out, p.session, session_command(p.session, i), false);
	}
	lines_report_commands(&out, p.session, false);
	buffer_append_byte(&out, '\0');
	ck_assert_ptr_null(strstr((const char *)out.data, "secret\":\"secret"));
	ck_assert_ptr_null(strstr((const char *)out.data, "PASS secret"));
	ck_assert_ptr_null(strstr((const char *)out.data, "password secret"));
	ck_assert_ptr_null(strstr((const char *)out.data, "AGJvYgBzZWNyZXQ"));
}
END_TEST

START_TEST(what_tcp_knows_is_told)
{
	struct session *s;
	static const char *const nobody[SIDES];

	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	s = p.session;
	session_make_flaws(&s->side[SIDE_CLIENT])->retransmitted = 1;
	session_make_flaws(&s->side[SIDE_CLIENT])->copied = 2;
	session_make_flaws(&s->side[SIDE_SERVER])->out_of_order = 3;
	s->side[SIDE_SERVER].missing_bytes = 4;
	session_make_flaws(&s->side[SIDE_SERVER])->conflicts = 5;
	session_make_flaws(&s->side[SIDE_SERVER])->damaged = 6;
	session_make_flaws(&s->side[SIDE_SERVER])->duplicate_acks = 7;
	session_make_flaws(&s->side[SIDE_SERVER])->zero_windows = 8;
	session_make_flaws(&s->side[SIDE_SERVER])->zero_window_ns = 9 * CLOCK_NS_PER_US;
	s->connect_ns = 11 * CLOCK_NS_PER_US;
	s->speaks = "ssh";
	s->tunnel = mem_alloc(sizeof(*s->tunnel));
	*s->tunnel = (struct session_tunnel){.name = "gre", .source = {192, 0, 2, 1}, .destination = {192, 0, 2, 2}};
	s->tls = true;
	s->is_ipv6 = true;
	s->state = SESSION_NO_ANSWER;
	s->handshake = SESSION_HANDSHAKE_FAILED;
	s->rtt_ns = -1;
	s->end_ns = s->start_ns - 5;
	records_session(masked, &out, s, nobody);
	buffer_append_byte(&out, '\0');
	out.len--;
	ck_assert_ptr_nonnull(
		strstr((char *)out.data, "\"client\":{\"retransmitted_segments\":1,\"copied_segments\":2}"));
	ck_assert_ptr_nonnull(strstr((char *)out.data, "\"server\":{\"out_of_order_segments\":3,\"missing_bytes\":4,"
						       "\"overlap_conflicts\":5,\"damaged_segments\":6,"
						       "\"duplicate_acks\":7,\"zero_windows\":8,"
						       "\"zero_window_us\":9}"));
	ck_assert_ptr_nonnull(strstr((char *)out.data, "\"connect_us\":11,"));
	ck_assert_ptr_nonnull(strstr((char *)out.data, "\"speaks\":\"ssh\",\"tunnel\":{\"type\":\"gre\",\"source\":"
						       "\"192.0.2.1\",\"destination\":\"192.0.2.2\"}"));
	ck_assert_ptr_nonnull(strstr((char *)out.data, "\"tls\":{\"established\":true}"));
	ck_assert_ptr_nonnull(strstr((char *)out.data, "\"type\":\"ipv6\""));
	ck_assert_ptr_nonnull(strstr((char *)out.data, "\"ip\":\"a00:1::\""));
	ck_assert_ptr_nonnull(
		strstr((char *)out.data, "\"state\":\"no-answer\",\"handshake\":\"failed\",\"connect_us\""));
	ck_assert_ptr_nonnull(strstr((char *)out.data, "\"duration\":0}"));
	ck_assert_ptr_null(strstr((char *)out.data, "domain"));
	buffer_clear(&out);
	s->abandoned = true;
	records_session(masked, &out, s, nobody);
	buffer_append_byte(&out, '\0');
	ck_assert_ptr_nonnull(strstr((char *)out.data, "\"handshake\":\"failed\",\"given_up\":true,"));
}
END_TEST

START_TEST(fields_parts_and_places_of_a_mail_are_told)
{
	static const char mail[] =
		"Content-Type: text/plain; name=\"a\\\"b.txt\"\r\nContent-Transfer-Encoding: base64\r\n"
		"\r\nSGk=\r\n";
	struct record_fields f = {.has_date = true, .date_ns = -CLOCK_NS_PER_S, .has_hash = true, .sha256 = "0123"};
	struct message *message = message_parse(slice_from_text(mail));
	struct mail *m;

	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	buffer_append(&f.from, slice_of("a@b\0", 4));
	buffer_append(&f.to, slice_of("c@d\0e@f\0", 8));
	buffer_append_text(&f.subject, "x\ty");
	f.message = message;
	m = session_mail(p.session, 1);
	m->saved_path = "/tmp/x.eml";
	m->missing_len = 9;
	m->complete = false;
	records_mail(masked, &out, p.session, m, &f);
	expect_part("\"email\":{\"from\":{\"address\":[\"a@b\"]},\"to\":{\"address\":[\"c@d\",\"e@f\"]},\"subject\":"
		    "\"x\\u0009y\",\"origination_timestamp\":\"1969-12-31T23:59:59Z\",\"attachments\":[{\"file\":{"
		    "\"name\":\"a\\\"b.txt\",\"size\":2,\"mime_type\":\"text/plain\",\"hash\":{\"sha256\":"
		    "\"3639efcd08abb273b1619e82e78c29a7df02c1051b1820e99fc395dcaa3326b8\"}}}]},"
		    "\"file\":{\"path\":\"/tmp/x.eml\"}");
	records_mail(masked, &out, p.session, m, &f);
	expect_part("\"size\":18,\"sha256\":\"0123\",\"complete\":false,\"missing_bytes\":9,");
	message_free(message);
	records_fini_fields(&f);
}
END_TEST

START_TEST(a_mail_without_data_has_no_size)
{
	struct record_fields f = {.has_date = false};

	dialog_begin(&p, PROTOCOL_SMTP,
		     "S: 220 x\nC: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RSET\nS: 250 ok\n");
	records_mail(masked, &out, p.session, session_mail(p.session, 1), &f);
	expect_part("\"envelope\":{\"from\":\"<>\",\"to\":[\"c@d\"]},\"complete\":false,\"outcome\":\"reset\"}}\n");
}
END_TEST

START_TEST(a_long_listing_is_cut)
{
	struct buffer script = {0};

	buffer_append_text(&script, "S: +OK\nC: LIST\nS: +OK\n");
	for (int i = 1; i <= 1001; i++)
		buffer_printf(&script, "S: %d 5\n", i);
	buffer_append(&script, slice_of("S: .\n", 6));
	dialog_begin(&p, PROTOCOL_POP3, (const char *)script.data);
	records_command(masked, &out, p.session, session_command(p.session, 1));
	expect_part(",\"99 5\",\"100 5\"],\"data_count\":1001,\"truncated_fields\":[\"mailtap.data\"]}}\n");
	buffer_fini(&script);
}
END_TEST

/* No item of a list is empty, but the lines of a reply are as they were. */
START_TEST(empty_lines_are_left_out_of_lists)
{
	dialog_begin(&p, PROTOCOL_SMTP, "S: 220 x\nC: EHLO me\nS: 250-x\nS: 250-\nS: 250-SIZE\nS: 250 \n");
	records_session(masked, &out, p.session, (const char *const[SIDES]){NULL, NULL});
	expect_part("\"extensions\":[\"SIZE\"]");
	records_command(masked, &out, p.session, session_command(p.session, 1));
	expect_part("\"text\":[\"x\",\"\",\"SIZE\",\"\"]");
	play_end(&p);
	dialog_begin(&p, PROTOCOL_POP3, "S: +OK\nC: UIDL\nS: +OK\nS: 1 a\nS: \nS: 2 b\nS: .\n");
	records_command(masked, &out, p.session, session_command(p.session, 1));
	expect_part("\"data\":[\"1 a\",\"2 b\"]}");
}
END_TEST

static void append_many(struct buffer *to, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_append_text(to, text);
}

static void expect_bounded(const char *part)
{
	ck_assert_uint_le(out.len, 32 * 1024);
	ck_assert_uint_gt(out.len, 0);
	ck_assert_uint_eq(out.data[out.len - 1], '\n');
	ck_assert_msg(memmem(out.data, out.len, part, strlen(part)) != NULL, "%s is not there", part);
	buffer_clear(&out);
}

/* Whatever is long in it: control characters take six bytes each. */
START_TEST(no_record_is_longer_than_it_may_be)
{
	struct buffer script = {0};
	struct buffer interface = {0};
	struct record_fields f = {.has_date = false};

	buffer_append_text(&script, "S: 220 x\nC: MAIL FROM:<a@b>");
	append_many(&script, " KEY=\\x01\\x02\\x03\\x04", 200);
	buffer_append_text(&script, "\nS: 250 ok\n");
	for (int i = 0; i < 120; i++)
		buffer_printf(&script,
			      "C: RCPT TO:<%d\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08@example.com>\nS: 550-5.1.1 "
			      "no\nS: 550 5.1.1 nobody\n",
			      i);
	buffer_append_text(&script, "C: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: x\nC: .\nS: 250 ok\n");
	dialog_begin(&p, PROTOCOL_SMTP, (const char *)script.data);
	append_many(&interface, "\x01", NAME_TABLE_LEN_MAX);
	p.session->interface = name_table_add(interfaces, buffer_slice(&interface));
	append_many(&f.subject, "\x01", 128 * 1024);
	append_many(&f.message_id, "\x02", 128 * 1024);
	append_many(&f.x_mailer, "\x03", 128 * 1024);
	for (int i = 0; i < 10000; i++) {
		append_many(&f.to, "\x04", 300);
		buffer_append_byte(&f.to, '\0');
	}
	records_mail(masked, &out, p.session, session_mail(p.session, 1), &f);
	expect_bounded("\"address_count\":10000");
	records_mail(masked, &out, p.session, session_mail(p.session, 1), &f);
	expect_bounded("\"rejected_count\":120");
	records_mail(masked, &out, p.session, session_mail(p.session, 1), &f);
	expect_bounded(
		"\"truncated_fields\":[\"observer.ingress.interface.name\",\"email.to.address\",\"email.subject\","
		"\"email.message_id\",\"email.x_mailer\"");
	records_command(masked, &out, p.session, session_command(p.session, 1));
	expect_bounded("\"parameters_count\":200");
	records_command(masked, &out, p.session, session_command(p.session, 1));
	expect_bounded("\"truncated_fields\":[\"observer.ingress.interface.name\",\"mailtap.parameters\"]");
	records_fini_fields(&f);
	buffer_fini(&interface);
	buffer_fini(&script);
}
END_TEST

static void append_interface(const char *name, size_t count)
{
	static const char *const nobody[SIDES];
	struct buffer text = {0};

	append_many(&text, name, count);
	p.session->interface = name_table_add(interfaces, buffer_slice(&text));
	p.session->number++; /* what was made for the one before is not what is looked at */
	records_session(masked, &out, p.session, nobody);
	buffer_fini(&text);
}

START_TEST(the_interface_stands_with_the_observer)
{
	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	append_interface("eth0", 1);
	expect_part("\"version\":\"0.1\",\"ingress\":{\"interface\":{\"name\":\"eth0\"}}},\"event\"");
	records_command(masked, &out, p.session, session_command(p.session, 0));
	expect_part("\"version\":\"0.1\",\"ingress\":{\"interface\":{\"name\":\"eth0\"}}},\"event\"");
	append_interface("wlan0", 1);
	expect_part("\"ingress\":{\"interface\":{\"name\":\"wlan0\"}}},\"event\"");
	append_interface("", 1);
	expect_part("\"version\":\"0.1\"},\"event\"");
}
END_TEST

/* Anybody may have written the file that has it. */
START_TEST(an_interface_may_have_any_name)
{
	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	append_interface("a\xff\"\x1b[2Jb", 1);
	expect_part("\"name\":\"a\xef\xbf\xbd\\\"\\u001b[2Jb\"");
	append_interface("x", 2048);
	ck_assert_ptr_null(memmem(out.data, out.len, "truncated_fields", 16));
	buffer_clear(&out);
	append_interface("x", 2049);
	expect_bounded("\"truncated_fields\":[\"observer.ingress.interface.name\"]");
	append_interface("\x01", 4096);
	expect_bounded("\"truncated_fields\":[\"observer.ingress.interface.name\"]");
	append_interface("\xff", 4096);
	expect_bounded("\"truncated_fields\":[\"observer.ingress.interface.name\"]");
}
END_TEST

/* What the user names may be cut, too; then what the session is about. */
START_TEST(all_that_was_cut_is_told)
{
	static char text[3000];
	struct record_source source = {.observer = text, .file = text};
	struct record_origin origin = {
		.version = "1", .observer = text, .sources = &source, .source_count = 1, .interfaces = interfaces};
	struct record_fields f = {.has_date = false};
	struct records *r;

	memset(text, 'x', sizeof(text) - 1);
	r = records_new(&origin, false);
	records_capture(r, &out, &(struct record_capture){.packets = 5});
	expect_bounded("\"truncated_fields\":[\"observer.name\"]");
	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	p.session->interface = name_table_add(interfaces, slice_from_text(text));
	append_many(&f.subject, "x", 3000);
	records_mail(r, &out, p.session, session_mail(p.session, 1), &f);
	expect_bounded("\"truncated_fields\":[\"observer.name\",\"observer.ingress.interface.name\","
		       "\"mailtap.capture.file\",\"email.subject\"]");
	records_fini_fields(&f);
	records_free(r);
}
END_TEST

/* What is no UTF-8 takes three bytes each. */
START_TEST(a_message_is_cut_after_it_was_made_utf8)
{
	static const char cut[] = "\xef\xbf\xbd\",\"mailtap\"";
	struct finding finding = {.rule = RULE_S12, .index = DIALOGUE_NO_COMMAND};
	struct buffer message = {0};
	size_t stand_ins = 0;

	append_many(&message, "\xff", 1000);
	finding.message = buffer_slice(&message);
	dialog_begin(&p, PROTOCOL_SMTP, DIALOG_SMTP);
	records_diagnosis(masked, &out, p.session, &finding);
	for (size_t i = 0; i + 2 < out.len; i++)
		stand_ins += memcmp(out.data + i, cut, 3) == 0;
	ck_assert_uint_eq(stand_ins, 1024 / 3);
	ck_assert_ptr_nonnull(memmem(out.data, out.len, cut, sizeof(cut) - 1));
	expect_bounded("\"truncated_fields\":[\"message\"]");
	buffer_fini(&message);
}
END_TEST

START_TEST(the_capture_is_the_last_line)
{
	static const struct record_count skipped[] = {{"fragment", 3}, {"not_ip", 0}, {"malformed", 1}};
	static const struct record_count evicted[] = {{"flows", 0}, {"holes", 2}};
	struct record_capture c = {.time_ns = PLAY_START_NS,
				   .time_digits = 9,
				   .packets = 5,
				   .bytes = 600,
				   .drops = {.kernel = 7},
				   .skipped = skipped,
				   .skipped_count = 3,
				   .evicted = evicted,
				   .evicted_count = 2};

	play_begin(&p, PROTOCOL_SMTP, false);
	records_capture(masked, &out, &c);
	expect("{\"@timestamp\":\"1970-01-01T00:16:40.000000000Z\"," SENSOR
	       "\"event\":{\"id\":\"ca73f61034afc26d96c85c0d-1970-01-01T00:16:40.000000000Z\",\"kind\":\"metric\","
	       "\"category\":[\"email\",\"network\"],"
	       "\"dataset\":\"mailtap.capture\"},\"mailtap\":{\"packets\":5,\"bytes\":600,\"sessions\":0,\"mails\":0,"
	       "\"dropped\":{"
	       "\"kernel\":7,\"ring\":0},\"skipped\":{\"fragment\":3,\"malformed\":1},"
	       "\"evicted\":{\"holes\":2}}}\n");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, parameters_are_a_list);
	tcase_add_test(t, a_proxy_tells_who_the_ends_are);
	tcase_add_test(t, a_proxy_may_speak_for_itself);
	tcase_add_test(t, kindred_mails_are_named);
	tcase_add_loop_test(t, a_command_is_a_line, 0, sizeof(commands) / sizeof(commands[0]));
	tcase_add_loop_test(t, a_session_is_a_line, 0, 2);
	tcase_add_loop_test(t, a_mail_is_a_line, 0, 2);
	tcase_add_loop_test(t, no_password_is_shown_unasked, 0, 2);
	tcase_add_test(t, what_tcp_knows_is_told);
	tcase_add_test(t, fields_parts_and_places_of_a_mail_are_told);
	tcase_add_test(t, a_mail_without_data_has_no_size);
	tcase_add_test(t, a_long_listing_is_cut);
	tcase_add_test(t, empty_lines_are_left_out_of_lists);
	tcase_add_test(t, a_message_is_cut_after_it_was_made_utf8);
	tcase_add_test(t, the_interface_stands_with_the_observer);
	tcase_add_test(t, an_interface_may_have_any_name);
	tcase_add_test(t, all_that_was_cut_is_told);
	tcase_add_test(t, no_record_is_longer_than_it_may_be);
	tcase_add_test(t, the_capture_is_the_last_line);
}
