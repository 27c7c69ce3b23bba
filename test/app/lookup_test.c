/* Sources of annotations, by one that is nothing but a file and a row: a session gets what it finds late. */
#include "app/lookup.h"

#include <string.h>

#include "../engine/wire.h"
#include "../main.h"
#include "program_lookup.h"

static const struct lookup_ops *const rows[] = {&program_lookup, NULL};

static struct wire w;
static struct doorbell bell;
static struct viewer *v;
static struct snapshot *s;
static struct lookup *l;
static struct query q;
static struct error err;

static void setup(void)
{
	wire_init(&w, true);
	w.options.output = NULL;
	wire_begin(&w);
	ck_assert(doorbell_init(&bell, NULL));
	v = viewer_new(false);
	s = snapshot_new();
	l = lookup_new(rows, &(struct lookup_options){.worker = &bell});
	q = (struct query){.session = 1, .timeline = {.after = 20}};
	program_is_open = program_is_broken = program_has_answers = false;
	program_is_wanted = true;
}

static void teardown(void)
{
	lookup_free(l);
	ck_assert(!program_is_open);
	snapshot_free(s);
	viewer_free(v);
	doorbell_fini(&bell);
	wire_fini(&w);
}

/* What the worker does between two snapshots. Returns whether an answer came. */
static bool step(void)
{
	bool any = lookup_serve(l, &q, w.engine, &err);

	viewer_set_query(v, &q);
	while (viewer_work(v, w.engine))
		;
	viewer_fill(v, w.engine, s);
	lookup_ask(l, v, w.engine);
	lookup_fill(l, s);
	return any;
}

static const char *shown(void)
{
	return s->timeline_rows[0].detail;
}

START_TEST(an_answer_that_comes_late_is_shown)
{
	wire_play(&w, WIRE_REFUSED);
	ck_assert(!step());
	ck_assert_uint_eq(program.asked, 2);
	ck_assert_int_eq(program.questions[1].side, SIDE_SERVER);
	ck_assert_uint_eq(program.questions[1].ends[SIDE_SERVER].port, 25);
	ck_assert_uint_eq(s->names_pending, 2);
	engine_finish(w.engine);
	ck_assert(!step());
	ck_assert_ptr_null(strstr(shown(), "Program"));
	ck_assert_ptr_eq(program.worker, &bell);
	program_has_answers = true;
	ck_assert(step());
	ck_assert_msg(strstr(shown(), " Program of the server: smtpd.") != NULL, "%s", shown());
	ck_assert_ptr_null(strstr(shown(), "of the client"));
	ck_assert_uint_eq(s->names_pending, 0);
	ck_assert_uint_eq(s->about.names_asked, 0); /* those are names of hosts */
	ck_assert(!step());
	ck_assert_uint_eq(program.asked, 2);
}
END_TEST

START_TEST(what_is_answered_for_a_session_that_has_gone_is_dropped)
{
	wire_play(&w, WIRE_REFUSED);
	step();
	engine_free(w.engine);
	wire_begin(&w);
	viewer_clear(v);
	program_has_answers = true;
	ck_assert(step());
	ck_assert_ptr_null(engine_connection(w.engine, 1));
}
END_TEST

START_TEST(what_was_asked_is_forgotten_and_asked_again)
{
	wire_play(&w, WIRE_REFUSED);
	step();
	lookup_forget(l);
	ck_assert(!program_is_open);
	step();
	ck_assert(program_is_open);
	ck_assert_uint_eq(program.asked, 2);
}
END_TEST

START_TEST(a_source_is_open_while_it_is_wanted)
{
	program_is_wanted = false;
	wire_play(&w, WIRE_REFUSED);
	step();
	ck_assert(!program_is_open);
	ck_assert_uint_eq(s->names_pending, 0);
	program_is_wanted = true;
	step();
	ck_assert(program_is_open);
	program_is_wanted = false;
	step();
	ck_assert(!program_is_open);
}
END_TEST

START_TEST(a_source_that_cannot_be_opened_is_reported_once)
{
	program_is_broken = true;
	step();
	ck_assert_str_eq(err.text, "cannot see programs");
	step();
	ck_assert_str_eq(err.text, "");
	program_is_wanted = false;
	step();
	program_is_wanted = true;
	step();
	ck_assert_str_eq(err.text, "cannot see programs");
}
END_TEST

/* The resolver wants the screen's word; nothing is asked without it. */
START_TEST(the_program_s_own_sources_wait_to_be_wanted)
{
	lookup_free(l);
	l = lookup_new(NULL, &(struct lookup_options){.worker = &bell, .resolver = "nonsense"});
	wire_play(&w, WIRE_REFUSED);
	step();
	ck_assert_str_eq(err.text, "");
	q.resolve = true;
	step();
	ck_assert_ptr_nonnull(strstr(err.text, "nonsense"));
	q.numeric = true;
	step();
	ck_assert_str_eq(err.text, "");
	ck_assert_uint_eq(s->about.names_asked, 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_answer_that_comes_late_is_shown);
	tcase_add_test(t, what_is_answered_for_a_session_that_has_gone_is_dropped);
	tcase_add_test(t, what_was_asked_is_forgotten_and_asked_again);
	tcase_add_test(t, a_source_is_open_while_it_is_wanted);
	tcase_add_test(t, a_source_that_cannot_be_opened_is_reported_once);
	tcase_add_test(t, the_program_s_own_sources_wait_to_be_wanted);
}
