/*
 * finding_list: what was found, for the screen: rows of the list of all findings, the lines of one session's diagnosis,
 * and one finding as text fit for a ticket. Worker thread, the viewer's.
 */
#ifndef PRESENT_FINDING_LIST_H
#define PRESENT_FINDING_LIST_H

#include "diagnosis/rule.h"
#include "present/item_list.h"
#include "present/session_detail.h"

/* The list of all: a finding by its number in the session. */
struct finding_list {
	struct item_list list; /* the first, as of all that have items */
	bool has_infos;	       /* those of severity info are in it, too */
};

extern const struct item_list_kind finding_list_kind;

/* Whether those of severity info are wanted. */
void finding_list_want_infos(struct finding_list *f, bool has_infos);

enum snapshot_meaning finding_list_meaning(enum severity severity);

void finding_list_row(const struct session_detail *focus, struct engine *e, const struct sorter_item *item,
		      struct snapshot_finding_row *row);

/* The lines of a session's diagnosis, the cause first, cut to `width` columns, each with the place that it speaks of;
 * at most `max`. Returns how many. */
uint32_t finding_list_lines(const struct session_detail *focus, struct connection *v, uint32_t width,
			    struct snapshot_line *lines, uint32_t max);

/* A finding as text for a ticket: when, who, what was seen, what it means and what to try. `q` tells which, and
 * whether names are shown. */
void finding_list_ticket(struct engine *e, struct connection *v, const struct query *q, char *out, size_t size);

#endif
