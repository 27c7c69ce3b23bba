/*
 * rules_network: what TCP and related traffic tell. Private to diagnosis.
 */
#ifndef DIAGNOSIS_RULES_NETWORK_H
#define DIAGNOSIS_RULES_NETWORK_H

#include "diagnosis/rules.h"

enum {
	RULES_RESENT_MAX = 8,  /* ranges that were sent again and wait to be told apart */
	RULES_BODIES_MAX = 16, /* the latest mails' places in a stream */
};

struct rules_range {
	uint64_t begin;
	uint64_t end;
	uint64_t first; /* packets */
	uint64_t again;
};

struct rules_body {
	uint64_t begin;
	uint64_t end;
};

struct rules_network_side {
	struct rules_range resent[RULES_RESENT_MAX];
	size_t resent_count;
	struct rules_body bodies[RULES_BODIES_MAX];
	size_t body_count; /* ever */
	uint32_t repeats;  /* of commands or replies */
	uint64_t packets[FINDING_PACKETS];
	size_t packet_count;
};

struct rules_network {
	struct rules_network_side side[SIDES];
	struct related_traffic related;
};

/* What other traffic tells, to be read. */
const struct related_traffic *rules_network_related(const struct session *s);

static inline struct rules_network *rules_network_of(const struct session *s)
{
	return rules_state(s, FAMILY_NETWORK);
}

#endif
