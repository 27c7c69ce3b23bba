#include "mail/exposed.h"

#include "../main.h"
#include "play.h"

#define HELLO "S: 220 ns1\nC: EHLO me\nS: 250-ns1\nS: 250 AUTH PLAIN LOGIN CRAM-MD5\n"
#define POP3  "S: +OK ready\n"

static const struct {
	enum protocol protocol;
	const char *script;
	uint32_t passwords;
	uint32_t digests;
} dialogues[] = {
	{PROTOCOL_SMTP, HELLO "C: MAIL FROM:<a@b>\nS: 250 ok\nC: QUIT\nS: 221 bye\n", 0, 0},
	{PROTOCOL_SMTP, HELLO "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 235 in\n", 1, 0},
	{PROTOCOL_SMTP, HELLO "C: AUTH PLAIN\nS: 334 \nC: AGFsaWNlAHNlY3JldA==\nS: 535 no\n", 1, 0},
	{PROTOCOL_SMTP, HELLO "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\n", 1,
	 0},
	{PROTOCOL_SMTP,
	 HELLO "C: AUTH PLAIN AGFsaWNlAHdyb25n\nS: 535 no\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 235 in\n", 2, 0},
	{PROTOCOL_SMTP,
	 HELLO "C: AUTH CRAM-MD5\nS: 334 PDE3ODkzLjEzMjA2NzkxMjNAdGVzc2VyYWN0PgA=\n"
	       "C: YWxpY2UgNTRhNzRhMTM5YzE0ZGM2ZTMyNjc1N2Y0MGZlYTNhNTU=\nS: 235 in\n",
	 0, 1},
	{PROTOCOL_POP3, POP3 "C: USER alice\nS: +OK\nC: PASS secret\nS: +OK in\n", 1, 0},
	{PROTOCOL_POP3,
	 POP3 "C: USER alice\nS: +OK\nC: PASS wrong\nS: -ERR no\nC: USER alice\nS: +OK\nC: PASS secret\n", 2, 0},
	{PROTOCOL_POP3, POP3 "C: APOP alice c4c9334bac560ecc979e58001b3e22fb\nS: +OK in\n", 0, 1},
	{PROTOCOL_POP3, POP3 "C: CAPA\nS: +OK\nS: UIDL\nS: .\nC: QUIT\nS: +OK\n", 0, 0},
};

START_TEST(logins_are_counted)
{
	struct exposed sum = {10, 20};
	struct player p;

	play_begin(&p, dialogues[_i].protocol, false);
	play_script(&p, dialogues[_i].script, true);
	exposed_add(&sum, p.session, false);
	ck_assert_uint_eq(sum.passwords, 10 + dialogues[_i].passwords);
	ck_assert_uint_eq(sum.digests, 20 + dialogues[_i].digests);
	play_end(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, logins_are_counted, 0, sizeof(dialogues) / sizeof(dialogues[0]));
}
