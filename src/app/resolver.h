/*
 * resolver: asks the domain name system which names belong to addresses (PTR), on a thread of its own, by c-ares.
 *
 * Opened when the user wants it, and only then: nothing is ever asked otherwise. Closing it gives up what is on its
 * way. Each address is asked for once, RESOLVER_FLIGHT_MAX at a time; an answer that does not come within two tries of
 * two seconds is none. What the names say nobody has proved: whoever owns an address can give it any name.
 */
#ifndef APP_RESOLVER_H
#define APP_RESOLVER_H

#include "app/lookup.h"

enum {
	RESOLVER_FLIGHT_MAX = 16,
	RESOLVER_ASKED_MAX = 20000, /* addresses: beyond, no more are asked for */
	RESOLVER_NAME_SIZE = 256,
};

/* Of lookup_options it takes `resolver`: "address[:port]", "[address6]:port". */
extern const struct lookup_ops resolver_lookup;

#endif
