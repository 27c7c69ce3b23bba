/*
 * dns: which names belong to which addresses, read from an answer of the domain name system (RFC 1035, RFC 3596).
 *
 * Pure. A and AAAA records are told under the name that was asked for, not the canonical one that an alias leads to;
 * PTR records under the name they give. Malformed messages give what stands before the fault.
 */
#ifndef PROTO_DNS_H
#define PROTO_DNS_H

#include "base/slice.h"

enum {
	DNS_NAME_SIZE = 256, /* with its NUL; RFC 1035 section 2.3.4 */
};

/* `address` has 4 or 16 bytes; `name` is without the final dot, as it stands in the message. */
typedef void dns_sink(void *ctx, const uint8_t *address, bool is_ipv6, const char *name);

/* `message`: the payload of a UDP datagram from port 53. */
/* The one question that a message asks, or answers. */
struct dns_question {
	uint16_t id;
	uint16_t type;
	bool is_response;
	char name[DNS_NAME_SIZE];
};

/* False: it is no message with one question. */
bool dns_read_question(struct slice message, struct dns_question *question);

void dns_read_answer(struct slice message, dns_sink *sink, void *ctx);

#endif
