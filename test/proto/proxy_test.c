#include "proto/proxy.h"

#include "../main.h"
#include "script.h"

#define SIGNATURE "\\r\\n\\r\\n\\0\\r\\nQUIT\\n"
#define SMTP	  "S: 220 x\nC: EHLO a\nS: 250 y\nC: QUIT\nS: 221 z\n"
#define SMTP_SAID "0 (greeting)\n0< 220 x\n1 EHLO a\n1< 250 y\n2 QUIT\n2< 221 z\n"
#define POP3	  "S: +OK x\nC: QUIT\nS: +OK z\n"
#define POP3_SAID "0 (greeting)\n0< +OK x\n1 QUIT\n1< +OK z\n"

static const struct script_vector vectors[] = {
	{"version 1, IPv4", PROTOCOL_SMTP, false, "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" SMTP,
	 "proxy v1 198.51.100.7:51000 203.0.113.1:25\n" SMTP_SAID},
	{"version 1, IPv6, in front of LMTP", PROTOCOL_LMTP, false,
	 "C: PROXY TCP6 2001:db8::7 2001:db8::1 51000 24\nS: 220 x\nC: LHLO a\nS: 250 y\n",
	 "proxy v1 [2001:db8::7]:51000 [2001:db8::1]:24\n0 (greeting)\n0< 220 x\n1 LHLO a\n1< 250 y\n"},
	{"version 1, nobody knows the client", PROTOCOL_POP3, false, "C: PROXY UNKNOWN\n" POP3, "proxy v1\n" POP3_SAID},
	{"version 1, nobody knows it, with addresses that count for nothing", PROTOCOL_SMTP, false,
	 "C: PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\n" SMTP, "proxy v1\n" SMTP_SAID},
	{"version 1, the first command in the same segment", PROTOCOL_SMTP, false,
	 "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\nC: EHLO a\nS: 220 x\nS: 250 y\n",
	 "proxy v1 198.51.100.7:51000 203.0.113.1:25\n0 (greeting)\n1 EHLO a\n1 note early-talk\n0< 220 x\n"
	 "1< 250 y\n"},
	{"the handshake was not captured: it is the beginning all the same", PROTOCOL_SMTP, true,
	 "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" SMTP,
	 "proxy v1 198.51.100.7:51000 203.0.113.1:25\n" SMTP_SAID},
	{"nor in front of POP3", PROTOCOL_POP3, true, "C: PROXY UNKNOWN\n" POP3, "proxy v1\n" POP3_SAID},
	{"version 1, only the client was captured", PROTOCOL_SMTP, false,
	 "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\nC: EHLO a\nC: QUIT\n",
	 "proxy v1 198.51.100.7:51000 203.0.113.1:25\n0 (greeting)\n1 EHLO a\n2 QUIT\n"},
	{"version 2, INET STREAM", PROTOCOL_SMTP, false,
	 "C| " SIGNATURE "\\x21\\x11\\0\\x0c\\xc6\\x33\\x64\\x07\\xcb\\0\\x71\\x01\\xc7\\x38\\0\\x19\n" SMTP,
	 "proxy v2 198.51.100.7:51000 203.0.113.1:25\n" SMTP_SAID},
	{"version 2, INET DGRAM, with TLVs", PROTOCOL_POP3, false,
	 "C| " SIGNATURE
	 "\\x21\\x12\\0\\x13\\xc6\\x33\\x64\\x07\\xcb\\0\\x71\\x01\\xc7\\x38\\0\\x19\\x03\\0\\x04\\n\\n\\r\\n\n" POP3,
	 "proxy v2 198.51.100.7:51000 203.0.113.1:25\n" POP3_SAID},
	{"version 2, INET6 STREAM", PROTOCOL_LMTP, false,
	 "C| " SIGNATURE "\\x21\\x21\\0\\x24\\x20\\x01\\x0d\\xb8\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\x07\\x20\\x01\\x0d\\"
	 "xb8\\0\\0\\0\\0\\0"
	 "\\0\\0\\0\\0\\0\\0\\x01\\xc7\\x38\\0\\x18\nS: 220 x\nC: LHLO a\nS: 250 y\n",
	 "proxy v2 [2001:db8::7]:51000 [2001:db8::1]:24\n0 (greeting)\n0< 220 x\n1 LHLO a\n1< 250 y\n"},
	{"version 2, LOCAL, whose addresses count for nothing", PROTOCOL_SMTP, false,
	 "C| " SIGNATURE "\\x20\\x11\\0\\x0c\\xc6\\x33\\x64\\x07\\xcb\\0\\x71\\x01\\xc7\\x38\\0\\x19\n" SMTP,
	 "proxy v2 local\n" SMTP_SAID},
	{"version 2, LOCAL, nothing else", PROTOCOL_SMTP, false, "C| " SIGNATURE "\\x20\\0\\0\\0\n" SMTP,
	 "proxy v2 local\n" SMTP_SAID},
	{"version 2, UNSPEC with TLVs", PROTOCOL_SMTP, false,
	 "C| " SIGNATURE "\\x21\\0\\0\\x06\\x04\\0\\x03\\r\\nQ\n" SMTP, "proxy v2\n" SMTP_SAID},
	{"an unknown version 2 is none", PROTOCOL_SMTP, false, "C| " SIGNATURE "\\x31\\x11\\0\\x02\\r\\n\n" SMTP,
	 "note loose\n" SMTP_SAID},
	{"version 2, too short for its addresses", PROTOCOL_SMTP, false,
	 "C| " SIGNATURE "\\x21\\x11\\0\\x02\\r\\n\n" SMTP, "note loose\n" SMTP_SAID},
	{"version 1, not an address", PROTOCOL_SMTP, false, "C: PROXY TCP4 198.51.100.7 mx 51000 25\n" SMTP,
	 "note loose\n" SMTP_SAID},
	{"version 1, a family that is none", PROTOCOL_SMTP, false, "C: PROXY UDP4 198.51.100.7 203.0.113.1 1 2\n" SMTP,
	 "note loose\n" SMTP_SAID},
	{"version 1, the other family's addresses", PROTOCOL_SMTP, false,
	 "C: PROXY TCP6 198.51.100.7 203.0.113.1 1 2\n" SMTP, "note loose\n" SMTP_SAID},
	{"version 1, a port too large", PROTOCOL_SMTP, false, "C: PROXY TCP4 198.51.100.7 203.0.113.1 1 65536\n" SMTP,
	 "note loose\n" SMTP_SAID},
	{"a server that knows no such header refuses it, and nothing is out of step", PROTOCOL_SMTP, false,
	 "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\nS: 220 x\nS: 500 what\nC: EHLO a\nS: 250 y\n",
	 "proxy v1 198.51.100.7:51000 203.0.113.1:25\n0 (greeting)\n0< 220 x\n1 (unsolicited)\n1< 500 what\n"
	 "2 EHLO a\n2< 250 y\n"},
	{"later it is a command like others", PROTOCOL_SMTP, false,
	 "S: 220 x\nC: NOOP\nS: 250 y\nC: PROXY UNKNOWN\nS: 500 what\n",
	 "0 (greeting)\n0< 220 x\n1 NOOP\n1< 250 y\n2 PROXY UNKNOWN\n2< 500 what\n"},
	{"TLS follows at once", PROTOCOL_SMTP, false,
	 "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 465\nC| \\x16\\x03\\x01\\0\\x05hello\nS| "
	 "\\x16\\x03\\x03\\0\\x05hello\n",
	 "proxy v1 198.51.100.7:51000 203.0.113.1:465\ntls C\ntls S\n"},
	{"a cut header is no command", PROTOCOL_SMTP, false, "C| PROXY TCP4 1\n", "unfinished C PROXY TCP4 1\n"},
};

