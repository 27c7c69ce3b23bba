/*
 * judge: the families of rules, and what each remembers of a session. Internal to mail: diagnosis.c calls them as
 * events arrive.
 */
#ifndef MAIL_JUDGE_H
#define MAIL_JUDGE_H

#include "mail/diagnosis.h"

/* judge_reply.c: what a reply's codes and words mean (sections 4, 5, 8 of the catalogue). */
void judge_reply(struct session *s, struct command *c);

/* judge_talk.c: how client and server talk: order, pipelining, keywords, line ends, waits (section 4, 8). */
struct judge_talk {
	uint32_t recipients_refused; /* of the transaction */
	uint32_t recipients_accepted;
	uint32_t refused_550;
	uint32_t logins_failed;
	uint32_t deletions;
	bool has_ehlo_failed;
	bool has_quit;	    /* was said */
	bool has_goodbye;   /* and answered */
	bool has_loose_dot; /* in the mail before */
	bool is_rehearsed;  /* the transaction was given up after its recipients */
	struct slice last_sender;
	int64_t slowest_ns; /* reply */
	uint32_t slowest_index;
	struct slice slowest; /* its verb: a known one */
};
void judge_talk_event(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		      const struct stamp *last);
void judge_talk_command(struct session *s, struct command *c);
void judge_talk_finish(struct session *s);

/* judge_mail.c: transactions and mails (sections 4, 7). */
void judge_mail(struct session *s, struct mail *m);

/* judge_network.c: what TCP and its neighbours tell (sections 2, 3). */
void judge_network_finish(struct session *s);

/* judge_tls.c: TLS as far as it is in clear (section 6). */
struct judge_tls {
	bool has_keywords;
	bool is_offered; /* STARTTLS was among them */
	bool is_accepted;
	bool has_gone_on; /* in clear */
};
void judge_tls_command(struct session *s, struct command *c);
void judge_tls_finish(struct session *s);

struct diagnosis {
	const struct diagnosis_limits *limits;
	const struct wordings *wordings;
	struct finding *findings;
	size_t count;
	size_t cap;
	struct arena texts;
	bool is_settled;	/* the cause is chosen */
	uint8_t of_rule[RULES]; /* findings of each, saturating */
	struct judge_talk talk;
	struct judge_tls tls;
};

#endif
