#include <pthread.h>
#include <string.h>

#include "../main.h"
#include "sync/doorbell.h"
#include "sync/ring.h"

enum {
	SMALL_RING = 4096,
};

static void put(struct ring *r, size_t len, uint8_t first)
{
	uint8_t *room = ring_reserve(r, len);

	ck_assert_ptr_nonnull(room);
	ck_assert_uint_eq((uintptr_t)room % 8, 0);
	for (size_t i = 0; i < len; i++)
		room[i] = (uint8_t)(first + i);
	ring_commit(r, len);
}

static void take(struct ring *r, size_t len, uint8_t first)
{
	size_t got = SIZE_MAX;
	const uint8_t *record = ring_peek(r, &got);

	ck_assert_ptr_nonnull(record);
	ck_assert_uint_eq(got, len);
	for (size_t i = 0; i < len; i++)
		if (record[i] != (uint8_t)(first + i))
			ck_abort_msg("byte %zu of %zu is %u", i, len, record[i]);
	ring_pop(r);
}

START_TEST(nothing_is_seen_before_it_is_published)
{
	struct ring *r = ring_new(SMALL_RING);
	size_t len;

	ck_assert_ptr_null(ring_peek(r, &len));
	put(r, 3, 10);
	put(r, 0, 0);
	ck_assert_ptr_null(ring_peek(r, &len));
	ring_publish(r);
	take(r, 3, 10);
	take(r, 0, 0);
	ck_assert_ptr_null(ring_peek(r, &len));
	ck_assert_uint_eq(ring_used(r), 0);
	ring_free(r);
}
END_TEST

START_TEST(records_can_be_looked_at_before_they_are_taken)
{
	struct ring *r = ring_new(SMALL_RING);
	size_t len;

	for (uint8_t round = 0; round < 20; round++) { /* over the end of the memory, too */
		size_t position = 0;

		for (uint8_t i = 0; i < 3; i++)
			put(r, 300, i);
		ring_publish(r);
		put(r, 1, 0); /* not yet */
		for (uint8_t i = 0; i < 3; i++) {
			const uint8_t *record = ring_look(r, &position, &len);

			ck_assert_ptr_nonnull(record);
			ck_assert_uint_eq(len, 300);
			ck_assert_uint_eq(record[0], i);
		}
		ck_assert_ptr_null(ring_look(r, &position, &len));
		if (round % 2 == 0)
			ring_pop_seen(r, position);
		for (uint8_t i = 0; i < 3 && round % 2 == 1; i++)
			take(r, 300, i);
		ring_publish(r);
		take(r, 1, 0);
	}
	ring_free(r);
}
END_TEST

START_TEST(a_reservation_may_be_given_up_or_shortened)
{
	struct ring *r = ring_new(SMALL_RING);
	size_t len;

	ck_assert_ptr_nonnull(ring_reserve(r, 1000));
	ring_publish(r);
	ck_assert_ptr_null(ring_peek(r, &len));
	memcpy(ring_reserve(r, 1000), "\1\2\3", 3);
	ring_commit(r, 3);
	put(r, 5, 50);
	ring_publish(r);
	take(r, 3, 1);
	take(r, 5, 50);
	ring_free(r);
}
END_TEST

/* Two records of every pair of lengths around every position where the memory wraps. */
START_TEST(records_pass_whole_at_every_wrap_position)
{
	for (size_t before = 0; before <= 1024; before += 8) {
		for (size_t len = 0; len <= 1024; len += 31) {
			struct ring *r = ring_new(SMALL_RING);

			for (int i = 0; i < 3; i++) {
				put(r, 1016, 1);
				ring_publish(r);
				take(r, 1016, 1);
			}
			put(r, before, 2);
			ring_publish(r);
			take(r, before, 2);
			put(r, len, 3);
			put(r, 1024 - len, 4);
			ring_publish(r);
			take(r, len, 3);
			take(r, 1024 - len, 4);
			ck_assert_uint_eq(ring_used(r), 0);
			ring_free(r);
		}
	}
}
END_TEST

