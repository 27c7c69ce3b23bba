/*
 * pcapng: writes the blocks of a capture file (draft-ietf-opsawg-pcapng) into a buffer, in this machine's byte order.
 *
 * Pure: whoever has a file open writes the buffer there. A file is one section, then its interfaces (numbered from 0 in
 * the order in which they are put), then packets.
 */
#ifndef BASE_PCAPNG_H
#define BASE_PCAPNG_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

void pcapng_put_section(struct buffer *out);

struct pcapng_interface {
	int link_type; /* a LINKTYPE_ value */
	uint32_t snaplen;
	uint8_t digits;		 /* resolution of its packets' times: 3, 6 or 9 decimals */
	const char *name;	 /* NULL: it is not known */
	const char *description; /* where its packets come from, if that has no name; or NULL */
};

void pcapng_put_interface(struct buffer *out, const struct pcapng_interface *i);

/* A block of TLS secrets, as a key log has them. It comes before the packets that need it. */
void pcapng_put_secrets(struct buffer *out, struct slice text);

/* An enhanced packet block. `interface`: the number of one that was put; `ticks`: the time, in its resolution. */
void pcapng_put_packet(struct buffer *out, uint32_t interface, uint64_t ticks, struct slice bytes, uint32_t wire_len);

enum {
	PCAPNG_NAMED_MAX = 1024, /* interfaces; of further ones the link type alone is told */
	PCAPNG_INTERFACES_MAX = 2048,
};

/* The interfaces of a file, as they are met. Zeroed: none. */
struct pcapng_interfaces {
	struct pcapng_interface *list;
	size_t count;
	size_t cap;
	size_t latest;
};

void pcapng_interfaces_fini(struct pcapng_interfaces *known);
/* Puts a packet, before it its interface where that is new (texts are the same that have the same address). False:
 * there is no room for another interface. */
bool pcapng_interfaces_put(struct pcapng_interfaces *known, struct buffer *out, const struct pcapng_interface *of,
			   int64_t time_ns, struct slice bytes, uint32_t wire_len);

#endif
