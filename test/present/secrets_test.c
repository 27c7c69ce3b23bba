#include "showing.h"

#include "../main.h"

/*
 * Logins of all kinds, and everything that the program can show of them: the rows of a screen, opened packets, JSON,
 * lines, the report. No secret is in any of it, neither as it was sent nor decoded, at no time.
 */

enum {
	SECRETS_MAX = 4,
	LONG_LEN = 40000, /* of a password that is longer than a line may be */
};

static const struct {
	const char *name;
	uint16_t port; /* 0: the capture begins in the middle */
	const char *script;
	const char *secrets[SECRETS_MAX];
} logins[] = {
	{"PASS",
	 110,
	 "S: +OK\n"
	 "C: USER bob\n"
	 "S: +OK\n"
	 "C: PASS s3cr3tXY\n"
	 "S: +OK\n",
	 {"s3cr3tXY"}},
	{"PASS refused and repeated",
	 110,
	 "S: +OK\n"
	 "C: USER bob\n"
	 "S: +OK\n"
	 "C: pass  firsts3cr3tXY\n"
	 "S: -ERR [AUTH] no\n"
	 "C: USER bob\n"
	 "S: +OK\n"
	 "C: PASS\\x09s3cr3tXY\n"
	 "S: +OK\n",
	 {"s3cr3tXY"}},
	{"PASS before the greeting",
	 110,
	 "C: USER bob\n"
	 "C: PASS s3cr3tXY\n"
	 "C: STAT\n"
	 "S: +OK hi\n"
	 "S: +OK\n"
	 "S: +OK\n"
	 "S: +OK 0 0\n",
	 {"s3cr3tXY"}},
	{"PASS without its end",
	 110,
	 "S: +OK\n"
	 "C: USER bob\n"
	 "S: +OK\n"
	 "C| PASS s3cr3tXY\n",
	 {"s3cr3tXY"}},
	{"PASS cut by a gap",
	 110,
	 "S: +OK\n"
	 "C: USER bob\n"
	 "S: +OK\n"
	 "C| PASS s3cr3tXY\n"
	 "C~ 30\n"
	 "C: rests3cr3tXY\n"
	 "C: STAT\n"
	 "S: +OK\n"
	 "S: +OK 0 0\n",
	 {"s3cr3tXY"}},
	{"PASS behind a gap that stays open",
	 110,
	 "S: +OK\n"
	 "C| NOOP\n"
	 "C~ 40\n"
	 "C: PASS s3cr3tXY\n",
	 {"s3cr3tXY"}},
	{"PASS longer than a line may be",
	 110,
	 "S: +OK\n"
	 "C: USER bob\n"
	 "S: +OK\n"
	 "C: PASS LONG\n"
	 "S: +OK\n",
	 {"s3cr3tXY"}},
	{"APOP",
	 110,
	 "S: +OK <1@x>\n"
	 "C: APOP bob c4c9334bac560ecc979e58001b3e22fb\n"
	 "S: +OK\n",
	 {"c4c9334bac560ecc979e58001b3e22fb"}},
	{"PLAIN, initial",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH PLAIN AGJvYgBzM2NyM3RYWQ==\n"
	 "S: 235 ok\n",
	 {"s3cr3tXY", "AGJvYgBzM2NyM3RYWQ=="}},
	{"PLAIN, on its own line, POP3",
	 110,
	 "S: +OK\n"
	 "C: AUTH PLAIN\n"
	 "S: + \n"
	 "C: AGJvYgBzM2NyM3RYWQ==\n"
	 "S: +OK\n",
	 {"s3cr3tXY", "AGJvYgBzM2NyM3RYWQ=="}},
	{"LOGIN, refused and said again",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH LOGIN\n"
	 "S: 334 VXNlcm5hbWU6\n"
	 "C: Ym9i\n"
	 "S: 334 UGFzc3dvcmQ6\n"
	 "C: bm9zM2NyM3RYWQ==\n"
	 "S: 535 no\n"
	 "C: AUTH LOGIN Ym9i\n"
	 "S: 334 UGFzc3dvcmQ6\n"
	 "C: czNjcjN0WFk=\n"
	 "S: 235 ok\n",
	 {"s3cr3tXY", "czNjcjN0WFk=", "bm9zM2NyM3RYWQ=="}},
	{"LOGIN in one breath, not answered yet",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH LOGIN\n"
	 "C: Ym9i\n"
	 "C: czNjcjN0WFk=\n",
	 {"s3cr3tXY", "czNjcjN0WFk="}},
	{"LOGIN that was refused and goes on",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH LOGIN\n"
	 "S: 504 no\n"
	 "C: Ym9i\n"
	 "S: 500 what\n"
	 "C: czNjcjN0WFk=\n"
	 "S: 500 what\n",
	 {"czNjcjN0WFk=", "s3cr3tXY"}},
	{"LOGIN with both behind the verb",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH LOGIN Ym9i czNjcjN0WFk=\n"
	 "S: 501 no\n",
	 {"czNjcjN0WFk=", "s3cr3tXY"}},
	{"CRAM-MD5",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH CRAM-MD5\n"
	 "S: 334 PDE+\n"
	 "C: Ym9iIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm\n"
	 "S: 235 ok\n",
	 {"0123456789abcdef0123456789abcdef", "Ym9iIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm"}},
	{"DIGEST-MD5",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH DIGEST-MD5\n"
	 "S: 334 cmVhbG09ImUiLG5vbmNlPSJuIixxb3A9ImF1dGgi\n"
	 "C: dXNlcm5hbWU9ImJvYiIscmVhbG09ImUiLHJlc3BvbnNlPWQzODhkYWQ5MGQ0YmJkNzYwYTE1MjMyMWYyMTQzYWY3\n"
	 "S: 334 cnNwYXV0aD1lYTQwZjYwMzM1YzQyN2I1NTI3Yjg0ZGJhYmNkZmZmZA==\n"
	 "C: \n"
	 "S: 235 ok\n",
	 {"d388dad90d4bbd760a152321f2143af7",
	  "dXNlcm5hbWU9ImJvYiIscmVhbG09ImUiLHJlc3BvbnNlPWQzODhkYWQ5MGQ0YmJkNzYwYTE1MjMyMWYyMTQzYWY3",
	  "ea40f60335c427b5527b84dbabcdfffd", "cnNwYXV0aD1lYTQwZjYwMzM1YzQyN2I1NTI3Yjg0ZGJhYmNkZmZmZA=="}},
	{"NTLM",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH NTLM TlRMTVNTUAABAAAAB7IAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	 "S: 334 TlRMTVNTUAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n"
	 "C: "
	 "TlRMTVNTUAADAAAABAAEAEAAAAAIAAgARAAAAAYABgBMAAAABgAGAFIAAAAEAAQAWAAAAAAAAABcAAAAAQAAAAAAAAABI0VniavN70QATwBNA"
	 "GIAbwBiAFcAUwA=\n"
	 "S: 235 ok\n",
	 {"0123456789abcdef", "TlRMTVNTUAADAAAABAAEAEAAAAAIAAgARAAAAAYABgBMAAAABgAGAFIAAAAEAAQAWAAAAAAAAABcAAAAAQAAAAAA"
			      "AAABI0VniavN70QATwBNAGIAbwBiAFcAUwA="}},
	{"SCRAM",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH SCRAM-SHA-256 biwsbj1ib2Iscj1hYg==\n"
	 "S: 334 cj1hYmNkLHM9UVNYQyxpPTQwOTY=\n"
	 "C: Yz1iaXdzLHI9YWJjZCxwPWRIemJaYXBXSWs0alVoTitVdGU5eXRhZzl6amZNSGdzcW1taXo3QW5kVlE9\n"
	 "S: 334 dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==\n"
	 "C: \n"
	 "S: 235 ok\n",
	 {"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	  "Yz1iaXdzLHI9YWJjZCxwPWRIemJaYXBXSWs0alVoTitVdGU5eXRhZzl6amZNSGdzcW1taXo3QW5kVlE9",
	  "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
	  "dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ=="}},
	{"XOAUTH2",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH XOAUTH2 dXNlcj1ib2IBYXV0aD1CZWFyZXIgczNjcjN0WFkBAQ==\n"
	 "S: 334 eyJzdGF0dXMiOiI0MDEifQ==\n"
	 "C: \n"
	 "S: 535 5.7.8 no\n",
	 {"s3cr3tXY", "dXNlcj1ib2IBYXV0aD1CZWFyZXIgczNjcjN0WFkBAQ=="}},
	{"OAUTHBEARER, on its own line",
	 110,
	 "S: +OK\n"
	 "C: AUTH OAUTHBEARER\n"
	 "S: + \n"
	 "C: bixhPWJvYiwBYXV0aD1CZWFyZXIgczNjcjN0WFkBAQ==\n"
	 "S: -ERR [AUTH] no\n",
	 {"s3cr3tXY", "bixhPWJvYiwBYXV0aD1CZWFyZXIgczNjcjN0WFkBAQ=="}},
	{"a mechanism that nobody knows",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH X-SPECIAL czNjcjN0WFk=\n"
	 "S: 334 AAAA\n"
	 "C: eHMzY3IzdFhZ\n"
	 "S: 235 ok\n",
	 {"s3cr3tXY", "czNjcjN0WFk=", "eHMzY3IzdFhZ"}},
	{"AUTH LOGIN whose name is in a hole",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH LOGIN\n"
	 "S: 334 VXNlcm5hbWU6\n"
	 "C~ 6\n"
	 "S: 334 UGFzc3dvcmQ6\n"
	 "C: czNjcjN0WFk=\n"
	 "S: 235 ok\n",
	 {"s3cr3tXY", "czNjcjN0WFk="}},
	{"AUTH behind a listing whose end is in a hole",
	 110,
	 "S: +OK\n"
	 "C: CAPA\n"
	 "S: +OK\n"
	 "S: TOP\n"
	 "S~ 20\n"
	 "C: AUTH PLAIN\n"
	 "S: + \n"
	 "C: AGJvYgBzM2NyM3RYWQ==\n"
	 "S: +OK\n",
	 {"s3cr3tXY", "AGJvYgBzM2NyM3RYWQ=="}},
	{"LOGIN in quotes, repeated without them",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH LOGIN\n"
	 "S: 334 VXNlcm5hbWU6\n"
	 "C: \"Ym9i\"\n"
	 "S: 334 UGFzc3dvcmQ6\n"
	 "C: \"czNjcjN0WFk=\"\n"
	 "S: 535 bad czNjcjN0WFk=\n"
	 "C: NOOP\n"
	 "S: 250 s3cr3tXY\n",
	 {"s3cr3tXY", "czNjcjN0WFk="}},
	{"PLAIN in angle brackets, repeated later",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH PLAIN <AGJvYgBzM2NyM3RYWQ==>\n"
	 "S: 535 bad\n"
	 "C: NOOP\n"
	 "S: 250 AGJvYgBzM2NyM3RYWQ==\n"
	 "C: NOOP\n"
	 "S: 250 s3cr3tXY\n",
	 {"AGJvYgBzM2NyM3RYWQ==", "s3cr3tXY"}},
	{"XOAUTH2 whose token the challenge repeats",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH XOAUTH2 dXNlcj1ib2IBYXV0aD1CZWFyZXIgczNjcjN0WFkBAQ==\n"
	 "S: 334 eyJ0b2tlbiI6InMzY3IzdFhZIn0=\n"
	 "C: \n"
	 "S: 535 5.7.8 no\n",
	 {"s3cr3tXY", "eyJ0b2tlbiI6InMzY3IzdFhZIn0="}},
	{"LOGIN, repeated in hexadecimal",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH LOGIN Ym9i\n"
	 "S: 334 UGFzc3dvcmQ6\n"
	 "C: czNjcjN0WFk=\n"
	 "S: 535 no 7333637233745859\n"
	 "C: NOOP\n"
	 "S: 250 73:33:63:72:33:74:58:59\n",
	 {"czNjcjN0WFk=", "7333637233745859", "73:33:63:72:33:74:58:59"}},
	{"PLAIN in a hole, repeated",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C~ 40\n"
	 "C: NOOP\n"
	 "S: 454 4.7.0 bad: AGJvYgBzM2NyM3RYWQ==\n",
	 {"AGJvYgBzM2NyM3RYWQ=="}},
	{"PASS in a hole, repeated",
	 110,
	 "S: +OK hi\n"
	 "C~ 10\n"
	 "S: +OK\n"
	 "C~ 14\n"
	 "C: NOOP\n"
	 "S: -ERR bad command PASS two words\n",
	 {"two words"}},
	{"PLAIN in a hole at the end, repeated",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C~ 40\n"
	 "S: 454 4.7.0 bad: AGJvYgBzM2NyM3RYWQ==\n",
	 {"AGJvYgBzM2NyM3RYWQ=="}},
	{"PASS in a hole at the end, repeated",
	 110,
	 "S: +OK hi\n"
	 "C~ 10\n"
	 "S: +OK\n"
	 "C~ 14\n"
	 "S: -ERR bad command PASS two words\n",
	 {"two words"}},
	{"LOGIN asked for the password first, in a hole",
	 25,
	 "S: 220 ns1\n"
	 "C: EHLO me\n"
	 "S: 250 ns1\n"
	 "C: AUTH LOGIN\n"
	 "S~ 18\n"
	 "C: czNjcjN0WFk=\n"
	 "S: 334 VXNlcm5hbWU6\n"
	 "C: Ym9i\n"
	 "S: 535 no\n",
	 {"czNjcjN0WFk=", "s3cr3tXY"}},
	{"a login that began before the capture",
	 0,
	 "S: 334 UGFzc3dvcmQ6\n"
	 "C: czNjcjN0WFk=\n"
	 "S: 235 ok\n"
	 "C: QUIT\n"
	 "S: 221 bye\n",
	 {"czNjcjN0WFk=", "CZNJCJN0WFK="}},
};

