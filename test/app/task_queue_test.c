#include "app/task_queue.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "../main.h"

struct counted {
	struct task task;
	int number;
	pthread_t thread;
};

static struct doorbell bell;
static atomic_int run_count;
static int finished_count;
static int next_number;

static void setup(void)
{
	ck_assert(doorbell_init(&bell, NULL));
	run_count = 0;
	finished_count = next_number = 0;
}

static void teardown(void)
{
	doorbell_fini(&bell);
}

static void run(struct task *task)
{
	struct counted *c = (struct counted *)(void *)task;

	c->thread = pthread_self();
	atomic_fetch_add(&run_count, 1);
}

static void run_slowly(struct task *task)
{
	usleep(50000);
	run(task);
}

static void finished(void *ctx, struct task *task)
{
	struct counted *c = (struct counted *)(void *)task;

	ck_assert_ptr_eq(ctx, &bell);
	ck_assert(!pthread_equal(c->thread, pthread_self()));
	ck_assert_int_eq(c->number, next_number++);
	finished_count++;
	free(c);
}

static void submit(struct task_queue *tasks, int number, void (*how)(struct task *))
{
	struct counted *c = calloc(1, sizeof(*c));

	ck_assert_ptr_nonnull(c);
	c->task = (struct task){.run = how, .finished = finished};
	c->number = number;
	task_queue_submit(tasks, &c->task);
}

START_TEST(tasks_run_elsewhere_and_come_back_in_order)
{
	struct task_queue *tasks = task_queue_new(&bell, &bell, NULL);

	ck_assert_ptr_nonnull(tasks);
	for (int i = 0; i < 100; i++)
		submit(tasks, i, run);
	while (finished_count < 100) {
		doorbell_prepare(&bell);
		if (task_queue_collect(tasks))
			doorbell_answer(&bell);
		else
			doorbell_wait(&bell, 1000);
	}
	ck_assert(!task_queue_collect(tasks));
	task_queue_free(tasks);
}
END_TEST

/* Far more than its rings hold, without ever waiting. */
START_TEST(any_number_can_be_submitted)
{
	struct task_queue *tasks = task_queue_new(&bell, &bell, NULL);

	for (int i = 0; i < 20000; i++)
		submit(tasks, i, run);
	task_queue_free(tasks);
	ck_assert_int_eq(finished_count, 20000);
	ck_assert_int_eq(atomic_load(&run_count), 20000);
}
END_TEST

START_TEST(leaving_waits_for_what_was_begun)
{
	struct task_queue *tasks = task_queue_new(&bell, &bell, NULL);

	for (int i = 0; i < 5; i++)
		submit(tasks, i, run_slowly);
	task_queue_free(tasks);
	ck_assert_int_eq(finished_count, 5);
}
END_TEST

START_TEST(one_without_tasks_can_go)
{
	task_queue_free(task_queue_new(&bell, &bell, NULL));
	task_queue_free(NULL);
	ck_assert_int_eq(finished_count, 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, tasks_run_elsewhere_and_come_back_in_order);
	tcase_add_test(t, any_number_can_be_submitted);
	tcase_add_test(t, leaving_waits_for_what_was_begun);
	tcase_add_test(t, one_without_tasks_can_go);
}
