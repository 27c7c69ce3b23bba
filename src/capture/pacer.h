/*
 * pacer: when each packet of a file is due if the file is played as if it were happening (--replay). Long silences are
 * shortened. Embedded in the capture; used by its thread.
 */
#ifndef CAPTURE_PACER_H
#define CAPTURE_PACER_H

#include <stdbool.h>
#include <stdint.h>

struct pacer {
	double speed; /* 1: as it happened; 2: twice as fast */
	bool has_begun;
	int64_t packet_ns; /* time of the last packet */
	int64_t due_ns;	   /* when it was due */
};

/* Takes the next packet's time; `now_ns` is clock_monotonic_ns. Returns when the packet is due on that clock. */
int64_t pacer_due(struct pacer *p, int64_t packet_ns, int64_t now_ns);

#endif
