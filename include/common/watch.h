/*
 * watch: what was odd about a connection, and the packets that show it: for those who want to know why mail does not
 * move. Nothing of it is needed to put bytes in order.
 *
 * One for each connection of a flow table that watches; filled by flow/watch.c, read by the rules. Of each kind of
 * packet the first WATCH_PACKETS - 1 are kept and the latest. A value.
 */
#ifndef COMMON_WATCH_H
#define COMMON_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/side.h"

enum {
	WATCH_PACKETS = 4,
};

enum watch_kind {
	WATCH_SYN,
	WATCH_FIN,
	WATCH_RST,
	WATCH_RESENT, /* late: because of a loss */
	WATCH_CONFLICT,
	WATCH_DAMAGED,
	WATCH_CLOSED_WINDOW, /* of those who receive: the first that closes it, and those that open it again */
	WATCH_CUT,
	WATCH_KINDS
};

struct watch_packets {
	uint32_t number[WATCH_PACKETS]; /* 0: none */
};

/* The first reset of a side. */
struct watch_reset {
	uint32_t packet; /* 0: there is none */
	int64_t time_ns;
	uint64_t offset;       /* where in its side's stream it stood */
	uint8_t ttl;	       /* or hop limit */
	bool is_outside;       /* of the window: who got it did not believe it */
	bool is_foreign;       /* its TTL is none of that side's other packets' */
	uint32_t later_packet; /* the same side went on nevertheless; 0: it did not */
};

/* Bytes that were sent again and again and not acknowledged in between. */
struct watch_stuck {
	uint64_t offset;
	uint32_t len;
	uint32_t first_packet;
	uint32_t last_packet;
	uint16_t repeats; /* 0: none are */
	bool is_whole;	  /* must not be fragmented */
};

/* The longest time in which a side could have gone on and did not. */
struct watch_stall {
	int64_t ns;
	uint32_t before; /* the packet before it, and the one that ended it */
	uint32_t after;
	bool is_own; /* it had said the last word before, too */
};

struct watch_side {
	struct watch_packets packets[WATCH_KINDS];
	struct watch_reset reset;
	struct watch_stuck stuck;
	struct watch_stall stall;
	uint64_t acked;	      /* the peer has acknowledged so many bytes of it */
	uint32_t largest_len; /* of its segments that were acknowledged or may still be */
	uint32_t passed_len;  /* the largest that was acknowledged */
	uint8_t ttl_low;
	uint8_t ttl_high; /* 0: nothing but resets came from it */
};

/* The latest long silence of both sides, and what came of it. */
struct watch_silence {
	int64_t ns;	/* 0: there was none */
	enum side side; /* who spoke first afterwards */
	uint32_t before;
	uint32_t after;
	uint16_t repeats; /* of what was said then */
	uint32_t last_repeat;
	uint32_t reset; /* the packet that answered by a reset */
	bool is_answered;
};

struct watch {
	struct watch_side side[SIDES];
	struct watch_silence silence;
	int64_t closing_ns; /* from the last payload to the first FIN or RST */
	int64_t spoken_ns;  /* when payload came last */
	uint32_t spoken_packet;
	uint32_t spoken_seq; /* behind it */
	uint32_t last_packet;
	enum side speaker; /* whose that was */
	bool has_spoken;
};

#endif
