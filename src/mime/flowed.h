/*
 * flowed: text of format=flowed (RFC 3676): lines that end in a blank go on in the next one of the same quote depth.
 */
#ifndef MIME_FLOWED_H
#define MIME_FLOWED_H

#include "base/buffer.h"

/* Appends `text` (lines with LF) with the soft line ends taken away; `del_space`: the parameter DelSp, the blank at a
 * soft line end was added by the sender. */
void flowed_join(struct slice text, bool del_space, struct buffer *out);

#endif
