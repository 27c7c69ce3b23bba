/*
 * rowtext: bytes from outside as text of a fixed size: valid UTF-8, safe for a terminal, cut at a character.
 */
#ifndef BASE_ROWTEXT_H
#define BASE_ROWTEXT_H

#include "base/slice.h"

/* Writes `s` into `out` of `size` bytes, NUL-terminated. */
void rowtext_put(char *out, size_t size, struct slice s);

/* Likewise, after what `out` holds already. */
void rowtext_append(char *out, size_t size, struct slice s);

/* Text of ours, formatted; arguments must be safe already. */
void rowtext_printf(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
