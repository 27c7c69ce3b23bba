/*
 * text: bytes from the network made fit for people and programs.
 *
 * UTF-8 per RFC 3629: overlong forms, surrogates and values past U+10FFFF are not valid. Nothing that came from the
 * network reaches a terminal but through text_visible.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buffer.h"

enum {
	TEXT_REPLACEMENT = 0xfffd,
};

/* Decodes the character at the start of `s` (not empty) and sets `*used_len`; invalid bytes give TEXT_REPLACEMENT, one
 * byte at a time but for the valid beginning of a cut sequence, which counts as one (Unicode 15, table 3-8). */
uint32_t text_decode(struct slice s, size_t *used_len);

/* Writes one character as UTF-8 into `out`, returns its length (1 to 4). */
size_t text_encode(uint8_t out[4], uint32_t character);

bool text_is_utf8(struct slice s);

/* Appends `s` as valid UTF-8; every invalid byte or cut sequence becomes U+FFFD. Control characters stay. */
void text_append_utf8(struct buffer *out, struct slice s);

/* Appends `s` as valid UTF-8 fit for a terminal: C0, DEL and C1 controls become pictures or <U+XXXX>-style signs, so do
 * bidirectional and other invisible formatting characters. A line break is a control character like the others. */
void text_append_visible(struct buffer *out, struct slice s);

/* Whether a terminal must not be given this character as it is (C0, DEL, C1, bidirectional and format controls). */
bool text_is_control(uint32_t character);

/* Columns of a character on a terminal: 0 (combining), 1 or 2 (East Asian wide). Independent of the locale. */
int text_width(uint32_t character);

/* What the word after a count ends in: "1 mail", "2 mails"; and its verb. */
static inline const char *text_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static inline const char *text_was(uint64_t count)
{
	return count == 1 ? "was" : "were";
}

/* The longest prefix of the valid UTF-8 text `s` that has at most `len` bytes and ends at a character. */
struct slice text_cut(struct slice s, size_t len);

#endif
