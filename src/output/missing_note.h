/*
 * missing_note: says of a mail that is not whole what is missing, at which offset of the saved file, and why.
 */
#ifndef OUTPUT_MISSING_NOTE_H
#define OUTPUT_MISSING_NOTE_H

#include "output/save.h"

/* Appends a text for people, a line for each gap. */
void missing_note_put(const struct save_job *job, struct buffer *out);

/* Appends the same as a header field, for an mbox. */
void missing_note_put_field(const struct save_job *job, struct buffer *out);

#endif
