/*
 * record_sink: where the lines of the records go: standard output, or a file (--json-file) that may be spread over
 * several (--rotate).
 *
 * A file holds whole lines only. Of a line that does not fit, on a full disk say, nothing stays; it is counted as lost,
 * and the next ones are tried again. While that is so, no next file is begun, so that none with lines is deleted for
 * one without. A pipe is waited for until record_sink_hurry. Standard output that failed is given up. Owned by the
 * record thread, but for the opening and what is said of any thread.
 */
#ifndef APP_RECORD_SINK_H
#define APP_RECORD_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

struct record_sink;

struct record_sink_options {
	const char *path;
	uint64_t rotate_bytes; /* a line that would make a file longer goes into the next; 0: no limit */
	int64_t rotate_ns;     /* nor are its lines further apart by the capture's clock; 0: no limit */
	size_t keep;	       /* how many files stay when rotating; 0: all */
};

/* A descriptor, which is not closed. */
struct record_sink *record_sink_new(int fd);
/* Without a rotation the file is opened here, before rights are given up; with it, afterwards, and with its first line.
 * It is added to one that is there. */
struct record_sink *record_sink_open(const struct record_sink_options *options, struct error *err);
/* Writes what is left. NULL is allowed. */
void record_sink_free(struct record_sink *s);

/* What lines are appended to, each followed by record_sink_put. */
struct buffer *record_sink_buffer(struct record_sink *s);
/* A line was appended, at this time of the capture. */
void record_sink_put(struct record_sink *s, int64_t time_ns);
/* The system gets what was put so far. */
void record_sink_flush(struct record_sink *s);
/* Opens the file again by its name: what it was may have been moved. Of a rotation: begins the next. */
void record_sink_reopen(struct record_sink *s);

/* Any thread: */

/* NULL: standard output. */
const char *record_sink_path(const struct record_sink *s);
/* Whether a write has failed so far; err is why the first did. */
bool record_sink_failure(const struct record_sink *s, struct error *err);
/* Lines that could not be written. */
uint64_t record_sink_lost(const struct record_sink *s);
/* One more, that did not come this far, where the last write failed; else false. */
bool record_sink_lose(struct record_sink *s);
/* What is to be said of them at the end; false: none was lost. */
bool record_sink_tell_lost(const struct record_sink *s, struct error *err);
/* From now on nobody is waited for. */
void record_sink_hurry(struct record_sink *s);

#endif