START_TEST(test_vector)
{
	script_test_vector(&vectors[_i]);
}
END_TEST

/* What was too long is no command either. */
START_TEST(a_line_may_have_107_bytes)
{
	for (int len = PROXY_LINE_MAX; len <= PROXY_LINE_MAX + 1; len++) {
		struct buffer script = {0};

		buffer_printf(&script, "C: PROXY UNKNOWN %0*d\n" SMTP, len - 16, 0);
		buffer_append_byte(&script, '\0');
		script_test((const char *)script.data, PROTOCOL_SMTP, false,
			    len == PROXY_LINE_MAX ? "proxy v1\n" SMTP_SAID : "note loose\n" SMTP_SAID);
		buffer_fini(&script);
	}
}
END_TEST

/* The paths of AF_UNIX are longer than what a test script likes to hold. */
START_TEST(paths_are_skipped)
{
	uint8_t bytes[PROXY_FIXED_LEN + PROXY_ENDS_MAX] = "\r\n\r\n\0\r\nQUIT\n\x21\x31\0\xd8";
	struct proxy_header header;

	ck_assert_int_eq(proxy_read(slice_of(bytes, sizeof(bytes)), &header), PROXY_HEADER);
	ck_assert_uint_eq(header.len, sizeof(bytes));
	ck_assert(!header.ends[SIDE_CLIENT].has_address && !header.ends[SIDE_SERVER].has_address);
	ck_assert_int_eq(proxy_read(slice_of(bytes, PROXY_FIXED_LEN), &header), PROXY_HEADER);
	ck_assert_uint_eq(header.len, sizeof(bytes));
}
END_TEST

