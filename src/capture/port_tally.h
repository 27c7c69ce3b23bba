/*
 * port_tally: how many packets each mail port had in the last seconds, on one interface. A value; times are monotonic
 * and never go back.
 */
#ifndef CAPTURE_PORT_TALLY_H
#define CAPTURE_PORT_TALLY_H

#include "base/slice.h"
#include "common/interface_row.h"

enum {
	PORT_TALLY_SNAPLEN = 96, /* as much of a packet as is looked at */
};

/* A port that was not seen for as long as is counted leaves its place to another. */
struct port_tally_place {
	uint16_t port; /* 0: free */
	uint32_t packets[INTERFACE_ROW_SECONDS];
};

struct port_tally {
	struct port_tally_place places[INTERFACE_ROW_PORTS];
	int64_t second; /* the latest that is counted */
};

void port_tally_add(struct port_tally *t, uint16_t port, int64_t now_ns);
void port_tally_fill(struct port_tally *t, struct interface_row *row, int64_t now_ns);

/*
 * Of the two ports of a packet of "any" (LINKTYPE_LINUX_SLL2) the mail port, the receiver's first; 0: none is. It runs
 * while the process has its rights, so it reads no more than the two numbers, at the places where the filter of the
 * ports has compared them: TCP in IP, no tunnels.
 */
uint16_t port_tally_port(const uint16_t *ports, size_t count, struct slice packet);

/* What was counted in that time, as a rate; the counters have 32 bits and begin anew. */
uint64_t port_tally_rate(uint32_t before, uint32_t now, int64_t elapsed_ns);

#endif
