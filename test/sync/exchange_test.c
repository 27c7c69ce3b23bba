#include <pthread.h>

#include "../main.h"
#include "sync/exchange.h"

struct value {
	unsigned int words[64];
};

START_TEST(only_the_latest_value_counts)
{
	int values[3] = {1, 2, 3};
	struct exchange x;
	bool is_new = true;

	exchange_init(&x, &values[0], &values[1], &values[2]);
	exchange_acquire(&x, &is_new);
	ck_assert(!is_new);
	*(int *)exchange_draft(&x) = 10;
	exchange_publish(&x);
	*(int *)exchange_draft(&x) = 11;
	exchange_publish(&x);
	ck_assert_int_eq(*(int *)exchange_acquire(&x, &is_new), 11);
	ck_assert(is_new);
	ck_assert_int_eq(*(int *)exchange_acquire(&x, &is_new), 11);
	ck_assert(!is_new);
	ck_assert_int_eq(*(int *)exchange_acquire(&x, NULL), 11);
}
END_TEST

START_TEST(a_draft_is_never_what_the_reader_holds)
{
	int values[3] = {0};
	struct exchange x;

	exchange_init(&x, &values[0], &values[1], &values[2]);
	for (int i = 0; i < 30; i++) {
		void *held = exchange_acquire(&x, NULL);

		for (int j = 0; j < i % 5; j++) {
			ck_assert_ptr_ne(exchange_draft(&x), held);
			exchange_publish(&x);
		}
		ck_assert_ptr_ne(exchange_draft(&x), held);
	}
}
END_TEST

enum {
	VALUES = 100000,
};

static void *write_values(void *arg)
{
	struct exchange *x = arg;

	for (unsigned int i = 1; i <= VALUES; i++) {
		struct value *draft = exchange_draft(x);

		for (int j = 0; j < 64; j++)
			draft->words[j] = i;
		exchange_publish(x);
	}
	return NULL;
}

START_TEST(a_reader_sees_whole_values_in_order)
{
	struct value values[3] = {0};
	struct exchange x;
	pthread_t thread;
	unsigned int last = 0;

	exchange_init(&x, &values[0], &values[1], &values[2]);
	ck_assert_int_eq(pthread_create(&thread, NULL, write_values, &x), 0);
	while (last < VALUES) {
		const struct value *value = exchange_acquire(&x, NULL);

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
