/*
 * clerk: the helper thread: carries out what could take long (writing a mail, compiling a filter that asks the
 * resolver), so that a slow disk or resolver stalls neither the worker nor the screen.
 *
 * The worker gives it tasks and takes the finished ones back; both ways are rings of pointers. A task belongs to the
 * clerk between the two.
 */
#ifndef APP_CLERK_H
#define APP_CLERK_H

#include "base/error.h"
#include "sync/doorbell.h"

struct clerk;
struct clerk_task;

struct clerk_task {
	/* On the helper thread. Touches nothing but the task. */
	void (*run)(struct clerk_task *task);
	/* Back on the worker thread; may free the task. */
	void (*finished)(void *ctx, struct clerk_task *task);
	struct clerk_task *next; /* the clerk's */
};

/* `worker` is rung when a task is finished; `ctx` is given to `finished`. NULL: the thread could not be made. */
struct clerk *clerk_new(struct doorbell *worker, void *ctx, struct error *err);
/* Waits until all tasks are carried out and taken back, then ends the thread. */
void clerk_free(struct clerk *c);

/* Worker thread. */
void clerk_submit(struct clerk *c, struct clerk_task *task);
/* Worker thread: takes back what is finished. Returns whether there was anything. */
bool clerk_collect(struct clerk *c);

#endif
