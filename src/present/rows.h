/*
 * rows: makes the rows of a snapshot out of decoded state, one function for each kind of row. Worker thread, the
 * viewer's.
 */
#ifndef PRESENT_ROWS_H
#define PRESENT_ROWS_H

#include "present/session_detail.h"

/* Which of `total` rows are shown, where these are asked for. */
struct snapshot_window rows_window(struct query_rows rows, uint64_t total);

/* `q` tells whether secrets and the names of hosts are shown. */
void rows_session(struct engine *e, struct connection *v, const struct query *q, struct snapshot_session_row *row);
void rows_timeline(const struct session_detail *f, struct engine *e, size_t item, bool show_secrets,
		   struct snapshot_timeline_row *row);
/* All that the command or the reply of such a row says, as it was sent, line by line; of others the row's text. */
void rows_said(const struct session_detail *f, struct engine *e, size_t item, bool show_secrets, char *out,
	       size_t size);
/* How long the client waited for a reply to `c`; -1: that is not known. */
int64_t rows_latency(const struct session *s, const struct command *c, const struct reply *r);
void rows_stream(const struct session_detail *f, struct engine *e, size_t line, bool show_secrets,
		 struct snapshot_stream_row *row);

/* `f`: the focused session, for places in it. `q` as above. False: there is no such packet any more. */
bool rows_packet(const struct session_detail *f, struct engine *e, uint64_t number, const struct query *q,
		 struct snapshot_packet_row *row);
/* The addresses and ports of a packet's row, for filters: those of its session, or its own. */
void rows_packet_ends(const struct engine *e, struct snapshot_packet_row *row);
void rows_packet_detail(struct engine *e, uint64_t number, bool show_secrets, struct snapshot_packet_detail *detail);

/* What TCP tells of one side: packets, bytes, and what is not 0 of what went wrong. */
void rows_side(const struct session *s, enum side side, char *out, size_t size);
/* Who captured the session, and on which interface, as far as that is known: "Captured on eth0 by router. ". Returns
 * its length; there is room for as much again and more. */
size_t rows_seen(const struct engine *e, const struct session *s, char *out, size_t size);
/* What others say of a session's ends is added to `out`: " Program of the client: thunderbird." */
void rows_annotations(const struct annotations *a, char *out, size_t size);

/* A full stop and a blank, where the text does not end in one already. */
void rows_end_sentence(char *out, size_t size);

/* "accepted", "550 5.1.1": short words, without the sign. */
enum snapshot_meaning rows_result(char *out, size_t size, const struct session *s);

/* A sentence or two on what became of a session: finding `number`, or, with UINT32_MAX, the cause. */
void rows_sentence(struct connection *v, uint32_t number, char *out, size_t size, enum snapshot_meaning *meaning);

#endif
