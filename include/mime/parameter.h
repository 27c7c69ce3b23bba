/*
 * parameter: the parameters of a header field (RFC 2045 5.1, RFC 2231), read from what was sent.
 *
 * GMime decodes them, but knows neither the charsets of undeclared bytes, nor texts in several encoded words, nor the
 * charset of a value whose first piece does not come first. Limit: PARAMETER_PIECES_MAX parameters of a field.
 */
#ifndef MIME_PARAMETER_H
#define MIME_PARAMETER_H

#include "base/slice.h"

enum {
	PARAMETER_PIECES_MAX = 200,
};

/* The parameter of that name in the raw value of a field, as text; NULL: there is none. The caller frees it. */
char *parameter_read(struct slice value, const char *name);

#endif
