#include "present/packet_text.h"

#include "base/text.h"
#include "present/veil.h"

enum {
	TEXT_SHOWN = 200, /* bytes */
};

/* Packets rise along a side's text. */
const struct extent *packet_text_find(struct connection *v, enum side side, uint64_t packet)
{
	const struct extents *x = connection_extents(v, side);
	uint64_t begin = connection_filter_begin(v, side);
	size_t at = extents_find_packet(x, extents_find(x, begin), packet);

	if (at == x->count || x->items[at].packet != packet || !extent_is_here(&x->items[at]))
		return NULL;
	return &x->items[at];
}

void packet_text_line(struct engine *e, struct connection *v, enum side side, const struct extent *x, bool show_secrets,
		      struct buffer *out)
{
	struct slice bytes = slice_sub(store_bytes(engine_store(e), x->place, x->len), 0, TEXT_SHOWN);
	bool hidden[TEXT_SHOWN] = {false};
	struct buffer shown = {0};
	bool inside = false;

	if (!show_secrets)
		veil_mark(e, v, side, (uint32_t)x->offset, bytes, hidden);
	veil_append(&shown, bytes, hidden, &inside);
	text_append_visible(out, buffer_slice(&shown));
	buffer_fini(&shown);
	if (bytes.len < x->len)
		buffer_printf(out, " (%u bytes)", (unsigned int)x->len);
}
