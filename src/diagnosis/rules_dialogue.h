/*
 * rules_dialogue: how client and server talk: order, pipelining, line ends, goodbyes. Private to diagnosis.
 */
#ifndef DIAGNOSIS_RULES_DIALOGUE_H
#define DIAGNOSIS_RULES_DIALOGUE_H

#include "diagnosis/rules.h"

struct rules_dialogue {
	bool has_quit;		     /* was said */
	bool has_goodbye;	     /* and answered */
	bool has_dismissal;	     /* 221, 421 or BYE came, or 554 was the last word */
	bool has_more;		     /* than hello, NOOP, RSET and QUIT was said */
	bool has_refusal;	     /* something was refused */
	bool is_turned_away;	     /* the greeting was a refusal */
	bool is_cut_short;	     /* a mail was refused while its data flowed, and they stopped */
	bool is_loose_end;	     /* the mail before ended where only some servers see an end */
	bool is_behind_chunk;	     /* of BDAT */
	bool is_behind_starttls;     /* clear text goes on there */
	bool has_gone_on;	     /* a mail or a login was begun in clear */
	bool is_refused;	     /* the last command was */
	bool is_body_open;	     /* a mail's data are passing */
	enum side body_side : 8;     /* whose they are */
	uint8_t open_phase;	     /* of the first command that was never answered */
	uint8_t last_phase;	     /* of the last that was */
	uint32_t recipients_refused; /* of the transaction */
	uint32_t recipients_accepted;
	uint32_t refused_550;
	uint32_t logins_failed;
	struct stamp body_last; /* the last byte before the dot that ends a mail */
	struct stamp dot_last;	/* the last byte of it */
	struct stamp message_reply;
	uint32_t message_index;
};

static inline struct rules_dialogue *rules_dialogue_of(const struct session *s)
{
	return rules_state(s, FAMILY_DIALOGUE);
}

#endif
