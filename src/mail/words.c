#include "mail/session.h"

#include <assert.h>

const char *mail_outcome_name(enum mail_outcome outcome)
{
	static const char *const names[] = {
		[MAIL_UNDECIDED] = "open",
		[MAIL_ACCEPTED] = "accepted",
		[MAIL_REJECTED] = "rejected",
		[MAIL_RESET] = "reset",
		[MAIL_UNANSWERED] = "unanswered",
		[MAIL_ABORTED] = "aborted",
		[MAIL_RETRIEVED_OUTCOME] = "retrieved",
		[MAIL_UNKNOWN] = "unknown",
	};

	assert(outcome <= MAIL_UNKNOWN);
	return names[outcome];
}

const char *mail_direction_name(enum mail_direction direction)
{
	static const char *const names[] = {
		[MAIL_SENT] = "sent",	    [MAIL_RETRIEVED] = "retrieved", [MAIL_PREVIEWED] = "previewed",
		[MAIL_FETCHED] = "fetched", [MAIL_APPENDED] = "appended",
	};

	assert(direction <= MAIL_APPENDED);
	return names[direction];
}

const char *session_state_name(enum session_state state)
{
	static const char *const names[] = {
		[SESSION_OPEN] = "open",       [SESSION_CLOSED] = "closed",	  [SESSION_RESET] = "reset",
		[SESSION_REFUSED] = "refused", [SESSION_NO_ANSWER] = "no-answer",
	};

	assert(state <= SESSION_NO_ANSWER);
	return names[state];
}

const char *session_handshake_name(enum session_handshake handshake)
{
	static const char *const names[] = {
		[SESSION_HANDSHAKE_COMPLETE] = "complete",
		[SESSION_HANDSHAKE_MIDSTREAM] = "midstream",
		[SESSION_HANDSHAKE_FAILED] = "failed",
	};

	assert(handshake <= SESSION_HANDSHAKE_FAILED);
	return names[handshake];
}
