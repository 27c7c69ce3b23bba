/*
 * parameter: what stands after the path of MAIL and RCPT: keywords with or without a value (RFC 5321 section 4.1.2),
 * and the attributes of XCLIENT and XFORWARD, which are written likewise. Pure.
 *
 * ENVID, ORCPT (RFC 3461 section 4) and AUTH (RFC 4954 section 5), and all attributes, are xtext: "+2B" stands for "+".
 */
#ifndef PROTO_PARAMETER_H
#define PROTO_PARAMETER_H

#include "base/buffer.h"

struct parameter {
	struct slice keyword;
	struct slice value;
	bool has_value;
	bool is_xtext;
};

/* The parameters of a command's arguments; empty when it has none, or is of another kind. */
struct slice parameter_find(struct slice verb, struct slice arguments);

/* Takes the next one off `rest`; false when there is none left. */
bool parameter_next(struct slice verb, struct slice *rest, struct parameter *p);

/* Appends the keyword in upper case; the value, xtext decoded. */
void parameter_append_keyword(const struct parameter *p, struct buffer *out);
void parameter_append_value(const struct parameter *p, struct buffer *out);

#endif
