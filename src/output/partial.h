/*
 * partial: says of a mail that is not whole what is missing, at which offset of the saved file, and why.
 */
#ifndef OUTPUT_PARTIAL_H
#define OUTPUT_PARTIAL_H

#include "output/save.h"

/* Appends a text for people, a line for each gap. */
void partial_describe(const struct save_job *job, struct buffer *out);

/* Appends the same as a header field, for an mbox. */
void partial_describe_field(const struct save_job *job, struct buffer *out);

#endif
