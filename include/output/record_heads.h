/*
 * record_heads: what the records of a run, of its sources and of its sessions begin with, and the lines that are made
 * with it of what was put on a tape. Belongs to the thread that makes the lines.
 */
#ifndef OUTPUT_RECORD_HEADS_H
#define OUTPUT_RECORD_HEADS_H

#include "output/records.h"

struct record_heads;

struct record_heads *record_heads_new(const struct record_origin *origin);
void record_heads_free(struct record_heads *h);
/* The packets of all sources go into a file of this name from here on. */
void record_heads_written(struct record_heads *h, struct slice file);
/* Appends the line of a record, see records_new_tape. */
void record_heads_play(struct record_heads *h, struct slice tape, struct buffer *out);

#endif
