#include "common/tcp_anomaly.h"

#include <stddef.h>

struct tcp_anomaly_packets tcp_anomaly_packets(const struct tcp_anomaly *a, enum side side, enum tcp_anomaly_kind kind)
{
	struct tcp_anomaly_packets packets = {{0}};
	size_t count = 0;

	for (size_t i = 0; a != NULL && i < a->note_count; i++)
		if (a->notes[i].side == side && a->notes[i].kind == kind)
			packets.number[count++] = a->notes[i].packet;
	return packets;
}

const struct tcp_anomaly_trouble *tcp_anomaly_trouble(const struct tcp_anomaly *a)
{
	static const struct tcp_anomaly_trouble none;

	return a->trouble != NULL ? a->trouble : &none;
}
