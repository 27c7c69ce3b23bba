/*
 * view: one scrolling list of rows: the sessions, the mails, a timeline, a stream, packets, a packet's fields, a mail's
 * lines, the help. A view tells what its rows are; list does what all have in common, pane draws and moves it. The
 * functions read the state and the snapshot, and draw on the grid; those that are given a state to write change that.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "filter/pattern.h"
#include "snapshot/snapshot.h"
#include "ui/column.h"
#include "ui/grid.h"

struct state;

enum view_id {
#define VIEW(id, structure, place)	 VIEW_##id,
#define KEYED(id, structure, place, ...) VIEW_##id,
#include "ui/views.def"
#undef VIEW
#undef KEYED
	VIEWS
};

enum view_place {
	VIEW_PLACE_TABLE,
	VIEW_PLACE_PANE,
	VIEW_PLACE_ABOVE,
};

/* The rows at hand are a window: [first, first + count) of total. */
struct view_rows {
	uint64_t first;
	uint64_t total;
	uint32_t count;
	uint32_t cursor; /* index of the row under the cursor among those at hand; meaningless when there is none */
};

/* Where a snapshot has a view's rows. */
struct view_source {
	struct snapshot_window window;
	const void *rows;
	size_t row_size;
};

/* What a row of a list stands for. */
struct view_item {
	uint64_t session;
	uint32_t number; /* in the session: of a mail, of a finding */
	bool marked;
};

/* What is NULL or 0 is as list does it for all views, or is not there. */
struct view {
	const char *name;
	bool is_reader;	  /* the cursor is the top row and is not drawn */
	bool is_of_all;	  /* above the panes: of all sessions, not of the one under the cursor */
	const char *hint; /* such a one has it in the line below */
	bool can_follow;  /* the last row can mean: whatever comes last */

	/* The rows: in the snapshot, once it has those that are wanted; or those of the view's own. */
	struct view_source (*source)(const struct snapshot *s);
	bool (*is_here)(const struct state *st, const struct snapshot *s);
	void (*rows)(const struct state *st, const struct snapshot *s, struct view_rows *out);

	/* As text to be copied (copy.h): a row's own words; where there are none, the table's columns. */
	void (*text)(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out);
	/* What stands before them when the whole view is copied. */
	void (*prefix)(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out);
	/* Whether the row goes on with the line of the row before. */
	bool (*continues)(const struct snapshot *s, uint32_t index);
	/* What the key y copies in the place of the row's words; false: it is not here yet. */
	bool (*copy)(const struct state *st, const struct snapshot *s, struct buffer *out);
	/* Changes a query so that it asks for the rows from that key on; without it all of them are at hand. */
	void (*window)(struct query *q, uint64_t from);
	/* The row's key, which rises from row to row; without it: its number. */
	uint64_t (*key)(const struct snapshot *s, uint32_t index);

	/* Of a list in the table pane; `item` makes a view one. */
	struct view_item (*item)(const void *row);
	enum query_list query;
	enum query_sort first; /* what it is sorted by at first */
	bool has_mails;	       /* its rows are mails: marking and saving mean them */
	uint32_t first_item;   /* the number that stands for a session's first one */
	/* The cursor stays on what is selected, wherever that is now; false: it is gone. */
	bool (*keep)(struct state *st, const struct snapshot *s);

	/* Before the cursor comes on that row: the other panes go to the same place. */
	void (*lead)(struct state *st, const struct snapshot *s, uint32_t index);
	/* Instead of moving the cursor there. */
	void (*select)(struct state *st, const struct snapshot *s, uint32_t index);
	/* The key Enter. */
	void (*enter)(struct state *st, const struct snapshot *s);
	enum query_find find; /* what a search here looks through */
	/* Or the rows are all at hand: whether one holds it. */
	bool (*holds)(const struct state *st, const struct snapshot *s, uint32_t index, const struct pattern *p);

	/* What stands in the box's upper edge after the name, and in a list after the cursor's place. */
	void (*title)(const struct state *st, const struct snapshot *s, struct buffer *out);
	const struct column_table *table;	       /* draws the rows of the snapshot; without it: draw_row */
	const char *columns_setting;		       /* of the configuration, in which its columns are saved */
	uint64_t (*largest)(const struct snapshot *s); /* the number that must fit in its columns */
	/* Of a table that is no list: which of the orders is its own; one of numbers has the greatest first. */
	size_t (*sort)(const struct state *st);
	uint32_t (*hidden)(const struct state *st, const struct snapshot *s); /* a bit for each column that is */
	void (*draw_names)(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line);
	void (*draw_row)(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line,
			 uint32_t index);
	/* Rows kept free at the bottom for what belongs to the row under the cursor. */
	int (*foot_rows)(int rows);
	void (*draw_foot)(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect);
	/* Instead of rows, when there are none. */
	void (*draw_empty)(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect);
};

#define VIEW(id, structure, place)	 extern const struct view view_##structure;
#define KEYED(id, structure, place, ...) extern const struct view view_##structure;
#include "ui/views.def"
#undef VIEW
#undef KEYED

const struct view *view_get(enum view_id id);
enum view_place view_place(enum view_id id);

/* Chooses the next (1) or former (-1) part of the opened mail. */
void view_mail_step(struct state *st, const struct snapshot *s, int step);
/* From a mail within the mail back to that; false: it is within none. */
bool view_mail_leave(struct state *st);

/* Whether columns of the first mail are among those of the list of sessions. */
bool view_sessions_has_mails(const struct state *st);

/* What a row of a timeline says, with a sign for who says it in place of the ladder. */
void view_timeline_draw_narrow(const struct snapshot_timeline_row *r, uint32_t shift, struct grid *g, struct rect line);

/* The field under the cursor of an opened packet; NULL when it is not here. */
const struct snapshot_field *view_packet_field(const struct state *st, const struct snapshot *s);
/* Puts that cursor on the smallest field that holds the byte. */
void view_packet_select_byte(struct state *st, const struct snapshot *s, uint32_t byte);

#endif
