/*
 * tcp_flaws: what was not as it should be in the segments of one side of a connection: counts. Most sides have none: it
 * is allocated with the first. A value.
 */
#ifndef COMMON_TCP_FLAWS_H
#define COMMON_TCP_FLAWS_H

#include <stdint.h>

struct tcp_flaws {
	uint32_t retransmitted;
	uint32_t resent_late; /* of those: when the sender had waited in vain, for a loss: see flow.h */
	uint32_t copied;      /* captured twice */
	uint32_t out_of_order;
	uint32_t conflicts; /* times that other bytes came in the place of some */
	uint32_t damaged;   /* segments with a wrong checksum, of a sender whose others are right */
	uint32_t cut;	    /* segments that were not captured whole */
	/* of the acknowledgements that this side sent */
	uint32_t duplicate_acks;
	uint32_t zero_windows;	 /* times its window closed */
	int64_t zero_window_ns;	 /* the longest time it was closed */
	uint64_t hostile_packet; /* from which on its analysis is given up for the work it causes; 0: it is not */
};

#endif
