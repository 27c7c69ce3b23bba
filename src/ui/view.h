/*
 * view: one scrolling list of rows: the sessions, the mails, a timeline, a stream, packets, a packet's fields, a mail's
 * lines, the help. A view tells what its rows are; pane draws and moves it. All functions are pure: they read the state
 * and the snapshot, and draw on the grid; `select` changes the state.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "ui/column.h"
#include "ui/grid.h"

struct state;

enum view_id {
	VIEW_SESSIONS,
	VIEW_MAILS,
	VIEW_FINDINGS,
	VIEW_TIMELINE,
	VIEW_STREAM,
	VIEW_PACKETS,
	VIEW_PACKET,
	VIEW_BYTES, /* of the opened packet, beside its fields */
	VIEW_MAIL,
	VIEW_DIAGNOSIS,
	VIEW_HELP,
	VIEWS
};

/* The rows at hand are a window: [first, first + count) of total. */
struct view_rows {
	uint64_t first;
	uint64_t total;
	uint32_t count;
	uint32_t cursor; /* index of the row under the cursor among those at hand; meaningless when there is none */
};

struct view {
	const char *name;
	bool has_names;			  /* a row with the columns' names above the others */
	bool is_reader;			  /* the cursor is the top row and is not drawn */
	bool can_follow;		  /* the last row can mean: whatever comes last */
	const struct column_table *table; /* NULL: no columns to choose */
	void (*rows)(const struct state *st, const struct snapshot *s, struct view_rows *out);
	/* Puts the cursor on the row of that index, and the other panes on the same place. */
	void (*select)(struct state *st, const struct snapshot *s, uint32_t index);
	/* What stands in the box's upper edge behind the name. */
	void (*title)(const struct state *st, const struct snapshot *s, struct buffer *out);
	void (*draw_names)(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line);
	void (*draw_row)(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line,
			 uint32_t index);
	/* Rows kept free at the bottom for what belongs to the row under the cursor; NULL: none. */
	int (*foot_rows)(int rows);
	void (*draw_foot)(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect);
	/* Instead of rows, when there are none. */
	void (*draw_empty)(const struct state *st, const struct snapshot *s, struct grid *g, struct rect rect);
};

extern const struct view view_sessions;
extern const struct view view_mails;
extern const struct view view_findings;
extern const struct view view_diagnosis;
extern const struct view view_timeline;
extern const struct view view_stream;
extern const struct view view_packets;
extern const struct view view_packet;
extern const struct view view_bytes;
extern const struct view view_mail;
extern const struct view view_help;

const struct view *view_get(enum view_id id);

/* The field under the cursor of an opened packet; NULL when it is not here. */
const struct snapshot_field *view_packet_field(const struct state *st, const struct snapshot *s);
/* Puts that cursor on the smallest field that holds the byte. */
void view_packet_select_byte(struct state *st, const struct snapshot *s, uint32_t byte);

/* The help is as long as its tables. */
uint32_t view_help_count(void);
/* Whether a line of the help holds the text, in any case of its letters. */
bool view_help_holds(uint32_t line, const char *text);

#endif
