/*
 * charset_shift: text of seven-bit charsets that shift between sets of characters, as bytes that iconv can read.
 *
 * ISO-2022-JP as mail programs write it (RFC 1468, and what Microsoft's and NEC's add: half-width katakana by ESC ( I,
 * by SO and SI or by eight-bit bytes, NEC's and IBM's rows) becomes CP932, in which JIS X 0212 has no place; HZ (RFC
 * 1843) becomes GB18030. Pure; no byte is lost: what is no shift stays.
 */
#ifndef MIME_CHARSET_SHIFT_H
#define MIME_CHARSET_SHIFT_H

#include "base/buffer.h"

void charset_shift_iso_2022_jp(struct slice text, struct buffer *out);
void charset_shift_hz(struct slice text, struct buffer *out);

#endif
