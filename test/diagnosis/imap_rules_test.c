/* The rules of IMAP, and those of all protocols where IMAP is spoken. */
#include "../main.h"
#include "covered.h"
#include "judged.h"

#include "common/limits.h"
#include "diagnosis/rule.h"

#define GREETING     "S: * OK ready\n"
#define LOGIN	     GREETING "C: a LOGIN bob pw\nS: a OK done\n"
#define SELECT	     LOGIN "C: b SELECT INBOX\nS: * 2 EXISTS\nS: b OK [READ-WRITE] done\n"
#define BYE	     "C: z LOGOUT\nS: * BYE bye\nS: z OK done\n"
#define LOGIN_IS(x)  GREETING "C: a LOGIN bob pw\nS: a " x "\n" BYE
#define SELECT_IS(x) LOGIN "C: b SELECT INBOX\nS: b " x "\n" BYE
#define APPEND_IS(x) LOGIN "C: c APPEND Sent {4}\nS: c " x "\n" BYE
#define OFFERS(x)    "S: * OK [CAPABILITY IMAP4rev1" x "] ready\n"
#define CAPABILITY   "C: y CAPABILITY\nS: y OK\n"
#define XOAUTH2	     "C: a AUTHENTICATE XOAUTH2 dXNlcj1hAWF1dGg9QmVhcmVyIGIBAQ==\n"

static void set_open(struct session *s)
{
	s->state = SESSION_OPEN;
	s->has_fin[SIDE_CLIENT] = s->has_fin[SIDE_SERVER] = false;
}

static void set_loss(struct session *s)
{
	s->side[SIDE_SERVER].missing_bytes = 10;
}

static void set_client_loss(struct session *s)
{
	s->side[SIDE_CLIENT].missing_bytes = 10;
}

static void set_one_way(struct session *s)
{
	s->side[SIDE_CLIENT].packets = 0;
}

static void set_reset(struct session *s)
{
	s->state = SESSION_RESET;
	s->reset_by = SIDE_SERVER;
	s->has_fin[SIDE_CLIENT] = s->has_fin[SIDE_SERVER] = false;
}

static void set_server_left(struct session *s)
{
	s->first_fin = SIDE_SERVER;
}

static void set_stranger(struct session *s)
{
	s->speaks = "http";
}

