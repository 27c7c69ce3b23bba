/*
 * search: looks for a text in one pane, in slices, forwards or backwards from where the user is, round the end. Worker
 * thread, the viewer's.
 */
#ifndef PRESENT_SEARCH_H
#define PRESENT_SEARCH_H

#include "present/shown_list.h"

struct search {
	uint64_t serial; /* of the search at hand */
	bool busy;
	bool found;
	uint64_t anchor; /* where, in the pane's own terms */
	uint64_t session;
	uint32_t item; /* of the session: a mail, a finding */
	int permille;
	/* the row to look at next, and how many were looked at */
	uint64_t row;
	uint64_t looked;
	bool started;
};

/* What is searched. */
struct search_scene {
	struct shown_list_scene shown;
	struct slice mail_text; /* the opened mail */
	const size_t *mail_lines;
	size_t mail_line_count;
};

void search_start(struct search *f, const struct query *query);

/* Looks at some rows, for about 2 ms. Returns whether there are more. */
bool search_work(struct search *f, const struct search_scene *scene);

#endif
