/*
 * imap_state: what a dialogue in IMAP knows between two calls, beside what all protocols do. Internal to proto.
 */
#ifndef PROTO_IMAP_STATE_H
#define PROTO_IMAP_STATE_H

#include "proto/fetch.h"
#include "proto/literal.h"
#include "proto/state.h"

/* Octets of a literal, on their way. */
struct imap_octets {
	uint64_t size; /* announced */
	uint64_t left;
	uint64_t begin; /* in the side's stream */
	uint64_t missing_len;
	uint32_t index; /* of the command */
	bool is_mail;
};

static inline uint64_t imap_octets_so_far(const struct imap_octets *o)
{
	return o->size - o->left - o->missing_len;
}

enum imap_awaited {
	IMAP_AWAITS_LITERAL,
	IMAP_AWAITS_COMPRESS,
};

struct dialogue_imap {
	/* the client's command that is not over */
	bool is_open;
	bool is_secret;	    /* its text and its literals are */
	bool takes_mails;   /* APPEND */
	bool has_mailbox;   /* and that was named */
	bool is_catenating; /* its literals are parts (RFC 4469) */
	uint8_t awaits;	    /* enum imap_awaited: what TALK_WAIT_OCTETS is for */
	uint32_t index;
	struct literal announced; /* by the line that is being read */
	/* the command IDLE that is not over */
	bool is_idle;
	bool idle_began; /* "+" was said to it */
	uint32_t idle_index;
	bool is_doubtful; /* something is missing, or came out of order: "+" may be another command's */
	/* lines "+" that came before what they let go on was seen whole; the place of the latest */
	uint8_t early_count;
	uint64_t early_begin;
	uint64_t early_end;
	/* the untagged answer that is not over */
	bool has_answer;
	bool is_first; /* no line of it was told */
	const char *answer_name;
	uint32_t answer_number;
	struct literal answer_literal;
	struct fetch fetch;
	/* mails in quoted strings */
	uint64_t quoted_begin;
	uint64_t quoted_size;
	struct imap_octets octets[SIDES];
	uint16_t text_len;
	uint8_t *text; /* of the client's literal, where it is short; NULL: it is not */
};

/* Made where there is none yet. */
struct dialogue_imap *imap_state(struct dialogue *d);

void imap_state_fini(struct dialogue *d);
/* A copy was made of the pointer alone. */
void imap_state_copy(struct dialogue *d);
size_t imap_state_memory(const struct dialogue *d);

/* Whether what the client says next is, or may be, a part of a login; or of a mail. */
bool imap_state_is_secret(const struct dialogue *d);
bool imap_state_is_in_mail(const struct dialogue *d);

#endif
