/*
 * endpoint: the values that a flow is known by: an end of a TCP connection, and a packet's place in the capture.
 */
#ifndef FLOW_ENDPOINT_H
#define FLOW_ENDPOINT_H

#include "packet/segment.h"

struct flow_endpoint {
	struct segment_address address;
	uint16_t port;
};

struct flow_packet {
	int64_t time_ns;
	uint64_t place; /* of the segment's payload */
	uint64_t number;
	uint16_t interface; /* see packet_record */
	uint8_t source;	    /* of the capture's */
};

#endif
