/*
 * state: everything the screen knows apart from the snapshot: where the cursors are, what is open, what is being
 * typed; and what goes out of it: the query that follows from it, and requests. No terminal, no threads: keys go in by
 * action_do and dialog_key, snapshots by state_update, and views draw from it.
 */
#ifndef UI_STATE_H
#define UI_STATE_H

#include "config/options.h"
#include "filter/pattern.h"
#include "snapshot/request.h"
#include "snapshot/snapshot.h"
#include "ui/changed_settings.h"
#include "ui/dialog.h"
#include "ui/layout.h"
#include "ui/time_column.h"
#include "ui/view_stack.h"

enum {
	STATE_WINDOW_BEFORE = 150, /* rows asked for around a cursor */
	STATE_WINDOW_AFTER = 250,
	STATE_WARNINGS_MAX = 8, /* kept to be looked at later */
};

/* Where a pane stands: the cursor in the view's own terms (row number, position, packet number), how many rows below
 * the top it is drawn, and how far long lines are moved. */
struct pane {
	uint64_t cursor;
	int offset;
	uint32_t shift;
	bool at_end;	/* stays on the last row as rows come */
	uint64_t known; /* of a list: rows there were when it did so last */
};

/* What is looked for, see find. */
struct state_find {
	char text[QUERY_TEXT_SIZE];
	struct pattern *pattern; /* NULL: nothing, or the text is none */
	char error[QUERY_TEXT_SIZE];
	enum view_id view; /* where; VIEWS: nowhere yet */
	/* in rows at hand */
	uint64_t matches;
	uint64_t position; /* from 1 */
	/* in those that the worker makes */
	enum query_find pane; /* NONE: it looks for nothing */
	bool is_backwards;
	bool is_inclusive;
	bool is_waiting; /* for the answer */
	uint64_t serial;
	uint64_t from;
	/* where it began that is being typed */
	bool is_typed;
	struct pane panes[VIEWS];
	uint64_t session;
	uint32_t selected;
};

/* By which column the rows of a table are sorted. */
struct state_sort {
	int by; /* as of struct column */
	bool is_descending;
};

enum {
	STATE_SORTS = VIEWS + STATISTICS_KINDS, /* each view's, then each kind's of statistics */
};

/* How statistics are looked at. */
struct state_statistics {
	enum statistics_of of;
	bool is_below;		    /* a row's sessions are shown: Esc comes back */
	char term[QUERY_TEXT_SIZE]; /* and takes this away from the filter; "": nothing */
	uint64_t serial;	    /* the query since which they are what they are */
};

enum state_copying {
	STATE_COPYING_NOTHING,
	STATE_COPYING_ROW,  /* it was asked for; its text may be on its way */
	STATE_COPYING_VIEW, /* likewise */
	STATE_COPYING_ROWS, /* the view's are on their way, window by window */
	STATE_COPYING_READY,
};

enum state_receiver {
	STATE_RECEIVER_CLIPBOARD,
	STATE_RECEIVER_PAGER,
	STATE_RECEIVER_COMMAND,
};

/* What is being copied: see copy.h. */
struct state_copy {
	enum state_copying what;
	enum state_receiver receiver;
	enum view_id view;
	bool has_rows; /* some were taken: */
	uint64_t last; /* the key of the last one */
	uint64_t serial;
	int64_t until_ns; /* of the wall clock */
	bool is_cut;	  /* not all is there: */
	bool is_late;	  /* for that took too long; else it was too much */
	uint64_t lines;
	struct buffer text;
};

/* A mail for a command (key |). */
struct state_gift {
	bool is_wanted;
	bool is_waiting; /* until the worker has written it: */
	int fd;
	uint64_t serial; /* of the snapshot then */
	uint64_t session;
	uint32_t mail;
	struct part_path part;
};

/* Two sessions side by side. */
struct state_compare {
	uint64_t serial;  /* of the latest that was asked for */
	uint64_t session; /* that was under the cursor then */
	int side;	  /* the one that Enter means */
	bool is_new;	  /* the cursor goes to the first difference when it is there */
	uint64_t below;	  /* the session of which a row is shown, Esc comes back; 0: none is */
};

struct state {
	const struct options *options;
	int columns;
	int rows;
	int64_t now_ns; /* the wall clock, for the title */
	bool ascii;
	enum theme theme;

	enum view_id list;  /* of those in the table pane */
	enum view_id focus; /* among the panes */
	enum view_id lower; /* of the small layout */
	bool zoom;
	struct view_stack above;	   /* what is open over the panes, each alone on the screen */
	struct part_path mail_part;	   /* the opened mail is within that part */
	uint64_t mail_tops[PART_PATH_MAX]; /* the rows at the top in those it is within */
	uint32_t part;			   /* chosen in its list, from 1; 0: none */
	bool raw;			   /* the source of the opened mail */

