/*
 * transfer: the mail that is on its way: with doubled dots, from either side (DATA, RETR), or in counted chunks (BDAT).
 * Internal to proto.
 */
#ifndef PROTO_TRANSFER_H
#define PROTO_TRANSFER_H

#include "proto/talk.h"

/* A mail whose data begin at `begin`, not behind what was taken; it belongs to command `index`. */
void transfer_begin(struct talk *t, enum side side, uint32_t index, uint64_t begin, enum dotstuff_kind stuffing);

/* Takes stuffed data; `*ended` tells that the final "." line is among them, and the mail is over. */
size_t transfer_feed(struct talk *t, enum side side, struct slice in, bool *ended);

/* The "." line just taken, that only some servers take for the end, is it. */
void transfer_end_loosely(struct talk *t);

/* A chunk of `len` bytes of the client's mail that is open begins at its offset. */
void transfer_begin_chunk(struct talk *t, uint64_t len, bool last);
/* Takes data of the chunk; when that ends the range is told, and with the last chunk the mail is over. */
size_t transfer_feed_chunk(struct talk *t, struct slice in);

/* After what was taken `len` octets of the client follow that are no words; 0: none. */
void transfer_skip(struct talk *t, uint64_t len);
void transfer_feed_skip(struct talk *t, struct slice in);

/* `len` bytes are missing; returns how many of those were the mail's, or to be skipped. */
uint64_t transfer_gap(struct talk *t, enum side side, uint64_t len);

/* The mail is over without its end: `proven` when that must have been in a gap. */
void transfer_cut(struct talk *t, enum side side, bool proven);

/* Command `index` asked to send a mail: the server's answer must come first. */
void transfer_await_data(struct talk *t, uint32_t index);
/* The reply at hand is that answer. */
bool transfer_is_awaited(const struct dialogue *d);
/* The client's data begin: they were asked for, or (`assumed`) the answer is missing and what follows looks like a
 * mail. */
void transfer_begin_data(struct talk *t, bool assumed);
/* The first final reply comes while the client's data still flow: it answers the mail, which is told before its end.
 */
void transfer_answer_early(struct talk *t, bool accepted);
/* Likewise the refusal of a chunk. */
void transfer_refuse_chunk(struct talk *t);
/* A mail that was answered early ends where it stands: the client goes on with commands. */
void transfer_end_answered(struct talk *t);
/* The client's final "." line was taken; or it must have been in the gap before (`in_hole`). */
void transfer_end_data(struct talk *t, bool in_hole);

#endif
