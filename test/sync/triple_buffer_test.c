#include <pthread.h>

#include "../main.h"
#include "sync/triple_buffer.h"

struct value {
	unsigned int words[64];
};

START_TEST(only_the_latest_value_counts)
{
	int values[3] = {1, 2, 3};
	struct triple_buffer x;
	bool is_new = true;

	triple_buffer_init(&x, &values[0], &values[1], &values[2]);
	triple_buffer_acquire(&x, &is_new);
	ck_assert(!is_new);
	*(int *)triple_buffer_draft(&x) = 10;
	triple_buffer_publish(&x);
	*(int *)triple_buffer_draft(&x) = 11;
	triple_buffer_publish(&x);
	ck_assert_int_eq(*(int *)triple_buffer_acquire(&x, &is_new), 11);
	ck_assert(is_new);
	ck_assert_int_eq(*(int *)triple_buffer_acquire(&x, &is_new), 11);
	ck_assert(!is_new);
	ck_assert_int_eq(*(int *)triple_buffer_acquire(&x, NULL), 11);
}
END_TEST

START_TEST(a_draft_is_never_what_the_reader_holds)
{
	int values[3] = {0};
	struct triple_buffer x;

	triple_buffer_init(&x, &values[0], &values[1], &values[2]);
	for (int i = 0; i < 30; i++) {
		void *held = triple_buffer_acquire(&x, NULL);

		for (int j = 0; j < i % 5; j++) {
			ck_assert_ptr_ne(triple_buffer_draft(&x), held);
			triple_buffer_publish(&x);
		}
		ck_assert_ptr_ne(triple_buffer_draft(&x), held);
	}
}
END_TEST

enum {
	VALUES = 100000,
};

static void *write_values(void *arg)
{
	struct triple_buffer *x = arg;

	for (unsigned int i = 1; i <= VALUES; i++) {
		struct value *draft = triple_buffer_draft(x);

		for (int j = 0; j < 64; j++)
			draft->words[j] = i;
		triple_buffer_publish(x);
	}
	return NULL;
}

START_TEST(a_reader_sees_whole_values_in_order)
{
	struct value values[3] = {0};
	struct triple_buffer x;
	pthread_t thread;
	unsigned int last = 0;

	triple_buffer_init(&x, &values[0], &values[1], &values[2]);
	ck_assert_int_eq(pthread_create(&thread, NULL, write_values, &x), 0);
	while (last < VALUES) {
		const struct value *value = triple_buffer_acquire(&x, NULL);

		for (int j = 1; j < 64; j++)
			if (value->words[j] != value->words[0])
				ck_abort_msg("a value of two halves");
		ck_assert_uint_ge(value->words[0], last);
		last = value->words[0];
	}
	pthread_join(thread, NULL);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 120);
	tcase_add_test(t, only_the_latest_value_counts);
	tcase_add_test(t, a_draft_is_never_what_the_reader_holds);
	tcase_add_test(t, a_reader_sees_whole_values_in_order);
}
