/*
 * pending: the commands that wait for their replies, in the order in which they were said (RFC 2920).
 *
 * Replies belong to the oldest. Where the capture has holes that is only likely: a command that was pending at a gap
 * of the server may have had its reply in the hole (doubtful), and after a gap of the client replies come for
 * commands that nobody saw (after a hole). What a reply can answer at all then decides.
 *
 * Where replies name their command by a tag (PROTOCOL_TAGGED) they come in any order: see pending_find.
 */
#ifndef PROTO_PENDING_H
#define PROTO_PENDING_H

#include "proto/reply.h"
#include "proto/state.h"
#include "proto/verb.h"

enum {
	PENDING_DOUBTFUL = 1 << 0,
	PENDING_BEHIND_HOLE = 1 << 1,
	PENDING_LINES = 1 << 2,	     /* POP3: +OK is followed by lines */
	PENDING_MAIL = 1 << 3,	     /* POP3: +OK is followed by a mail */
	PENDING_RECIPIENTS = 1 << 4, /* LMTP: one reply for each recipient */
	PENDING_EMPTY = 1 << 5,	     /* an empty line: refused by some servers, left without a word by others */
};

/* Whether this reply can answer this command. */
typedef bool pending_may_answer(enum verb verb, const struct reply *reply);

/* So many may wait in a dialogue of this protocol: a power of two. */
uint8_t pending_max(enum protocol protocol);

/* Gives back, or copies for itself, the room of many commands that wait. */
void pending_fini(struct dialogue *d);
void pending_copy_room(struct dialogue *d);

/* The latest command, which has number `index`; the oldest goes when there is no room, see pending_is_full. */
void pending_push(struct dialogue *d, uint32_t index, enum verb verb, uint8_t flags);
void pending_pop(struct dialogue *d);

/* Likewise, with the tag that its reply will have. */
void pending_push_tagged(struct dialogue *d, uint32_t index, enum verb verb, uint8_t flags, struct slice tag);

/* The oldest with this tag, `*index`: its number; NULL: none that was seen has it. And: that one has its reply. */
struct dialogue_pending *pending_find(struct dialogue *d, struct slice tag, uint32_t *index);
void pending_settle(struct dialogue *d, struct dialogue_pending *pending);

/* Command `index`, while it waits; NULL. */
struct dialogue_pending *pending_at(struct dialogue *d, uint32_t index);

/* The oldest that waits, of this verb (VERB_UNKNOWN: of any): doubtful ones only where all are. */
bool pending_oldest(struct dialogue *d, enum verb verb, uint32_t *index);

/* Command `index` has its answer: older ones that had theirs in a hole, beyond doubt, will get none. */
void pending_pass(struct dialogue *d, uint32_t index);

/* No room for another that should not be lost. */
bool pending_is_full(const struct dialogue *d);

/* The oldest, or NULL. And the one after it, if there are two. */
struct dialogue_pending *pending_head(struct dialogue *d);
const struct dialogue_pending *pending_second(const struct dialogue *d);

/* The one that this reply belongs to, made the oldest by dropping those that had theirs in a hole; NULL: it answers
 * nothing that was seen. */
struct dialogue_pending *pending_match(struct dialogue *d, const struct reply *reply, pending_may_answer *may_answer);

/* Whether the client said something after the gap that made the oldest doubtful. */
bool pending_is_overtaken(const struct dialogue *d);

/* A gap of the server: all may have been answered in it, and the oldest was, if it was doubtful and others were said
 * since (but for replies that come in any order). And: none was after all. */
void pending_doubt(struct dialogue *d);
void pending_trust(struct dialogue *d);

#endif