static const struct vector {
	const char *rule;
	const char *severity; /* NULL: it does not fire */
	const char *script;
	int64_t step_ms; /* 0: 1 */
	void (*set)(struct session *s);
	const char *words; /* of the message; NULL: any */
} vectors[] = {
	/* I01 */
	{"I01", "critical", LOGIN_IS("NO [AUTHENTICATIONFAILED] sorry"), 0, NULL,
	 "login of bob: NO [AUTHENTICATIONFAILED]"},
	{"I01", "critical", LOGIN_IS("NO [EXPIRED] old"), 0, NULL, "has expired"},
	{"I01", "critical", LOGIN_IS("NO [AUTHORIZATIONFAILED] not you"), 0, NULL, "may not act as"},
	{"I01", "critical", LOGIN_IS("NO [CONTACTADMIN] ask"), 0, NULL, "must ask the administrator"},
	{"I01", "critical", LOGIN_IS("NO sorry"), 0, NULL, NULL},
	{"I01", "critical", GREETING "C: a AUTHENTICATE PLAIN AGJvYgBwdw==\nS: a NO no\n" BYE, 0, NULL, "login of bob"},
	{"I01", NULL, LOGIN_IS("OK done"), 0, NULL, NULL},
	{"I01", NULL, LOGIN_IS("NO [UNAVAILABLE] later"), 0, NULL, NULL},
	{"I01", "notice",
	 GREETING "C: a AUTHENTICATE CRAM-MD5\nS: + PDFAYj4=\nC: Ym9iIGFi\nS: a NO no\n"
		  "C: b LOGIN bob pw\nS: b OK done\n" BYE,
	 0, NULL, NULL},
	{"I01", "critical", GREETING "C: a LOGIN bob x\nS: a NO no\nC: b LOGIN bob pw\nS: b OK done\n" BYE, 0, NULL,
	 NULL},
	/* I02 */
	{"I02", "warning", LOGIN_IS("NO [UNAVAILABLE] later"), 0, NULL, "password is not the reason"},
	{"I02", "warning", LOGIN_IS("NO internal error, try later"), 0, NULL, NULL},
	{"I02", "warning", SELECT_IS("NO [SERVERBUG] oops"), 0, NULL, "bug of its own"},
	{"I02", "warning", SELECT_IS("NO [CORRUPTION] oops"), 0, NULL, "damaged"},
	{"I02", "warning", SELECT_IS("NO [INUSE] oops"), 0, NULL, "another session"},
	{"I02", NULL, SELECT_IS("NO [NONEXISTENT] no such mailbox"), 0, NULL, NULL},
	{"I02", NULL, SELECT_IS("NO no such mailbox"), 0, NULL, NULL},
	{"I02", "warning", "S: * BYE overloaded\n", 0, NULL, "BYE overloaded"},
	{"I02", "warning", SELECT "C: c IDLE\nS: + go\nS: * BYE Server shutting down.\n", 0, set_server_left,
	 "shutting down"},
	{"I02", "warning", SELECT "S: * BYE going\n", 0, set_server_left, NULL},
	{"I02", "notice", SELECT "S: * BYE Autologout; idle for too long\n", 0, set_server_left,
	 "nothing had been said"},
	{"I02", NULL, SELECT BYE, 0, NULL, NULL},
	{"S47", "warning", GREETING "C: a FROB\nS: * BYE Too many invalid IMAP commands.\n", 0, set_server_left,
	 "BYE Too many invalid IMAP commands."},
	{"A10", NULL, GREETING "C: a FROB\nS: * BYE Too many invalid IMAP commands.\n", 0, set_server_left, NULL},
	{"A10", "warning", GREETING "C: a NOOP\nS: a OK\nS: * BYE Too many invalid logins\n", 0, set_server_left, NULL},
	{"I02", NULL, SELECT "C: c NOOP\nC: d LOGOUT\nS: * BYE bye\nS: c OK\nS: d OK\n", 0, NULL, NULL},
	{"I02", NULL, SELECT "S: * BYE bye\nS: d OK done\n", 0, NULL, NULL}, /* to a LOGOUT that was not seen */
	{"I02", NULL, SELECT "S: * BYE bye\n", 0, set_client_loss, NULL},
	{"I02", NULL, SELECT "S: * BYE bye\n", 0, set_one_way, NULL},
	{"I02", NULL, GREETING "C: a LOGIN bob pw\nS: a NO [AUTHENTICATIONFAILED] no\nS: * BYE bye\n", 0, NULL, NULL},
	{"N17", NULL, SELECT "S: * BYE going\n", 0, set_server_left, NULL},
	{"N15", NULL, SELECT "S: * BYE going\n", 0, set_reset, NULL},
	{"N17", "warning", SELECT, 0, set_server_left, NULL},
	{"N15", "critical", SELECT, 0, set_reset, NULL},
	/* I04 */
	{"I04", "notice", SELECT "C: c SEARCH TEXT x\nS| \nC| \nS: * SEARCH 1\nS: c OK\n" BYE, 1000, NULL,
	 "to SEARCH, took 3.0 s"},
	{"I04", NULL, SELECT "C: c SEARCH TEXT x\nS| \nC| \nS: * SEARCH 1\nS: c OK\n" BYE, 500, NULL, NULL},
	{"I04", "notice", SELECT "C: c FETCH 1 BODY[]\nS| \nC| \nS: * 1 FETCH (FLAGS ())\nS: c OK\n" BYE, 1900, NULL,
	 "to FETCH"},
	{"I04", NULL, SELECT "C: c IDLE\nS: + go\nC| \nS| \nC| \nS| \nC: DONE\nS: c OK\n" BYE, 1900, NULL, NULL},
	/* commands that were said at once are done one after the other */
	{"I04", NULL,
	 SELECT "C: c NOOP\nC: d NOOP\nC: e NOOP\nC: f NOOP\nS: c OK\nC| \nS: d OK\nC| \nS: e OK\nC| \nS: f OK\n" BYE,
	 600, NULL, NULL},
	{"I04", NULL,
	 SELECT "C: c FETCH 1:3 FLAGS\nS: * 1 FETCH (FLAGS ())\nS: * 2 FETCH (FLAGS ())\n"
		"S: * 3 FETCH (FLAGS ())\nS: c OK\n" BYE,
	 1900, NULL, NULL},
	{"I04", "notice", SELECT "C: c UID SEARCH ALL\n", 1900, NULL, "UID SEARCH never had an answer"},
	{"I04", NULL, SELECT "C: c UID SEARCH ALL\n", 1, NULL, NULL},
	{"I04", "notice", SELECT "C: c UID SEARCH ALL\n", 1, set_server_left, "the server left"},
	{"I04", "notice", SELECT "C: c UID SEARCH ALL\n", 1900, set_open, "the capture ended"},
	{"I04", "info", SELECT "C: c UID SEARCH ALL\n", 1900, set_loss, "cannot be decided"},
	{"I04", NULL, SELECT "C: c IDLE\nS: + go\n", 1900, NULL, NULL},
	{"I04", NULL, SELECT "C: c LOGOUT\n", 1900, NULL, NULL},
	{"I04", "warning", LOGIN "C: c APPEND Sent {2+}\nC| Hi\\x0d\\x0a\n", 9000, NULL, "APPEND never had an answer"},
	/* I05 */
	{"I05", "warning", APPEND_IS("NO [OVERQUOTA] full"), 0, NULL, "APPEND Sent {4}: NO [OVERQUOTA] full"},
	{"I05", "warning", APPEND_IS("NO [TRYCREATE] none"), 0, NULL, NULL},
	{"I05", "warning", APPEND_IS("NO sorry"), 0, NULL, NULL},
	{"I05", NULL, LOGIN "C: c APPEND Sent {2+}\nC| Hi\\x0d\\x0a\nS: c OK\n" BYE, 0, NULL, NULL},
	{"I05", "notice",
	 LOGIN "C: c APPEND Sent {4}\nS: c NO [TRYCREATE] none\nC: d CREATE Sent\nS: d OK\n"
	       "C: e APPEND Sent {2+}\nC| Hi\\x0d\\x0a\nS: e OK\n" BYE,
	 0, NULL, NULL},
	{"I05", "warning",
	 LOGIN "C: c APPEND Sent {4}\nS: c NO [TRYCREATE] none\n"
	       "C: e APPEND Drafts {2+}\nC| Hi\\x0d\\x0a\nS: e OK\n" BYE,
	 0, NULL, NULL},
	{"I05", "warning", SELECT "C: c UID COPY 5 Trash\nS: c NO [OVERQUOTA] full\n" BYE, 0, NULL, NULL},
	{"I05", "notice",
	 SELECT "C: c UID MOVE 5 \"My Trash\"\nS: c NO [TRYCREATE] none\nC: d CREATE \"My Trash\"\nS: d OK\n"
		"C: e UID MOVE 5 \"My Trash\"\nS: e OK\n" BYE,
	 0, NULL, NULL},
	{"I05", "notice", SELECT "C: c COPY 1 Trash\nS: c NO [TRYCREATE] none\n" BYE, 0, NULL, NULL},
	{"I05", NULL, SELECT "C: c COPY 1 Trash\nS: c NO [EXPUNGEISSUED] gone\n" BYE, 0, NULL, NULL},
	/* I06 */
	{"I06", "warning", SELECT "C: c FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {100}\nS: Hi\n", 0, set_server_left,
	 "The server closed the connection in the middle of a mail that the server sent: 4 of 100"},
	{"I06", "warning", SELECT "C: c FETCH 1 BODY[1]\nS: * 1 FETCH (BODY[1] {100}\nS: Hi\n", 0, NULL,
	 "The client closed the connection in the middle of an answer"},
	{"I06", "info", SELECT "C: c FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {100}\nS: Hi\n", 0, set_open,
	 "The capture ended"},
	{"I06", "info", SELECT "C: c FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {100}\nS: Hi\n", 0, set_loss,
	 "cannot be decided"},
	{"I06", NULL, SELECT "C: c FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {4}\nS: Hi\nS: )\n", 0, NULL, NULL},
	{"N18", "info", SELECT "C: c FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {100}\nS: Hi\n", 0, NULL, "without LOGOUT"},
	{"N18", "info", SELECT, 0, NULL, "without LOGOUT"},
	{"N18", "info", SELECT "C: c IDLE\nS: + go\n", 0, NULL, "idling"},
	{"N18", "warning", LOGIN "C: c APPEND Sent {20+}\nC: Hi\n", 0, NULL, "appending"},
	{"N18", NULL, SELECT BYE, 0, NULL, NULL},
	/* I08 */
	{"I08", "warning", LOGIN_IS("NO [LIMIT] Maximum number of connections from user+IP exceeded"), 0, NULL, NULL},
	{"I08", "warning", LOGIN_IS("NO Too many simultaneous connections. (Failure)"), 0, NULL, NULL},
	{"I08", "warning", "S: * BYE too many connections from your address\n", 0, NULL, NULL},
	{"I08", "warning", SELECT "S: * BYE Too many open connections\n", 0, set_server_left, NULL},
	{"I08", NULL, LOGIN_IS("NO too many failed logins"), 0, NULL, NULL},
	{"I08", NULL, SELECT "C: c STORE 1 +FLAGS (x)\nS: c NO [LIMIT] too many keywords\n" BYE, 0, NULL, NULL},
	/* I10 */
	{"I10", "warning", LOGIN_IS("NO [PRIVACYREQUIRED] no"), 0, NULL, "over TLS only"},
	{"I10", "warning", LOGIN_IS("NO plaintext logins are not allowed"), 0, NULL, NULL},
	{"I10", "warning", OFFERS(" LOGINDISABLED") "C: a LOGIN bob pw\nS: a NO no\n" BYE, 0, NULL, NULL},
	{"I10", "warning", OFFERS(" LOGINDISABLED") "C: a LOGIN bob pw\nS: a BAD no\n" BYE, 0, NULL, NULL},
	{"I10", "notice", OFFERS(" STARTTLS LOGINDISABLED") CAPABILITY BYE, 0, NULL, "LOGINDISABLED"},
	{"I10", NULL, OFFERS(" STARTTLS") BYE, 0, NULL, NULL},
	{"I10", NULL, LOGIN_IS("NO [AUTHENTICATIONFAILED] no"), 0, NULL, NULL},
	/* I11 */
	{"I11", "warning", "", 0, set_stranger, NULL},
	{"I11", "warning", GREETING "C: GET / HTTP/1.1\nS: GET BAD what\n", 0, NULL, "http"},
	{"I11", NULL, SELECT BYE, 0, NULL, NULL},
	{"S48", NULL, "", 0, set_stranger, NULL},
	/* rules of all protocols */
	{"A08", "warning", GREETING "C: a AUTHENTICATE PLAIN\nS: + \nC: *\nS: a BAD given up\n" BYE, 0, NULL, NULL},
	{"A08", "warning", GREETING "C: a AUTHENTICATE PLAIN\nS: + \nC: *\nS: a NO given up\n" BYE, 0, NULL, NULL},
	{"A08", NULL, GREETING "C: a AUTHENTICATE PLAIN\nS: + \nC: AGJvYgBwdw==\nS: a NO no\n" BYE, 0, NULL, NULL},
	{"A03", "critical",
	 GREETING "C: a AUTHENTICATE X y\nS: a NO [CANNOT] Unsupported authentication mechanism.\n" BYE, 0, NULL, NULL},
	{"A03", "notice",
	 GREETING "C: a AUTHENTICATE X\nS: a NO unsupported mechanism\nC: b LOGIN bob pw\nS: b OK\n" BYE, 0, NULL,
	 NULL},
	{"A05", "critical", LOGIN_IS("NO [ALERT] Application-specific password required"), 0, NULL, NULL},
	{"A09", "warning", LOGIN BYE, 0, NULL, "password of bob"},
	{"A10", "warning",
	 GREETING "C: a LOGIN b x\nS: a NO n\nC: a LOGIN b x\nS: a NO n\nC: a LOGIN b x\nS: a NO n\n"
		  "C: a LOGIN b x\nS: a NO n\nC: a LOGIN b x\nS: a NO n\n",
	 0, NULL, NULL},
	{"A11", "critical", GREETING XOAUTH2 "S: + eyJzIjoiNDAwIn0=\nC: \nS: a NO no\n" BYE, 0, NULL, NULL},
	{"A11", NULL, GREETING XOAUTH2 "S: a NO [UNAVAILABLE] no\n" BYE, 0, NULL, NULL},
	{"T01", "critical", OFFERS("") CAPABILITY, 0, NULL, NULL},
	{"T01", "notice", OFFERS("") CAPABILITY BYE, 0, NULL, NULL},
	{"T01", NULL, OFFERS("") BYE, 0, NULL, NULL},
	{"T01", NULL, OFFERS(""), 0, NULL, NULL},
	{"T01", NULL, OFFERS(" STARTTLS") CAPABILITY, 0, NULL, NULL},
	{"T01", NULL, OFFERS("") "C: a LOGIN bob pw\nS: a OK\n" BYE, 0, NULL, NULL},
	{"T01", NULL, OFFERS("") "C: a LOGIN bob pw\nS: * CAPABILITY IMAP4rev1\nS: a OK\n" BYE, 0, NULL, NULL},
	{"T03", "critical", GREETING "C: a STARTTLS\nS: a NO not now\n" BYE, 0, NULL, NULL},
	{"T03", NULL, GREETING "C: a STARTTLS\nS: a BAD unknown command\n" BYE, 0, NULL, NULL},
	{"S47", "notice", SELECT "C: c FROB\nS: c BAD unknown command\n" BYE, 0, NULL, "BAD unknown command"},
	{"S04", "notice", "C: a CAPABILITY\n" GREETING "S: a OK\n" BYE, 0, NULL, NULL},
	{"T13", "info", GREETING "C: a STARTTLS\nS: a OK go\nC: b LOGIN bob pw\nS: b OK\n" BYE, 0, NULL, NULL},
	{"S37", "critical", GREETING "C: a STARTTLS\nC: b LOGIN bob pw\nS: a OK go\nS: b OK\n", 0, NULL,
	 "right after STARTTLS"},
	{"S37", "critical",
	 GREETING "C: a STARTTLS\nC: b LOGIN bob pw\nS: a OK go\nC| \\x16\\x03\\x01\\x00\\x05hello\n", 0, NULL, NULL},
	{"S37", NULL, GREETING "C: a STARTTLS\nS: a OK go\nC| \\x16\\x03\\x01\\x00\\x05hello\n", 0, NULL, NULL},
	{"T13", NULL, GREETING "C: a STARTTLS\nC: b LOGIN bob pw\nS: a OK go\nC| \\x16\\x03\\x01\\x00\\x05hello\n", 0,
	 NULL, NULL},
	{"A09", NULL, GREETING "C: a STARTTLS\nC: b LOGIN bob pw\nS: a OK go\nC| \\x16\\x03\\x01\\x00\\x05hello\n", 0,
	 NULL, NULL},
	{"N06", "warning", "C#\n" GREETING BYE, 6000, NULL, NULL},
};

