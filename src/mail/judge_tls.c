/*
 * TLS, as far as it can be seen from outside.
 */
#include "mail/judge.h"
#include "mail/kinds.h"

/* The keywords of EHLO or CAPA that matter here. */
static void look_for_offer(struct session *s, const struct command *c)
{
	struct slice rest = reply_text(c->last_reply);
	struct slice line;
	bool started = false;

	s->diagnosis->tls.is_offered = false;
	while (reply_next_line(&rest, &started, &line))
		if (slice_equals_nocase(slice_trim(line), "STARTTLS"))
			s->diagnosis->tls.is_offered = true;
	s->diagnosis->tls.has_keywords = true;
}

void judge_tls_command(struct session *s, struct command *c)
{
	struct judge_tls *t = &s->diagnosis->tls;

	if (c->last_reply == NULL)
		return;
	if (slice_equals(command_verb(c), slice_from_text("EHLO")) && reply_is_positive(c->last_reply))
		look_for_offer(s, c);
	if (phase_of_command(s, c) == PHASE_STARTTLS)
		t->is_accepted = reply_is_positive(c->last_reply);
	if (c->kind == KIND_MAIL)
		t->has_gone_on = true;
}

void judge_tls_finish(struct session *s)
{
	const struct judge_tls *t = &s->diagnosis->tls;

	if (s->tls)
		diagnosis_add(s, RULE_T12, false, NULL);
	else if (t->is_accepted && !t->has_gone_on && s->state != SESSION_OPEN)
		diagnosis_say(s, diagnosis_add(s, RULE_T14, false, NULL),
			      "The server agreed to go on encrypted, and the client broke off");
}
