/*
 * protocol_ops: what the dialogue asks a protocol's own file, a row each: smtp.c, pop3.c, imap.c. Internal to proto.
 *
 * A row that is recognised only (no PROTOCOL_READ in common/protocol.h) has `recognise` and nothing else.
 */
#ifndef PROTO_PROTOCOL_OPS_H
#define PROTO_PROTOCOL_OPS_H

#include "proto/pending.h"
#include "proto/talk.h"

enum recognition {
	RECOGNISE_NOT,
	RECOGNISE_MAYBE, /* others begin so, too */
	RECOGNISE_YES,
};

struct protocol_ops {
	/* What the whole first line of a side says about the protocol. */
	enum recognition (*recognise)(enum side side, struct slice text);

	/* A line of the client where a command may stand; a line of the server outside of mails. */
	void (*client_line)(struct talk *t, const struct line *line);
	void (*server_line)(struct talk *t, const struct line *line);

	/* Whether a reply with this code can be one to this command. */
	pending_may_answer *may_answer;

	/* Whether the server's first line, at the front of `in`, must wait for what comes next. NULL: never. */
	bool (*holds_greeting)(struct talk *t, struct slice in);

	/* The reply to what announced octets must have been in a hole: they come. NULL: nothing announces any. */
	void (*asked_for_octets)(struct talk *t);

	/* Where servers send mails (PROTOCOL_MAILBOX): whether a whole line is a reply, whether the beginning of one
	 * could become one; the final "." line of a mail was taken, or must have been in the gap before (`in_hole`);
	 * after an answer to a command that was not captured, whether a mail follows (false while that cannot be
	 * told). */
	bool (*is_reply)(struct slice text);
	bool (*may_become_reply)(struct slice text);
	void (*end_mail)(struct talk *t, bool in_hole);
	bool (*guess_mail)(struct talk *t, struct slice in);

	const char *greeting;	  /* how a server's first line begins when all is well */
	const char *challenge;	  /* the code that hands the word to a client that logs in */
	bool has_plain_passwords; /* a line of the client may be a password, in plain text */
};

/* NULL for PROTOCOL_UNKNOWN. The table is in protocols.c. */
const struct protocol_ops *protocol_ops(enum protocol protocol);

#endif
