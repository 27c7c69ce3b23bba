#include "app/task_queue.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "guard/files.h"
#include "guard/syscalls.h"
#include "sync/ring.h"

enum {
	RING_SIZE = 16 * 1024,
};

struct task_queue {
	struct ring *tasks;
	struct ring *finished;
	struct doorbell own;
	struct doorbell *worker;
	void *ctx;
	atomic_bool quit;
	pthread_t thread;
	/* worker thread: tasks that the ring has no room for, in order */
	struct task *waiting;
	struct task *last_waiting;
	size_t open; /* submitted and not yet taken back */
};

static bool push(struct ring *ring, struct task *task)
{
	struct task **slot = ring_reserve(ring, sizeof(struct task *));

	if (slot == NULL)
		return false;
	*slot = task;
	ring_commit(ring, sizeof(struct task *));
	ring_publish(ring);
	return true;
}

static struct task *pull(struct ring *ring)
{
	size_t len;
	struct task *const *slot = ring_peek(ring, &len);
	struct task *task;

	if (slot == NULL)
		return NULL;
	task = *slot;
	ring_pop(ring);
	return task;
}

static void *task_queue_main(void *arg)
{
	struct task_queue *c = arg;

	files_use(FILES_TASKS);
	syscalls_limit_thread(SYSCALLS_TASKS);
	for (;;) {
		struct task *task = pull(c->tasks);

		if (task == NULL) {
			doorbell_prepare(&c->own);
			task = pull(c->tasks);
			if (task == NULL) {
				if (atomic_load(&c->quit))
					return NULL;
				doorbell_wait(&c->own, -1);
				continue;
			}
			doorbell_answer(&c->own);
		}
		task->run(task);
		/* there is room: both rings are of one size, and a finished task has left the other */
		while (!push(c->finished, task))
			doorbell_ring(c->worker);
		doorbell_ring(c->worker);
	}
}

struct task_queue *task_queue_new(struct doorbell *worker, void *ctx, struct error *err)
{
	struct task_queue *c = mem_zalloc(sizeof(*c));

	c->worker = worker;
	c->ctx = ctx;
	if (!doorbell_init(&c->own, err)) {
		free(c);
		return NULL;
	}
	c->tasks = ring_new(RING_SIZE);
	c->finished = ring_new(RING_SIZE);
	if (pthread_create(&c->thread, NULL, task_queue_main, c) != 0) {
		error_set(err, "cannot start a thread");
		ring_free(c->tasks);
		ring_free(c->finished);
		doorbell_fini(&c->own);
		free(c);
		return NULL;
	}
	return c;
}

static void push_waiting(struct task_queue *c)
{
	bool pushed = false;

	while (c->waiting != NULL && push(c->tasks, c->waiting)) {
		c->waiting = c->waiting->next;
		pushed = true;
	}
	if (pushed)
		doorbell_ring(&c->own);
}

void task_queue_submit(struct task_queue *c, struct task *task)
{
	task->next = NULL;
	if (c->waiting == NULL)
		c->waiting = task;
	else
		c->last_waiting->next = task;
	c->last_waiting = task;
	c->open++;
	push_waiting(c);
}

bool task_queue_collect(struct task_queue *c)
{
	struct task *task;
	bool any = false;

	while ((task = pull(c->finished)) != NULL) {
		c->open--;
		any = true;
		task->finished(c->ctx, task);
	}
	push_waiting(c);
	return any;
}

void task_queue_free(struct task_queue *c)
{
	if (c == NULL)
		return;
	while (c->open > 0)
		if (!task_queue_collect(c)) {
			doorbell_prepare(c->worker);
			if (task_queue_collect(c))
				doorbell_answer(c->worker);
			else
				doorbell_wait(c->worker, 100);
		}
	atomic_store(&c->quit, true);
	doorbell_ring(&c->own);
	pthread_join(c->thread, NULL);
	ring_free(c->tasks);
	ring_free(c->finished);
	doorbell_fini(&c->own);
	free(c);
}
