/*
 * suspect: text that may be a part of a login though nothing in the dialogue says so: what came out of step, behind a
 * hole, with a command that nobody knows. Pure; it errs on the side of hiding.
 */
#ifndef PROTO_SUSPECT_H
#define PROTO_SUSPECT_H

#include "base/buffer.h"

/* Whether a word looks like base64 and like nothing that people write: eight characters at least. */
bool suspect_is_base64(struct slice word);

/* Whether a line that is no known command may hold a password: a word of logins in it, or one in base64. */
bool suspect_is_login(struct slice line);

/* The next piece of `text` from `from` on that may repeat what somebody said: what stands in quotes, or a word that
 * looks like base64. */
bool suspect_find(struct slice text, size_t from, size_t *begin, size_t *end);

/* Decodes base64 as the lazy write it: without padding, with bits that should be 0. False when it is not base64. */
bool suspect_decode(struct slice text, struct buffer *out);

/* Whether what stands where a login has a name is no more than a name: not the message of another mechanism. `text` is
 * base64 or, where a client does not care, plain. */
bool suspect_is_name(struct slice text);

#endif
