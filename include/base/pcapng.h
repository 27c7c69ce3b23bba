/*
 * pcapng: writes the blocks of a capture file (draft-ietf-opsawg-pcapng) into a buffer, in this machine's byte order.
 *
 * Pure: whoever has a file open writes the buffer there. A file is one section, then its interfaces (numbered from 0 in
 * the order in which they are put), then packets. Times have nanoseconds.
 */
#ifndef BASE_PCAPNG_H
#define BASE_PCAPNG_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

void pcapng_put_section(struct buffer *out);

/* `link_type`: a LINKTYPE_ value. `name`: of the interface or file that the packets come from, or NULL. */
void pcapng_put_interface(struct buffer *out, int link_type, uint32_t snaplen, const char *name);

/* An enhanced packet block. `interface`: the number of one that was put. */
void pcapng_put_packet(struct buffer *out, uint32_t interface, int64_t time_ns, struct slice bytes, uint32_t wire_len);

#endif
