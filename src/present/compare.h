/*
 * compare: two sessions side by side: their timelines aligned step by step, where they differ, and what is different
 * about them as a whole. Worker thread, the viewer's. All zero: nothing is compared.
 *
 * The two are the marked ones; or the one asked for and a marked one; or that one and the good session most like it.
 */
#ifndef PRESENT_COMPARE_H
#define PRESENT_COMPARE_H

#include "present/session_detail.h"
#include "present/session_walk.h"

enum {
	COMPARE_STEPS_MAX = 800, /* of each session */
	COMPARE_FACTS_MAX = 24,
};

/* What two rows of the timelines are compared by. */
struct compare_step {
	uint64_t what; /* the same in both: a command, the answer to one */
	uint64_t code; /* that makes a difference: of a reply */
	uint64_t text; /* that makes a small one: what the client said */
	int64_t latency_ns;
	bool is_remark;
};

struct compare_pair {
	int32_t rows[2]; /* -1: that session has none */
	enum snapshot_difference difference;
};

struct compare {
	uint64_t asked; /* the query's session */
	uint64_t sessions[2];
	enum snapshot_likeness likeness; /* of the second, when it was looked for */
	bool is_chosen;			 /* both are; 0: there is none */
	struct session_walk walk;
	uint64_t marked[2];
	uint32_t marked_count;
	uint64_t best;
	uint32_t best_likeness;
	struct session_detail details[2];
	uint32_t versions[2]; /* of the details, when they were aligned */
	bool is_aligned;
	bool is_cut; /* there are more steps */
	int64_t aligned_ns;
	struct snapshot_compare_row facts[COMPARE_FACTS_MAX];
	size_t fact_count;
	struct compare_pair *pairs;
	size_t pair_count;
	size_t first; /* row that differs first; 0: none does */
};

void compare_fini(struct compare *c);

/* `session`: that is asked about; 0: nothing is. Works for about 2 ms. Returns whether there is more to do, or
 * something has changed. */
bool compare_work(struct compare *c, struct engine *e, uint64_t session, bool show_secrets);

uint64_t compare_count(const struct compare *c);
/* Rows [w->first, w->first + w->count). */
void compare_fill(const struct compare *c, struct engine *e, bool show_secrets, const struct snapshot_window *w,
		  struct snapshot_compare_row *rows);
void compare_fill_head(const struct compare *c, struct engine *e, struct snapshot_compare *head);

#endif
