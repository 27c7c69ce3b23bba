/*
 * judge: the families of rules, and what each remembers of a session. Internal to mail: diagnosis.c calls them as
 * events arrive.
 */
#ifndef DIAGNOSIS_RULES_H
#define DIAGNOSIS_RULES_H

#include "diagnosis/diagnosis.h"

enum {
	RULES_QUOTE_SIZE = 512,
	RULES_RESENT_MAX = 8,  /* ranges that were sent again and wait to be told apart */
	RULES_BODIES_MAX = 16, /* the latest mails' places in a stream */
	RULES_TRANSACTIONS_MAX = 8,
	RULES_PROBES_MAX = 64,
};

/* The finding is about what happened at command `index`, and the mail that it belongs to. */
void rules_place(const struct session *s, struct finding *f, uint32_t index);

/* rules_reply.c: what a reply's codes and words mean (sections 4, 5, 8 of the catalogue). */
void rules_reply(struct session *s, struct command *c);

/* Keywords of EHLO that matter, a bit each. */
enum offer {
	OFFER_PIPELINING = 1 << 0,
	OFFER_8BITMIME = 1 << 1,
	OFFER_SMTPUTF8 = 1 << 2,
	OFFER_CHUNKING = 1 << 3,
	OFFER_STARTTLS = 1 << 4,
	OFFER_AUTH = 1 << 5,
};

/* rules_dialogue.c: how client and server talk: order, pipelining, keywords, line ends (section 4). */
struct rules_dialogue {
	bool has_offers; /* the answer to EHLO or HELO was seen */
	bool has_ehlo;
	bool has_ehlo_failed;
	bool has_quit;		 /* was said */
	bool has_goodbye;	 /* and answered */
	bool has_dismissal;	 /* 221 or 421 came, or 554 was the last word */
	bool has_more;		 /* than hello, NOOP, RSET and QUIT was said */
	bool has_refusal;	 /* something was refused */
	bool is_turned_away;	 /* the greeting was a refusal */
	bool is_cut_short;	 /* a mail was refused while its data flowed, and they stopped */
	bool is_loose_end;	 /* the mail before ended where only some servers see an end */
	bool is_behind_chunk;	 /* of BDAT */
	bool is_tls_overwritten; /* a keyword that may have been STARTTLS */
	bool is_behind_starttls; /* clear text goes on there */
	bool is_refused;	 /* the last command was */
	bool is_body_open;	 /* a mail's data are passing */
	uint8_t offers;		 /* enum offer */
	uint8_t foreign;	 /* enum foreign: what the client said first is no mail */
	uint8_t open_phase;	 /* of the first command that was never answered */
	uint8_t last_phase;	 /* of the last that was */
	uint32_t ehlo_packets[2];
	uint32_t recipients_refused; /* of the transaction */
	uint32_t recipients_accepted;
	uint32_t refused_550;
	uint32_t logins_failed;
	struct stamp body_last; /* the last byte before the dot that ends a mail */
	struct stamp dot_last;	/* the last byte of it */
	struct stamp greeting_first;
	struct stamp message_reply;
	uint32_t message_index;
	struct slice mechanisms; /* of AUTH, as offered */
	struct slice greeting_name;
	struct slice helo_name;
};
void rules_dialogue_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
			  const struct stamp *last);
void rules_dialogue_command(struct session *s, struct command *c);
void rules_dialogue_finish(struct session *s);

/* rules_latency.c: who waits how long for whom (N06, N07, S31, S61, P21). */
struct rules_latency {
	int64_t slowest_ns;    /* reply */
	int64_t slowest_by_ns; /* more than its limit */
	uint32_t slowest_index;
	uint32_t packets[2];
	uint8_t phase;
	struct slice slowest; /* its verb: a known one */
};
void rules_latency_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
			 const struct stamp *last);
void rules_latency_command(struct session *s, const struct command *c);
void rules_latency_finish(struct session *s);

