/*
 * rules_mail: what is remembered of a session's transactions and mails. Private to diagnosis.
 */
#ifndef DIAGNOSIS_RULES_MAIL_H
#define DIAGNOSIS_RULES_MAIL_H

#include "diagnosis/rules.h"

enum {
	RULES_TRANSACTIONS_MAX = 8,
	RULES_PROBES_MAX = 64,
};

struct rules_transaction {
	uint64_t sender;     /* hashes */
	uint64_t recipients; /* in any order */
	uint64_t message_id; /* 0: none, or no mail */
	uint64_t packet;
	bool has_data;
	bool is_accepted;
};

/* Transactions of one sender that were given up, one after the other: whom they named. */
struct rules_probes {
	uint64_t sender;
	uint64_t recipients[RULES_PROBES_MAX];
	size_t count;
	uint32_t transactions;
	uint64_t packet; /* of the first */
};

struct rules_mails {
	struct rules_probes probes;
	struct rules_transaction transactions[RULES_TRANSACTIONS_MAX];
	size_t count;	     /* ever */
	uint32_t inspected;  /* the latest mail whose bytes were looked at */
	uint64_t message_id; /* its hash, 0: it has none */
};

static inline struct rules_mails *rules_mail_of(const struct session *s)
{
	return rules_state(s, FAMILY_MAIL);
}

#endif
