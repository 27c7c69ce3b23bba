/*
 * search: looks for a text in one pane, in slices, forwards or backwards from where the user is, round the end; and
 * counts how often it is there. Worker thread, the viewer's. All zero: nothing is looked for.
 */
#ifndef PRESENT_SEARCH_H
#define PRESENT_SEARCH_H

#include "filter/pattern.h"
#include "present/compare.h"
#include "present/shown_list.h"
#include "present/statistics_list.h"

struct search_match {
	uint64_t anchor; /* where, in the pane's own terms */
	uint64_t session;
	uint32_t item; /* of the session: a mail, a finding */
};

struct search {
	uint64_t serial; /* of the search at hand */
	struct pattern *pattern;
	bool busy; /* the first match was not found yet, or the others are counted */
	bool found;
	struct search_match match;
	uint64_t matches; /* as far as it has come: of all rows when it is not busy any more */
	uint64_t before;  /* of them, those in the rows before the one that was found */
	int permille;
	/* the row to look at next, and how many were looked at */
	uint64_t row;
	uint64_t found_row;
	uint64_t looked;
	bool started;
};

/* What is searched. */
struct search_scene {
	struct shown_list_scene shown;
	const struct statistics_list *statistics;
	const struct compare *compare;
	struct slice mail_text; /* the opened mail */
	const size_t *mail_lines;
	size_t mail_line_count;
};

void search_start(struct search *f, const struct query *query);
void search_fini(struct search *f);

/* Looks at some rows, for about 2 ms. Returns whether there are more. */
bool search_work(struct search *f, const struct search_scene *scene);

#endif
