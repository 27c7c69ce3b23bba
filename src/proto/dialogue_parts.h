/*
 * dialogue_parts: what the files of the dialogue share: dialogue.c takes what comes, dialogue_gap.c what is missing,
 * dialogue_secret.c finds what may be secret in what was not taken. Internal to them.
 */
#ifndef PROTO_DIALOGUE_PARTS_H
#define PROTO_DIALOGUE_PARTS_H

#include "proto/dialogue.h"
#include "proto/protocol_ops.h"
#include "proto/talk.h"

const struct protocol_ops *dialogue_parts_ops(const struct dialogue *d);

/* Takes what can be taken, returns how much that was. */
size_t dialogue_parts_feed(struct talk *t, enum side side, struct slice in);

/* A line of the client; one that is not understood. */
void dialogue_parts_client_line(struct talk *t, const struct line *line);
void dialogue_parts_skip_line(struct talk *t, const struct line *line);

/* What a side says may be seen in another light from now on. */
void dialogue_parts_look_again(struct dialogue *d);

/* dialogue_gap.c: the last piece of a mail before a gap, or the end; what a side was saying ends here. */
void dialogue_parts_take_cut_data(struct talk *t, enum side side, struct slice cut);
void dialogue_parts_cut_off(struct talk *t, enum side side);

#endif
