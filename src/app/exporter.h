/*
 * exporter: writes the packets of chosen sessions to a pcapng file, batch by batch: collects some packets on the worker
 * thread, has the task queue write them, collects the next. Only the batch on its way needs memory, and neither the
 * worker nor the screen waits.
 *
 * Worker thread; one export at a time. The sessions are pinned until it is done, so that their packets stay. All
 * packets that a session's chain holds are written, in the order of the capture, up to the last one there is when it
 * starts.
 */
#ifndef APP_EXPORTER_H
#define APP_EXPORTER_H

#include "app/key_sources.h"
#include "app/task_queue.h"
#include "engine/engine.h"
#include "mail/exposed.h"

struct exporter;

struct exporter_result {
	const char *path;
	uint64_t sessions;
	uint64_t packets;
	struct exposed logins;
	uint64_t lost;	     /* packets of these sessions of which the bytes were not kept */
	bool cancelled;	     /* no file was made */
	struct error *error; /* NULL: it is written */
};

struct exporter *exporter_new(struct task_queue *tasks);
/* Nothing is on its way any more. */
void exporter_free(struct exporter *x);

bool exporter_is_busy(const struct exporter *x);
/* How much of the capture has been looked through. */
int exporter_permille(const struct exporter *x);

/* Before the start: this session too; choosing one twice is choosing it once. */
void exporter_choose(struct exporter *x, struct engine *e, struct connection *v);

/* `source`: name of what was captured from, or NULL. `done` is called on the worker thread when it is over. False: no
 * session was chosen. */
/* With `keys`, not NULL, the secrets of TLS that the packets need are written with them. */
bool exporter_start(struct exporter *x, const char *path, const char *source, struct key_sources *keys,
		    void (*done)(void *ctx, const struct exporter_result *result), void *ctx);

/* Gives it up: once task_queue_collect has taken back the batch on its way, `done` is called and nothing is left of it.
 * One that has not been started is forgotten at once. */
void exporter_cancel(struct exporter *x);

#endif
