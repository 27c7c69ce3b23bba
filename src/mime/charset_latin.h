/*
 * charset_latin: windows-1252, and with it ISO-8859-1, for where iconv has no converter: the C library keeps all but
 * UTF-8 and ASCII in files, which a machine may lack. Pure.
 */
#ifndef MIME_CHARSET_LATIN_H
#define MIME_CHARSET_LATIN_H

#include "base/buffer.h"

/* Appends `text` as UTF-8, U+FFFD for each of the five bytes that mean nothing; returns how many these were. With
 * `is_strict` it stops at the first. */
size_t charset_latin_read(struct slice text, bool is_strict, struct buffer *out);

#endif