static const struct finding *find(const struct session *s, const char *id)
{
	for (size_t i = 0; i < diagnosis_count(s); i++)
		if (strcmp(rule_row((enum rule)diagnosis_finding(s, i)->rule)->id, id) == 0)
			return diagnosis_finding(s, i);
	return NULL;
}

static void judge(struct player *p, const struct vector *v)
{
	judged_begin(p, PROTOCOL_IMAP);
	if (v->step_ms > 0)
		p->step_ns = v->step_ms * CLOCK_NS_PER_MS;
	if (v->set != NULL)
		v->set(p->session);
	play_script(p, v->script, true);
	p->session->end_ns = PLAY_START_NS + p->steps * p->step_ns;
	diagnosis_finish(p->session);
}

static bool has_words(const struct finding *f, const char *words)
{
	return words == NULL || memmem(f->message.data, f->message.len, words, strlen(words)) != NULL;
}

START_TEST(rules_fire_where_they_should)
{
	const struct vector *v = &vectors[_i];
	const struct finding *f;
	struct player p;

	judge(&p, v);
	f = find(p.session, v->rule);
	if (v->severity == NULL) {
		ck_assert_msg(f == NULL, "%s in %s", v->rule, v->script);
	} else {
		ck_assert_msg(f != NULL, "no %s in %s", v->rule, v->script);
		ck_assert_msg(strcmp(severity_name((enum severity)f->severity), v->severity) == 0, "%s %s in %s",
			      v->rule, severity_name((enum severity)f->severity), v->script);
		ck_assert_msg(has_words(f, v->words), "%.*s", (int)f->message.len, (const char *)f->message.data);
	}
	judged_end(&p);
}
END_TEST

