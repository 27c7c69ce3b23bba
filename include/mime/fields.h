/*
 * fields: header fields decoded for people: unfolded (RFC 5322 2.2.3), encoded words (RFC 2047, also where a character
 * is cut between two words), addresses, dates. GMime does it; undeclared 8-bit text is UTF-8 where that is valid, else
 * the first of the fallback charsets that can read it (charset). Control characters stay: who shows the text makes them
 * visible. Limits: FIELDS_VALUE_MAX bytes of a value, FIELDS_WORDS_MAX encoded words; what follows them stays encoded.
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

/* A field's raw value as GMime can take it: without line ends, UTF-8, no text cut into several encoded words. The
 * caller frees it. */
char *fields_prepare(struct slice value);

/* Appends the text of a field's raw value (behind the colon, folded) as UTF-8. */
void fields_decode_text(struct slice value, struct buffer *out);

/* One address of a list: `name` may be empty. Both UTF-8. */
typedef void fields_address_sink(void *ctx, struct slice name, struct slice address);
void fields_decode_addresses(struct slice value, fields_address_sink *sink, void *ctx);

/* A date as nanoseconds since 1970; false when it is none. */
bool fields_decode_date(struct slice value, int64_t *time_ns);

/* Without blanks and angle brackets. */
struct slice fields_message_id(struct slice value);

#endif
