/*
 * fork: which way a dialogue went where servers differ in whether a mail has ended, see dialogue_settle. Internal to
 * proto.
 */
#ifndef PROTO_FORK_H
#define PROTO_FORK_H

#include "proto/event.h"
#include "proto/state.h"

enum fork_way {
	FORK_OPEN, /* both fit what is known */
	FORK_GOES_ON,
	FORK_ENDS,
};

/* Tries both ways on copies of `d`, which stands at a fork, with what is known of both sides behind it; `is_last`: no
 * more will be. */
enum fork_way fork_weigh(const struct dialogue *d, struct slice client, struct slice server, bool is_last);

/* Goes one of the ways. */
void fork_choose(struct dialogue *d, bool ends, dialogue_sink *sink, void *ctx);

#endif
