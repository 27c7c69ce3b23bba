/*
 * diagnosis: what went wrong with a session, found as its events arrive.
 *
 * Rules (rule.h) look at commands, replies, mails and what TCP tells, never at packets again. A rule that holds adds a
 * finding: a sentence with this session's facts and the server's own words, and the packets that prove it. The last
 * step, when the session is over, chooses the one cause; the other findings are its consequences. Owned by the session,
 * worker thread; NULL where nobody wants to know. Limits: FINDINGS_OF_RULE_MAX findings of a rule, the rest counted.
 *
 * Absence proves something only where the capture is whole: see diagnosis_is_whole.
 */
#ifndef DIAGNOSIS_DIAGNOSIS_H
#define DIAGNOSIS_DIAGNOSIS_H

#include "base/arena.h"
#include "base/clock.h"
#include "common/key_help.h"
#include "common/limits.h"
#include "diagnosis/related_traffic.h"
#include "diagnosis/rule.h"
#include "mail/session.h"
#include "mail/session_tls.h"
#include "proto/body_lint.h"

enum {
	FINDING_PACKETS = 8,
	FINDINGS_OF_RULE_MAX = 8,
};

/* Where in the session it happened, in Postfix's words: administrators look for them in logs. */
/* "sending RCPT TO"; NULL for none. */
const char *phase_name(enum phase phase);
/* The phase that a command belongs to. */
enum phase phase_of_command(const struct session *s, const struct command *c);
/* The phase in which a mail's data pass. */
enum phase phase_of_mail(const struct mail *m);

struct finding {
	uint8_t rule;	  /* enum rule */
	uint8_t severity; /* enum severity */
	uint8_t phase;	  /* enum phase */
	uint8_t packet_count;
	bool is_root;
	bool is_refusal;  /* of the command `index` */
	bool is_bare;	  /* of a login, before the client said who it is */
	bool is_overcome; /* and the same was taken later: it is the cause of nothing */
	uint32_t index;	  /* of the command, or DIALOGUE_NO_COMMAND */
	uint32_t mail;	  /* 0: none */
	uint64_t packets[FINDING_PACKETS];
	int64_t time_ns;
	const char *name;     /* that fits better than the rule's; NULL: none does */
	const char *advice;   /* likewise */
	struct slice message; /* a sentence, UTF-8 not guaranteed: the server's words are in it */
};

static inline const char *finding_name(const struct finding *f)
{
	return f->name != NULL ? f->name : rule_row((enum rule)f->rule)->name;
}

static inline const char *finding_advice(const struct finding *f)
{
	return f->advice != NULL ? f->advice : rule_row((enum rule)f->rule)->advice;
}

struct reply_patterns;

struct diagnosis;

/* `patterns`: may be NULL; `key_help`: NULL where nothing is known of this machine. All must outlive it. */
struct diagnosis *diagnosis_new(const struct limits *limits, const struct reply_patterns *patterns,
				const struct key_help *key_help);
/* See mem_fetch; `d` may be NULL. */
void diagnosis_fetch(const struct diagnosis *d);
void diagnosis_free(struct diagnosis *d);
/* Bytes; of NULL 0. */
size_t diagnosis_memory(const struct diagnosis *d);
/* Nothing more will be judged: what was found stays, at the address that is returned. */
struct diagnosis *diagnosis_compact(struct diagnosis *d);

/* A copy of how far it has come, for a session that may go on after its end: see diagnosis_go_on. `d` may be NULL. */
struct diagnosis *diagnosis_hold(const struct diagnosis *d);
/* `d` is as it was when it was held; what `held` was is then it. Both may be NULL. */
struct diagnosis *diagnosis_go_on(struct diagnosis *d, struct diagnosis *held);

/* ---- what happens, in order; each does nothing when the session has no diagnosis ---- */

/* An event of the dialogue, before the session takes it. */
void diagnosis_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		     const struct stamp *last);
/* A command has all its replies, or will get none. */
void diagnosis_command(struct session *s, struct command *c);
/* A mail's outcome is known. */
void diagnosis_mail(struct session *s, struct mail *m);
/* And what is in it, before that. */
void diagnosis_content(struct session *s, struct mail *m, const struct body_lint *i);
/* And what is broken in its parts, where they were looked at. */
void diagnosis_parts(struct session *s, const struct mail *m, bool has_open_part, bool has_broken_encoding);
/* The session is over, and what TCP knows is in it: the last rules, and the choice of the cause. */
void diagnosis_finish(struct session *s);

/* Bytes of a side were sent again: [begin, end) of its stream. `first`: the packet in which they were seen before. */
void diagnosis_resent(struct session *s, enum side side, uint64_t begin, uint64_t end, uint64_t first, uint64_t again);

/* What TLS tells, after the session has taken it; `at`: its last byte. */
void diagnosis_tls(struct session *s, const struct tls_event *event, const struct stamp *at);

/* For the engine to fill; NULL when the session has no diagnosis. */
struct related_traffic *diagnosis_related_traffic(struct session *s);

/* ---- findings ---- */

size_t diagnosis_count(const struct session *s);
const struct finding *diagnosis_finding(const struct session *s, size_t number);
/* The cause, or, while the session goes on, what would be it now; NULL when nothing was found. */
const struct finding *diagnosis_root(const struct session *s);
/* Those with at least this severity. */
size_t diagnosis_count_from(const struct session *s, enum severity severity);

/* Whether what was said in TLS is not read for want of a key, or not all of it, by a finding that says so; `*help`:
 * what would help here, see key_help_line. */
bool diagnosis_lacks_key(const struct session *s, unsigned int *help);

/* ---- for the rules ---- */

/* Adds a finding with the rule's severity for a temporary (`is_permanent` false) or a permanent answer; NULL when there
 * are FINDINGS_OF_RULE_MAX of the rule already. `c` may be NULL; with it, index, mail, phase and packets (the
 * command's, its last reply's) are filled in. */
struct finding *diagnosis_add(struct session *s, enum rule rule, bool is_permanent, const struct command *c);
void diagnosis_add_packet(struct finding *f, uint64_t packet);
/* Sets the sentence; what comes from the wire goes through %.*s. Nothing when `f` is NULL. */
void diagnosis_say(struct session *s, struct finding *f, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Whether the rule has held in this session already. */
bool diagnosis_has(const struct session *s, enum rule rule);

/* Whether nothing is missing that could matter: both directions seen, no gap, from the start, nothing unread in TLS. */
bool diagnosis_is_whole(const struct session *s);

/* A reply's own words in one line, its codes first: "550 5.1.1 no such user"; cut at `size`. Returns `out`. */
const char *diagnosis_quote(const struct reply *r, char *out, size_t size);

#endif
