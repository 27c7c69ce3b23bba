/*
 * compare_steps: the rows of a session's timeline as steps that can be aligned with those of another: the rows of a
 * command stand together, in units; a unit is known by what was said, without what differs between any two sessions
 * (tags, sizes, secrets). Private to present, worker thread.
 */
#ifndef PRESENT_COMPARE_STEPS_H
#define PRESENT_COMPARE_STEPS_H

#include "present/session_detail.h"

enum {
	COMPARE_STEPS_MAX = 4000, /* of a session; the rest is left out */
};

struct compare_step {
	uint64_t key;  /* what it is in its unit */
	uint32_t item; /* the row of the timeline */
};

struct compare_unit {
	uint64_t exact; /* what was said */
	uint64_t kind;	/* the kind of it alone */
	uint32_t begin; /* its first step */
	uint32_t count;
};

struct compare_steps {
	struct compare_step *steps;
	size_t count;
	size_t cap;
	struct compare_unit *units;
	size_t unit_count;
	size_t unit_cap;
	size_t left_out;
};

void compare_steps_fini(struct compare_steps *t);

/* Of a session whose items are up to date. */
void compare_steps_make(struct compare_steps *t, const struct session_detail *f, const struct session *s);

/* The arguments of a command as they are compared: without what is secret, and without sizes. */
void compare_steps_arguments(const struct command *c, struct buffer *out);

#endif
