/*
 * raw: where a part lies in the mail as it was sent: GMime gives parts back as it would write them, not as they came.
 */
#ifndef MIME_RAW_H
#define MIME_RAW_H

#include "base/slice.h"

/* The boundaries of the multiparts around a part, innermost first. */
struct raw_outer {
	const char *boundary;
	const struct raw_outer *outer;
};

/* Offset of what follows the header block in which offset `field` lies; the mail's length when the block has no end. */
size_t raw_body(struct slice mail, size_t field);

/* The bytes from `begin` on, up to the line end before a boundary (RFC 2046 section 5.1.1), or to the mail's end. */
struct slice raw_until_boundary(struct slice mail, size_t begin, const struct raw_outer *outer);

#endif
