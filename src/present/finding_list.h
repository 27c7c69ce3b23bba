/*
 * finding_list: what was found, for the screen: rows of the list of all findings, the lines of one session's diagnosis,
 * and one finding as text fit for a ticket. Worker thread, the viewer's.
 */
#ifndef PRESENT_FINDING_LIST_H
#define PRESENT_FINDING_LIST_H

#include "diagnosis/rule.h"
#include "present/session_detail.h"
#include "present/session_walk.h"

/* A finding of the list of all. */
struct finding_place {
	uint64_t session;
	uint32_t number; /* in the session */
	uint8_t severity;
	bool is_root;
};

struct finding_places {
	struct finding_place *items;
	size_t count;
	size_t cap;
};

/* Made anew in slices, not more often than five times a second; until the new one is complete the one before is there.
 */
struct finding_list {
	struct finding_place *places; /* the severest first, then by session */
	size_t count;
	size_t cap;
	bool has_infos; /* those of severity info are in it, too */
	/* the one being made */
	struct session_walk walk;
	struct finding_places next[SEVERITIES];
};

void finding_list_fini(struct finding_list *f);
/* To be made anew at once. */
void finding_list_forget(struct finding_list *f);
/* Whether those of severity info are wanted. */
void finding_list_want_infos(struct finding_list *f, bool has_infos);
/* Looks at `max` sessions at most. Returns whether there is more to do, or the list has changed. */
bool finding_list_work(struct finding_list *f, const struct session_list *o, const struct engine *e, size_t max);

enum snapshot_meaning finding_list_meaning(enum severity severity);

void finding_list_row(const struct session_detail *focus, struct engine *e, const struct finding_place *place,
		      struct snapshot_finding_row *row);

/* The lines of a session's diagnosis, the cause first, cut to `width` columns, each with the place that it speaks of;
 * at most `max`. Returns how many. */
uint32_t finding_list_lines(const struct session_detail *focus, struct connection *v, uint32_t width,
			    struct snapshot_line *lines, uint32_t max);

/* A finding as text for a ticket: when, who, what was seen, what it means and what to try. `q` tells which, and
 * whether names are shown. */
void finding_list_ticket(struct engine *e, struct connection *v, const struct query *q, char *out, size_t size);

#endif