/* rules_pop3.c: how a mailbox is read (section 8). */
struct rules_pop3 {
	uint32_t deletions;
	uint32_t retrieved;
	uint32_t listed; /* lines of the longest list */
	uint32_t list_packets[2];
	uint32_t first_deletion;
	uint32_t last_deletion;
	bool has_capa;
	bool is_tls_offered;
	bool has_login; /* was tried */
	uint32_t capa_packets[2];
};
void rules_pop3_command(struct session *s, struct command *c);
void rules_pop3_mail(struct session *s, struct mail *m);
void rules_pop3_finish(struct session *s);

/* rules_mail.c: transactions and mails (section 4). */
struct rules_transaction {
	uint64_t sender;     /* hashes */
	uint64_t recipients; /* in any order */
	uint64_t message_id; /* 0: none, or no mail */
	uint32_t packet;
	bool has_data;
	bool is_accepted;
};

/* Transactions of one sender that were given up, one after the other: whom they named. */
struct rules_probes {
	uint64_t sender;
	uint64_t recipients[RULES_PROBES_MAX];
	size_t count;
	uint32_t transactions;
	uint32_t packet; /* of the first */
};

struct rules_mails {
	struct rules_probes probes;
	struct rules_transaction transactions[RULES_TRANSACTIONS_MAX];
	size_t count;	     /* ever */
	uint32_t inspected;  /* the latest mail whose bytes were looked at */
	uint64_t message_id; /* its hash, 0: it has none */
};
void rules_mail(struct session *s, struct mail *m);

/* rules_content.c: what is in a mail (section 7). */
void rules_content(struct session *s, struct mail *m, const struct inspection *i);

/* rules_network.c: what TCP and related traffic tell (sections 2, 3). */
struct rules_range {
	uint64_t begin;
	uint64_t end;
	uint32_t first; /* packets */
	uint32_t again;
};

struct rules_network_side {
	struct rules_range resent[RULES_RESENT_MAX];
	size_t resent_count;
	struct rules_range bodies[RULES_BODIES_MAX];
	size_t body_count; /* ever */
	uint32_t repeats;  /* of commands or replies */
	uint32_t packets[FINDING_PACKETS];
	size_t packet_count;
};

struct rules_network {
	struct rules_network_side side[SIDES];
	struct related_traffic related;
};
void rules_network_event(struct session *s, const struct dialogue_event *event);
void rules_network_finish(struct session *s);

/* rules_close.c: how the connection ended (N05, N15 to N19, T07). */
void rules_close_finish(struct session *s);

/* rules_tls.c: TLS as far as it is in clear (section 6). */
struct rules_tls {
	bool is_accepted; /* STARTTLS was */
	bool has_gone_on; /* in clear */
	bool has_hello[SIDES];
	bool has_failed;
	bool is_closed; /* close_notify */
	uint16_t version;
	uint32_t hello_len;
	uint32_t data_records[SIDES];
	struct stamp hello;
	struct stamp data;
	struct stamp hidden_alert;
	enum side hidden_by;
	uint32_t starttls_packets[2];
};
void rules_tls_command(struct session *s, struct command *c);
void rules_tls_finish(struct session *s);

struct diagnosis {
	const struct limits *limits;
	const struct reply_patterns *patterns;
	struct finding *findings;
	size_t count;
	size_t cap;
	struct arena texts;
	bool is_settled;	/* the cause is chosen */
	uint8_t of_rule[RULES]; /* findings of each, saturating */
	struct rules_dialogue talk;
	struct rules_latency wait;
	struct rules_pop3 pop3;
	struct rules_mails mails;
	struct rules_network network;
	struct rules_tls tls;
};

/* ---- what the families share ---- */

/* A finding that points to a moment; `at` may be NULL. */
struct finding *rules_add(struct session *s, enum rule rule, bool is_permanent, enum phase phase,
			  const struct stamp *at);
/* Whether something that is missing was missing on the wire, too: both directions were captured whole, from the start.
 * TLS does not matter. */
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
