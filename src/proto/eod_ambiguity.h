/*
 * eod_ambiguity: which way a dialogue went where servers differ in whether a mail has ended, see dialogue_settle.
 * Internal to proto.
 */
#ifndef PROTO_EOD_AMBIGUITY_H
#define PROTO_EOD_AMBIGUITY_H

#include "proto/event.h"
#include "proto/state.h"

enum eod_way {
	EOD_OPEN, /* both fit what is known */
	EOD_GOES_ON,
	EOD_ENDS,
};

/* Tries both ways on copies of `d`, which stands at such a place, with what is known of both sides after it;
 * `is_last`: no more will be. Counts its steps in d->steps. */
enum eod_way eod_ambiguity_weigh(struct dialogue *d, struct slice client, struct slice server, bool is_last);

/* Goes one of the ways from such a place. */
void eod_ambiguity_choose(struct dialogue *d, bool ends, dialogue_sink *sink, void *ctx);

#endif
