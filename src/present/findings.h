/*
 * findings: what was found, for the screen: rows of the list of all findings, the lines of one session's diagnosis, and
 * one finding as text fit for a ticket. Worker thread, the viewer's.
 */
#ifndef PRESENT_FINDINGS_H
#define PRESENT_FINDINGS_H

#include "present/focus.h"
#include "present/order.h"

/* A finding of the list of all. */
struct findings_place {
	uint32_t session;
	uint32_t number; /* in the session */
	uint8_t severity;
	bool is_root;
};

struct findings {
	struct findings_place *places; /* the severest first, then by session */
	size_t count;
	size_t cap;
	uint64_t known; /* sessions and findings when the list was made */
	int64_t made_ns;
};

void findings_fini(struct findings *f);
/* To be made anew at the next look. */
void findings_forget(struct findings *f);
/* Makes the list anew when there is something new, but not more often than five times a second. */
void findings_update(struct findings *f, const struct order *o, const struct engine *e);

enum snapshot_meaning findings_meaning(enum severity severity);

void findings_row(const struct focus *focus, struct engine *e, const struct findings_place *place,
		  struct snapshot_finding_row *row);
bool findings_row_contains(struct engine *e, const struct findings_place *place, const char *text);

/* The lines of a session's diagnosis, the cause first, cut to `width` columns; at most `max`. Returns how many. */
uint32_t findings_lines(const struct session *s, uint32_t width, struct snapshot_line *lines, uint32_t max);

/* A finding as text for a ticket: when, who, what was seen, what it means and what to try. `number` UINT32_MAX: the
 * cause. */
void findings_ticket(struct engine *e, struct conversation *v, uint32_t number, char *out, size_t size);

#endif
