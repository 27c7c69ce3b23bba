#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void buffer_fini(struct buffer *b)
{
	free(b->data);
	b->data = NULL;
	b->len = b->cap = 0;
}

void buffer_grow(struct buffer *b, size_t len)
{
	b->data = mem_grow(b->data, &b->cap, b->len + len + 1, 1);
}

bool buffer_append(struct buffer *b, struct slice s)
{
	size_t fits = s.len;

	if (b->limit > 0)
		fits = b->len >= b->limit ? 0 : b->limit - b->len < s.len ? b->limit - b->len : s.len;
	if (fits > 0) {
		memcpy(buffer_room(b, fits), s.data, fits);
		b->len += fits;
	}
	return fits == s.len;
}

bool buffer_append_text(struct buffer *b, const char *text)
{
	return buffer_append(b, slice_from_text(text));
}

bool buffer_append_byte(struct buffer *b, uint8_t byte)
{
	if (b->limit > 0 && b->len >= b->limit)
		return false;
	*buffer_room(b, 1) = byte;
	b->len++;
	return true;
}

bool buffer_printf(struct buffer *b, const char *format, ...)
{
	va_list args;
	char small[256];
	int len;
	bool whole;

	va_start(args, format);
	len = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	if (len < 0)
		return false;
	if ((size_t)len < sizeof(small))
		return buffer_append(b, slice_of(small, (size_t)len));

	char *large = mem_alloc((size_t)len + 1);

	va_start(args, format);
	vsnprintf(large, (size_t)len + 1, format, args);
	va_end(args);
	whole = buffer_append(b, slice_of(large, (size_t)len));
	free(large);
	return whole;
}

void buffer_sink(void *ctx, struct slice piece)
{
	buffer_append(ctx, piece);
}
