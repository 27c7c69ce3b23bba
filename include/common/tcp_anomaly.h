/*
 * tcp_anomaly: what was odd about a connection, and the packets that show it: for those who want to know why mail does
 * not move. Nothing of it is needed to put bytes in order.
 *
 * One for each connection of a flow table that notes anomalies; filled by flow/tcp_anomaly.c, read by the rules. Of
 * each kind of packet the first TCP_ANOMALY_PACKETS - 1 are kept and the latest. There may be a million of them: what
 * only few connections meet is allocated when they do.
 */
#ifndef COMMON_TCP_ANOMALY_H
#define COMMON_TCP_ANOMALY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/side.h"

enum {
	TCP_ANOMALY_PACKETS = 4,
};

enum tcp_anomaly_kind {
	TCP_ANOMALY_SYN,
	TCP_ANOMALY_FIN,
	TCP_ANOMALY_RST,
	TCP_ANOMALY_RESENT, /* late: because of a loss */
	TCP_ANOMALY_CONFLICT,
	TCP_ANOMALY_BAD_CHECKSUM,
	TCP_ANOMALY_CLOSED_WINDOW, /* of those who receive: the first that closes it, and those that open it again */
	TCP_ANOMALY_CUT,
	TCP_ANOMALY_KINDS
};

struct tcp_anomaly_packets {
	uint64_t number[TCP_ANOMALY_PACKETS]; /* 0: none */
};

struct tcp_anomaly_note {
	uint64_t packet : 48;
	uint64_t side : 8; /* enum side */
	uint64_t kind : 8; /* enum tcp_anomaly_kind */
};

/* The first reset of a side. */
struct tcp_anomaly_reset {
	uint64_t packet; /* 0: there is none */
	int64_t time_ns;
	uint64_t offset;       /* where in its side's stream it stood */
	uint64_t later_packet; /* the same side went on nevertheless; 0: it did not */
	uint8_t ttl;	       /* or hop limit */
	bool is_outside;       /* of the window: who got it did not believe it */
	bool is_foreign;       /* its TTL is none of that side's other packets' */
};

/* Bytes that were sent again and again and not acknowledged in between. */
struct tcp_anomaly_stuck {
	uint64_t offset;
	uint64_t first_packet;
	uint64_t last_packet;
	uint32_t len;
	uint16_t repeats; /* 0: none are */
	bool is_whole;	  /* must not be fragmented */
};

/* The longest time in which a side could have gone on and did not. */
struct tcp_anomaly_stall {
	int64_t ns;
	uint64_t before; /* the packet before it, and the one that ended it */
	uint64_t after;
	bool is_own; /* it had said the last word before, too */
};

struct tcp_anomaly_side {
	struct tcp_anomaly_stall stall;
	uint64_t acked;	      /* the peer has acknowledged so many bytes of it */
	uint32_t largest_len; /* of its segments that were acknowledged or may still be */
	uint32_t passed_len;  /* the largest that was acknowledged */
	uint8_t ttl_low;
	uint8_t ttl_high; /* 0: nothing but resets came from it */
};

/* The latest long silence of both sides, and what came of it. */
struct tcp_anomaly_silence {
	int64_t ns; /* 0: there was none */
	uint64_t before;
	uint64_t after;
	uint64_t last_repeat;
	uint64_t reset;	  /* the packet that answered by a reset */
	enum side side;	  /* who spoke first afterwards */
	uint16_t repeats; /* of what was said then */
	bool is_answered;
};

/* What few connections have. */
struct tcp_anomaly_trouble {
	struct tcp_anomaly_reset reset[SIDES];
	struct tcp_anomaly_stuck stuck[SIDES];
	struct tcp_anomaly_silence silence;
};

struct tcp_anomaly {
	struct tcp_anomaly_side side[SIDES];
	struct tcp_anomaly_trouble *trouble; /* NULL: none; read by tcp_anomaly_trouble */
	struct tcp_anomaly_note *notes;	     /* in the order in which they came; read by tcp_anomaly_packets */
	uint8_t note_count;
	uint8_t note_cap;
	bool has_spoken;
	int64_t closing_ns; /* from the last payload to the first FIN or RST */
	int64_t spoken_ns;  /* when payload came last */
	uint64_t spoken_packet;
	uint64_t last_packet;
	uint32_t spoken_seq; /* after it */
	enum side speaker;   /* who spoke then */
};

/* The packets of a kind that are kept; `a` may be NULL. */
struct tcp_anomaly_packets tcp_anomaly_packets(const struct tcp_anomaly *a, enum side side, enum tcp_anomaly_kind kind);

/* Of a connection that met none it is empty. */
const struct tcp_anomaly_trouble *tcp_anomaly_trouble(const struct tcp_anomaly *a);

#endif
