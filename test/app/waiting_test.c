#include "app/waiting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../main.h"

static char out[500];

static void take(void *ctx, struct slice text, int64_t now_ns)
{
	size_t len = strlen(out);

	(void)ctx;
	snprintf(out + len, sizeof(out) - len, "%.*s@%" PRId64 " ", (int)text.len, (const char *)text.data, now_ns);
}

static const char *taken(struct waiting *w, uint64_t session)
{
	out[0] = '\0';
	waiting_take(w, session, take, NULL);
	return out;
}

static void add(struct waiting *w, uint64_t session, const char *text, int64_t now_ns)
{
	waiting_add(w, session, slice_from_text(text), now_ns);
}

/* Two of them are in one place of the table. */
START_TEST(each_session_has_its_own_in_their_order)
{
	struct waiting *w = waiting_new(0);

	add(w, 1, "one", 1);
	add(w, 4097, "other", 2);
	add(w, 1, "", 3);
	add(w, 1, "two", 4);
	ck_assert_str_eq(taken(w, 1), "one@1 @3 two@4 ");
	ck_assert_str_eq(taken(w, 1), "");
	add(w, 1, "again", 5);
	waiting_take(w, 1, NULL, NULL);
	ck_assert_str_eq(taken(w, 1), "");
	ck_assert_str_eq(taken(w, 4097), "other@2 ");
	ck_assert_str_eq(taken(w, 9), "");
	add(w, 7, "left", 6);
	waiting_free(w);
}
END_TEST

START_TEST(what_waits_has_a_limit)
{
	struct waiting *w = waiting_new(1000);
	char text[400];

	memset(text, 'x', sizeof(text));
	for (uint64_t session = 1; session <= 2; session++)
		waiting_add(w, session, slice_of(text, sizeof(text)), 0);
	ck_assert(!waiting_is_full(w));
	waiting_add(w, 3, slice_of(text, sizeof(text)), 0);
	ck_assert(waiting_is_full(w));
	waiting_take(w, 2, NULL, NULL);
	ck_assert(!waiting_is_full(w));
	waiting_free(w);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, each_session_has_its_own_in_their_order);
	tcase_add_test(t, what_waits_has_a_limit);
}
