/*
 * slice: a view of bytes that somebody else owns.
 *
 * A value, passed by copy. It never owns memory and is never NUL-terminated; `data` may be NULL when `len` is 0.
 * Everything that came from the network is handled as a slice, so that every length is carried beside its pointer.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const uint8_t *data;
	size_t len;
};

/* Takes one piece of a longer run of bytes; the piece is valid only during the call. */
typedef void slice_sink(void *ctx, struct slice piece);

static inline struct slice slice_of(const void *data, size_t len)
{
	return (struct slice){.data = data, .len = len};
}

static inline struct slice slice_from_text(const char *text)
{
	return slice_of(text, strlen(text));
}

/* The part of `s` from `from` on, at most `len` bytes; empty where `s` is shorter. */
static inline struct slice slice_sub(struct slice s, size_t from, size_t len)
{
	if (from >= s.len)
		return slice_of(NULL, 0);
	return slice_of(s.data + from, len < s.len - from ? len : s.len - from);
}

static inline struct slice slice_after(struct slice s, size_t from)
{
	return slice_sub(s, from, SIZE_MAX);
}

/* Where `byte` first stands in `s`; `s.len` when it does not. */
static inline size_t slice_find(struct slice s, uint8_t byte)
{
	const uint8_t *at = s.len ? memchr(s.data, byte, s.len) : NULL;

	return at ? (size_t)(at - s.data) : s.len;
}

static inline bool slice_equals(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* ASCII only, whatever the locale. */
static inline uint8_t slice_upper_byte(uint8_t byte)
{
	return byte >= 'a' && byte <= 'z' ? (uint8_t)(byte - 'a' + 'A') : byte;
}

/* Whether `s` begins with `prefix`, ASCII letters of either case being the same. */
bool slice_begins_nocase(struct slice s, const char *prefix);
bool slice_equals_nocase(struct slice s, const char *text);
bool slice_contains_nocase(struct slice s, const char *word);

/* Without blanks and tabs on the left, on the right, on both sides. */
struct slice slice_trim_left(struct slice s);
struct slice slice_trim_right(struct slice s);
struct slice slice_trim(struct slice s);

/* Reads a run of decimal digits at the start; `*used_len` is how many there were; saturates at UINT64_MAX. */
uint64_t slice_decimal(struct slice s, size_t *used_len);

#endif
