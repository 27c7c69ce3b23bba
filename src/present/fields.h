/*
 * fields: the headers of one packet, field by field, with the place of each in the packet, for the packet view.
 */
#ifndef PRESENT_FIELDS_H
#define PRESENT_FIELDS_H

#include "packet/dissect.h"
#include "snapshot/snapshot.h"

/* What is known of the packet besides its bytes. */
struct fields_about {
	enum dissect_result result;
	const struct tcp_segment *segment; /* when the result is DISSECT_TCP */
	const struct fragment *fragment;   /* when it is DISSECT_FRAGMENT */
	int window_scale;		   /* that the handshake agreed on for its sender; -1: not known */
};

/* Appends a field. */
void fields_add(struct snapshot_packet_detail *detail, uint8_t depth, uint32_t offset, uint32_t len, const char *name,
		const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Appends all fields of all layers of `packet`. */
void fields_add_layers(struct snapshot_packet_detail *detail, struct slice packet, const struct dissect_layers *layers,
		       const struct fields_about *about);

/* "SYN,ACK". */
void fields_put_flags(char *out, size_t size, uint8_t flags);

/* "fragment: bytes 0 to 1479 of id 0x1234, more follow". */
void fields_put_fragment(char *out, size_t size, const struct fragment *fragment);

#endif
