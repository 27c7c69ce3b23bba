#include "app/shortfall.h"

#include "../engine/tap.h"
#include "../main.h"

static struct tap t;
static char line[SHORTFALL_SIZE];

static void begin(uint64_t memory_limit)
{
	tap_init(&t, false);
	t.w.options.key_wait_ns = 1000 * CLOCK_NS_PER_S;
	t.w.options.memory_limit = memory_limit;
	t.labels = 0;
	wire_begin(&t.w);
}

/* Sessions that are over and wait for their keys. */
static void play(size_t count)
{
	static const struct peers_plan plan = {.names = TAP_NAMES, .version = TLS1_3_VERSION};

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			peers_end(&t.p);
		tap_starttls(&t, &plan);
	}
}

static void end(void)
{
	engine_finish(t.w.engine);
	tap_fini(&t);
}

START_TEST(where_nothing_is_short_nothing_is_said)
{
	begin(0);
	play(3);
	ck_assert(!shortfall_links(t.w.engine, line));
	ck_assert(!shortfall_keys(t.w.engine, line));
	ck_assert(!shortfall_session(t.w.engine, NULL, line));
	end();
}
END_TEST

START_TEST(sessions_that_waited_for_keys_in_vain_are_counted)
{
	char expected[SHORTFALL_SIZE];

	begin(400 * 1024);
	play(100);
	ck_assert_uint_gt(engine_counters(t.w.engine)->keys_given_up, 0);
	ck_assert(shortfall_keys(t.w.engine, line));
	snprintf(expected, sizeof(expected),
		 "%" PRIu64 " sessions waited for their keys no longer, to save memory: a larger `memory` in the "
		 "configuration has room for more",
		 engine_counters(t.w.engine)->keys_given_up);
	ck_assert_str_eq(line, expected);
	end();
}
END_TEST

void list_tests(TCase *c)
{
	tcase_set_timeout(c, 60);
	tcase_add_test(c, where_nothing_is_short_nothing_is_said);
	tcase_add_test(c, sessions_that_waited_for_keys_in_vain_are_counted);
}
