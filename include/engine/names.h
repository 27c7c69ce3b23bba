/*
 * names: host names of addresses, from the hosts file and from the DNS answers that the capture shows. Owned by the
 * engine, worker thread. The resolver is never asked. At most NAMES_MAX names are kept.
 */
#ifndef ENGINE_NAMES_H
#define ENGINE_NAMES_H

#include "base/slice.h"

enum {
	NAMES_MAX = 100000,
};

struct names;

struct names *names_new(void);
void names_free(struct names *n);

/* Reads a file in the form of hosts(5); a missing one is no fault. */
void names_read_hosts(struct names *n, const char *path);

/* The first name of an address counts. */
void names_add(struct names *n, const uint8_t *address, bool is_ipv6, const char *name);

/* A UDP datagram from port 53. */
void names_read_answer(struct names *n, struct slice message);

size_t names_count(const struct names *n);

/* NULL when it is not known. */
const char *names_lookup(const struct names *n, const uint8_t *address, bool is_ipv6);

#endif
