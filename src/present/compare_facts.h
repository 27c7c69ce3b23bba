/*
 * compare_facts: in what two sessions differ as a whole: what came of them, who spoke, TLS, what the server offers, how
 * long each phase took. A line each. Private to present, worker thread.
 */
#ifndef PRESENT_COMPARE_FACTS_H
#define PRESENT_COMPARE_FACTS_H

#include "present/compare_choice.h"
#include "present/session_detail.h"

enum {
	COMPARE_FACTS_MAX = 24,
};

struct compare_fact {
	enum snapshot_meaning difference; /* error: in what came of them; notice: in all else; plain: none */
	char what[20];
	struct compare_fact_value {
		int64_t duration_ns; /* -1: it is a text */
		enum snapshot_meaning meaning;
		char text[240];
	} values[COMPARE_CHOICE_SIDES];
};

/* One of the two: its connection, its details up to date. */
struct compare_subject {
	struct connection *connection;
	const struct session_detail *detail;
	size_t left_out; /* rows of its timeline that are not compared */
};

struct compare_facts {
	struct compare_fact facts[COMPARE_FACTS_MAX];
	size_t count;
};

/* What came of them is always the first. */
void compare_facts_make(struct compare_facts *out, struct engine *e,
			const struct compare_subject subjects[COMPARE_CHOICE_SIDES]);

/* Which of two waits is clearly the longer one: three times as long, and a tenth of a second; -1: none is. */
int compare_facts_slower(const int64_t waits_ns[COMPARE_CHOICE_SIDES]);

#endif
