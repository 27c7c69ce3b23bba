/*
 * packet_text: which text a packet brought, where its own bytes are encrypted. Private to present.
 */
#ifndef PRESENT_PACKET_TEXT_H
#define PRESENT_PACKET_TEXT_H

#include "engine/engine.h"

/* The first piece of text whose record was completed by the packet; NULL: it completed none. The others follow it. */
const struct extent *packet_text_find(struct connection *v, enum side side, uint64_t packet);

/* The beginning of a piece, on one line, masked unless `show_secrets`. */
void packet_text_line(struct engine *e, struct connection *v, enum side side, const struct extent *x, bool show_secrets,
		      struct buffer *out);

#endif
