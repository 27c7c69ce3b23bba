/*
 * charset: text of any charset as UTF-8.
 *
 * What the mail declares is believed where it can be (charset_name.h has what names mean). Undeclared text, and text
 * that claims to be of a charset that nobody knows, is UTF-8 where that is valid, else the first of the fallback
 * charsets that can read all of it without taking it for private characters. No byte ends the reading: what fits
 * nowhere becomes U+FFFD. The fallbacks are set on the main thread (fields_init) and constant afterwards.
 */
#ifndef MIME_CHARSET_H
#define MIME_CHARSET_H

#include "base/buffer.h"

enum {
	CHARSET_FALLBACKS_MAX = 8,
};

/* The names must stay valid. */
void charset_init(const char *const *fallbacks, size_t count);

/* Loads all converters there may be use for, for the life of the process: later that may not be allowed. */
void charset_load(void);

/* Appends `text` as UTF-8. `declared`: NULL when the mail names none. */
void charset_read(struct slice text, const char *declared, struct buffer *out);

/* Appends undeclared text as UTF-8. `likely`: a charset to try before the fallbacks; NULL: none. */
void charset_guess(struct slice text, const char *likely, struct buffer *out);

#endif
