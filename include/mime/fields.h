/*
 * fields: header fields decoded for people: unfolded (RFC 5322 2.2.3), encoded words (RFC 2047, also where a character
 * is cut between two words), addresses, dates. GMime does most of it; undeclared 8-bit text is UTF-8 where that is
 * valid, else of the charset that the mail itself declares, else the first of the fallback charsets that can read it
 * (charset). Control characters stay: who shows the text makes them visible. Limits: FIELDS_VALUE_MAX bytes of a value,
 * FIELDS_WORDS_MAX encoded words; what follows them stays encoded.
 */
#ifndef MIME_FIELDS_H
#define MIME_FIELDS_H

#include "base/buffer.h"

enum {
	FIELDS_VALUE_MAX = 128 * 1024,
	FIELDS_WORDS_MAX = 4000,
};

/* Before anything else of this layer, on the main thread; the names must stay valid. */
void fields_init(const char *const *fallback_charsets, size_t count);
void fields_fini(void);
/* Loads the converters that would else be loaded when a mail needs them. For a process that is about to give up the
 * right to load anything. After fields_init. */
void fields_load(void);

/* `likely`, in each of these: the charset that the mail declares; NULL: none, or it is not known. */

/* A field's raw value as GMime can take it: without line ends, UTF-8, no text cut into several encoded words. The
 * caller frees it. */
char *fields_prepare(struct slice value, const char *likely);

/* Appends the text of a field's raw value (after the colon, folded) as UTF-8. */
void fields_decode_text(struct slice value, const char *likely, struct buffer *out);

/* Whether a raw value needs to be told its charset: it is neither ASCII nor UTF-8. */
bool fields_is_undeclared(struct slice value);

/* A date as nanoseconds since 1970; false when it is none, or none of the years 1678 to 2261. */
bool fields_decode_date(struct slice value, int64_t *time_ns);

/* Likewise of IMAP's INTERNALDATE, "27-Nov-2026 18:23:32 +0000". */
bool fields_decode_internal_date(struct slice value, int64_t *time_ns);

/* Without blanks and angle brackets. */
struct slice fields_message_id(struct slice value);

#endif
