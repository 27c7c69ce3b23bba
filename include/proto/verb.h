/*
 * verb: a client's line as a command (common/commands.h), and how strictly it must be one.
 *
 * Pure. In the run of a dialogue a line is a command whatever it holds. Where the parser has to find its place again
 * (after a gap, after a DATA whose reply was not captured) only a line that follows the command's own grammar counts,
 * because the text of mails is full of lines that begin with "Send", "Help" or "Data".
 *
 * Where commands have tags (PROTOCOL_TAGGED) the line begins with one, and a word after UID belongs to the verb.
 */
#ifndef PROTO_VERB_H
#define PROTO_VERB_H

#include "base/slice.h"
#include "common/commands.h"

/* A line taken apart. */
struct verb_line {
	const struct command_row *row; /* NULL: the protocol has no such command */
	enum verb verb;
	struct slice tag;	/* PROTOCOL_TAGGED; else, and where there is none, empty */
	struct slice name;	/* the known verb in upper case, else the line's first word as sent */
	struct slice arguments; /* after the blanks after it, without trailing blanks */
	bool indented;		/* blanks stand before the verb */
	bool is_open;		/* a literal comes, and the rest of the command behind it; not set by verb_read */
	bool glued;		/* "=" stands after it instead of a blank */
};

void verb_read(enum protocol protocol, struct slice text, struct verb_line *line);

/* Whether a whole line is a command beyond doubt; and which one, or NULL. */
bool verb_is_certain(enum protocol protocol, struct slice text);
const struct command_row *verb_certain(enum protocol protocol, struct slice text);

/* Whether it could be a command that nobody knows: a word of letters, and anything after it. Where commands have tags:
 * one that is known, in any case. */
bool verb_is_possible(enum protocol protocol, struct slice text);

/* Whether the beginning of a line, still without its end, could become such a command. */
bool verb_may_become(enum protocol protocol, struct slice text);

/* Whether it can be one (RFC 9051 section 9). */
bool verb_is_tag(struct slice s);

/* The first word of `text`, up to a blank; `*rest` is what follows the blanks after it. */
struct slice verb_word(struct slice text, struct slice *rest);

#endif
