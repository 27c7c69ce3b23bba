/*
 * index: a row for each packet of the capture, by its number. Owned by the worker thread; kept only for a screen.
 *
 * Rows come in chunks of 65,536; a number that was filtered away has an empty row (place STORE_NOWHERE and caplen 0).
 * The packets of a session are chained through `next`.
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
	uint64_t place;
	uint32_t session; /* 0: of none */
	uint32_t next;	  /* the session's next packet; 0: the last */
	uint32_t caplen : 24;
	uint32_t marks : 8;	/* enum index_mark */
	uint32_t wire_len : 24; /* at most 2^24 - 1 */
	uint32_t link : 8;	/* see index_link_type */
};

struct index;

struct index *index_new(void);
void index_free(struct index *x);

/* The row of packet `number` (from 1), made when it is not there. */
struct index_row *index_add(struct index *x, uint32_t number);
/* NULL when there is no such row. */
struct index_row *index_get(const struct index *x, uint32_t number);
/* The highest number added; 0: none. */
uint32_t index_last(const struct index *x);

/* A link type as a small number for `link`, and back. */
uint8_t index_link(struct index *x, int link_type);
int index_link_type(const struct index *x, uint8_t link);
/* How many there are: `link` is always below. */
uint8_t index_link_count(const struct index *x);

uint64_t index_bytes(const struct index *x);

#endif
