#include "store/index.h"

#include <stdlib.h>

#include "../main.h"
#include "store/store.h"

enum {
	CHUNK = 65536,
	ROW = 32,
};

/* As ck_assert, which tells the parent process each time; for what is asked a million times. */
static void must(bool good)
{
	if (!good)
		ck_abort();
}

START_TEST(rows_are_found_by_their_numbers)
{
	struct index *x = index_new();

	ck_assert_uint_eq(index_last(x), 0);
	ck_assert_uint_eq(index_bytes(x), 0);
	ck_assert_ptr_null(index_get(x, 0));
	ck_assert_ptr_null(index_get(x, 1));
	for (uint32_t number = 1; number <= 200000; number++)
		index_add(x, number)->time_ns = number;
	ck_assert_uint_eq(index_last(x), 200000);
	ck_assert_uint_eq(index_count(x), 200000);
	for (uint32_t number = 1; number <= 200000; number++)
		must(index_get(x, number)->time_ns == number);
	ck_assert_ptr_null(index_get(x, 0));
	ck_assert_ptr_null(index_get(x, 200001));
	ck_assert_ptr_null(index_get(x, UINT32_MAX));
	ck_assert_uint_ge(index_bytes(x), UINT64_C(200000) * ROW);
	ck_assert_uint_le(index_bytes(x), UINT64_C(202000) * ROW);
	index_free(x);
}
END_TEST

START_TEST(numbers_that_were_filtered_away_have_no_row)
{
	struct index *x = index_new();

	index_add(x, 10)->caplen = 60;
	ck_assert_uint_eq(index_get(x, 10)->place, STORE_NOWHERE);
	ck_assert_ptr_null(index_get(x, 9));
	/* far ahead: what lies between takes no memory, and the one row behind takes little */
	index_add(x, 10000000)->caplen = 61;
	ck_assert_ptr_null(index_get(x, 5000000));
	ck_assert_uint_le(index_bytes(x), UINT64_C(10000000) % CHUNK * ROW + 20000);
	ck_assert_uint_eq(index_get(x, 10)->caplen, 60);
	ck_assert_uint_eq(index_count(x), 2);
	index_free(x);
	index_free(NULL);
}
END_TEST

/* Rows that were dropped, but for one of each `step`, among 12 chunks. */
static struct index *sparse(uint32_t step)
{
	struct index *x = index_new();

	for (uint32_t number = 1; number < 12 * CHUNK; number++)
		index_add(x, number)->time_ns = number;
	for (uint32_t number = 1; number < 11 * CHUNK; number++)
		if (number % step != 0)
			index_drop(x, number);
	return x;
}

START_TEST(memory_follows_the_rows_that_are_left)
{
	static const uint32_t steps[] = {1, 2, 3, 10, 1000, 50000};
	struct index *x = sparse(steps[_i]);
	uint64_t newest = CHUNK * ROW + 10000;
	uint64_t rows = index_count(x) - CHUNK;

	ck_assert_uint_eq(rows, (11 * CHUNK - 1) / steps[_i]);
	ck_assert_uint_le(index_bytes(x), newest + rows * ROW * 22 / 10 + 12 * UINT64_C(64));
	for (uint32_t number = 1; number < 11 * CHUNK; number++) {
		const struct index_row *row = index_get(x, number);

		must((row != NULL) == (number % steps[_i] == 0));
		must(row == NULL || row->time_ns == number);
	}
	index_free(x);
}
END_TEST

/* A window moves on and nothing is left behind it, but the one row that somebody wants for ever. */
START_TEST(what_is_behind_takes_nothing)
{
	struct index *x = index_new();
	uint64_t most = 0;

	for (uint32_t number = 1; number <= 60 * CHUNK; number++) {
		index_add(x, number);
		if (number > 1000 && (_i == 0 || number != 1001))
			index_drop(x, number - 1000);
		if (index_bytes(x) > most)
			most = index_bytes(x);
	}
	ck_assert_uint_eq(index_count(x), _i == 0 ? 1000 : 1001);
	ck_assert_uint_le(most, UINT64_C(2) * CHUNK * ROW + 40000);
	index_free(x);
}
END_TEST

enum {
	MODEL_MAX = 6 * CHUNK,
};

