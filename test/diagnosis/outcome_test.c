/*
 * What became of a session: one row for each kind of outcome.
 */
#include "diagnosis/outcome.h"

#include "../main.h"
#include "judged.h"

#define HELLO  "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250 ns1\n"
#define MAIL   "C: MAIL FROM:<a@b>\nS: 250 ok\n"
#define RCPT   "C: RCPT TO:<c@d>\nS: 250 ok\n"
#define DATA   "C: DATA\nS: 354 go\nC: Hi\nC: .\n"
#define QUIT   "C: QUIT\nS: 221 bye\n"
#define IMAP   "S: * OK hi\nC: a LOGIN u p\nS: a OK in\n"
#define LOGOUT "C: z LOGOUT\nS: * BYE bye\nS: z OK\n"
#define LOGIN  "S: +OK hi\nC: USER u\nS: +OK\nC: PASS p\nS: +OK\n"

static void set_refused(struct session *s)
{
	s->state = SESSION_REFUSED;
}

static void set_no_answer(struct session *s)
{
	s->state = SESSION_NO_ANSWER;
}

static void give_up_unanswered(struct session *s)
{
	set_no_answer(s);
	s->handshake = SESSION_HANDSHAKE_FAILED;
	s->abandoned = true;
}

/* It had come, as far as anybody waited. */
static void give_up(struct session *s)
{
	s->state = SESSION_OPEN;
	s->abandoned = true;
}

static void set_other(struct session *s)
{
	s->speaks = "http";
}

static void set_reset(struct session *s)
{
	s->state = SESSION_RESET;
	s->reset_by = SIDE_CLIENT;
}

static void set_tls(struct session *s)
{
	s->tls = true;
}

/* As a client does that has read the goodbye. */
static void set_tls_reset(struct session *s)
{
	set_tls(s);
	set_reset(s);
}

/* Nobody wants to know why. */
static void unjudge(struct session *s)
{
	diagnosis_free(s->diagnosis);
	s->diagnosis = NULL;
}

