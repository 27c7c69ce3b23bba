/*
 * buffer: bytes of ours that grow, up to a limit.
 *
 * Embedded in its owner. `limit` 0 means none: only for what is bounded otherwise. Appending beyond the limit keeps
 * what fits and says so.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdarg.h>

#include "base/slice.h"

struct buffer {
	uint8_t *data;
	size_t len;
	size_t cap;
	size_t limit;
};

static inline struct slice buffer_slice(const struct buffer *b)
{
	return slice_of(b->data, b->len);
}

static inline void buffer_clear(struct buffer *b)
{
	b->len = 0;
}

void buffer_fini(struct buffer *b);

/* buffer_room where there is too little of it. */
void buffer_grow(struct buffer *b, size_t len);

/* Makes room for `len` more bytes and returns where they go; the caller then adds to `b->len`. Ignores the limit. */
static inline uint8_t *buffer_room(struct buffer *b, size_t len)
{
	if (len >= b->cap - b->len)
		buffer_grow(b, len);
	return b->data + b->len;
}

/* Whether all of it fitted. */
bool buffer_append(struct buffer *b, struct slice s);
bool buffer_append_text(struct buffer *b, const char *text);
bool buffer_append_byte(struct buffer *b, uint8_t byte);
bool buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A slice_sink: appends each piece to the `struct buffer` that `ctx` is. */
void buffer_sink(void *ctx, struct slice piece);

#endif
