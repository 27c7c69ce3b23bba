/*
 * base64_text: base64 (RFC 2045 section 6.8) as mails hold it: in pieces of any size, with line ends and what else is
 * no digit in between, with padding in the middle (two texts put together) or without it at the end. The bits that are
 * there are bytes. Pure.
 */
#ifndef MIME_BASE64_TEXT_H
#define MIME_BASE64_TEXT_H

#include "base/buffer.h"

/* Zero at the start. */
struct base64_text {
	uint32_t bits;
	unsigned int digits; /* of the quantum that is not full yet */
};

/* Appends what is whole. */
void base64_text_feed(struct base64_text *b, struct slice text, struct buffer *out);

/* Appends the bytes of a quantum that ends without padding. */
void base64_text_finish(struct base64_text *b, struct buffer *out);

#endif
