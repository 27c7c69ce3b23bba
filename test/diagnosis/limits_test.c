/* Every limit decides something: a session that is above it is judged otherwise than one that is below. */
#include "../main.h"
#include "judged.h"

#include "common/limits.h"
#include "diagnosis/rule.h"

#define HELLO	 "S: 220 ns1 ESMTP\nC: EHLO me\nS: 250 ns1\n"
#define BYE	 "C: QUIT\nS: 221 bye\n"
#define POP3	 "S: +OK hi\nC: USER me\nS: +OK\nC: PASS x\nS: +OK\n"
#define IMAP	 "S: * OK hi\nC: a LOGIN me x\nS: a OK\n"
#define MESSAGE	 "C: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: From: x\nC: .\nS: 250 ok\n"
#define RETRIEVE "C: RETR 1\nS: +OK\nS: Hi\nS: .\nC: QUIT\nS: +OK\n"

enum unit {
	NANOSECONDS,
	TENTHS_OF_PERCENT,
};

static struct tcp_anomaly anomaly;

static void set_slow_connection(struct session *s)
{
	s->connect_ns = 2 * CLOCK_NS_PER_S;
}

static void set_closed_window(struct session *s)
{
	session_make_flaws(&s->side[SIDE_SERVER])->zero_window_ns = 2 * CLOCK_NS_PER_S;
}

static void set_stall(struct session *s)
{
	anomaly.side[SIDE_CLIENT].stall.ns = 2 * CLOCK_NS_PER_S;
	s->anomaly = &anomaly;
}

static void set_idle(struct session *s)
{
	anomaly.closing_ns = 2 * CLOCK_NS_PER_S;
	s->anomaly = &anomaly;
	s->first_fin = SIDE_SERVER;
}

static void set_resent(struct session *s)
{
	s->side[SIDE_SERVER].packets = 1000;
	session_make_flaws(&s->side[SIDE_SERVER])->resent_late = 20;
}

static void warn_of_messages(struct session *s)
{
	(void)s;
	judged_limits.end_of_data_ns = 0;
}

/* Each makes 2 s, or 2 %, of what its limit is about; the other limits are never reached. */
static const struct deed {
	const char *setting;
	const char *rule;
	enum severity severity; /* at least */
	enum protocol protocol;
	const char *script;
	int64_t step_ms; /* 0: 1 */
	void (*set)(struct session *s);
} deeds[] = {
	{"connect_time", "N04", SEVERITY_NOTICE, PROTOCOL_SMTP, HELLO BYE, 0, set_slow_connection},
	{"greeting_time", "N06", SEVERITY_NOTICE, PROTOCOL_SMTP, "C#\n" HELLO BYE, 2000, NULL},
	{"reply_time", "S61", SEVERITY_NOTICE, PROTOCOL_SMTP, HELLO BYE, 2000, NULL},
	{"pop3_reply_time", "P21", SEVERITY_NOTICE, PROTOCOL_POP3, POP3 "C: QUIT\nS: +OK\n", 2000, NULL},
	{"pop3_retrieve_time", "P21", SEVERITY_NOTICE, PROTOCOL_POP3, POP3 RETRIEVE, 2000, NULL},
	{"pop3_reply_time", "I04", SEVERITY_NOTICE, PROTOCOL_IMAP, IMAP "C: b NOOP\nS: b OK\n", 2000, NULL},
	{"pop3_reply_time", "I04", SEVERITY_NOTICE, PROTOCOL_IMAP, IMAP "C: b NOOP\n", 700, NULL},
	{"pop3_retrieve_time", "I04", SEVERITY_NOTICE, PROTOCOL_IMAP, IMAP "C: b FETCH 1 FLAGS\nS: b OK\n", 2000, NULL},
	{"final_reply_time", "S31", SEVERITY_NOTICE, PROTOCOL_SMTP, HELLO MESSAGE BYE, 2000, NULL},
	{"final_reply_limit_time", "S31", SEVERITY_WARNING, PROTOCOL_SMTP, HELLO MESSAGE BYE, 2000, warn_of_messages},
	{"window_time", "N12", SEVERITY_NOTICE, PROTOCOL_SMTP, HELLO BYE, 0, set_closed_window},
	{"stall_time", "N13", SEVERITY_NOTICE, PROTOCOL_SMTP, HELLO BYE, 0, set_stall},
	{"smtp_idle_time", "S03", SEVERITY_NOTICE, PROTOCOL_SMTP, HELLO "C| \nS: 421 bye\n", 1000, NULL},
	{"pop3_idle_time", "P16", SEVERITY_NOTICE, PROTOCOL_POP3, POP3, 0, set_idle},
	{"pop3_poll_time", NULL, SEVERITY_NOTICE, PROTOCOL_POP3, NULL, 0, NULL}, /* test/engine/history_test.c */
	{"resent_percent", "N14", SEVERITY_NOTICE, PROTOCOL_SMTP, HELLO BYE, 0, set_resent},
};

