#include "diagnosis/outcome.h"

const struct command *outcome_refused_command(const struct session *s)
{
	const struct command *c = session_command(s, s->failed_index);

	return c != NULL && command_refusal(c) != NULL ? c : NULL;
}

static bool has_partial_mail(const struct session *s)
{
	for (size_t i = 0; i < s->mail_count; i++)
		if (s->mails[i]->outcome == MAIL_ABORTED || s->mails[i]->outcome == MAIL_UNANSWERED)
			return true;
	return false;
}

static uint32_t count_retrieved(const struct session *s)
{
	uint32_t count = 0;

	for (size_t i = 0; i < s->mail_count; i++)
		count += s->mails[i]->outcome == MAIL_RETRIEVED_OUTCOME;
	return count;
}

/* That something can be read by anyone says nothing of what became of the mail. */
static bool tells_outcome(const struct finding *root)
{
	return root != NULL && root->severity >= SEVERITY_WARNING && root->rule != RULE_A09 && root->rule != RULE_P19;
}

/* Of a connection on which mail was spoken, as far as its mails tell. */
static enum outcome_kind mails_outcome(const struct session *s, const struct outcome *o)
{
	bool has_partial = has_partial_mail(s);

	if (s->accepted_mails > 0 && s->rejected_mails == 0 && !has_partial)
		return o->refused != NULL && o->refused->mail != 0 ? OUTCOME_ACCEPTED_IN_PART : OUTCOME_ACCEPTED;
	if (has_partial && s->over)
		return s->abandoned ? OUTCOME_GIVEN_UP : OUTCOME_CUT_OFF;
	if (o->refused != NULL && (s->rejected_mails > 0 || s->mails_total == 0))
		return OUTCOME_REFUSED;
	if (o->retrieved > 0)
		return OUTCOME_RETRIEVED;
	if (session_tls_is_opaque(s))
		return OUTCOME_ENCRYPTED;
	if (s->state == SESSION_RESET)
		return OUTCOME_RESET;
	if (!s->over)
		return OUTCOME_OPEN;
	if (s->abandoned)
		return OUTCOME_GIVEN_UP;
	return s->command_count > 0 ? OUTCOME_NO_MAIL : OUTCOME_NOTHING_SAID;
}

static enum outcome_kind kind_of(const struct session *s, const struct outcome *o)
{
	if (s->state == SESSION_REFUSED)
		return OUTCOME_CONNECTION_REFUSED;
	if (s->state == SESSION_NO_ANSWER) /* others may have told that nobody is there */
		return s->abandoned && !tells_outcome(o->finding) ? OUTCOME_GIVEN_UP : OUTCOME_NO_ANSWER;
	if (s->speaks != NULL)
		return OUTCOME_NOT_MAIL;
	if (o->refused == NULL && tells_outcome(o->finding))
		return OUTCOME_FINDING;
	return mails_outcome(s, o);
}

/* What a server of IMAP refuses is mostly a part of what is usual: it counts where it is the cause. */
static const struct command *refused_command(const struct session *s)
{
	const struct finding *root = diagnosis_root(s);

	if (protocol_has(s->protocol, PROTOCOL_TAGGED) && s->diagnosis != NULL &&
	    (!tells_outcome(root) || root->index != s->failed_index))
		return NULL;
	return outcome_refused_command(s);
}

struct outcome outcome_of(const struct session *s)
{
	struct outcome o = {
		.refused = refused_command(s), .finding = diagnosis_root(s), .retrieved = count_retrieved(s)};

	o.kind = kind_of(s, &o);
	return o;
}

static bool is_aside(enum rule rule)
{
	static const enum rule aside[] = {RULE_A09, RULE_P19, RULE_C01, RULE_C02,
					  RULE_C03, RULE_C04, RULE_C05, RULE_M06};

	for (size_t i = 0; i < sizeof(aside) / sizeof(aside[0]); i++)
		if (aside[i] == rule)
			return true;
	return false;
}

enum outcome_verdict outcome_verdict(const struct session *s)
{
	const struct finding *root = diagnosis_root(s);

	if (root != NULL && root->severity >= SEVERITY_WARNING && !is_aside((enum rule)root->rule))
		return OUTCOME_FAILURE;
	if (session_tls_is_opaque(s) && s->accepted_mails == 0 && count_retrieved(s) == 0)
		return OUTCOME_UNKNOWN; /* of what was said in clear before that nothing matters */
	return s->first_index + s->command_count > 0 ? OUTCOME_SUCCESS : OUTCOME_UNKNOWN;
}

bool outcome_is_failure(const struct session *s)
{
	return outcome_verdict(s) == OUTCOME_FAILURE;
}
