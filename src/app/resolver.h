/*
 * resolver: asks the domain name system which names belong to addresses (PTR), on a thread of its own, by c-ares.
 *
 * Made when the user wants it, and only then: nothing is ever asked otherwise. Ending it gives up what is on its way.
 * Each address is asked for once, RESOLVER_FLIGHT_MAX at a time; an answer that does not come within two tries of two
 * seconds is none. What the names say nobody has proved: whoever owns an address can give it any name.
 * All functions are the worker thread's.
 */
#ifndef APP_RESOLVER_H
#define APP_RESOLVER_H

#include <stdint.h>

#include "base/error.h"
#include "sync/doorbell.h"

enum {
	RESOLVER_FLIGHT_MAX = 16,
	RESOLVER_ASKED_MAX = 20000, /* addresses: beyond, no more are asked for */
	RESOLVER_NAME_SIZE = 256,
};

struct resolver;

struct resolver_counters {
	uint32_t asked;
	uint32_t named;
	uint32_t nameless; /* no such name, or no answer */
};

/* `server`: "address[:port]", "[address6]:port"; NULL: those of the system. `worker` is rung when an answer is there.
 */
struct resolver *resolver_new(const char *server, struct doorbell *worker, struct error *err);
void resolver_free(struct resolver *r);

/* Asks, unless it was asked before or there are too many. The address has 4 or 16 bytes. */
void resolver_ask(struct resolver *r, const uint8_t *address, bool is_ipv6);

/* Gives the names that were found to `sink`. Returns whether any answer was there, also those without a name. */
typedef void resolver_sink(void *ctx, const uint8_t *address, bool is_ipv6, const char *name);
bool resolver_collect(struct resolver *r, resolver_sink *sink, void *ctx);

const struct resolver_counters *resolver_counters(const struct resolver *r);
/* Addresses asked for whose answer is not here. */
uint32_t resolver_pending(const struct resolver *r);

#endif
