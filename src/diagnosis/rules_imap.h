/*
 * rules_imap: how a session of IMAP went: what the server offers before the login, which mailboxes were opened, which
 * mails were fetched, what has no answer, whether the server said why it left. Private to diagnosis.
 *
 * Lists lie in the diagnosis's arena. Limits: the enum below; what is more is left out.
 */
#ifndef DIAGNOSIS_RULES_IMAP_H
#define DIAGNOSIS_RULES_IMAP_H

#include "diagnosis/rules.h"

enum {
	RULES_IMAP_BOXES_MAX = 256,
	RULES_IMAP_FETCHES_MAX = 1000,
};

/* A mailbox that was opened, made, renamed or deleted. */
struct rules_imap_box {
	struct rules_imap_box *next;
	struct slice name;     /* as sent, without quotes */
	struct slice shown;    /* in UTF-8 */
	uint32_t uid_validity; /* 0: not told */
	uint32_t index;	       /* of the command */
	uint64_t packets[2];
	bool is_renewed; /* its UIDVALIDITY may change */
};

/* A message that was fetched whole. */
struct rules_imap_fetch {
	struct rules_imap_fetch *next;
	const struct rules_imap_box *box;
	uint32_t uid;
	uint32_t mail;
	uint64_t packets[2];
};

struct rules_imap {
	bool is_logged_in;
	bool has_login; /* was tried */
	bool has_logout;
	bool has_asked; /* by CAPABILITY */
	bool has_more;	/* than CAPABILITY, ID, NOOP, STARTTLS and LOGOUT was said */
	/* before the login and in clear text */
	bool has_offers;
	bool has_starttls;
	bool has_login_disabled;
	uint64_t offer_packet;
	/* BYE, unless LOGOUT was said */
	struct stamp bye; /* packet 0: none */
	uint32_t bye_index;
	struct slice bye_text;
	bool bye_is_answered; /* something that was not seen was answered behind it: LOGOUT */
	/* the answer FETCH that was cut off last, unless the server went on */
	struct stamp cut; /* packet 0: none */
	uint32_t cut_index;
	uint32_t cut_mail; /* number; 0: none */
	bool cut_is_literal;
	uint64_t cut_len; /* bytes that came of a literal, and of how many */
	uint64_t cut_size;
	/* the first command that never had an answer */
	uint32_t pending_index; /* good while pending_packet is not 0 */
	uint64_t pending_packet;
	int64_t pending_ns; /* when it was said */
	uint8_t pending_phase;
	bool pending_is_mail; /* APPEND */
	struct slice pending_verb;
	struct rules_imap_box *boxes; /* the latest first */
	uint32_t box_count;
	const struct rules_imap_box *open; /* the one that is selected */
	struct rules_imap_fetch *fetches;  /* the latest first */
	uint32_t fetch_count;
};

static inline struct rules_imap *rules_imap_of(const struct session *s)
{
	return rules_state(s, FAMILY_IMAP);
}

/* What a refusal says. */
void rules_imap_reply(struct session *s, struct command *c, const struct reply *r);
/* What was refused and then taken is not why anything failed. */
void rules_imap_overcome(struct session *s, const struct command *c);

#endif