static bool is_shown(const char *secret)
{
	return memmem(shown.data, shown.len, secret, strlen(secret)) != NULL;
}

/* What stands before a secret that is shown, at most 80 bytes. */
static const char *context_of(const char *secret)
{
	const uint8_t *at = memmem(shown.data, shown.len, secret, strlen(secret));
	size_t before = at != NULL ? (size_t)(at - shown.data) : 0;

	return at != NULL ? (const char *)at - (before < 80 ? before : 80) : "";
}

static void expect_nothing(size_t login)
{
	show_all(false);
	for (size_t i = 0; i < SECRETS_MAX && logins[login].secrets[i]; i++)
		ck_assert_msg(!is_shown(logins[login].secrets[i]), "%s: %s is shown behind %.80s", logins[login].name,
			      logins[login].secrets[i], context_of(logins[login].secrets[i]));
}

/* Each segment is looked at when it has come; `piece_len` 0: each run of lines is one. */
static void say(const struct script_step *step, size_t piece_len, size_t login)
{
	struct slice rest = buffer_slice(&step->bytes);

	while (rest.len > 0) {
		size_t len = piece_len > 0 && piece_len < rest.len ? piece_len : rest.len;

		wire_send(&w, step->side, SEGMENT_ACK, slice_sub(rest, 0, len));
		rest = slice_after(rest, len);
		expect_nothing(login);
	}
}

