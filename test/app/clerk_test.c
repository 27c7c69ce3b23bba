#include "app/clerk.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct counted {
	struct clerk_task task;
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

static void run(struct clerk_task *task)
{
	struct counted *c = (struct counted *)(void *)task;

	c->thread = pthread_self();
	atomic_fetch_add(&run_count, 1);
}

static void run_slowly(struct clerk_task *task)
{
	usleep(50000);
	run(task);
}

static void finished(void *ctx, struct clerk_task *task)
{
	struct counted *c = (struct counted *)(void *)task;

	ck_assert_ptr_eq(ctx, &bell);
	ck_assert(!pthread_equal(c->thread, pthread_self()));
	ck_assert_int_eq(c->number, next_number++);
	finished_count++;
	free(c);
}

static void submit(struct clerk *clerk, int number, void (*how)(struct clerk_task *))
{
	struct counted *c = calloc(1, sizeof(*c));

	ck_assert_ptr_nonnull(c);
	c->task = (struct clerk_task){.run = how, .finished = finished};
	c->number = number;
	clerk_submit(clerk, &c->task);
}

START_TEST(tasks_run_elsewhere_and_come_back_in_order)
{
	struct clerk *clerk = clerk_new(&bell, &bell, NULL);

	ck_assert_ptr_nonnull(clerk);
	for (int i = 0; i < 100; i++)
		submit(clerk, i, run);
	while (finished_count < 100) {
		doorbell_prepare(&bell);
		if (clerk_collect(clerk))
			doorbell_answer(&bell);
		else
			doorbell_wait(&bell, 1000);
	}
	ck_assert(!clerk_collect(clerk));
	clerk_free(clerk);
}
END_TEST

/* Far more than its rings hold, without ever waiting. */
START_TEST(any_number_can_be_submitted)
{
	struct clerk *clerk = clerk_new(&bell, &bell, NULL);

	for (int i = 0; i < 20000; i++)
		submit(clerk, i, run);
	clerk_free(clerk);
	ck_assert_int_eq(finished_count, 20000);
	ck_assert_int_eq(atomic_load(&run_count), 20000);
}
END_TEST

START_TEST(leaving_waits_for_what_was_begun)
{
	struct clerk *clerk = clerk_new(&bell, &bell, NULL);

	for (int i = 0; i < 5; i++)
		submit(clerk, i, run_slowly);
	clerk_free(clerk);
	ck_assert_int_eq(finished_count, 5);
}
END_TEST

START_TEST(one_without_tasks_can_go)
{
	clerk_free(clerk_new(&bell, &bell, NULL));
	clerk_free(NULL);
	ck_assert_int_eq(finished_count, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("clerk");
	TCase *t = tcase_create("clerk");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, tasks_run_elsewhere_and_come_back_in_order);
	tcase_add_test(t, any_number_can_be_submitted);
	tcase_add_test(t, leaving_waits_for_what_was_begun);
	tcase_add_test(t, one_without_tasks_can_go);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
