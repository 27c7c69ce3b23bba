/*
 * finder: looks for a text in one pane, in slices, forwards or backwards from where the user is, round the end. Worker
 * thread, the viewer's.
 */
#ifndef PRESENT_FINDER_H
#define PRESENT_FINDER_H

#include "present/findings.h"
#include "present/focus.h"
#include "present/order.h"

/* A mail of the list of all mails. */
struct finder_mail {
	uint32_t session;
	uint32_t mail;
};

struct finder {
	uint64_t serial; /* of the search at hand */
	bool busy;
	bool found;
	uint64_t anchor; /* where, in the pane's own terms */
	uint32_t session;
	uint32_t mail;
	int permille;
	/* the row to look at next, and how many were looked at */
	uint64_t row;
	uint64_t looked;
	bool started;
};

/* What is searched. */
struct finder_scene {
	struct engine *engine;
	const struct query *query;
	const struct order *order;
	const struct focus *focus;
	const struct finder_mail *mails; /* the list of all mails */
	size_t mail_count;
	const struct findings *findings; /* the list of all findings */
	struct slice mail_text;		 /* the opened mail */
	const size_t *mail_lines;
	size_t mail_line_count;
};

void finder_start(struct finder *f, const struct query *query);

/* Looks at some rows, for about 2 ms. Returns whether there are more. */
bool finder_work(struct finder *f, const struct finder_scene *scene);

#endif
