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
	size_t low = extents_find(x, begin);
	size_t high = x->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x->items[middle].packet < packet)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == x->count || x->items[low].packet != packet || !extent_is_here(&x->items[low]))
		return NULL;
	return &x->items[low];
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
