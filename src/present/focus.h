/*
 * focus: what is prepared for the one session that the screen looks at: its timeline, its conversation cut into lines,
 * its packets. Kept up to date as the session grows; worker thread, the viewer's.
 */
#ifndef PRESENT_FOCUS_H
#define PRESENT_FOCUS_H

#include "engine/engine.h"
#include "snapshot/snapshot.h"

enum focus_kind {
	FOCUS_CONNECT,
	FOCUS_COMMAND,
	FOCUS_REPLY,
	FOCUS_AUTH_LINE,
	FOCUS_GAP,
	FOCUS_TLS,
	FOCUS_END,
};

/* A row of the timeline. */
struct focus_item {
	int64_t time_ns;
	uint64_t offset; /* in the side's stream */
	uint32_t packet;
	uint32_t order; /* to keep equal times in order */
	uint32_t index; /* of the command; for a gap: its length */
	enum focus_kind kind;
	enum side side;
	const struct reply *reply;
	const struct session_line *line;
};

/* A run of bytes in the conversation: an extent of one side, in the order in which both sides were delivered. */
struct focus_chunk {
	uint64_t position; /* in the conversation */
	uint32_t extent;
	enum side side;
};

/* A line, or a part of a long one. */
struct focus_line {
	uint64_t position;
	bool continues;
};

struct focus {
	uint32_t session;
	uint32_t version; /* of the conversation, when the items were made */
	bool valid;
	struct focus_item *items;
	size_t item_count;
	size_t item_cap;
	struct focus_chunk *chunks;
	size_t chunk_count;
	size_t chunk_cap;
	size_t next_extent[SIDES];
	uint64_t end; /* of the conversation's chunks */
	struct focus_line *lines;
	size_t line_count;
	size_t line_cap;
	size_t scanned_chunk; /* lines are known up to here */
	uint64_t open_len;    /* bytes of the last line so far; 0: the next byte begins one */
	uint32_t *packets;
	size_t packet_count;
	size_t packet_cap;
};

void focus_fini(struct focus *f);

/* Looks at another session (0: none), or again at the same. */
void focus_update(struct focus *f, struct engine *e, uint32_t session);

/* Cuts further chunks into lines, for about 2 ms. Returns whether there are more. */
bool focus_work(struct focus *f, struct engine *e);

/* Where a byte of one side lies in the conversation, and back. */
uint64_t focus_position(const struct focus *f, struct conversation *v, enum side side, uint64_t offset);
const struct focus_chunk *focus_chunk_at(const struct focus *f, uint64_t position);

/* The latest row at or before a packet; the line that holds a position. */
size_t focus_item_of_packet(const struct focus *f, uint32_t packet);
size_t focus_line_of(const struct focus *f, uint64_t position);
size_t focus_packet_row(const struct focus *f, uint32_t packet);

/* The text of a line, masked, at most `size` bytes of it. */
struct focus_text {
	enum side side;
	uint32_t packet;
	bool missing;
	bool encrypted;
	bool secret;
};
void focus_line_text(const struct focus *f, struct engine *e, size_t line, bool show_secrets, struct buffer *out,
		     struct focus_text *about);

#endif