static bool is_there[MODEL_MAX];

static void compare(const struct index *x, uint32_t last)
{
	uint64_t rank = 0;
	uint64_t next = index_at(x, 0);

	ck_assert_uint_eq(index_next(x, 0), next);
	for (uint32_t number = 1; number <= last; number++) {
		const struct index_row *row = index_get(x, number);

		must((row != NULL) == is_there[number]);
		if (number % 997 == 0 || number == last)
			must(index_rank(x, number) == rank);
		if (row == NULL)
			continue;
		must(row->session == number && next == number);
		if (rank % 997 == 0)
			must(index_at(x, rank) == number);
		next = index_next(x, number);
		rank++;
	}
	ck_assert_uint_eq(next, 0);
	ck_assert_uint_eq(index_count(x), rank);
	ck_assert_uint_eq(index_at(x, rank), 0);
	ck_assert_uint_eq(index_rank(x, UINT32_MAX), rank);
}

/* Numbers rise, with holes; rows are dropped at random, more at some times and places than at others. */
START_TEST(it_is_what_a_simple_one_is)
{
	struct index *x = index_new();
	uint32_t number = 0;
	uint32_t round = 0;

	srand((unsigned int)_i + 1);
	memset(is_there, 0, sizeof(is_there));
	while (number < MODEL_MAX - 2000) {
		uint32_t drops = (uint32_t)rand() % (_i % 2 == 0 ? 1300 : 3000);

		for (int i = rand() % 1000; i >= 0; i--) {
			number += rand() % 20 == 0 ? (uint32_t)rand() % 20 : 1;
			if (is_there[number])
				continue;
			index_add(x, number)->session = number;
			is_there[number] = true;
		}
		for (uint32_t i = 0; i < drops; i++) {
			uint32_t victim = (uint32_t)rand() % (rand() % 2 == 0 ? number + 1 : number / 2 + 1);

			if (is_there[victim])
				index_drop(x, victim);
			is_there[victim] = false;
		}
		if (round++ % 200 == 0)
			compare(x, number);
	}
	compare(x, number);
	for (uint32_t victim = 0; victim <= number; victim++)
		if (is_there[victim])
			index_drop(x, victim);
	ck_assert_uint_eq(index_count(x), 0);
	ck_assert_uint_eq(index_at(x, 0), 0);
	ck_assert_uint_le(index_bytes(x), CHUNK * ROW + 10000);
	index_free(x);
}
END_TEST

/* Rows, their order, and the chains through them, where 32 bits end. */
START_TEST(numbers_go_on_beyond_32_bits)
{
	const uint64_t first = (UINT64_C(1) << 32) - CHUNK / 2 - 3;
	struct index *x = index_new();

	for (uint64_t i = 0; i < 2 * CHUNK; i++) {
		struct index_row *row = index_add(x, first + i);

		row->time_ns = (int64_t)i;
		row->next = (first + i + 1) & PACKET_NUMBER_MAX;
	}
	ck_assert_uint_eq(index_last(x), first + 2 * CHUNK - 1);
	ck_assert_uint_eq(index_count(x), 2 * CHUNK);
	ck_assert_ptr_null(index_get(x, 5));
	ck_assert_ptr_null(index_get(x, first - 1));
	ck_assert_ptr_null(index_get(x, first + 2 * CHUNK));
	ck_assert_uint_eq(index_next(x, 0), first);
	for (uint64_t i = 0; i < 2 * CHUNK; i++) {
		must(index_get(x, first + i)->time_ns == (int64_t)i);
		must(index_get(x, first + i)->next == first + i + 1);
		if (i % 97 == 0 || first + i == UINT64_C(1) << 32) {
			must(index_rank(x, first + i) == i);
			must(index_at(x, i) == first + i);
		}
		must(index_next(x, first + i) == (i + 1 < 2 * CHUNK ? first + i + 1 : 0));
	}
	for (uint64_t i = 0; i < 2 * CHUNK - 10; i++)
		index_drop(x, first + i);
	ck_assert_uint_eq(index_count(x), 10);
	ck_assert_uint_eq(index_next(x, 0), first + 2 * CHUNK - 10);
	ck_assert_uint_le(index_bytes(x), CHUNK * ROW + 10000);
	index_free(x);
}
END_TEST