START_TEST(a_full_ring_gives_no_room_until_something_is_popped)
{
	struct ring *r = ring_new(SMALL_RING);
	unsigned int count = 0;

	for (; ring_reserve(r, 100) != NULL; count++)
		put(r, 100, (uint8_t)count);
	ck_assert_uint_eq(count, SMALL_RING / 112);
	ring_publish(r);
	ck_assert_ptr_null(ring_reserve(r, 100));
	take(r, 100, 0);
	take(r, 100, 1);
	put(r, 100, (uint8_t)count);
	ring_publish(r);
	for (unsigned int i = 2; i <= count; i++)
		take(r, 100, (uint8_t)i);
	ring_free(r);
}
END_TEST

START_TEST(the_largest_record_fits_wherever_the_ring_is_empty)
{
	for (size_t at = 0; at < SMALL_RING; at += 8) {
		struct ring *r = ring_new(SMALL_RING);
		size_t largest = ring_largest_record(r);

		for (size_t done = 0; done < at; done += 8) {
			put(r, 0, 0);
			ring_publish(r);
			take(r, 0, 0);
		}
		put(r, largest, 9);
		ring_publish(r);
		take(r, largest, 9);
		ring_free(r);
	}
}
END_TEST

enum {
	STRESS_RECORDS = 200000,
};

struct stress {
	struct ring *ring;
	struct doorbell consumer;
	struct doorbell producer;
};

static size_t stress_len(uint32_t number)
{
	return 4 + number * 2654435761U % 251;
}

static void *produce(void *arg)
{
	struct stress *s = arg;

	for (uint32_t i = 0; i < STRESS_RECORDS; i++) {
		void *room;

		while ((room = ring_reserve(s->ring, stress_len(i))) == NULL) {
			ring_publish(s->ring);
			doorbell_ring(&s->consumer);
			doorbell_prepare(&s->producer);
			room = ring_reserve(s->ring, stress_len(i));
			doorbell_wait(&s->producer, room ? 0 : -1);
		}
		memset(room, (int)(i & 0xff), stress_len(i));
		memcpy(room, &i, sizeof(i));
		ring_commit(s->ring, stress_len(i));
		if (i % 7 == 0) {
			ring_publish(s->ring);
			doorbell_ring(&s->consumer);
		}
	}
	ring_publish(s->ring);
	doorbell_ring(&s->consumer);
	return NULL;
}

static const void *wait_for_record(struct stress *s, size_t *len)
{
	const void *record;

	while ((record = ring_peek(s->ring, len)) == NULL) {
		doorbell_prepare(&s->consumer);
		record = ring_peek(s->ring, len);
		doorbell_wait(&s->consumer, record ? 0 : -1);
		if (record != NULL)
			break;
	}
	return record;
}

/* Both sides sleep without a time limit: a lost wake-up would hang. */
START_TEST(two_threads_lose_nothing)
{
	struct stress s = {.ring = ring_new(SMALL_RING)};
	pthread_t thread;

	ck_assert(doorbell_init(&s.consumer, NULL) && doorbell_init(&s.producer, NULL));
	ck_assert_int_eq(pthread_create(&thread, NULL, produce, &s), 0);
	for (uint32_t i = 0; i < STRESS_RECORDS; i++) {
		size_t len;
		const uint8_t *record = wait_for_record(&s, &len);
		uint32_t number;

		memcpy(&number, record, sizeof(number));
		if (number != i || len != stress_len(i) || (len > 4 && record[len - 1] != (i & 0xff)))
			ck_abort_msg("record %u came as %u, %zu bytes", i, number, len);
		ring_pop(s.ring);
		doorbell_ring(&s.producer);
	}
	pthread_join(thread, NULL);
	ck_assert_uint_eq(ring_used(s.ring), 0);
	doorbell_fini(&s.consumer);
	doorbell_fini(&s.producer);
	ring_free(s.ring);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 120);
	tcase_add_test(t, nothing_is_seen_before_it_is_published);
	tcase_add_test(t, records_can_be_looked_at_before_they_are_taken);
	tcase_add_test(t, a_reservation_may_be_given_up_or_shortened);
	tcase_add_test(t, records_pass_whole_at_every_wrap_position);
	tcase_add_test(t, a_full_ring_gives_no_room_until_something_is_popped);
	tcase_add_test(t, the_largest_record_fits_wherever_the_ring_is_empty);
	tcase_add_test(t, two_threads_lose_nothing);
}
