/*
 * state: what a dialogue knows between two calls: a flat struct, but for the room of many commands that wait, see
 * dialogue.h.
 */
#ifndef PROTO_STATE_H
#define PROTO_STATE_H

#include "common/protocol.h"
#include "common/side.h"
#include "proto/dotstuff.h"

enum {
	DIALOGUE_PENDING_MAX = 128,
	DIALOGUE_PENDING_FEW = 8, /* as many as most clients say at once; for more, room is allocated */
	DIALOGUE_TAGGED_MAX = 32, /* of them where each keeps its tag (PROTOCOL_TAGGED) */
	DIALOGUE_TAG_LEN = 6,	  /* of its hash */
};

struct dialogue_pending {
	uint8_t verb; /* enum verb */
	uint8_t flags;
};

/* Where more than a few wait, or some with their tags. */
struct dialogue_room {
	union {
		struct dialogue_pending pending[DIALOGUE_PENDING_MAX];
		struct {
			struct dialogue_pending tagged[DIALOGUE_TAGGED_MAX];
			uint8_t tag[DIALOGUE_TAGGED_MAX][DIALOGUE_TAG_LEN];
		};
	};
};

struct dialogue_imap;

/* Both sides' state; the fields are the parsers' own, but for `protocol` and `offset`. */
struct dialogue {
	enum protocol protocol;
	uint32_t next_index;
	uint64_t offset[SIDES]; /* of the next byte to take */
	uint8_t client_state;
	uint8_t server_state;
	bool greeted;
	bool ended[SIDES];	   /* no more will come */
	bool lost[SIDES];	   /* looking for a line that can be understood */
	bool fresh[SIDES];	   /* nothing was taken since the start or since a gap */
	bool skip_line[SIDES];	   /* in the rest of an over-long line */
	bool awaits_line[SIDES];   /* see dialogue_awaits_line */
	bool is_answered;	   /* the client is lost, but a reply came: it has probably ended a line */
	bool client_stalled;	   /* the client has said more, which waits for the server */
	bool has_hole;		   /* of the client, at any time; also where the capture began midstream */
	bool hole_before;	   /* commands may have been lost: replies may answer nothing */
	bool tls_accepted;	   /* STARTTLS was, and no TLS was seen yet */
	bool is_ambiguous;	   /* see dialogue_is_ambiguous */
	bool at_command;	   /* in a mail that was answered: what comes may be a command */
	bool ambiguous_at_command; /* is_ambiguous: there, not after a dot */
	bool never_ambiguous;	   /* CRLF.CRLF alone ends a mail */
	uint64_t steps;		   /* of work, to weigh ambiguous places: see dialogue_settle */
	bool has_spoken;	   /* the server: what its first line answers is decided */
	uint8_t held_count;	   /* commands that waited when the server's first line was held back; 0: it was not */
	/* commands without their reply; the one at the head has number `first_pending`, the rest follow in sequence */
	uint8_t pending_max;
	uint8_t pending_cap; /* for so many there is room, a power of two */
	uint8_t pending_head;
	uint8_t pending_count;
	uint32_t first_pending;
	struct dialogue_room *room; /* NULL: they stand in `few` */
	struct dialogue_imap *imap; /* what IMAP alone needs; NULL: nothing yet */
	struct dialogue_pending few[DIALOGUE_PENDING_FEW];
	/* the reply that is being read, or whose multi-line answer is */
	char reply_code[4]; /* empty: none */
	uint32_t reply_index;
	bool reply_solicited;
	bool in_transaction;   /* MAIL was accepted */
	bool has_recipient;    /* and a recipient of it that was captured */
	uint16_t recipients;   /* LMTP: accepted, not yet answered for */
	uint16_t replies_left; /* LMTP: final replies still to come, the current one included */
	/* the login that goes on */
	bool auth_open;
	bool auth_has_hole;	      /* lines of the client are missing: nobody knows which the others are */
	bool auth_begins_by_client;   /* its mechanism's first message is the client's, and not said with the command */
	bool auth_early_ok;	      /* POP3: it was answered "+OK" before the client said anything */
	bool login_near;	      /* one was begun, by whatever command: what is no command may be a part of it */
	bool auth_any_order;	      /* the server asks by words for name and password: LOGIN */
	bool login_has_hole;	      /* and lines of the client are missing since */
	bool login_hidden;	      /* one may have begun in a hole, or before the capture */
	uint8_t skipped_lines[SIDES]; /* since the last hole of the side, or the start */
	uint8_t auth_shown_lines;     /* of the client: the first, that hold no secret */
	uint8_t auth_lines;
	uint32_t auth_index;
	uint32_t login_index;	  /* of the latest command that makes a login near */
	uint32_t stray_index;	  /* of the latest reply that answers nothing */
	uint64_t challenge_begin; /* the server's last line in it; both 0: none */
	uint64_t challenge_end;
	/* the mail that goes on */
	bool mail_open;
	uint8_t mail_side;	/* enum side: who sends it */
	uint8_t mail_stuffing;	/* enum dotstuff_kind */
	bool mail_answered;	/* before its end: its "(message)" was told, or the chunk's BDAT has its reply */
	bool mail_accepted;	/* by that answer */
	bool mail_began_before; /* the capture, or in a hole: what comes may not be the first of its mail */
	bool chunk_last;
	struct dotstuff dotstuff;
	uint32_t mail_index;
	uint32_t chunk_index;	/* of the BDAT whose chunk goes on */
	uint32_t awaited_index; /* of the latest command that asked to send one */
	uint64_t mail_begin;
	uint64_t range_begin;
	uint64_t chunk_left; /* of a counted chunk: bytes still to come */
	uint64_t skip_left;  /* octets that are no words: announced, or still to come */
	uint64_t mail_size;
	uint64_t missing_len;
	uint64_t early_hole; /* a gap after DATA before its reply */
	uint64_t unseen_len; /* of what the client said since its last command and was not captured */
};

#endif
