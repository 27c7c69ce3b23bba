/*
 * capture_thread: what the capture thread does. Private to src/capture: capture.c is what others call and starts
 * capture_thread_run; here is the state that both see.
 */
#ifndef CAPTURE_CAPTURE_THREAD_H
#define CAPTURE_CAPTURE_THREAD_H

#include <pthread.h>
#include <stdatomic.h>

#include "capture/capture.h"
#include "capture/merge.h"
#include "capture/pacer.h"

enum {
	CAPTURE_SOURCES_MAX = 64,
};

struct capture_ports {
	size_t count;
	uint16_t port[];
};

/* What the thread tells the others; written by it alone. */
struct capture_shown {
	_Alignas(64) _Atomic uint64_t packets;
	_Atomic uint64_t bytes;
	_Atomic uint64_t kernel_drops;
	_Atomic uint64_t ring_drops;
	_Atomic uint64_t done_bytes;
	_Atomic uint64_t total_bytes;
	atomic_bool stopped;
	atomic_bool ended;
};

struct capture {
	struct capture_options options;
	struct source *sources[CAPTURE_SOURCES_MAX];
	bool is_live;
	bool is_followed; /* files that grow */
	bool is_fed;	  /* or pipes */
	bool has_bell;
	struct error bell_error;
	pthread_t thread;
	bool has_thread;      /* set while the thread runs: away from what it reads */
	struct doorbell bell; /* wakes the capture thread */

	/* set by other threads */
	atomic_bool quit;
	atomic_bool abandoned; /* the consumer takes no more */
	atomic_bool want_stopped;
	atomic_uint restarts_wanted;
	_Atomic(struct capture_ports *) new_ports;

	struct capture_shown shown;

	/* the thread's own */
	struct merge *merge;
	struct pacer pacer;
	bool is_stopped;
	bool has_news; /* records that are not published */
	bool has_ended[CAPTURE_SOURCES_MAX];
	size_t open_count;
	unsigned int restarts_done;
	uint64_t number; /* of the latest packet */
	uint64_t passed; /* packets that passed the filter */
	uint64_t packets;
	uint64_t bytes;
	uint64_t ring_drops;
	int64_t last_time_ns;
	int64_t stats_at;
	int64_t flush_at;
	int64_t tick_at;
	int64_t idle_at;      /* since when nothing comes */
	uint64_t idle_number; /* the latest packet's, and the capture's time, then */
	int64_t idle_from_ns;
	bool is_dump_failure_told;
};

/* The thread's function; `arg` is the struct capture. */
void *capture_thread_run(void *arg);

#endif
