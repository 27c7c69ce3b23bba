/*
 * rule_family: rules that look at one side of a session, with what they remember of it: a row of families.def, a file
 * rules_*.c. Private to diagnosis, which calls the hooks; each may be NULL.
 */
#ifndef DIAGNOSIS_RULE_FAMILY_H
#define DIAGNOSIS_RULE_FAMILY_H

#include "diagnosis/diagnosis.h"

struct rule_family {
	const char *name;
	unsigned int traits; /* of enum protocol_trait: looks at sessions with one of them only; 0: at all */
	size_t state_size;   /* of what it remembers of a session, zero at first: see rules_state */
	bool is_apart;	     /* that is allocated when it is first asked for: few sessions need it, or none at first */
	/* An event of the dialogue, before the session takes it. */
	void (*event)(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		      const struct stamp *last);
	/* A command has all its replies, or will get none. */
	void (*command)(struct session *s, struct command *c);
	/* What is in a mail; then that its outcome is known. */
	void (*content)(struct session *s, struct mail *m, const struct body_lint *i);
	void (*mail)(struct session *s, struct mail *m);
	/* What TLS tells; `at`: its last byte. */
	void (*tls)(struct session *s, const struct tls_event *event, const struct stamp *at);
	/* The session is over, and what TCP knows is in it. */
	void (*finish)(struct session *s);
};

enum family {
#define FAMILY(id, name) FAMILY_##id,
#include "diagnosis/families.def"
#undef FAMILY
	FAMILIES
};

#define FAMILY(id, name) extern const struct rule_family rules_##name##_family;
#include "diagnosis/families.def"
#undef FAMILY

#endif
