#include "present/marks.h"

#include <stdlib.h>

#include "base/mem.h"
#include "packet/dissect.h"

enum {
	LOOKS = 8192, /* in a slice */
	READS = 1024, /* of these, packets that are read */
};

void marks_fini(struct mark_list *l)
{
	free(l->items);
	*l = (struct mark_list){0};
}

void marks_clear(struct mark_list *l)
{
	l->count = l->seen = 0;
	l->is_closed[SIDE_CLIENT] = l->is_closed[SIDE_SERVER] = false;
}

static void add(struct mark_list *l, struct connection *v, enum side side, enum mark_kind kind, uint32_t offset)
{
	uint64_t end = extents_end(connection_wire(v, side));
	int64_t at = (int64_t)end + (int32_t)(offset - (uint32_t)end);

	if (at < 0 || l->count == MARKS_MAX)
		return;
	l->items = mem_grow(l->items, &l->cap, l->count + 1, sizeof(*l->items));
	l->items[l->count++] = (struct mark){.offset = (uint64_t)at, .side = side, .kind = kind};
}

static void take(struct mark_list *l, struct connection *v, const struct index_row *row, const struct tcp_segment *s)
{
	enum side side = row->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT;
	uint32_t offset = connection_offset(v, side, s->seq);
	bool is_closed = s->window == 0 && !(s->flags & SEGMENT_RST);

	if (s->payload_len > 0 && (row->marks & INDEX_RETRANSMITTED))
		add(l, v, side, MARK_RESENT, offset);
	else if (s->payload_len > 0 && (row->marks & INDEX_OUT_OF_ORDER))
		add(l, v, side, MARK_DISORDERED, offset);
	if (is_closed && !l->is_closed[side] && (s->flags & SEGMENT_ACK))
		add(l, v, side_other(side), MARK_CLOSED, connection_offset(v, side_other(side), s->ack) - 1);
	l->is_closed[side] = is_closed;
}

static bool is_wanted(const struct connection *v, const struct index_row *row)
{
	enum side side = row->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT;

	if (row->place == STORE_NOWHERE || (row->marks & (INDEX_COPY | INDEX_KEEPALIVE)))
		return false;
	return (row->marks & (INDEX_RETRANSMITTED | INDEX_OUT_OF_ORDER)) ||
	       session_flaws(&v->session->side[side])->zero_windows > 0;
}

static uint64_t key_of(const struct mark *m)
{
	return (uint64_t)m->side << 56 | (uint64_t)m->kind << 48 | m->offset;
}

static int by_key(const void *a, const void *b)
{
	uint64_t left = key_of(a);
	uint64_t right = key_of(b);

	return (left > right) - (left < right);
}

static bool can_tell(struct connection *v)
{
	return !connection_has_filters(v) && extents_end(connection_wire(v, SIDE_CLIENT)) <= INT32_MAX &&
	       extents_end(connection_wire(v, SIDE_SERVER)) <= INT32_MAX;
}

bool marks_work(struct mark_list *l, struct engine *e, struct connection *v, const uint64_t *packets, size_t count)
{
	size_t had = l->count;
	size_t reads = 0;

	if (!can_tell(v)) {
		marks_clear(l);
		return false;
	}
	for (size_t i = 0; i < LOOKS && reads < READS && l->seen < count; i++) {
		const struct index_row *row = index_get(engine_index(e), packets[l->seen++]);
		struct tcp_segment s;

		if (row == NULL || !is_wanted(v, row))
			continue;
		reads++;
		if (dissect_packet(index_link_type(engine_index(e), row->link),
				   store_bytes(engine_store(e), row->place, row->caplen), &s, NULL,
				   NULL) == DISSECT_TCP)
			take(l, v, row, &s);
	}
	if (l->count > had)
		qsort(l->items, l->count, sizeof(*l->items), by_key);
	return l->seen < count;
}

/* How many have a smaller key. */
static size_t rank(const struct mark_list *l, uint64_t key)
{
	size_t low = 0;
	size_t high = l->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (key_of(&l->items[middle]) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t marks_count(const struct mark_list *l, enum side side, enum mark_kind kind, uint64_t begin, uint64_t end)
{
	uint64_t base = (uint64_t)side << 56 | (uint64_t)kind << 48;

	return begin < end ? rank(l, base | end) - rank(l, base | begin) : 0;
}
