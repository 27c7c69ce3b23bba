/*
 * rule: the catalogue of the diagnoses, a row for each (rules.def): what it is called, how bad it is, what it means and
 * what to try. The screen, the records, the report and mailtap-diagnoses(7) say these words.
 */
#ifndef DIAGNOSIS_RULE_H
#define DIAGNOSIS_RULE_H

enum rule {
#define RULE(id, name, temporary, permanent, order, meaning, advice, source) RULE_##id,
#include "diagnosis/rules.def"
#undef RULE
	RULES
};

enum severity {
	SEVERITY_INFO,	   /* explains what is seen */
	SEVERITY_NOTICE,   /* unusual, may need care */
	SEVERITY_WARNING,  /* this attempt failed or is at risk */
	SEVERITY_CRITICAL, /* mail lost, duplicated or refused for good, or a service is down */
	SEVERITIES
};

/* What comes first causes the rest. */
enum rule_order {
	ORDER_CAPTURE,
	ORDER_NETWORK,
	ORDER_TLS,
	ORDER_SESSION,
	ORDER_LOGIN,
	ORDER_ENVELOPE,
	ORDER_CONTENT,
	ORDER_CLOSING,
	ORDER_ASIDE, /* true, but no cause of anything */
};

struct rule_row {
	const char *id; /* "S12" */
	const char *name;
	enum severity temporary; /* where the answer was 4xx, or there is none */
	enum severity permanent;
	enum rule_order order;
	const char *meaning; /* a sentence or two */
	const char *advice;
	const char *source; /* RFC and section; may be empty */
};

const struct rule_row *rule_row(enum rule rule);

/* "critical", "warning", "notice", "info". */
const char *severity_name(enum severity severity);

#endif
