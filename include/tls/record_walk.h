/*
 * record_walk: what the heads of records tell of a side whose key is not there: that encrypted data, or an alert, went
 * by. A push parser, pure; pieces of any size go in. After a gap, or what is no record, it is deaf.
 */
#ifndef TLS_RECORD_WALK_H
#define TLS_RECORD_WALK_H

#include "tls/record_header.h"
#include "tls/tls_event.h"

struct record_walk {
	enum side side;
	bool is_deaf;
	uint8_t head[RECORD_HEADER_LEN + RECORD_CLEAR_ALERT_LEN]; /* of the record at hand */
	uint8_t head_len;
	uint32_t left; /* of its body */
	uint64_t offset;
};

/* `offset`: of the first byte, at which a record begins, counted from where the side's TLS began. */
void record_walk_init(struct record_walk *w, enum side side, uint64_t offset);
/* Tells TLS_DATA, TLS_ALERT and TLS_ALERT_HIDDEN. */
void record_walk_feed(struct record_walk *w, struct slice in, tls_sink *sink, void *ctx);
void record_walk_gap(struct record_walk *w);

#endif
