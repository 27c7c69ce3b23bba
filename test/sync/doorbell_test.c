#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "../main.h"
#include "base/clock.h"
#include "sync/doorbell.h"

static bool is_readable(const struct doorbell *d)
{
	struct pollfd fd = {.fd = doorbell_fd(d), .events = POLLIN};

	return poll(&fd, 1, 0) == 1;
}

START_TEST(only_an_announced_sleeper_costs_a_system_call)
{
	struct doorbell d;

	ck_assert(doorbell_init(&d, NULL));
	doorbell_ring(&d);
	ck_assert(!is_readable(&d));
	doorbell_prepare(&d);
	doorbell_ring(&d);
	ck_assert(is_readable(&d));
	doorbell_answer(&d);
	ck_assert(!is_readable(&d));
	doorbell_ring(&d);
	ck_assert(!is_readable(&d));
	doorbell_fini(&d);
}
END_TEST

START_TEST(waiting_ends_at_the_time_limit_or_at_once_when_rung)
{
	struct doorbell d;
	int64_t begin = clock_monotonic_ns();

	ck_assert(doorbell_init(&d, NULL));
	doorbell_prepare(&d);
	doorbell_wait(&d, 20);
	ck_assert_int_ge(clock_monotonic_ns() - begin, 19 * CLOCK_NS_PER_MS);
	doorbell_prepare(&d);
	doorbell_ring(&d);
	doorbell_wait(&d, -1);
	doorbell_fini(&d);
}
END_TEST

enum {
	TURNS = 20000,
};

struct game {
	struct doorbell bells[2];
	atomic_int turn;
};

/* Sleeps without a time limit until it is this side's turn. */
static void play(struct game *g, int side)
{
	for (int i = side; i < TURNS; i += 2) {
		while (atomic_load(&g->turn) != i) {
			doorbell_prepare(&g->bells[side]);
			doorbell_wait(&g->bells[side], atomic_load(&g->turn) == i ? 0 : -1);
		}
		atomic_store(&g->turn, i + 1);
		doorbell_ring(&g->bells[1 - side]);
	}
}

static void *play_second(void *arg)
{
	play(arg, 1);
	return NULL;
}

START_TEST(no_wake_up_is_lost)
{
	struct game g = {0};
	pthread_t thread;

	ck_assert(doorbell_init(&g.bells[0], NULL) && doorbell_init(&g.bells[1], NULL));
	ck_assert_int_eq(pthread_create(&thread, NULL, play_second, &g), 0);
	play(&g, 0);
	pthread_join(thread, NULL);
	ck_assert_int_eq(atomic_load(&g.turn), TURNS);
	doorbell_fini(&g.bells[0]);
	doorbell_fini(&g.bells[1]);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 120);
	tcase_add_test(t, only_an_announced_sleeper_costs_a_system_call);
	tcase_add_test(t, waiting_ends_at_the_time_limit_or_at_once_when_rung);
	tcase_add_test(t, no_wake_up_is_lost);
}