	struct pane panes[VIEWS];
	uint32_t hidden[VIEWS]; /* columns, a bit each */
	uint8_t order[VIEWS][COLUMNS_MAX];
	struct state_sort sorts[STATE_SORTS];
	uint64_t session;  /* under the cursor; 0: none */
	uint32_t selected; /* in a list of what sessions hold: its number in the session */
	bool has_opened;   /* what --session means was opened, or need not be */
	bool all_packets;
	bool hold;
	bool numeric;
	bool resolve; /* names by the resolver too */
	bool show_secrets;
	bool records;		/* of TLS are in the stream */
	enum time_column times; /* of the timeline */
	bool secrets_asked;
	bool has_exported;   /* all sessions: they are in a file */
	bool top_wanted;     /* the list was ordered anew: its first row, as soon as it is there */
	bool culprit_wanted; /* the session came under the cursor: its panes go to where it went wrong */
	bool infos;	     /* findings of that severity are listed, too */
	struct state_statistics statistics;
	struct state_compare compare;
	bool sync; /* the focused pane's cursor went where no rows were: the other panes follow when they are */
	uint64_t sync_serial; /* in the answer to this query, at the earliest */
	bool quit;
	bool redraw; /* the whole terminal */

	struct state_find find;
	struct state_copy copy;
	struct state_gift gift;
	struct dialog dialog;
	struct edit_history filters;
	struct edit_history searches;
	struct save_choice save; /* of the last save dialog */
	struct changed_settings changed_settings;

	struct query query;	 /* the last one sent */
	uint64_t list_serial;	 /* the query since which the list's order is what it is */
	uint64_t session_serial; /* the query since which the focused session is what it is */
	uint64_t item_serial;	 /* and the item of it */
	uint64_t packets_serial; /* the query since which all packets are asked for, or not */
	uint64_t mail_serial;
	struct request *requests; /* to be sent, the oldest first */
	size_t request_count;
	size_t request_cap;

	char warnings[STATE_WARNINGS_MAX][256]; /* that the worker told: the newest last, each once */
	size_t warning_count;
	uint64_t message_serial; /* of the snapshot's last message seen */
	char message[256];
	bool message_is_error;
	int64_t message_until_ns;
	bool message_stays; /* nothing that the worker says covers it, but what failed */
};

void state_init(struct state *st, const struct options *options);
void state_fini(struct state *st);

/* The view that keys go to: the uppermost. */
enum view_id state_view(const struct state *st);
/* The opened packet, whether its fields or its bytes have the keys; the opened mail of the session; 0: none. */
uint64_t state_packet(const struct state *st);
uint32_t state_mail(const struct state *st);
/* Whether there is nothing to go back to. */
bool state_is_top(const struct state *st);
void state_layout(const struct state *st, struct layout *out);

/* Takes a new snapshot in: follows, keeps the cursors on what they were on, sees answers. */
void state_update(struct state *st, const struct snapshot *s);

/* Builds the query from the state; true when it differs from the last one, which it then replaces with a new serial. */
bool state_query(struct state *st);

/* Adds a request of that kind to be sent and returns it to be filled; valid until the next. */
struct request *state_request(struct state *st, enum request_kind kind);

/* Shows a line for some seconds. */
void state_say(struct state *st, bool is_error, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether the snapshot holds the rows of the focused session, of the list as it is now sorted, of the opened mail. */
bool state_has_session(const struct state *st, const struct snapshot *s);
bool state_has_list(const struct state *st, const struct snapshot *s);
bool state_has_mail(const struct state *st, const struct snapshot *s);

/* The list that fills the table pane, as the query names it. */
enum query_list state_list(const struct state *st);
/* What a finding's key means now: its number in the focused session, or UINT32_MAX for the cause. */
uint32_t state_finding(const struct state *st);

/* The other panes go where a row of one of them says: 0 as packet leaves the packet pane where it is. */
void state_follow_row(struct state *st, uint64_t timeline_row, uint64_t position, uint64_t packet);
/* The same, for a place that the worker tells. */
void state_go_to(struct state *st, const struct snapshot_place *place);
/* Another session comes under the cursor: its panes begin where it went wrong, or at their first rows. */
void state_focus_session(struct state *st, uint64_t session);
/* The list is ordered anew: its first row comes under the cursor when it is there. */
void state_go_to_top(struct state *st);

/* Whether it has the statistics as they are asked for now. */
bool state_has_statistics(const struct state *st, const struct snapshot *s);

/* The view on top, or the row under its cursor, is to be copied to the clipboard, or given to others. */
void state_copy(struct state *st, enum state_copying what, enum state_receiver receiver);
/* A mail as it was sent, where one is at hand, else what the view shows, is to be given to a command. */
void state_give(struct state *st);
/* What is chosen of the opened mail, or the mail within it that is opened; none: it is the mail itself. */
struct part_path state_part(const struct state *st);
/* The opened mail, or the selected one of a list of mails; 0: none. */
uint32_t state_mail_at_hand(const struct state *st);

/* Likewise of two sessions side by side: as far as they were chosen, and their rows. */
bool state_has_compare(const struct state *st, const struct snapshot *s);
/* Whether a row of one of them was opened and its session is still looked at. */
bool state_is_below_compare(const struct state *st);

/* Asks for another display filter, and says so. */
void state_filter(struct state *st, const char *text);

/* The row of the focused session, or NULL. */
const struct snapshot_session_row *state_session_row(const struct state *st, const struct snapshot *s);

#endif
