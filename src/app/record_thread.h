/*
 * record_thread: makes lines of the records that the worker noted, and writes them: a thread of its own, so that the
 * worker goes on meanwhile. Private to the app layer.
 */
#ifndef APP_RECORD_THREAD_H
#define APP_RECORD_THREAD_H

#include <stdbool.h>

#include "base/error.h"
#include "base/slice.h"

struct record_thread;

struct record_origin;

/* Writes to `fd`. NULL: there is no thread to be had. */
struct record_thread *record_thread_new(int fd, const struct record_origin *origin, struct error *err);
/* Writes what is left. */
void record_thread_free(struct record_thread *t);

/* One record, see record_heads_play. Waits while more than the room for them is on its way. */
void record_thread_put(struct record_thread *t, struct slice tape);
/* From here on packets go into a file of this name. */
void record_thread_written(struct record_thread *t, struct slice file);
/* What was put so far is written soon. Does not wait. */
void record_thread_flush(struct record_thread *t);
/* All of it is written, or cannot be. */
void record_thread_finish(struct record_thread *t);

/* 0, or why a write failed: nothing is written from then on. */
int record_thread_error(const struct record_thread *t);

#endif
