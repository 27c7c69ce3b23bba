/*
 * declared: the charset that a mail itself declares, for what in it declares none: raw header fields, names of files.
 *
 * That of its Content-Type, else of its first text part. Works on the beginning of a mail, too. fields_init must have
 * been called.
 */
#ifndef MIME_DECLARED_H
#define MIME_DECLARED_H

#include "base/slice.h"

enum {
	DECLARED_CHARSET_SIZE = 64,
};

/* Writes the charset's name; "" when the mail declares none. */
void declared_charset(struct slice mail, char out[DECLARED_CHARSET_SIZE]);

#endif
