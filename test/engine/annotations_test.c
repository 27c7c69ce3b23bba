#include "engine/annotations.h"

#include <string.h>

#include "../main.h"
#include "wire.h"

static struct wire w;

static void setup(void)
{
	wire_init(&w, true);
	w.options.output = NULL;
	wire_begin(&w);
	wire_play(&w, WIRE_REFUSED);
	w.client_host++;
	wire_play(&w, WIRE_REFUSED);
}

static void teardown(void)
{
	wire_fini(&w);
}

static struct annotation_subject end(uint32_t session, enum side side)
{
	struct annotation_subject about = {.session = session, .side = side};

	endpoint_set_address(&about.ends[side], (const uint8_t[]){192, 0, 2, 1}, false);
	return about;
}

static void annotate(uint32_t session, enum side side, const char *kind, const char *text)
{
	struct annotation_subject about = end(session, side);

	engine_annotate(w.engine, &about, kind, text);
}

static const char *annotation(uint32_t session, enum side side, const char *kind)
{
	struct annotation_subject about = end(session, side);

	return engine_annotation(w.engine, &about, kind);
}

START_TEST(each_end_has_one_of_a_kind)
{
	uint32_t version = engine_connection(w.engine, 1)->version;

	ck_assert_ptr_null(annotation(1, SIDE_SERVER, "Program"));
	annotate(1, SIDE_SERVER, "Program", "smtpd");
	ck_assert_uint_gt(engine_connection(w.engine, 1)->version, version);
	annotate(1, SIDE_SERVER, "Program", "other");
	annotate(1, SIDE_CLIENT, "Program", "mutt");
	annotate(1, SIDE_SERVER, "Country", "AQ");
	annotate(1, SIDE_CLIENT, "Country", "");
	ck_assert_str_eq(annotation(1, SIDE_SERVER, "Program"), "smtpd");
	ck_assert_str_eq(annotation(1, SIDE_CLIENT, "Program"), "mutt");
	ck_assert_str_eq(annotation(1, SIDE_SERVER, "Country"), "AQ");
	ck_assert_ptr_null(annotation(1, SIDE_CLIENT, "Country"));
	ck_assert_ptr_null(annotation(2, SIDE_SERVER, "Program"));
}
END_TEST

START_TEST(a_host_name_is_the_address_s)
{
	annotate(1, SIDE_SERVER, ANNOTATIONS_HOST_NAME, "mx.example.com");
	ck_assert_str_eq(annotation(2, SIDE_CLIENT, ANNOTATIONS_HOST_NAME), "mx.example.com");
	ck_assert_str_eq(annotation(0, SIDE_CLIENT, ANNOTATIONS_HOST_NAME), "mx.example.com");
	ck_assert_ptr_null(engine_connection(w.engine, 1)->annotations.first);
}
END_TEST

START_TEST(a_session_carries_only_so_many)
{
	static char kinds[ANNOTATIONS_MAX + 1][12];
	char text[2 * ANNOTATIONS_TEXT_MAX];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i <= ANNOTATIONS_MAX; i++) {
		snprintf(kinds[i], sizeof(kinds[i]), "%d", i);
		annotate(1, SIDE_SERVER, kinds[i], text);
	}
	ck_assert_uint_eq(engine_connection(w.engine, 1)->annotations.count, ANNOTATIONS_MAX);
	ck_assert_uint_eq(strlen(annotation(1, SIDE_SERVER, "0")), ANNOTATIONS_TEXT_MAX);
	ck_assert_ptr_null(annotation(1, SIDE_SERVER, kinds[ANNOTATIONS_MAX]));
}
END_TEST

START_TEST(one_for_a_session_that_is_not_there_is_dropped)
{
	annotate(0, SIDE_SERVER, "Program", "x");
	annotate(3, SIDE_SERVER, "Program", "x");
	annotate(UINT32_MAX, SIDE_SERVER, "Program", "x");
	ck_assert_ptr_null(annotation(3, SIDE_SERVER, "Program"));
}
END_TEST

/* It comes when the session is over: the budget of memory knows of it, and forgets it with the session. */
START_TEST(what_comes_late_is_charged)
{
	uint64_t memory;

	engine_finish(w.engine);
	memory = engine_use(w.engine).memory;
	annotate(1, SIDE_SERVER, "Program", "smtpd");
	ck_assert_uint_ge(engine_use(w.engine).memory, memory + sizeof(struct annotation) + 6);
}
END_TEST

static void play(int count)
{
	for (int i = 0; i < count; i++) {
		wire_play(&w, WIRE_REFUSED);
		w.client_port++;
	}
}

/* What is left when sessions that were annotated after their end are evicted. */
static uint64_t memory_left(const char *text)
{
	teardown();
	wire_init(&w, true);
	w.options.output = NULL;
	w.options.memory_limit = 40 * 1024;
	wire_begin(&w);
	for (uint32_t i = 1; i <= 20; i++) {
		play(1);
		engine_pin(engine_connection(w.engine, i));
	}
	play(20);
	for (uint32_t i = 1; i <= 20; i++) {
		ck_assert(engine_connection(w.engine, i)->over);
		annotate(i, SIDE_SERVER, "Program", text);
		engine_unpin(w.engine, engine_connection(w.engine, i));
	}
	play(20);
	for (uint32_t i = 1; i <= 20; i++)
		ck_assert_ptr_null(engine_connection(w.engine, i));
	return engine_use(w.engine).memory;
}

START_TEST(what_is_evicted_is_charged_no_more)
{
	ck_assert_uint_eq(memory_left("smtpd"), memory_left(""));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, each_end_has_one_of_a_kind);
	tcase_add_test(t, a_host_name_is_the_address_s);
	tcase_add_test(t, a_session_carries_only_so_many);
	tcase_add_test(t, one_for_a_session_that_is_not_there_is_dropped);
	tcase_add_test(t, what_comes_late_is_charged);
	tcase_add_test(t, what_is_evicted_is_charged_no_more);
}
