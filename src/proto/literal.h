/*
 * literal: finds out whether a line ends in the announcement of a literal: "{12}", "{12+}", "~{12}" (RFC 9051 sections
 * 4.3 and 9, RFC 7888). Pure. Internal to proto.
 */
#ifndef PROTO_LITERAL_H
#define PROTO_LITERAL_H

#include "base/slice.h"

struct literal {
	uint8_t state;
	bool is_plus; /* its octets come at once: the server is not asked */
	uint64_t size;
};

/* Of a new line. */
void literal_init(struct literal *l);

/* The next piece of the line; its line end may be among it. */
void literal_scan(struct literal *l, struct slice text);

/* Whether the line, when it ends here, ends in one. */
bool literal_is_announced(const struct literal *l);

#endif
