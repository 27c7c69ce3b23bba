/*
 * suspect: text that may be a part of a login though nothing in the dialogue says so: what came out of step, after a
 * hole, with a command that nobody knows. Pure; it errs on the side of hiding.
 */
#ifndef PROTO_SUSPECT_H
#define PROTO_SUSPECT_H

#include "base/buffer.h"

/* Whether a word looks like base64 and like nothing that people write: eight characters at least. */
bool suspect_is_base64(struct slice word);

/* Whether a line that is no known command may hold a password: a word of logins in it, or one in base64. */
bool suspect_is_login(struct slice line);

/* What may repeat something that somebody said. */
enum suspect_part {
	SUSPECT_BASE64 = 1 << 0, /* a word that looks like it */
	SUSPECT_QUOTED = 1 << 1, /* what stands in quotes */
	SUSPECT_PASS = 1 << 2,	 /* all after the word PASS */
	SUSPECT_LOGIN = 1 << 3,	 /* all after the word LOGIN, where that is more than a word */
};

/* The next piece of `text` from `from` on that is one of `parts`. */
bool suspect_find(struct slice text, size_t from, unsigned int parts, size_t *begin, size_t *end);

/* A word without quotes, brackets and the like around it. */
struct slice suspect_bare(struct slice word);

/* Decodes base64 as the lazy write it: without padding, with bits that should be 0. False when it is not base64. */
bool suspect_decode(struct slice text, struct buffer *out);

/* Whether what stands where a login has a name is no more than a name: not the message of another mechanism. `text` is
 * base64 or, where a client does not care, plain. */
bool suspect_is_name(struct slice text);

#endif