/* TLVs are as long as they like to be: nothing of them is kept. */
START_TEST(long_tlvs_are_skipped_as_they_come)
{
	static const char begin[] = "\r\n\r\n\0\r\nQUIT\n\x21\0\xff\xff";
	struct slice first = slice_of(begin, sizeof(begin) - 1);
	struct script_player p;
	struct buffer junk = {0};
	char *said;

	memset(buffer_room(&junk, 65535), '\n', 65535);
	junk.len = 65535;
	script_begin(&p, PROTOCOL_SMTP, false);
	script_say(&p, SIDE_CLIENT, first);
	ck_assert_uint_eq(p.rest[SIDE_CLIENT].len, 0);
	script_say(&p, SIDE_CLIENT, slice_sub(buffer_slice(&junk), 0, 40000));
	script_gap(&p, SIDE_CLIENT, 20000);
	script_say(&p, SIDE_CLIENT, slice_after(buffer_slice(&junk), 60000));
	script_say(&p, SIDE_CLIENT, slice_from_text("QUIT\r\n"));
	said = script_finish(&p);
	ck_assert_str_eq(said, "proxy v2\n0 (greeting)\n1 QUIT\n");
	free(said);
	buffer_fini(&junk);
}
END_TEST

START_TEST(what_stands_behind_it_is_found)
{
	static const struct {
		const char *in;
		const char *behind;
	} rows[] = {
		{"EHLO a\r\n", "EHLO a\r\n"},
		{"", ""},
		{"P", ""},
		{"PROX a\r\n", "PROX a\r\n"},
		{"PROXY UNKNOWN\r\n", ""},
		{"PROXY UNKNOWN\r\nEHLO a\r\n", "EHLO a\r\n"},
		{"PROXY nonsense\r\nEHLO a\r\n", "EHLO a\r\n"},
		{"PROXY UNKNOWN", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert(slice_equals(proxy_behind(slice_from_text(rows[i].in)), slice_from_text(rows[i].behind)));
}
END_TEST

START_TEST(the_protocol_is_told_by_what_stands_behind_it)
{
	bool decided;

	ck_assert_int_eq(
		dialogue_recognise(slice_from_text("PROXY UNKNOWN\r\nEHLO a\r\n"), slice_of(NULL, 0), &decided),
		PROTOCOL_SMTP);
	ck_assert_int_eq(dialogue_recognise(slice_from_text("PROXY UNKNOWN\r\nCAPA\r\n"), slice_of(NULL, 0), &decided),
			 PROTOCOL_POP3);
	ck_assert_int_eq(dialogue_recognise(slice_from_text("PROXY UNKNO"), slice_of(NULL, 0), &decided),
			 PROTOCOL_UNKNOWN);
	ck_assert(!decided);
	ck_assert_int_eq(
		dialogue_recognise(slice_from_text("PROXY UNKNOWN\r\n"), slice_from_text("220 x ESMTP\r\n"), &decided),
		PROTOCOL_SMTP);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, a_line_may_have_107_bytes);
	tcase_add_test(t, paths_are_skipped);
	tcase_add_test(t, long_tlvs_are_skipped_as_they_come);
	tcase_add_test(t, what_stands_behind_it_is_found);
	tcase_add_test(t, the_protocol_is_told_by_what_stands_behind_it);
}
