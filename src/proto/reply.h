/*
 * reply: one line of what a server answers: RFC 5321 section 4.2 with the enhanced status codes of RFC 2034 and 3463;
 * RFC 1939 section 3 for POP3. Pure.
 */
#ifndef PROTO_REPLY_H
#define PROTO_REPLY_H

#include "base/slice.h"

struct reply {
	struct slice code;     /* "250", "+OK", "-ERR", "+" */
	struct slice enhanced; /* "5.1.1", or empty */
	struct slice text;     /* after the code and its blank; it still begins with the enhanced code */
	bool last;	       /* false: "250-", another line follows */
	bool loose;	       /* understood, but no RFC writes it so */
	bool has_lines;	       /* an answer of several lines follows, as the parser knows */
};

/* False when the line is no reply. `*reply` is filled only when it is one. */
bool reply_read_smtp(struct slice line, struct reply *reply);
bool reply_read_pop3(struct slice line, struct reply *reply);

#endif
