/*
 * rules: what the families of rules share. Private to diagnosis.
 */
#ifndef DIAGNOSIS_RULES_H
#define DIAGNOSIS_RULES_H

#include "diagnosis/rule_family.h"

enum {
	RULES_QUOTE_SIZE = 512,
};

/* The finding is about what happened at command `index`, and the mail that it belongs to. */
void rules_place(const struct session *s, struct finding *f, uint32_t index);

struct diagnosis {
	const struct limits *limits;
	const struct reply_patterns *patterns;
	const struct key_help *key_help;
	struct finding *findings;
	size_t count;
	size_t cap;
	size_t size; /* of this and the states */
	struct arena texts;
	bool is_settled;		   /* the cause is chosen */
	uint8_t program;		   /* that the server is: see missing_key.c */
	uint8_t has_rule[(RULES + 7) / 8]; /* a bit each: something was found */
	void *state[FAMILIES];		   /* of each family; NULL: it remembers nothing, or nothing yet */
};

/* Of a family whose state is apart. */
void *rules_new_state(struct diagnosis *d, enum family family);

/* What a family remembers of the session, which has a diagnosis. */
static inline void *rules_state(const struct session *s, enum family family)
{
	void *state = s->diagnosis->state[family];

	return state != NULL ? state : rules_new_state(s->diagnosis, family);
}

static inline bool rules_has_state(const struct session *s, enum family family)
{
	return s->diagnosis->state[family] != NULL;
}

/* A finding that points to a moment; `at` may be NULL. */
struct finding *rules_add(struct session *s, enum rule rule, bool is_permanent, enum phase phase,
			  const struct stamp *at);
/* What was found is what another rule says. */
void rules_rename(struct diagnosis *d, struct finding *f, enum rule rule);
/* It points to the packets of that kind. */
void rules_add_anomalies(struct finding *f, const struct session *s, enum side side, enum tcp_anomaly_kind kind);
/* Whether something that is missing was missing on the wire, too: both directions were captured whole, from the start,
 * and to the end. TLS does not matter. */
bool rules_is_seen(const struct session *s);
/* Where that cannot be told because of a loss: says so, once, in a finding without weight. `what`: "whether ...". */
void rules_doubt(struct session *s, enum rule rule, const char *what);
/* Where the dialogue stood when it ended. */
enum phase rules_last_phase(const struct session *s);
bool rules_is_verb(const struct command *c, enum verb verb);
/* "client", "server". */
const char *rules_side_name(enum side side);
double rules_seconds(int64_t ns);
/* Whether the server gave its reason before it went: a finding of 421 and the like. */
bool rules_was_told_to_go(const struct session *s);

#endif
