/*
 * parameter: the parameters of a header field (RFC 2045 5.1, RFC 2231), read from what was sent.
 *
 * GMime reads the plain ones; values in pieces and in charsets of their own are read here, with the charsets that
 * bodies have (charset.h). Limit: PARAMETER_PIECES_MAX pieces of a value.
 */
#ifndef MIME_PARAMETER_H
#define MIME_PARAMETER_H

#include "base/slice.h"

enum {
	PARAMETER_PIECES_MAX = 200,
};

/* The parameter of that name in the raw value of a field, as UTF-8; NULL: there is none. The caller frees it. `likely`:
 * see fields.h. */
char *parameter_read(struct slice value, const char *name, const char *likely);

#endif