static void set_one(enum unit unit, void *member, uint64_t number)
{
	if (unit == NANOSECONDS)
		*(int64_t *)member = number == UINT64_MAX ? INT64_MAX : (int64_t)number * CLOCK_NS_PER_S;
	else
		*(uint64_t *)member = number == UINT64_MAX ? UINT32_MAX : number * 10;
}

/* All are out of reach but the one of `setting`. */
static void set_limits(const char *setting, uint64_t number)
{
#define LIMIT_TIME(member, name, seconds, help, remark)                                                                \
	set_one(NANOSECONDS, &judged_limits.member, strcmp(name, setting) == 0 ? number : UINT64_MAX);
#define LIMIT_PERCENT(member, name, percent, help, remark)                                                             \
	set_one(TENTHS_OF_PERCENT, &judged_limits.member, strcmp(name, setting) == 0 ? number : UINT64_MAX);
#include "common/limits.def"
#undef LIMIT_TIME
#undef LIMIT_PERCENT
}

static bool has_finding(const struct session *s, const struct deed *d)
{
	for (size_t i = 0; i < diagnosis_count(s); i++) {
		const struct finding *f = diagnosis_finding(s, i);

		if (strcmp(rule_row((enum rule)f->rule)->id, d->rule) == 0 && f->severity >= d->severity)
			return true;
	}
	return false;
}

static bool is_judged(const struct deed *d, uint64_t number)
{
	struct player p;
	bool is_found;

	anomaly = (struct tcp_anomaly){0};
	judged_begin(&p, d->protocol);
	set_limits(d->setting, number);
	if (d->step_ms > 0)
		p.step_ns = d->step_ms * CLOCK_NS_PER_MS;
	if (d->set != NULL)
		d->set(p.session);
	play_script(&p, d->script, true);
	p.session->end_ns = PLAY_START_NS + p.steps * p.step_ns;
	diagnosis_finish(p.session);
	is_found = has_finding(p.session, d);
	judged_end(&p);
	return is_found;
}

START_TEST(a_limit_decides)
{
	const struct deed *d = &deeds[_i];

	if (d->script == NULL)
		return;
	ck_assert_msg(is_judged(d, 1), "%s = 1: no %s", d->setting, d->rule);
	ck_assert_msg(!is_judged(d, 3), "%s = 3: %s", d->setting, d->rule);
}
END_TEST

static bool has_deed(const char *setting)
{
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].setting, setting) == 0)
			return true;
	return false;
}

START_TEST(no_limit_is_left_out)
{
#define LIMIT_TIME(member, name, seconds, help, remark)	   ck_assert_msg(has_deed(name), "%s", name);
#define LIMIT_PERCENT(member, name, percent, help, remark) ck_assert_msg(has_deed(name), "%s", name);
#include "common/limits.def"
#undef LIMIT_TIME
#undef LIMIT_PERCENT
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_limit_decides, 0, sizeof(deeds) / sizeof(deeds[0]));
	tcase_add_test(t, no_limit_is_left_out);
}