/* What healthy clients do: phones that never say LOGOUT, pipelines, folders that are not there. */
START_TEST(healthy_sessions_are_not_blamed)
{
	static const char *const scripts[] = {
		"S: * PREAUTH hi\nC: a SELECT INBOX\nS: a OK\n",
		"S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\nC: a AUTHENTICATE PLAIN AGJvYgBwdw==\nS: * CAPABILITY "
		"IMAP4rev1 "
		"IDLE\nS: a OK in\nC: b SELECT INBOX\nC: c UID FETCH 1:* FLAGS\nC: d IDLE\nS: * 3 EXISTS\nS: b OK\nS: "
		"* 1 "
		"FETCH (FLAGS ())\nS: c OK\nS: + go\n",
		SELECT
		"C: c SELECT Nope\nS: c NO [NONEXISTENT] none\nC: d CREATE Nope\nS: d OK\nC: e CREATE Nope\nS: e NO "
		"[ALREADYEXISTS] there\n" BYE,
		SELECT "C: c COMPRESS X\nS: c NO no\nC: d GETQUOTAROOT INBOX\nS: d NO not here\n" BYE,
		SELECT "C: c UID FETCH 9 BODY[]\nS: c NO [EXPUNGEISSUED] gone\n" BYE,
		SELECT "S: * 3 EXISTS\nS: * NO [ALERT] nearly full\nC: c NOOP\nS: c OK\n",
		SELECT "C: c IDLE\nS: + go\nS: * OK Still here\nS: * 4 EXISTS\nC: DONE\nS: c OK\n",
		SELECT "C: c FROB\nS: c BAD what\n" BYE,
	};
	struct player p;

	judge(&p, &(struct vector){.script = scripts[_i]});
	for (size_t i = 0; i < diagnosis_count(p.session); i++) {
		const struct finding *f = diagnosis_finding(p.session, i);

		ck_assert_msg(f->severity <= SEVERITY_NOTICE || f->rule == RULE_A09, "%s: %.*s",
			      rule_row((enum rule)f->rule)->id, (int)f->message.len, (const char *)f->message.data);
		ck_assert_msg(strchr("SP", rule_row((enum rule)f->rule)->id[0]) == NULL || f->rule == RULE_S47, "%s",
			      rule_row((enum rule)f->rule)->id);
	}
	judged_end(&p);
}
END_TEST

