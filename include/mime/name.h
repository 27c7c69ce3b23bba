/*
 * name: texts from a mail reduced to what may stand in a file name on this machine: letters of any script, digits, `-`
 * and `_`; in the name of an attachment also dots, none at its start.
 */
#ifndef MIME_NAME_H
#define MIME_NAME_H

#include "base/buffer.h"

/* Appends at most `max_len` bytes, cut at a character; runs of anything else become one `_`, none at the ends. */
void name_reduce(struct slice subject, size_t max_len, struct buffer *out);

/* The same of an attachment's name; where it is too long its ending stays. Appends nothing when nothing of it may
 * stand.
 */
void name_of_file(struct slice name, size_t max_len, struct buffer *out);

#endif
