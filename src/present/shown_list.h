/*
 * shown_list: the lists of the table pane, one row of operations each: how a list is made and what its rows are. A
 * further one is its file here, its row of snapshot/rows.def, and its view. Worker thread, the viewer's.
 */
#ifndef PRESENT_SHOWN_LIST_H
#define PRESENT_SHOWN_LIST_H

#include "filter/pattern.h"
#include "present/item_list.h"
#include "present/session_detail.h"
#include "present/session_list.h"

/* What the rows are made from. */
struct shown_list_scene {
	struct engine *engine;
	const struct query *query;
	const struct session_list *order; /* the sessions that are shown */
	const struct session_detail *focus;
	const struct item_list *list; /* NULL: it keeps none */
};

struct shown_list_ops {
	bool has_items; /* it keeps an item_list */
	size_t more;	/* that is kept behind it, all zero at first */
	/* Of such a list: looks at `max` sessions at most. Returns whether there is more to do, or the list has
	 * changed. */
	bool (*work)(void *list, const struct shown_list_scene *s, size_t max);

	uint64_t (*count)(const struct shown_list_scene *s);
	/* Whose hosts the row shows; NULL: it shows none. */
	uint64_t (*session)(const struct shown_list_scene *s, uint64_t row);
	/* Makes row `at` of the snapshot; false: it is gone. */
	bool (*fill)(const struct shown_list_scene *s, uint64_t row, struct snapshot *out, uint32_t at);
	/* Whether the pattern is in it: then of which session it is, and which item there. */
	bool (*matches)(const struct shown_list_scene *s, const struct pattern *p, uint64_t row, uint64_t *session,
			uint32_t *item);
};

#define LIST(id, name) extern const struct shown_list_ops shown_list_##name;
#define ROWS(structure, member, window)
#include "snapshot/rows.def"
#undef LIST
#undef ROWS

const struct shown_list_ops *shown_list_get(enum query_list id);

/* Of a list that keeps items. */
uint64_t shown_list_item_count(const struct shown_list_scene *s);
const struct sorter_item *shown_list_item(const struct shown_list_scene *s, uint64_t row);

#endif
