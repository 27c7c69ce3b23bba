#include "present/silence.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "diagnosis/latency.h"
#include "packet/dissect.h"

enum {
	AROUND_MAX = 64, /* packets read on each side of a pause, and at the end */
	SILENCES_MAX = 1000,
};

/* What one packet is to a silence. */
struct look {
	bool is_known;
	bool speaks; /* it has payload, and is no mere sign of life */
	bool closes;
	bool is_zero_window;
	enum side side;
	uint8_t flags;
	const struct index_row *row;
};

void silence_fini(struct silence_list *l)
{
	free(l->items);
	*l = (struct silence_list){0};
}

void silence_clear(struct silence_list *l)
{
	l->count = l->seen = l->unfinished = 0;
}

static struct look look_at(struct engine *e, uint64_t number)
{
	struct look look = {.row = index_get(engine_index(e), number)};
	const struct index_row *row = look.row;
	struct tcp_segment s;

	if (row == NULL || row->place == STORE_NOWHERE)
		return look;
	if (dissect_packet(index_link_type(engine_index(e), row->link),
			   store_bytes(engine_store(e), row->place, row->caplen), &s, NULL, NULL) != DISSECT_TCP)
		return look;
	look.is_known = true;
	look.side = row->marks & INDEX_FROM_SERVER ? SIDE_SERVER : SIDE_CLIENT;
	look.speaks = s.payload_len > 0 && !(row->marks & INDEX_KEEPALIVE);
	look.closes = (s.flags & (SEGMENT_SYN | SEGMENT_FIN | SEGMENT_RST)) != 0;
	look.is_zero_window = s.window == 0 && !(s.flags & SEGMENT_RST);
	look.flags = s.flags;
	return look;
}

static int64_t time_of(struct engine *e, uint64_t number)
{
	const struct index_row *row = index_get(engine_index(e), number);

	return row != NULL ? row->time_ns : 0;
}

/* The first packet that says nothing, of those right before `at`. False: one of them cannot be read. */
static bool find_begin(struct engine *e, const uint64_t *packets, size_t at, struct silence *out)
{
	bool is_met[SIDES] = {false};

	for (size_t i = at; i > 0 && at - i < AROUND_MAX; i--) {
		struct look look = look_at(e, packets[i - 1]);

		if (!look.is_known)
			return false;
		if (!is_met[look.side])
			out->is_closed[look.side] = look.is_zero_window;
		is_met[look.side] = true;
		out->begin_ns = look.row->time_ns;
		if (look.speaks || look.closes)
			break;
	}
	return true;
}

/* The number of the packet that ends the pause before `at`; `count`: it goes on, or is not known. */
static size_t find_end(struct engine *e, const uint64_t *packets, size_t count, size_t at, struct silence *out)
{
	for (size_t i = at; i < count && i - at < AROUND_MAX; i++) {
		struct look look = look_at(e, packets[i]);

		if (!look.is_known)
			return count;
		if (!look.speaks && !look.closes)
			continue;
		out->end_ns = look.row->time_ns;
		out->after = packets[i];
		out->side = look.side;
		out->is_repeat = look.speaks && (look.row->marks & INDEX_RETRANSMITTED);
		out->is_close = !look.speaks;
		out->is_handshake = (look.flags & SEGMENT_SYN) != 0;
		return i;
	}
	return count;
}

/* The number of the packet to go on with; `count`: the pause has no end yet. */
static size_t take_pause(struct silence_list *l, struct engine *e, const uint64_t *packets, size_t count, size_t at)
{
	struct silence silence = {.begin_ns = 0};
	size_t end;

	if (!find_begin(e, packets, at, &silence))
		return at;
	end = find_end(e, packets, count, at, &silence);
	if (end == count)
		return count - at < AROUND_MAX ? count : at;
	if (silence.is_handshake)
		return end;
	l->items = mem_grow(l->items, &l->cap, l->count + 1, sizeof(*l->items));
	l->items[l->count++] = silence;
	return end;
}

void silence_find(struct silence_list *l, struct engine *e, const struct connection *v, const uint64_t *packets,
		  size_t count)
{
	int64_t least_ns = latency_silence_ns(v->session);
	size_t at = l->unfinished > 0 ? l->unfinished : l->seen > 0 ? l->seen : 1;
	int64_t before_ns = at <= count ? time_of(e, packets[at - 1]) : 0;

	l->unfinished = 0;
	while (at < count && l->count < SILENCES_MAX) {
		int64_t now_ns = time_of(e, packets[at]);
		size_t next = at;

		if (now_ns - before_ns >= least_ns)
			next = take_pause(l, e, packets, count, at);
		if (next == count && next > at) {
			l->unfinished = at;
			return;
		}
		before_ns = next > at ? time_of(e, packets[next]) : now_ns;
		at = next + 1;
	}
	l->seen = at > count ? count : at;
}

struct silence_closes silence_closes(struct engine *e, const struct connection *v, const uint64_t *packets,
				     size_t count)
{
	struct silence_closes closes = {.reset = {0}};

	for (size_t i = count; i > 0 && count - i < AROUND_MAX; i--) {
		struct look look = look_at(e, packets[i - 1]);
		struct stamp at;

		if (!look.is_known)
			continue;
		at = (struct stamp){look.row->time_ns, packets[i - 1]};
		if (look.flags & SEGMENT_FIN)
			closes.fin[look.side] = at;
		if ((look.flags & SEGMENT_RST) && look.side == v->session->reset_by)
			closes.reset = at;
	}
	return closes;
}
