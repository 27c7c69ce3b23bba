/*
 * checksum: the checksum of the Internet (RFC 1071) over a TCP segment and its pseudo-header (RFC 9293 section 3.1).
 *
 * Computed for every segment, so it has to be fast: eight bytes at a time, at any alignment.
 */
#ifndef PACKET_CHECKSUM_H
#define PACKET_CHECKSUM_H

#include "packet/segment.h"

/* The one's complement sum of 16-bit words, an odd byte last being filled up with 0; in the byte order of memory, not
 * inverted. */
uint16_t checksum_sum(struct slice bytes);

/* What the checksum of `tcp`, header and whole payload (at least 20 bytes), says; the addresses are those of `s`. A
 * sender whose device does the rest leaves the pseudo-header's sum, with the segment's length or without, or nothing;
 * so do receivers that join segments. */
enum segment_checksum checksum_tcp(const struct tcp_segment *s, struct slice tcp);

#endif
