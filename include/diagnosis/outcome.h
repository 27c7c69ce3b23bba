/*
 * outcome: what became of a session, in one value: the worst that happened, or the best when nothing did.
 */
#ifndef DIAGNOSIS_OUTCOME_H
#define DIAGNOSIS_OUTCOME_H

#include "diagnosis/diagnosis.h"

enum outcome_kind {
	OUTCOME_CONNECTION_REFUSED,
	OUTCOME_NO_ANSWER,
	OUTCOME_GIVEN_UP,	  /* because of a limit, before anything else was certain */
	OUTCOME_NOT_MAIL,	  /* session->speaks says what */
	OUTCOME_FINDING,	  /* no command failed, but a rule holds: `finding` */
	OUTCOME_ACCEPTED,	  /* all mails */
	OUTCOME_ACCEPTED_IN_PART, /* but not for all recipients: `refused` */
	OUTCOME_CUT_OFF,	  /* a mail was, or had no answer */
	OUTCOME_REFUSED,	  /* `refused` */
	OUTCOME_RETRIEVED,	  /* `retrieved` mails */
	OUTCOME_RESET,
	OUTCOME_ENCRYPTED,
	OUTCOME_OPEN, /* nothing yet */
	OUTCOME_NO_MAIL,
	OUTCOME_NOTHING_SAID,
};

struct outcome {
	enum outcome_kind kind;
	const struct command *refused; /* the last command that was; see command_refusal */
	const struct finding *finding;
	uint32_t retrieved;
};

/* Valid until the session goes on. */
struct outcome outcome_of(const struct session *s);

/* Whether it failed: by the cause that was found. What leaves a mail's fate as it is does not count. */
enum outcome_verdict {
	OUTCOME_SUCCESS,
	OUTCOME_FAILURE,
	OUTCOME_UNKNOWN, /* nothing could be read */
};

enum outcome_verdict outcome_verdict(const struct session *s);
bool outcome_is_failure(const struct session *s);

/* The last command that was refused; NULL: none was. */
const struct command *outcome_refused_command(const struct session *s);

#endif