static void make_long(struct script_step *step)
{
	size_t len = step->bytes.len;

	if (len < 11 || memcmp(step->bytes.data, "PASS LONG", 9) != 0)
		return;
	step->bytes.len -= 2;
	for (size_t i = 0; i < LONG_LEN; i++)
		buffer_append_byte(&step->bytes, (uint8_t) "s3cr3tXY"[i % 8]);
	buffer_append_text(&step->bytes, "\r\n");
}

static void play(size_t login, size_t piece_len)
{
	struct script s = script_parse(logins[login].script);

	w.server_port = logins[login].port != 0 ? logins[login].port : 25;
	if (logins[login].port != 0)
		wire_open(&w);
	for (size_t i = 0; i < s.count; i++) {
		make_long(&s.steps[i]);
		if (s.steps[i].op == SCRIPT_GAP)
			w.seq[s.steps[i].side] += (uint32_t)s.steps[i].gap_len;
		else
			say(&s.steps[i], s.steps[i].bytes.len > LONG_LEN ? 1400 : piece_len, login);
	}
	script_free(&s);
	wire_close(&w);
	expect_nothing(login);
	engine_finish(w.engine);
	expect_nothing(login);
}

START_TEST(nothing_shows_a_secret)
{
	play((size_t)_i, 0);
	show_all(true);
	if (logins[_i].port != 0) /* else the test would prove nothing */
		ck_assert_msg(is_shown(logins[_i].secrets[0]), "%s", logins[_i].name);
	buffer_clear(&w.out);
}
END_TEST

