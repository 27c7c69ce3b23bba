/*
 * session_detail: what is prepared for the one session that the screen looks at: its timeline, its conversation cut
 * into lines, its packets. Kept up to date as the session grows; worker thread, the viewer's.
 */
#ifndef PRESENT_SESSION_DETAIL_H
#define PRESENT_SESSION_DETAIL_H

#include "engine/engine.h"
#include "present/record_list.h"
#include "present/silence.h"
#include "snapshot/snapshot.h"

enum session_detail_kind {
	FOCUS_CONNECT,
	FOCUS_COMMAND,
	FOCUS_REPLY,
	FOCUS_AUTH_LINE,
	FOCUS_UNTAGGED, /* all untagged answers of a command of IMAP */
	FOCUS_DONE,
	FOCUS_GAP,
	FOCUS_TLS,
	FOCUS_TLS_STEP,
	FOCUS_MAIL, /* the data of one that no command stands for */
	FOCUS_WAIT, /* nobody spoke */
	FOCUS_FIN,
	FOCUS_RST,
	FOCUS_END,
};

/* A row of the timeline. */
struct detail_item {
	int64_t time_ns;
	uint64_t offset; /* in the side's stream */
	uint64_t packet;
	uint32_t order; /* to keep equal times in order */
	uint32_t index; /* of the command; for a gap: its length; of a step of TLS, a silence, a mail: its number */
	enum session_detail_kind kind;
	enum side side;
	const struct reply *reply;
	const struct session_line *line;
};

/* A run of bytes in the conversation: an extent of one side, in the order in which both sides were delivered. */
struct detail_chunk {
	uint64_t position; /* in the conversation */
	uint32_t extent;
	enum side side;
	bool is_record;	 /* it stands for a record of TLS, and `extent` is its number; it has the length 1 */
	bool is_waiting; /* likewise for what waits for a key while the other side is read */
};

/* A line, or a part of a long one. */
struct detail_line {
	uint64_t position;
	bool continues;
};

struct session_detail {
	bool is_filtered;   /* the streams at hand are those behind a filter */
	bool shows_records; /* of TLS, too */
	struct record_list records;
	size_t next_record;
	uint64_t waiting[SIDES]; /* where on the wire what waits for a key begins; UINT64_MAX: nothing does */
	bool has_waiting[SIDES]; /* its chunk is there */
	uint64_t session;
	uint32_t version; /* of the connection, when the items were made */
	bool valid;
	struct detail_item *items;
	size_t item_count;
	size_t item_cap;
	struct detail_chunk *chunks;
	size_t chunk_count;
	size_t chunk_cap;
	size_t next_extent[SIDES];
	uint64_t end; /* of the conversation's chunks */
	struct detail_line *lines;
	size_t line_count;
	size_t line_cap;
	size_t scanned_chunk; /* lines are known up to here */
	uint64_t open_len;    /* bytes of the last line so far; 0: the next byte begins one */
	uint64_t *packets;
	size_t packet_count;
	size_t packet_cap;
	struct silence_list silences;
};

void session_detail_fini(struct session_detail *f);

/* Whether the conversation has the records of TLS, too. */
void session_detail_show_records(struct session_detail *f, bool shows);

/* Looks at another session (0: none), or again at the same. */
void session_detail_update(struct session_detail *f, struct engine *e, uint64_t session);

/* Cuts further chunks into lines, for about 2 ms. Returns whether there are more. */
bool session_detail_work(struct session_detail *f, struct engine *e);

/* Where a byte of one side lies in the conversation, and back. */
uint64_t session_detail_position(const struct session_detail *f, struct connection *v, enum side side, uint64_t offset);
const struct detail_chunk *session_detail_chunk_at(const struct session_detail *f, uint64_t position);

/* The latest row at or before a packet; the line that holds a position. */
size_t session_detail_item_of_packet(const struct session_detail *f, uint64_t packet);
size_t session_detail_line_of(const struct session_detail *f, uint64_t position);
size_t session_detail_packet_row(const struct session_detail *f, uint64_t packet);

/* The text of a line, masked, at most `size` bytes of it. */
struct detail_text {
	enum side side;
	uint64_t packet;
	bool missing;
	bool encrypted;
	bool secret;
};
void session_detail_line_text(const struct session_detail *f, struct engine *e, size_t line, bool show_secrets,
			      struct buffer *out, struct detail_text *about);

#endif