static const struct {
	enum outcome_kind kind;
	bool is_failure;
	enum protocol protocol;
	const char *script;
	void (*set)(struct session *s); /* what TCP tells; may be NULL */
	bool is_open;
} rows[] = {
	{OUTCOME_CONNECTION_REFUSED, true, PROTOCOL_SMTP, "", set_refused, false},
	{OUTCOME_NO_ANSWER, true, PROTOCOL_SMTP, "", set_no_answer, false},
	{OUTCOME_GIVEN_UP, false, PROTOCOL_SMTP, "", give_up_unanswered, false},
	{OUTCOME_GIVEN_UP, false, PROTOCOL_SMTP, "", give_up, false},
	{OUTCOME_GIVEN_UP, false, PROTOCOL_SMTP, HELLO, give_up, false},
	{OUTCOME_GIVEN_UP, false, PROTOCOL_SMTP, HELLO MAIL RCPT "C: DATA\nS: 354 go\nC: Hi\n", give_up, false},
	{OUTCOME_GIVEN_UP, false, PROTOCOL_SMTP, HELLO MAIL RCPT DATA, give_up, false},
	{OUTCOME_ACCEPTED, false, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "S: 250 ok\n", give_up, false},
	{OUTCOME_REFUSED, true, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "S: 554 no\n", give_up, false},
	{OUTCOME_NOT_MAIL, true, PROTOCOL_SMTP, "", set_other, false},
	{OUTCOME_FINDING, true, PROTOCOL_SMTP, HELLO QUIT, NULL, false},
	{OUTCOME_ACCEPTED, false, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "S: 250 ok\n" QUIT, NULL, false},
	{OUTCOME_ACCEPTED_IN_PART, true, PROTOCOL_SMTP,
	 HELLO MAIL RCPT "C: RCPT TO:<e@f>\nS: 550 no\n" DATA "S: 250 ok\n" QUIT, NULL, false},
	{OUTCOME_CUT_OFF, false, PROTOCOL_SMTP, HELLO MAIL RCPT "C: DATA\nS: 354 go\nC: Hi\n", unjudge, false},
	{OUTCOME_REFUSED, true, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "S: 554 no\n" QUIT, NULL, false},
	{OUTCOME_REFUSED, true, PROTOCOL_SMTP, HELLO MAIL RCPT DATA "S: 451 later\n" QUIT, NULL, false},
	{OUTCOME_REFUSED, false, PROTOCOL_SMTP, HELLO "C: VRFY x\nS: 450 later\n" QUIT, NULL, false},
	{OUTCOME_REFUSED, true, PROTOCOL_POP3, "S: +OK hi\nC: USER u\nS: +OK\nC: PASS p\nS: -ERR no\n", NULL, false},
	{OUTCOME_RETRIEVED, false, PROTOCOL_POP3, LOGIN "C: RETR 1\nS: +OK\nS: Hi\nS: .\nC: QUIT\nS: +OK\n", NULL,
	 false},
	{OUTCOME_RETRIEVED, false, PROTOCOL_IMAP,
	 IMAP "C: b SELECT x\nS: b NO no\nC: c FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {2}\nS: \nS: )\nS: c OK\n" LOGOUT,
	 NULL, false},
	{OUTCOME_NO_MAIL, false, PROTOCOL_IMAP, IMAP "C: b SELECT x\nS: b NO no\n" LOGOUT, NULL, false},
	{OUTCOME_REFUSED, true, PROTOCOL_IMAP, "S: * OK hi\nC: a LOGIN b p\nS: a NO no\n" LOGOUT, NULL, false},
	{OUTCOME_REFUSED, false, PROTOCOL_IMAP, "S: * OK hi\nC: a LOGIN b p\nS: a NO no\n" LOGOUT, unjudge, false},
	{OUTCOME_FINDING, true, PROTOCOL_IMAP, IMAP "C: b IDLE\nS: + go\nS: * BYE down\n", NULL, false},
	{OUTCOME_REFUSED, true, PROTOCOL_IMAP, IMAP "S: * BYE down\n", NULL, false},
	{OUTCOME_RESET, false, PROTOCOL_POP3, LOGIN, set_reset, false},
	{OUTCOME_ENCRYPTED, false, PROTOCOL_SMTP, HELLO QUIT, set_tls, false},
	{OUTCOME_ENCRYPTED, false, PROTOCOL_SMTP, HELLO QUIT, set_tls_reset, false},
	{OUTCOME_OPEN, false, PROTOCOL_SMTP, HELLO, NULL, true},
	{OUTCOME_NO_MAIL, false, PROTOCOL_POP3, LOGIN "C: QUIT\nS: +OK\n", NULL, false},
	{OUTCOME_NOTHING_SAID, false, PROTOCOL_UNKNOWN, "", NULL, false},
};

START_TEST(each_has_its_outcome)
{
	struct player p;
	struct outcome o;

	judged_begin(&p, rows[_i].protocol);
	if (rows[_i].set != NULL)
		rows[_i].set(p.session);
	play_script(&p, rows[_i].script, !rows[_i].is_open);
	p.session->over = !rows[_i].is_open;
	if (!rows[_i].is_open)
		diagnosis_finish(p.session);
	o = outcome_of(p.session);
	ck_assert_int_eq(o.kind, rows[_i].kind);
	ck_assert_int_eq(outcome_is_failure(p.session), rows[_i].is_failure);
	if (o.kind == OUTCOME_ENCRYPTED)
		ck_assert_int_eq(outcome_verdict(p.session), OUTCOME_UNKNOWN);
	if (o.kind == OUTCOME_REFUSED || o.kind == OUTCOME_ACCEPTED_IN_PART)
		ck_assert_ptr_nonnull(command_refusal(o.refused));
	if (o.kind == OUTCOME_RETRIEVED)
		ck_assert_uint_eq(o.retrieved, 1);
	judged_end(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, each_has_its_outcome, 0, sizeof(rows) / sizeof(rows[0]));
}
