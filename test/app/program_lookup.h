/* A source of annotations for the tests: which program listens on a port. It has its answers when the test says so. */
#ifndef TEST_APP_PROGRAM_LOOKUP_H
#define TEST_APP_PROGRAM_LOOKUP_H

#include "app/lookup.h"

enum {
	PROGRAM_QUESTIONS_MAX = 8,
};

struct program_lookup {
	struct doorbell *worker;
	struct annotation_subject questions[PROGRAM_QUESTIONS_MAX];
	size_t asked;
	size_t answered;
};

static struct program_lookup program; /* the one that is open */
static bool program_is_open;
static bool program_is_wanted = true;
static bool program_is_broken;
static bool program_has_answers; /* they are there */

static bool program_lookup_is_wanted(const struct query *query)
{
	(void)query;
	return program_is_wanted;
}

static void *program_lookup_open(const struct lookup_options *options, struct error *err)
{
	if (program_is_broken) {
		error_set(err, "cannot see programs");
		return NULL;
	}
	program = (struct program_lookup){.worker = options->worker};
	program_is_open = true;
	return &program;
}

static void program_lookup_close(void *source)
{
	ck_assert_ptr_eq(source, &program);
	program_is_open = false;
}

static void program_lookup_ask(void *source, const struct annotation_subject *about)
{
	struct program_lookup *p = source;

	for (size_t i = 0; i < p->asked; i++)
		if (p->questions[i].session == about->session && p->questions[i].side == about->side)
			return;
	if (p->asked < PROGRAM_QUESTIONS_MAX)
		p->questions[p->asked++] = *about;
}

static bool program_lookup_collect(void *source, lookup_sink *sink, void *ctx)
{
	struct program_lookup *p = source;
	bool any = false;

	for (; program_has_answers && p->answered < p->asked; p->answered++) {
		const struct annotation_subject *about = &p->questions[p->answered];

		if (about->ends[about->side].port == 25)
			sink(ctx, about, "smtpd");
		any = true;
	}
	return any;
}

static uint32_t program_lookup_pending(const void *source)
{
	const struct program_lookup *p = source;

	return (uint32_t)(p->asked - p->answered);
}

static struct lookup_counters program_lookup_counters(const void *source)
{
	return (struct lookup_counters){.asked = (uint32_t)((const struct program_lookup *)source)->asked};
}

static const struct lookup_ops program_lookup = {
	.kind = "Program",
	.is_wanted = program_lookup_is_wanted,
	.open = program_lookup_open,
	.close = program_lookup_close,
	.ask = program_lookup_ask,
	.collect = program_lookup_collect,
	.pending = program_lookup_pending,
	.counters = program_lookup_counters,
};

#endif
