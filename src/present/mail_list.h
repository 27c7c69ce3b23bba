/*
 * mail_list: the mails of all sessions that are shown, in the order of these. Worker thread, the viewer's.
 *
 * It is made anew in slices, not more often than five times a second; until the new one is complete the one before is
 * there.
 */
#ifndef PRESENT_MAIL_LIST_H
#define PRESENT_MAIL_LIST_H

#include "present/session_walk.h"

struct mail_place {
	uint64_t session;
	uint32_t mail;
};

struct mail_list {
	struct mail_place *places;
	size_t count;
	size_t cap;
	/* the one being made */
	struct session_walk walk;
	struct mail_place *next;
	size_t next_count;
	size_t next_cap;
};

void mail_list_fini(struct mail_list *l);
/* To be made anew at once. */
void mail_list_forget(struct mail_list *l);

/* Looks at `max` sessions at most. Returns whether there is more to do, or the list has changed. */
bool mail_list_work(struct mail_list *l, const struct session_list *o, const struct engine *e, size_t max);

/* Whether the text is in what the list shows of the mail. */
bool mail_list_row_contains(struct engine *e, struct connection *v, struct mail *m, const struct pattern *p);

#endif