/* A finding stands at its command, in its phase, with its packets. */
START_TEST(a_finding_stands_at_its_command)
{
	const struct finding *f;
	struct player p;

	judge(&p, &(struct vector){.script = SELECT "C: c APPEND Sent {4}\nS: c NO [OVERQUOTA] full\n" BYE});
	f = find(p.session, "I05");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->index, 3);
	ck_assert_str_eq(phase_name((enum phase)f->phase), "appending a mail");
	ck_assert_uint_eq(f->packet_count, 2);
	judged_end(&p);
	judge(&p, &(struct vector){.script = SELECT "C: c IDLE\nS: + go\nS: * BYE down\n", .set = set_server_left});
	f = find(p.session, "I02");
	ck_assert_uint_eq(f->index, 3);
	ck_assert_str_eq(phase_name((enum phase)f->phase), "idling");
	ck_assert_uint_eq(f->packets[0], 7);
	judged_end(&p);
}
END_TEST

/* Of a folder that is missing nobody has to free space, and what was to be copied was not sent before. */
START_TEST(a_refused_mail_is_called_what_it_is)
{
	static const struct {
		const char *script;
		const char *name;
		const char *advice; /* has this */
	} rows[] = {
		{APPEND_IS("NO [OVERQUOTA] full"), "Sent copy refused", "Free space"},
		{APPEND_IS("NO [TRYCREATE] none"), "Sent copy refused", "Make the folder"},
		{SELECT "C: c COPY 1 Trash\nS: c NO [OVERQUOTA] full\n" BYE, "Copy or move refused", "Free space"},
		{SELECT "C: c UID MOVE 1 Trash\nS: c NO [TRYCREATE] none\n" BYE, "Copy or move refused",
		 "Make the folder"},
	};
	const struct finding *f;
	struct player p;

	judge(&p, &(struct vector){.script = rows[_i].script});
	f = find(p.session, "I05");
	ck_assert_str_eq(finding_name(f), rows[_i].name);
	ck_assert_msg(strstr(finding_advice(f), rows[_i].advice) != NULL, "%s", finding_advice(f));
	judged_end(&p);
}
END_TEST

