#include "present/record_list.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

enum {
	HEAD_LEN = 5,
	LEN_MAX = 16384 + 2048, /* RFC 5246 section 6.2.3 */
	ITEMS_MAX = 1024 * 1024,
	TYPE_FIRST = 20,
	TYPE_LAST = 23,
};

void record_list_fini(struct record_list *l)
{
	free(l->items);
	*l = (struct record_list){0};
}

void record_list_clear(struct record_list *l)
{
	struct record_item *items = l->items;
	size_t cap = l->cap;

	*l = (struct record_list){.items = items, .cap = cap};
}

/* Copies bytes of the wire; false: they are not all here. `*is_lost`: and will not be. */
static bool copy(struct engine *e, const struct extents *x, uint64_t offset, uint8_t *out, size_t len, bool *is_lost)
{
	for (size_t i = extents_find(x, offset); i < x->count && len > 0; i++) {
		const struct extent *item = &x->items[i];
		uint64_t within = offset - item->offset;
		struct slice bytes;

		if (extent_is_here(item) && offset >= item->offset)
			bytes = slice_after(store_bytes(engine_store(e), item->place, item->len), within);
		else
			bytes = slice_of(NULL, 0);
		*is_lost = bytes.len == 0;
		if (*is_lost)
			return false;
		bytes = slice_sub(bytes, 0, len);
		memcpy(out, bytes.data, bytes.len);
		out += bytes.len;
		len -= bytes.len;
		offset += bytes.len;
	}
	return len == 0;
}

/* The next record of a side; false: it is not complete yet. */
static bool read_record(struct record_list *l, struct engine *e, const struct extents *x, enum side side,
			struct record_item *r)
{
	uint8_t head[HEAD_LEN];
	size_t last;

	if (l->is_lost[side] || !copy(e, x, l->next[side], head, sizeof(head), &l->is_lost[side]))
		return false;
	*r = (struct record_item){
		.offset = l->next[side], .len = (uint32_t)head[3] << 8 | head[4], .type = head[0], .side = side};
	l->is_lost[side] = head[0] < TYPE_FIRST || head[0] > TYPE_LAST || head[1] != 3 || r->len > LEN_MAX;
	if (l->is_lost[side] || extents_end(x) < r->offset + HEAD_LEN + r->len)
		return false;
	last = extents_find(x, r->offset + HEAD_LEN + r->len - 1);
	r->packet = x->items[last].packet;
	return true;
}

/* Both sides' in the order of packets. */
void record_list_update(struct record_list *l, struct engine *e, struct connection *v)
{
	struct record_item next[SIDES];
	bool is_there[SIDES] = {false, false};

	for (;;) {
		enum side side = SIDE_CLIENT;

		for (enum side i = SIDE_CLIENT; i < SIDES; i++) {
			uint64_t begin = connection_tls_begin(v, i);

			if (begin == UINT64_MAX || is_there[i])
				continue;
			if (!l->has_begun[i])
				l->next[i] = begin;
			l->has_begun[i] = true;
			is_there[i] = read_record(l, e, connection_wire(v, i), i, &next[i]);
		}
		if ((!is_there[SIDE_CLIENT] && !is_there[SIDE_SERVER]) || l->count == ITEMS_MAX)
			return;
		if (!is_there[SIDE_CLIENT] ||
		    (is_there[SIDE_SERVER] && next[SIDE_SERVER].packet < next[SIDE_CLIENT].packet))
			side = SIDE_SERVER;
		l->items = mem_grow(l->items, &l->cap, l->count + 1, sizeof(*l->items));
		l->items[l->count++] = next[side];
		l->next[side] += HEAD_LEN + next[side].len;
		is_there[side] = false;
	}
}

void record_list_text(const struct record_item *r, struct buffer *out)
{
	static const char *const names[] = {"change cipher spec", "alert", "handshake", "application data"};

	buffer_printf(out, "TLS record: %s, %u byte%s", names[r->type - TYPE_FIRST], r->len, text_plural(r->len));
}
