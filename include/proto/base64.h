/*
 * base64: RFC 4648 section 4, strict: padding required, no line ends, no other bytes, unused bits zero. Pure.
 */
#ifndef PROTO_BASE64_H
#define PROTO_BASE64_H

#include "base/buffer.h"

/* Appends the decoded bytes to `out`; false, with `out` as it was, when `text` is not base64. */
bool base64_decode(struct slice text, struct buffer *out);

void base64_encode(struct slice bytes, struct buffer *out);

#endif