START_TEST(the_ports_of_tls_are_those_of_all_protocols)
{
	static const enum rule rules[] = {RULE_T01, RULE_T06};
	const char *advice = rule_row(rules[_i])->advice;

	ck_assert_msg(strstr(advice, "465") != NULL && strstr(advice, "993") != NULL && strstr(advice, "995") != NULL,
		      "%s", advice);
}
END_TEST

static struct tcp_anomaly anomaly;

static void set_silence(struct session *s)
{
	anomaly = (struct tcp_anomaly){.closing_ns = 2 * CLOCK_NS_PER_S};
	s->anomaly = &anomaly;
	s->first_fin = SIDE_SERVER;
}

/* Servers may close what is idle (RFC 9051 section 5.4): from when on can be set. */
START_TEST(a_server_need_not_wait_for_ever)
{
	const struct vector v = {.script = SELECT, .set = set_silence};
	struct player p;

	judge(&p, &v);
	ck_assert_int_eq(find(p.session, "N17")->severity, SEVERITY_WARNING);
	judged_end(&p);
	judged_begin(&p, PROTOCOL_IMAP);
	judged_limits.idle_pop3_ns = CLOCK_NS_PER_S;
	set_silence(p.session);
	play_script(&p, SELECT, true);
	diagnosis_finish(p.session);
	ck_assert_int_eq(find(p.session, "N17")->severity, SEVERITY_NOTICE);
	judged_end(&p);
}
END_TEST

static bool has_vector(const char *id, bool fires)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		if (strcmp(vectors[i].rule, id) == 0 && (vectors[i].severity != NULL) == fires)
			return true;
	return false;
}

START_TEST(what_is_promised_is_here)
{
	for (size_t i = 0; covered_in_imap[i] != NULL; i++)
		ck_assert_msg(has_vector(covered_in_imap[i], true) && has_vector(covered_in_imap[i], false), "%s",
			      covered_in_imap[i]);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, rules_fire_where_they_should, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, healthy_sessions_are_not_blamed, 0, 8);
	tcase_add_test(t, a_finding_stands_at_its_command);
	tcase_add_loop_test(t, a_refused_mail_is_called_what_it_is, 0, 4);
	tcase_add_loop_test(t, the_ports_of_tls_are_those_of_all_protocols, 0, 2);
	tcase_add_test(t, a_server_need_not_wait_for_ever);
	tcase_add_test(t, what_is_promised_is_here);
}
