/*
 * ports: which TCP ports belong to which mail protocol; lists as users write them: `25;125` or `25,125`.
 */
#ifndef COMMON_PORTS_H
#define COMMON_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "common/protocol.h"

enum {
	PORTS_PER_PROTOCOL = 32,
	PORTS_TEXT_SIZE = PORTS_PER_PROTOCOL * 6 + 1,
};

struct ports {
	uint16_t port[PROTOCOLS][PORTS_PER_PROTOCOL]; /* row 0, PROTOCOL_UNKNOWN, stays empty */
	uint8_t count[PROTOCOLS];
};

/* The defaults. */
void ports_init(struct ports *p);

/* Replaces one protocol's list: `smtp=25;125` (ports_parse) or protocol and list apart. A list may be empty. */
bool ports_parse(struct ports *p, const char *assignment, struct error *err);
bool ports_set(struct ports *p, enum protocol protocol, const char *list, struct error *err);

/* The list with semicolons, NUL-terminated. */
void ports_text(const struct ports *p, enum protocol protocol, char out[PORTS_TEXT_SIZE]);

enum protocol ports_protocol(const struct ports *p, uint16_t port);

/* Every port once; returns how many; `out` holds PROTOCOLS * PORTS_PER_PROTOCOL. */
size_t ports_all(const struct ports *p, uint16_t *out);

#endif
