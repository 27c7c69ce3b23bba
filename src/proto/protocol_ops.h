/*
 * protocol_ops: what the dialogue asks a protocol's own file, a row each: smtp.c, pop3.c, imap.c. Internal to proto.
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

	/* The client has announced octets (TALK_GUESS_OCTETS), the reply to that is missing: they come, or what comes
	 * is a command. NULL: nothing announces any. */
	void (*guess_octets)(struct talk *t, bool is_command);

	/* TALK_OCTETS, TALK_SERVER_OCTETS: takes some of `in`, returns how many; likewise of `len` missing ones. NULL
	 * here and below: there is no such state, nothing is to be done. */
	size_t (*take_octets)(struct talk *t, enum side side, struct slice in);
	uint64_t (*lose_octets)(struct talk *t, enum side side, uint64_t len);
	/* More of a line that was too long, its line end too when it is `whole`; `begin`: of `text` in the stream. */
	void (*take_rest)(struct talk *t, enum side side, struct slice text, uint64_t begin, bool whole);
	/* Whether a line of the client goes on with a command. */
	bool (*goes_on)(const struct dialogue *d);
	/* A side is lost in a hole, or over: what it was saying ends here. */
	void (*cut_off)(struct talk *t, enum side side);
	/* A side begins anew: in TLS, or compressed. */
	void (*restart)(struct dialogue *d, enum side side);

	/* Where servers send mails (PROTOCOL_MAILBOX): whether a whole line is a reply, whether the beginning of one
	 * could become one; the final "." line of a mail was taken, or must have been in the gap before (`in_hole`);
	 * after an answer to a command that was not captured, whether a mail follows (false while that cannot be
	 * told). */
	bool (*is_reply)(struct slice text);
	bool (*may_become_reply)(struct slice text);
	void (*end_mail)(struct talk *t, bool in_hole);
	bool (*guess_mail)(struct talk *t, struct slice in);

	const char *greeting;	  /* how a server's first line begins when all is well */
	const char *challenge;	  /* the code that hands the word to a client that logs in; NULL: it is no reply */
	bool has_plain_passwords; /* a line of the client may be a password, in plain text */
};

/* NULL for PROTOCOL_UNKNOWN. The table is in protocols.c. */
const struct protocol_ops *protocol_ops(enum protocol protocol);

#endif
