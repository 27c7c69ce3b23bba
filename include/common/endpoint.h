/*
 * endpoint: an address with its port, as somebody tells it (a proxy's header, XCLIENT), or as TCP has it.
 */
#ifndef COMMON_ENDPOINT_H
#define COMMON_ENDPOINT_H

#include "base/slice.h"

struct endpoint {
	uint8_t address[16]; /* an IPv4 address stands in the first four bytes, the others are 0 */
	uint16_t port;
	bool is_ipv6;
	bool has_address;
	bool has_port;
};

/* An address as text, alone: "10.0.0.1", "2001:db8::1". False, and `e` unchanged, when it is none. */
bool endpoint_read_address(struct endpoint *e, struct slice text);

/* A port as text: decimal digits, at most 65535. Likewise. */
bool endpoint_read_port(struct endpoint *e, struct slice text);

/* An address of 4 or 16 bytes. */
void endpoint_set_address(struct endpoint *e, const uint8_t *address, bool is_ipv6);

#endif
