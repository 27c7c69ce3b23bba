#include "../main.h"
#include "base/clock.h"
#include "capture/pacer.h"

#define MS CLOCK_NS_PER_MS
#define S  CLOCK_NS_PER_S

START_TEST(packets_are_due_as_far_apart_as_they_were)
{
	struct pacer p = {.speed = 1};

	ck_assert_int_eq(pacer_due(&p, 1000 * S, 50 * S), 50 * S);
	ck_assert_int_eq(pacer_due(&p, 1000 * S + 300 * MS, 50 * S), 50 * S + 300 * MS);
	ck_assert_int_eq(pacer_due(&p, 1000 * S + 500 * MS, 50 * S + 400 * MS), 50 * S + 500 * MS);
}
END_TEST

START_TEST(a_speed_shortens_and_a_long_silence_is_cut)
{
	struct pacer p = {.speed = 4};

	pacer_due(&p, 0, 0);
	ck_assert_int_eq(pacer_due(&p, 1 * S, 0), 250 * MS);
	ck_assert_int_eq(pacer_due(&p, 1000 * S, 250 * MS), 750 * MS);
	ck_assert_int_eq(pacer_due(&p, 1001 * S, 750 * MS), 1 * S);
}
END_TEST

START_TEST(an_older_packet_is_due_at_once)
{
	struct pacer p = {.speed = 1};

	pacer_due(&p, 10 * S, 0);
	ck_assert_int_eq(pacer_due(&p, 5 * S, 0), 0);
	ck_assert_int_eq(pacer_due(&p, 10 * S + 100 * MS, 0), 100 * MS);
}
END_TEST

START_TEST(after_a_stop_nothing_is_made_up_for)
{
	struct pacer p = {.speed = 1};

	pacer_due(&p, 0, 0);
	ck_assert_int_eq(pacer_due(&p, 1 * S, 60 * S), 60 * S);
	ck_assert_int_eq(pacer_due(&p, 2 * S, 60 * S), 61 * S);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, packets_are_due_as_far_apart_as_they_were);
	tcase_add_test(t, a_speed_shortens_and_a_long_silence_is_cut);
	tcase_add_test(t, an_older_packet_is_due_at_once);
	tcase_add_test(t, after_a_stop_nothing_is_made_up_for);
}
