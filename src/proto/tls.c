#include "proto/tls.h"

#include <assert.h>

#include "proto/pending.h"

/* Type 20 to 23, version 3.0 to 3.4 (RFC 8446 section 5.1). */
bool tls_is_record(struct slice in, bool *decided)
{
	bool fits = in.data[0] >= 0x14 && in.data[0] <= 0x17 && (in.len < 2 || in.data[1] == 3) &&
		    (in.len < 3 || in.data[2] <= 4);

	*decided = !fits || in.len >= 3;
	return fits && *decided;
}

static void tell_tls(struct talk *t, enum side side)
{
	struct dialogue *d = t->d;
	struct line here = {.begin = d->offset[side], .end = d->offset[side]};
	struct dialogue_event event = talk_event(DIALOGUE_TLS, side, DIALOGUE_NO_COMMAND, &here);

	if (side == SIDE_CLIENT)
		d->client_state = TALK_CLIENT_OPAQUE;
	else
		d->server_state = TALK_SERVER_OPAQUE;
	talk_emit(t, &event);
}

/* TLS of the client without STARTTLS may meet a server that knows nothing of it and answers in clear. */
void tls_begin(struct talk *t, enum side side)
{
	struct dialogue *d = t->d;
	bool asked = d->tls_accepted || d->client_state == TALK_PEEK_TLS;

	assert(side == SIDE_CLIENT ? d->client_state != TALK_CLIENT_OPAQUE : d->server_state != TALK_SERVER_OPAQUE);
	if (d->client_state != TALK_CLIENT_OPAQUE)
		tell_tls(t, SIDE_CLIENT);
	if (side == SIDE_SERVER || asked)
		tell_tls(t, SIDE_SERVER);
	while (d->tls_accepted && pending_head(d) != NULL)
		pending_pop(d); /* what was said in clear behind STARTTLS is not answered */
}

bool tls_may_begin(const struct dialogue *d, enum side side)
{
	if (d->skip_line[side])
		return false;
	if (d->fresh[side] || d->tls_accepted)
		return true;
	return side == SIDE_SERVER ? d->client_state == TALK_CLIENT_OPAQUE : d->client_state == TALK_PEEK_TLS;
}
