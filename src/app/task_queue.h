/*
 * task_queue: the helper thread: carries out what could take long (writing a mail, compiling a filter that asks the
 * resolver), so that a slow disk or resolver stalls neither the worker nor the screen.
 *
 * The worker gives it tasks and takes the finished ones back; both ways are rings of pointers. A task belongs to the
 * helper between the two.
 */
#ifndef APP_TASK_QUEUE_H
#define APP_TASK_QUEUE_H

#include "base/error.h"
#include "sync/doorbell.h"

struct task_queue;
struct task;

struct task {
	/* On the helper thread. Touches nothing but the task. */
	void (*run)(struct task *task);
	/* Back on the worker thread; may free the task. */
	void (*finished)(void *ctx, struct task *task);
	struct task *next; /* the task queue's */
};

/* `worker` is rung when a task is finished; `ctx` is given to `finished`. NULL: the thread could not be made. */
struct task_queue *task_queue_new(struct doorbell *worker, void *ctx, struct error *err);
/* Waits until all tasks are carried out and taken back, then ends the thread. */
void task_queue_free(struct task_queue *c);

/* Worker thread. */
void task_queue_submit(struct task_queue *c, struct task *task);
/* Worker thread: takes back what is finished. Returns whether there was anything. */
bool task_queue_collect(struct task_queue *c);

#endif
