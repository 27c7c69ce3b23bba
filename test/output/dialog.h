/*
 * dialog: one SMTP and one POP3 session made from scripts, with what TCP would say of them, for the tests of what is
 * written about sessions.
 */
#ifndef TEST_OUTPUT_DIALOG_H
#define TEST_OUTPUT_DIALOG_H

#include "../mail/play.h"

#define DIALOG_SMTP                                                                                                    \
	"S: 220-ns1 \\x1b[31mESMTP\nS: 220 ready\nC: EHLO me\nS: 250 ns1\nC: AUTH PLAIN AGJvYgBzZWNyZXQ=\n"            \
	"S: 235 2.7.0 in\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: RCPT TO:<\xe4\xb8\xad@x>\nS: 250 ok\nS: 250 ok\n"   \
	"S: 550 5.1.1 \xff no\nC: DATA\nS: 354 go\nC: Subject: x\nC: \nC: Hi\nC: .\nS: 250 2.0.0 queued\nC: NOOP\n"
#define DIALOG_POP3                                                                                                    \
	"S: +OK\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK 1 message\nC: UIDL\nS: +OK\nS: 1 aa\nS: 2 bb\nS: .\n"     \
	"C: RETR 1\nS: +OK\nS: Hi\nS: .\nC: DELE 1\nS: +OK\nC: QUIT\nS: +OK\nC| rest\n"

static void dialog_begin(struct player *p, enum protocol protocol, const char *script)
{
	static const uint8_t addresses[SIDES][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
	struct session *s;

	play_begin(p, protocol, false);
	p->session->wants_server_info = true;
	play_script(p, script, true);
	s = p->session;
	for (int side = 0; side < SIDES; side++) {
		memcpy(s->side[side].address, addresses[side], 4);
		s->side[side].bytes = p->stream[side].len;
		s->side[side].packets = p->steps;
	}
	s->side[SIDE_CLIENT].port = 40000;
	s->side[SIDE_SERVER].port = protocol == PROTOCOL_POP3 ? 110 : 25;
	s->number = 3;
	s->start_ns = PLAY_START_NS;
	s->end_ns = PLAY_START_NS + 1500 * CLOCK_NS_PER_MS;
	s->rtt_ns = 250 * CLOCK_NS_PER_US;
	s->time_digits = 6;
	s->state = SESSION_CLOSED;
}

#endif
