/*
 * talk: what the parsers of all protocols share: the dialogue with the sink that its events go to, numbering, and the
 * events themselves. Internal to proto.
 */
#ifndef PROTO_TALK_H
#define PROTO_TALK_H

#include "proto/event.h"
#include "proto/line.h"
#include "proto/reply.h"
#include "proto/state.h"
#include "proto/verb.h"

enum talk_client_state {
	TALK_COMMAND,
	TALK_WAIT_DATA,	 /* DATA was said, its reply must come first */
	TALK_GUESS_DATA, /* DATA was said, its reply is missing: what follows will tell */
	TALK_DATA,
	TALK_CHUNK,
	TALK_OCTETS,	   /* of a literal (IMAP): see protocol_ops */
	TALK_WAIT_OCTETS,  /* XEXCH50, COMPRESS or a literal was announced, the reply must come first */
	TALK_GUESS_OCTETS, /* its reply is missing */
	TALK_SKIP,	   /* in octets that are no words */
	TALK_WAIT_AUTH,	   /* the server has the word in a login */
	TALK_AUTH,	   /* the client has */
	TALK_GUESS_AUTH,
	TALK_WAIT_TLS,
	TALK_PEEK_TLS, /* STARTTLS was accepted or its reply is missing */
	TALK_CLIENT_OPAQUE,
};

enum talk_server_state {
	TALK_REPLY,
	TALK_LINES,	 /* of a multi-line POP3 answer */
	TALK_GUESS_MAIL, /* a POP3 answer to a command that was not captured: what follows will tell */
	TALK_MAIL,
	TALK_SERVER_OCTETS, /* of a literal */
	TALK_SERVER_OPAQUE,
};

struct talk {
	struct dialogue *d;
	dialogue_sink *sink;
	void *ctx;
};

/* An event about a line of one side. */
struct dialogue_event talk_event(enum dialogue_event_kind kind, enum side side, uint32_t index,
				 const struct line *line);
void talk_emit(struct talk *t, const struct dialogue_event *event);

/* Where a part of a line stands in its side's stream; where the line begins if it is none. */
uint64_t talk_place(const struct line *line, struct slice part);

/* Numbers a command that nobody said (VERB_GREETING, VERB_UNSOLICITED, ...: every protocol has a row for each, but
 * VERB_MESSAGE for IMAP) and tells it; it is not pending yet. */
uint32_t talk_special(struct talk *t, enum side side, const struct line *line, enum verb verb);

/* A command of the client, taken apart: tells it, with what is unusual about it. Returns its number. */
uint32_t talk_client_command(struct talk *t, const struct line *line, const struct verb_line *command, bool secret);

/* Appends a command to the pending ones. */
void talk_expect(struct talk *t, uint32_t index, enum verb verb, uint8_t flags);

/* The number of "(greeting)" is given before that of the first command. */
void talk_greet(struct talk *t, const struct line *line);

/* A line of the reply to command `index`, which was told. */
void talk_reply(struct talk *t, uint32_t index, const struct line *line, const struct reply *reply, bool last);

/* A reply that answers nothing: gives it a command of its own, returns the number of that. */
uint32_t talk_unsolicited(struct talk *t, const struct line *line);
/* Likewise, told with what `command` says. */
uint32_t talk_unsolicited_as(struct talk *t, const struct line *line, const struct verb_line *command);

void talk_note(struct talk *t, enum side side, uint32_t index, const struct line *line, enum dialogue_note note);

/* What is unusual about a line itself: its end, its length, NUL. */
void talk_note_line(struct talk *t, enum side side, uint32_t index, const struct line *line);

/* A line that is not understood; `hide`: and not to be seen. */
void talk_skip(struct talk *t, enum side side, const struct line *line, bool hide);

/* One of the server's. After a hole it may be the rest of one that repeats what was not captured. */
void talk_skip_answer(struct talk *t, const struct line *line);

/* `side` is understood again, if it was not, from `begin` on: not behind what was taken. */
void talk_found(struct talk *t, enum side side, uint64_t begin);

/* The client has said something that only the server's answer makes readable: `wait`, or at once `guess` when no answer
 * will come. */
void talk_wait(struct talk *t, enum talk_client_state wait, enum talk_client_state guess);
bool talk_client_waits(const struct dialogue *d);
/* The chunk of BDAT `index` is on its way. */
bool talk_is_in_chunk(const struct dialogue *d, uint32_t index);
/* The answer is missing. */
void talk_guess(struct dialogue *d);

#endif
