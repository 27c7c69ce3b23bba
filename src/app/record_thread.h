/*
 * record_thread: makes lines of the records that the worker noted, and writes them: a thread of its own, so that the
 * worker goes on meanwhile. Private to the app layer.
 */
#ifndef APP_RECORD_THREAD_H
#define APP_RECORD_THREAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/record_sink.h"
#include "base/error.h"
#include "base/slice.h"

struct record_thread;
struct record_origin;

/* How long a record waits while more than the room for them is on its way. */
enum record_patience {
	RECORD_WAITS,	       /* as long as it takes */
	RECORD_WAITS_A_LITTLE, /* while something is written now and then, else it is given up */
	RECORD_NEVER_WAITS,    /* it is given up */
};

/* The sink is the thread's from now on, also when there is no thread to be had (NULL). */
struct record_thread *record_thread_new(struct record_sink *sink, const struct record_origin *origin,
					enum record_patience patience, struct error *err);
/* Writes what is left. */
void record_thread_free(struct record_thread *t);

/* One record of this time of the capture, see record_heads_play. */
void record_thread_put(struct record_thread *t, struct slice tape, int64_t time_ns);
/* From here on packets go into a file of this name. */
void record_thread_written(struct record_thread *t, struct slice file);
/* What was put so far is written soon. Does not wait. */
void record_thread_flush(struct record_thread *t);
/* The file is opened again between two records, soon. */
void record_thread_reopen(struct record_thread *t);
void record_thread_set_patience(struct record_thread *t, enum record_patience patience);
/* Once it is set nobody waits for long. It stays the caller's; NULL: nobody sets it. */
void record_thread_heed(struct record_thread *t, const atomic_bool *stop);
/* All of it is written, or cannot be. */
void record_thread_finish(struct record_thread *t);

const struct record_sink *record_thread_sink(const struct record_thread *t);
/* Records for which there was no room. */
uint64_t record_thread_given_up(const struct record_thread *t);

#endif
