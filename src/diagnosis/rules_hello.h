/*
 * rules_hello: how the two introduced themselves, and what the server offered. Private to diagnosis.
 */
#ifndef DIAGNOSIS_RULES_HELLO_H
#define DIAGNOSIS_RULES_HELLO_H

#include "diagnosis/rules.h"

/* Keywords of EHLO that matter, a bit each. */
enum offer {
	OFFER_PIPELINING = 1 << 0,
	OFFER_8BITMIME = 1 << 1,
	OFFER_SMTPUTF8 = 1 << 2,
	OFFER_CHUNKING = 1 << 3,
	OFFER_STARTTLS = 1 << 4,
	OFFER_AUTH = 1 << 5,
};

struct rules_hello {
	bool has_offers; /* the answer to EHLO or HELO was seen */
	bool has_ehlo;
	bool has_ehlo_failed;
	bool is_tls_overwritten; /* a keyword that may have been STARTTLS */
	uint8_t offers;		 /* enum offer */
	uint64_t ehlo_packets[2];
	struct slice mechanisms; /* of AUTH, as offered */
	struct slice greeting_name;
	struct slice helo_name;
};

static inline struct rules_hello *rules_hello_of(const struct session *s)
{
	return rules_state(s, FAMILY_HELLO);
}

#endif
