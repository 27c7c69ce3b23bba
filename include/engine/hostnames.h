/*
 * hostnames: host names of addresses, from the hosts file and from the DNS answers that the capture shows. Owned by the
 * engine, worker thread. The resolver is never asked. At most HOSTNAMES_MAX names are kept, and a part of the memory;
 * those that were met longest ago go, but for those of the hosts file.
 */
#ifndef ENGINE_HOSTNAMES_H
#define ENGINE_HOSTNAMES_H

#include "base/slice.h"

enum {
	HOSTNAMES_MAX = 100000,
};

struct hostnames;

/* `memory_limit`: of which names may take a part; 0: there is none. */
struct hostnames *hostnames_new(uint64_t memory_limit);
void hostnames_free(struct hostnames *n);

/* Reads a file in the form of hosts(5); a missing one is no fault. */
void hostnames_read_hosts(struct hostnames *n, const char *path);

/* The first name of an address counts, as long as it is kept. */
void hostnames_add(struct hostnames *n, const uint8_t *address, bool is_ipv6, const char *name);

/* A UDP datagram from port 53. */
void hostnames_read_answer(struct hostnames *n, struct slice message);

size_t hostnames_count(const struct hostnames *n);
/* Rises when a name comes or goes. */
uint64_t hostnames_changes(const struct hostnames *n);
/* Bytes that they take, but for those of the hosts file. */
uint64_t hostnames_memory(const struct hostnames *n);

/* NULL when it is not known. */
const char *hostnames_lookup(const struct hostnames *n, const uint8_t *address, bool is_ipv6);

#endif
