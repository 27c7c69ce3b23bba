/*
 * worker: the thread that owns the engine: takes packets out of the ring, answers the screen's queries with snapshots,
 * carries out its requests.
 *
 * Without a screen it runs on the main thread. What it needs of the capture it calls through `struct worker_capture`,
 * so that it does not know where packets come from.
 */
#ifndef APP_WORKER_H
#define APP_WORKER_H

#include <stdatomic.h>

#include "app/printer.h"
#include "engine/engine.h"
#include "sync/doorbell.h"
#include "sync/exchange.h"
#include "sync/ring.h"

/* Where the packets of the capture stand: for the title line and for the capture record. */
struct worker_capture_status {
	bool live;
	bool followed; /* a file that grows: for the screen as good as live */
	bool running;
	bool ended;
	uint64_t kernel_drops;
	uint64_t ring_drops;
	uint64_t done_bytes;
	uint64_t total_bytes;
};

struct worker_capture {
	void (*room)(void *ctx);
	void (*quit)(void *ctx);
	void (*set_stopped)(void *ctx, bool stopped);
	void (*start_anew)(void *ctx);
	void (*set_ports)(void *ctx, const uint16_t *ports, size_t count);
	void (*status)(void *ctx, struct worker_capture_status *status);
	/* The mapping of source `number`, and how much of it is as it was mapped; false past the last. */
	bool (*mapping)(void *ctx, size_t number, struct slice *mapping, const atomic_size_t **intact);
	/* Looks whether that is still so; any thread. */
	void (*look)(void *ctx, unsigned int number);
	/* A source was damaged, a file was cut: for a person. */
	void (*warn)(void *ctx, const char *text);
	void *ctx;
};

struct worker_options {
	struct engine_options engine;
	const struct worker_capture *capture;
	struct ring *packets;
	struct doorbell *doorbell; /* rung by the capture, the screen and the clerk */
	struct printer *printer;   /* without a screen */
	const atomic_bool *stop;   /* set by a signal: the capture ends, what is there is finished */
	bool finish_at_end;	   /* leave when the capture has ended (without a screen) */
	/* with a screen */
	struct exchange *queries;
	struct exchange *snapshots;
	struct ring *requests;
	struct doorbell *ui;
	const char *source; /* for the title line */
	bool never_secrets;
	const char *resolver; /* server to ask for names when the screen wants it; NULL: the system's */
};

struct worker;

struct worker *worker_new(const struct worker_options *options, struct error *err);
/* Runs until the capture has ended (without a screen) or the screen asks to quit. False: something could not be written
 * or read. */
bool worker_run(struct worker *w);
void worker_free(struct worker *w);

#endif
