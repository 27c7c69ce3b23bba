/*
 * index: a row for each packet of the capture, by its number. Owned by the worker thread; kept only for a screen.
 *
 * A number that was filtered away, or whose row was dropped, has no row. The packets of a session are chained through
 * `next`.
 *
 * Rows lie in chunks of 65,536 numbers. Of those behind the newest, one takes at most about twice what its rows need,
 * and nothing when none is left; eight bytes for each between the oldest row and the newest remain. A row's address is
 * good until the next one is added or dropped.
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include <stddef.h>
#include <stdint.h>

/* What is remarkable about a packet. */
enum index_mark {
	INDEX_FROM_SERVER = 1 << 0,
	INDEX_RETRANSMITTED = 1 << 1,
	INDEX_COPY = 1 << 2,
	INDEX_OUT_OF_ORDER = 1 << 3,
	INDEX_GAP_BEFORE = 1 << 4,
	INDEX_HANDSHAKE_1 = 1 << 5,
	INDEX_HANDSHAKE_2 = 2 << 5,
	INDEX_HANDSHAKE_3 = 3 << 5,
	INDEX_HANDSHAKE_MASK = 3 << 5,
	INDEX_KEEPALIVE = 1 << 7,
};

struct index_row {
	int64_t time_ns;
	uint64_t place : 56;
	uint64_t marks : 8; /* enum index_mark */
	uint64_t next : 40; /* the session's next packet; 0: the last */
	uint64_t caplen : 24;
	uint32_t session;	/* the low half of its number, see engine_packet_session; 0: of none */
	uint32_t wire_len : 24; /* at most 2^24 - 1 */
	uint32_t link : 8;	/* see index_link */
};

struct index;

struct index *index_new(void);
void index_free(struct index *x);

/* A row for packet `number` (from 1, at most PACKET_NUMBER_MAX), of no session and without a place. Numbers rise. */
struct index_row *index_add(struct index *x, uint64_t number);
/* NULL when there is no such row. */
struct index_row *index_get(const struct index *x, uint64_t number);
/* The row, which is there, is not needed any more. */
void index_drop(struct index *x, uint64_t number);

/* The highest number added; 0: none. */
uint64_t index_last(const struct index *x);
/* How many rows there are. */
uint64_t index_count(const struct index *x);
/* The lowest number above `number` that has a row; 0: none. */
uint64_t index_next(const struct index *x, uint64_t number);
/* How many of them have lower numbers. */
uint64_t index_rank(const struct index *x, uint64_t number);
/* The number of the row that as many have lower numbers than; 0: there are not that many. */
uint64_t index_at(const struct index *x, uint64_t rank);

/* How a packet was captured: packet_record has the same. */
struct index_link {
	int link_type;
	uint16_t interface;
	uint8_t time_digits;
};

enum {
	INDEX_LINKS_NAMED = 192,
};

/* As a small number for `link`, and back; of more than INDEX_LINKS_NAMED the link type alone is kept. */
uint8_t index_link(struct index *x, const struct index_link *link);
const struct index_link *index_link_of(const struct index *x, uint8_t link);
int index_link_type(const struct index *x, uint8_t link);
/* How many there are: `link` is always below. */
uint8_t index_link_count(const struct index *x);

/* Of memory, for the budget. */
uint64_t index_bytes(const struct index *x);

#endif