START_TEST(nothing_shows_a_secret_that_comes_in_pieces)
{
	play((size_t)_i, 5);
	buffer_clear(&w.out);
}
END_TEST

/* What a parser waits with is looked through once, not for each row and each time that it is shown. */
START_TEST(what_waits_is_looked_through_once)
{
	const struct connection *v;
	uint32_t looks;

	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n");
	for (int i = 0; i < 100; i++)
		wire_say(&w, SIDE_CLIENT, "NOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\n");
	show_packets(false);
	v = engine_connection(w.engine, 1);
	looks = v->ahead[SIDE_CLIENT].looks;
	ck_assert_uint_le(looks, 2);
	for (int i = 0; i < 20; i++)
		show_packets(false);
	ck_assert_uint_eq(v->ahead[SIDE_CLIENT].looks, looks);
	wire_say(&w, SIDE_CLIENT, "AUTH PLAIN AGJvYgBzM2NyM3RYWQ==\r\n");
	show_packets(false);
	ck_assert_uint_eq(v->ahead[SIDE_CLIENT].looks, looks + 1);
}
END_TEST

void list_tests(TCase *t)
{
	int count = sizeof(logins) / sizeof(logins[0]);

	tcase_add_checked_fixture(t, show_begin, show_end);
	tcase_add_loop_test(t, nothing_shows_a_secret, 0, count);
	tcase_add_loop_test(t, nothing_shows_a_secret_that_comes_in_pieces, 0, count);
	tcase_add_test(t, what_waits_is_looked_through_once);
}