/* All members of a row hold what they can at once. */
START_TEST(a_row_holds_the_largest_of_all)
{
	struct index *x = index_new();
	struct index_row *row = index_add(x, PACKET_NUMBER_MAX);

	row->next = PACKET_NUMBER_MAX;
	row->caplen = 0xffffff;
	row->marks = 0xff;
	row->session = UINT32_MAX;
	row->wire_len = 0xffffff;
	row->link = 0xff;
	ck_assert_uint_eq(row->place, STORE_NOWHERE);
	row->place = STORE_NOWHERE - 1;
	ck_assert_uint_eq(row->next, PACKET_NUMBER_MAX);
	ck_assert_uint_eq(row->caplen, 0xffffff);
	ck_assert_uint_eq(row->marks, 0xff);
	ck_assert_uint_eq(row->wire_len, 0xffffff);
	ck_assert_uint_eq(row->link, 0xff);
	ck_assert_uint_eq(row->place, STORE_NOWHERE - 1);
	ck_assert_uint_eq(index_last(x), PACKET_NUMBER_MAX);
	index_free(x);
}
END_TEST

static uint8_t put_link(struct index *x, int link_type, uint16_t interface)
{
	return index_link(x, &(struct index_link){.link_type = link_type, .interface = interface, .time_digits = 9});
}

START_TEST(link_types_become_small_numbers)
{
	struct index *x = index_new();

	for (int link = 0; link < 200; link++)
		ck_assert_uint_eq(put_link(x, 1000 + link, 0), (unsigned int)link);
	for (int link = 0; link < 200; link++) {
		ck_assert_uint_eq(put_link(x, 1000 + link, 0), (unsigned int)link);
		ck_assert_int_eq(index_link_type(x, (uint8_t)link), 1000 + link);
	}
	for (int link = 0; link < 1000; link++)
		index_link_type(x, put_link(x, 5000 + link, 0));
	index_free(x);
}
END_TEST

START_TEST(interfaces_of_one_link_type_are_told_apart)
{
	struct index *x = index_new();
	uint8_t first = put_link(x, 1, 1);
	uint8_t second = put_link(x, 1, 2);
	uint8_t other = put_link(x, 101, 2);
	uint8_t coarse = index_link(x, &(struct index_link){.link_type = 1, .interface = 1, .time_digits = 3});

	ck_assert(first != second && second != other && first != coarse);
	ck_assert_uint_eq(put_link(x, 1, 1), first);
	ck_assert_uint_eq(put_link(x, 1, 2), second);
	ck_assert_uint_eq(index_link_of(x, second)->interface, 2);
	ck_assert_uint_eq(index_link_of(x, coarse)->time_digits, 3);
	ck_assert_int_eq(index_link_type(x, other), 101);
	index_free(x);
}
END_TEST

/* Whoever makes interfaces by the thousand does not make packets unreadable. */
START_TEST(with_too_many_interfaces_link_types_stay_right)
{
	struct index *x = index_new();

	for (unsigned int i = 0; i < 5000; i++) {
		int link_type = i % 2 == 0 ? 1 : 101;
		uint8_t link = put_link(x, link_type, (uint16_t)(i % 1024));
		const struct index_link *got = index_link_of(x, link);

		ck_assert_int_eq(got->link_type, link_type);
		ck_assert_uint_eq(got->interface, i % 1024 < INDEX_LINKS_NAMED ? i % 1024 : 0);
	}
	index_free(x);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, rows_are_found_by_their_numbers);
	tcase_add_test(t, numbers_that_were_filtered_away_have_no_row);
	tcase_add_loop_test(t, memory_follows_the_rows_that_are_left, 0, 6);
	tcase_add_loop_test(t, what_is_behind_takes_nothing, 0, 2);
	tcase_add_loop_test(t, it_is_what_a_simple_one_is, 0, 4);
	tcase_add_test(t, numbers_go_on_beyond_32_bits);
	tcase_add_test(t, a_row_holds_the_largest_of_all);
	tcase_add_test(t, link_types_become_small_numbers);
	tcase_add_test(t, interfaces_of_one_link_type_are_told_apart);
	tcase_add_test(t, with_too_many_interfaces_link_types_stay_right);
}
