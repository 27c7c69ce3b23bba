/*
 * name: a subject reduced to what may stand in a file name: letters of any script, digits, `-` and `_`.
 */
#ifndef MIME_NAME_H
#define MIME_NAME_H

#include "base/buffer.h"

/* Appends at most `max_len` bytes, cut at a character; runs of anything else become one `_`, none at the ends. */
void name_reduce(struct slice subject, size_t max_len, struct buffer *out);

#endif
