#include "capture/pacer.h"

#include "base/clock.h"

#define PACER_LONGEST_GAP_NS  (2 * CLOCK_NS_PER_S)
#define PACER_LONGEST_LATE_NS CLOCK_NS_PER_S

int64_t pacer_due(struct pacer *p, int64_t packet_ns, int64_t now_ns)
{
	int64_t gap = packet_ns - p->packet_ns;

	if (!p->has_begun) {
		p->has_begun = true;
		p->due_ns = now_ns;
		gap = 0;
	}
	if (gap > PACER_LONGEST_GAP_NS)
		gap = PACER_LONGEST_GAP_NS;
	/* A packet that is older than the one before it is due at once; time goes on from the newest. */
	if (gap > 0)
		p->due_ns += (int64_t)((double)gap / p->speed);
	if (gap >= 0)
		p->packet_ns = packet_ns;
	/* After a stop by the user nothing is made up for. */
	if (p->due_ns < now_ns - PACER_LONGEST_LATE_NS)
		p->due_ns = now_ns;
	return p->due_ns;
}
