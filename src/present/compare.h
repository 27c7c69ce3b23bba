/*
 * compare: two sessions side by side: which they are (compare_choice), in what they differ as a whole
 * (compare_facts), and the rows of their timelines, those of the same command in one row. Worker thread, the viewer's.
 *
 * The rows are made anew when one of the sessions has changed, some times in a second; of each COMPARE_STEPS_MAX rows
 * are looked at, which takes about 2 ms. Texts are those of the timeline, made for the window alone.
 */
#ifndef PRESENT_COMPARE_H
#define PRESENT_COMPARE_H

#include "present/compare_differ.h"
#include "present/compare_steps.h"

/* Two rows of the timelines that belong together; or one, where the other side has none. */
struct compare_pair {
	uint32_t items[COMPARE_CHOICE_SIDES];
	enum snapshot_meaning difference;
	int slower;
	uint32_t before; /* the nearest pairs that differ, or itself */
	uint32_t after;
};

struct compare {
	uint64_t serial; /* of the query's; 0: nobody looks */
	struct compare_choice choice;
	bool is_busy; /* the rows are not there yet, or not those of now, but will be */
	struct session_detail details[COMPARE_CHOICE_SIDES];
	bool is_made;
	int64_t made_ns;
	uint32_t versions[COMPARE_CHOICE_SIDES]; /* of the connections that it was made of */
	struct compare_steps steps[COMPARE_CHOICE_SIDES];
	struct compare_facts facts;
	struct compare_pair *pairs;
	size_t pair_count;
	size_t pair_cap;
	size_t first; /* the first pair that differs most */
	uint32_t differences;
	uint32_t lesser;
};

void compare_fini(struct compare *c);

/* Takes over what the query asks for, and works for about 2 ms. Returns whether there is more to do. */
bool compare_work(struct compare *c, struct engine *e, const struct query *q);

/* The sessions that are compared; 0: none. */
const uint64_t *compare_sessions(const struct compare *c);

/* Rows as compare_work left them. */
uint64_t compare_count(const struct compare *c);

/* Returns how many rows there are. */
uint64_t compare_fill_head(struct compare *c, struct engine *e, const struct session_list *o, const struct query *q,
			   struct snapshot_compare *head);
/* After that, or compare_work: a window of the rows; they go to `rows`. */
void compare_fill(const struct compare *c, struct engine *e, const struct snapshot_window *w, bool show_secrets,
		  struct snapshot_compare_row *rows);

#endif
