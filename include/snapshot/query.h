/*
 * query: what the screen is looking at. The UI thread publishes one whenever that changes; the worker answers the
 * newest with a snapshot. A plain value: it can be applied any number of times.
 *
 * Windows are asked for by what they are anchored to, with rows before and after, so that the screen can move within
 * what it has while the next snapshot is on its way.
 *
 * What a change asks for: `list`, `sort`: a new order of all rows (a job); `find_serial`: a search (a job), which
 * replaces the one before; `show_secrets`, `numeric`: every text anew; all else: only the window that it names. A
 * filter is a request, not part of the query: it can be wrong.
 */
#ifndef SNAPSHOT_QUERY_H
#define SNAPSHOT_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/part_path.h"
#include "common/statistics.h"

enum {
	QUERY_TEXT_SIZE = 256,
	QUERY_ROWS_MAX = 400, /* in one window */
	QUERY_VALUE_SIZE = 64,
};

/* By the columns of the lists; each has some of them. */
enum query_sort {
	QUERY_SORT_NUMBER,
	QUERY_SORT_START,
	QUERY_SORT_PROTOCOL,
	QUERY_SORT_CLIENT,
	QUERY_SORT_SERVER,
	QUERY_SORT_USER,
	QUERY_SORT_MAILS,
	QUERY_SORT_SIZE,
	QUERY_SORT_DURATION,
	QUERY_SORT_RESULT,
	QUERY_SORT_FROM,
	QUERY_SORT_TO,
	QUERY_SORT_SUBJECT,
	QUERY_SORT_HELO,
	QUERY_SORT_TLS,
	QUERY_SORT_SLOWEST,
	QUERY_SORT_RESENT,
	QUERY_SORT_PROGRAM,
	QUERY_SORT_OBSERVER,
	QUERY_SORT_CLIENT_NAME,
	QUERY_SORT_SERVER_NAME,
	QUERY_SORT_MAILBOX,
	QUERY_SORT_STATE,
	QUERY_SORT_SEVERITY,
	QUERY_SORT_RULE,
	QUERY_SORT_NAME,
	QUERY_SORT_MESSAGE,
	QUERY_SORTS
};

/* What the rows of statistics are ordered by: the greatest first; or by key. */
enum query_statistics_sort {
	QUERY_STATISTICS_SESSIONS,
	QUERY_STATISTICS_FAILED,
	QUERY_STATISTICS_MAILS,
	QUERY_STATISTICS_BYTES,
	QUERY_STATISTICS_KEY,
	QUERY_STATISTICS_MEDIAN,
	QUERY_STATISTICS_P95,
	QUERY_STATISTICS_SLOWEST,
	QUERY_STATISTICS_SORTS
};

/* Which list fills the table pane. */
enum query_list {
#define LIST(id, name) QUERY_LIST_##id,
#define ROWS(structure, member, window)
#include "snapshot/rows.def"
#undef LIST
#undef ROWS
	QUERY_LISTS
};

/* Rows of a list: [first, first + count). UINT64_MAX as first: the last `count` rows. */
struct query_rows {
	uint64_t first;
	uint32_t count;
};

/* Rows around an anchor. */
struct query_around {
	uint64_t anchor;
	uint32_t before;
	uint32_t after; /* the anchor's row included */
};

/* What the mail view shows. */
enum query_mail_view {
	QUERY_MAIL_NONE,
	QUERY_MAIL_TEXT,   /* decoded header fields, text, the list of parts */
	QUERY_MAIL_SOURCE, /* raw */
};

enum query_find {
	QUERY_FIND_NONE,
	QUERY_FIND_LIST,
	QUERY_FIND_TIMELINE,
	QUERY_FIND_STREAM,
	QUERY_FIND_PACKETS,
	QUERY_FIND_MAIL,
	QUERY_FIND_STATISTICS,
	QUERY_FIND_COMPARE,
};

/* Values that no statistics have: they are looked for in the sessions themselves. */
enum query_values {
	QUERY_VALUES_HELO = 1 << 16,
	QUERY_VALUES_FROM = 1 << 17,
	QUERY_VALUES_TO = 1 << 18,
	QUERY_VALUES_SUBJECT = 1 << 19,
	QUERY_VALUES_ATTACHMENT = 1 << 20,
};

struct query {
	uint64_t serial; /* rises with every change; the snapshot repeats it */
	enum query_list list;
	enum query_sort sort; /* of that list */
	bool sort_descending;
	struct query_rows list_rows;
	bool session_mails;	      /* of the list of sessions: columns of their first mails are shown */
	uint64_t session;	      /* number of the focused session; 0: none */
	uint32_t item;		      /* of it, under the cursor in a list of what sessions hold */
	bool follows;		      /* the focused session is that of the list's last row, whichever that is */
	struct query_around timeline; /* anchor: row number */
	struct query_around stream;   /* anchor: position in the conversation; UINT64_MAX: its end */
	struct query_around packets;  /* anchor: packet number; UINT64_MAX: the last */
	bool all_packets;	      /* of the whole capture (key a) */
	uint64_t packet;	      /* opened packet: its fields and bytes; 0: none */
	enum query_mail_view mail_view;
	uint32_t mail;		    /* opened mail of the focused session, from 1 */
	struct part_path mail_part; /* and the mail within it */
	struct query_rows mail_lines;
	enum query_find find; /* look for `find_text` in that pane, from `find_from` (its anchor) on, itself excluded */
	bool find_inclusive;  /* but may be there, too */
	bool find_backwards;
	uint64_t find_serial; /* another search when it changed */
	uint64_t find_from;
	char find_text[QUERY_TEXT_SIZE];
	bool diagnosis;	  /* the lines of the focused session's diagnosis are wanted (key d) */
	uint32_t finding; /* of the focused session, for the clipboard; UINT32_MAX: the cause */
	bool statistics;  /* are wanted (key %) */
	enum statistics_of statistics_of;
	enum query_statistics_sort statistics_sort;
	bool statistics_reversed; /* the smallest first, or the last of the keys */
	struct query_rows statistics_rows;
	uint64_t compare_serial;  /* two sessions side by side are wanted (key =), chosen anew when it changed; 0:
				     none */
	uint64_t compare_session; /* the one under the cursor then; 0: none */
	struct query_rows compare_rows;
	uint32_t values_of; /* values seen are wanted, of these statistics: a bit each; and enum query_values */
	char value_prefix[QUERY_VALUE_SIZE];
	bool infos;   /* of the list of findings: those of severity info, too */
	bool tallies; /* count what the marked and the shown sessions hold, and these: */
	uint64_t tally_session;
	uint32_t tally_mail; /* 0: all of the session */
	bool show_secrets;
	bool records;	     /* of TLS, in the stream */
	bool numeric;	     /* addresses, not names */
	bool resolve;	     /* ask the resolver for names that no packet told */
	uint32_t text_width; /* columns of the mail view, for wrapping its text */
};

#endif
