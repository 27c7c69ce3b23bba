#include "flow/stream.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "flow/pieces.h"
#include "flow/receive_queue.h"
#include "packet/segment.h"

#define TRACE_HASH_MAX ((UINT64_C(1) << 40) - 1)

enum {
	COPY_MS = 20,
	TRACE_MS_MAX = (1 << 24) - 1,
};

void stream_fini(struct stream *s)
{
	if (s->flaws != NULL) {
		free(s->flaws->differing);
		free(s->flaws->traces);
	}
	free(s->flaws);
	s->flaws = NULL;
	pieces_free(s->pieces);
	s->pieces = NULL;
	stream_forget_hole(s);
}

void stream_forget_hole(struct stream *s)
{
	if (s->hole == NULL)
		return; /* nearly always */
	list_remove(&s->hole->link);
	free(s->hole);
	s->hole = NULL;
}

const struct stream_flaws *stream_flaws(const struct stream *s)
{
	static const struct stream_flaws none;

	return s->flaws != NULL ? s->flaws : &none;
}

struct stream_flaws *stream_make_flaws(struct stream *s)
{
	if (s->flaws == NULL)
		s->flaws = mem_zalloc(sizeof(*s->flaws));
	return s->flaws;
}

static uint64_t flaws_memory(const struct stream_flaws *w)
{
	if (w == NULL)
		return 0;
	return sizeof(*w) + (w->differing != NULL ? STREAM_CONFLICTS_MAX * sizeof(*w->differing) : 0) +
	       (w->suspects != NULL ? STREAM_SUSPECTS_MAX * sizeof(*w->suspects) : 0) +
	       (w->traces != NULL ? sizeof(*w->traces) : 0);
}

uint64_t stream_memory(const struct stream *s)
{
	return pieces_count(s->pieces) * PIECES_ITEM_BYTES + s->extents.cap * sizeof(*s->extents.items) +
	       flaws_memory(s->flaws) + receive_queue_memory(s->queue);
}

void stream_set_base(struct stream *s, uint32_t seq)
{
	s->base_seq = seq;
	s->has_base = true;
}

void stream_lower_base(struct stream *s, uint64_t by, struct stream *peer)
{
	assert(s->next == 0);
	s->base_seq -= (uint32_t)by;
	s->acked += by;
	s->highest += by;
	if (s->received > 0)
		s->received += by;
	receive_queue_shift(s->queue, by);
	s->fin_offset += by;
	for (struct stream_piece *p = pieces_first(s->pieces); p != NULL; p = pieces_next(p))
		p->extent.offset += by;
	for (size_t i = 0; i < stream_flaws(s)->suspect_count; i++)
		s->flaws->suspects[i].extent.offset += by;
	for (struct stream_piece *p = pieces_first(peer->pieces); p != NULL; p = pieces_next(p))
		p->needs += by;
}

int64_t stream_offset(const struct stream *s, uint32_t seq)
{
	uint32_t expected = s->base_seq + (uint32_t)s->next;

	return (int64_t)s->next + (int32_t)(seq - expected);
}

/* The piece without its first `len` bytes. */
static struct stream_piece piece_after(struct stream_piece p, uint64_t len)
{
	p.extent.offset += len;
	p.extent.len = (p.extent.len - len) & EXTENT_LEN_MAX;
	if (p.extent.place != EXTENT_MISSING)
		p.extent.place += len;
	return p;
}

/* Whether the limits leave room for it: what comes next is what all the others wait for. */
static bool has_room(const struct stream *s, const struct stream_piece *p)
{
	return p->extent.offset == s->next || (pieces_count(s->pieces) < stream_pending_max(s) &&
					       pieces_bytes(s->pieces) + p->extent.len <= STREAM_PENDING_BYTES_MAX);
}

bool stream_add(struct stream *s, const struct stream_piece *piece)
{
	struct stream_piece rest = *piece;
	struct stream_piece *known;

	if (pieces_end(&rest) > s->highest)
		s->highest = pieces_end(&rest);
	if (rest.extent.offset < s->next) {
		if (pieces_end(&rest) <= s->next)
			return true;
		rest = piece_after(rest, s->next - rest.extent.offset);
	}
	known = pieces_behind(s->pieces, rest.extent.offset);
	while (rest.extent.len > 0) {
		uint64_t limit = known != NULL ? known->extent.offset : UINT64_MAX;
		struct stream_piece part = rest;

		if (rest.extent.offset < limit) {
			if (pieces_end(&part) > limit)
				part.extent.len = (limit - part.extent.offset) & EXTENT_LEN_MAX;
			if (!has_room(s, &part))
				return false;
			pieces_insert(&s->pieces, &part);
		} else {
			assert(known != NULL); /* no offset is beyond a limit of UINT64_MAX */
			if (pieces_end(&part) > pieces_end(known))
				part.extent.len = (pieces_end(known) - part.extent.offset) & EXTENT_LEN_MAX;
			known = pieces_next(known);
			stream_spend(s, 1);
		}
		rest = piece_after(rest, part.extent.len);
	}
	return true;
}

/* What stands outside of [begin, end) of a piece that was taken out stays. */
static void put_back(struct stream *s, const struct stream_piece *whole, uint64_t begin, uint64_t end,
		     stream_count_hold *count, void *ctx)
{
	struct stream_piece left = *whole;

	if (whole->extent.offset < begin) {
		left.extent.len = (begin - whole->extent.offset) & EXTENT_LEN_MAX;
		pieces_insert(&s->pieces, &left);
		count(ctx, whole->extent.place, 1);
	}
	if (pieces_end(whole) > end) {
		left = piece_after(*whole, end - whole->extent.offset);
		pieces_insert(&s->pieces, &left);
		count(ctx, whole->extent.place, 1);
	}
}

void stream_cut(struct stream *s, uint64_t begin, uint64_t end, stream_count_hold *count, void *ctx)
{
	struct stream_piece *at;

	assert(begin <= end);
	while ((at = pieces_behind(s->pieces, begin)) != NULL && at->extent.offset < end) {
		struct stream_piece whole = *at;

		pieces_remove(&s->pieces, at);
		put_back(s, &whole, begin, end, count, ctx);
		count(ctx, whole.extent.place, -1);
		begin = pieces_end(&whole);
	}
}

bool stream_is_held(const struct stream *s)
{
	return s->pieces != NULL && pieces_first(s->pieces)->extent.offset == s->next;
}

bool stream_take(struct stream *s, uint64_t peer_next, struct extent *e)
{
	struct stream_piece *first = pieces_first(s->pieces);

	if (!stream_is_held(s) || first->needs > peer_next)
		return false;
	*e = first->extent;
	pieces_remove(&s->pieces, first);
	if (s->pieces != NULL)
		pieces_set_since(s->pieces, pieces_first(s->pieces)->extent.time_ns);
	return true;
}

uint64_t stream_hole_end(const struct stream *s)
{
	uint64_t end = s->acked > s->next ? s->acked : s->next;

	if (s->pieces != NULL)
		return pieces_first(s->pieces)->extent.offset;
	if (s->has_fin && s->fin_offset >= s->next)
		return s->fin_offset;
	/* one byte more than was ever seen: the acknowledgement of a FIN that was not captured, or of a keep-alive */
	return end == s->next + 1 && s->highest <= s->next ? s->next : end;
}

void stream_spend(struct stream *s, uint64_t steps)
{
	s->steps += steps;
	s->is_hostile |= s->steps > STREAM_STEPS_FREE + STREAM_STEPS_PER_PACKET * s->packets;
}

bool stream_knows(struct stream *s, uint64_t begin, uint64_t end)
{
	struct stream_piece *p;

	if (begin < s->next)
		begin = s->next;
	for (p = pieces_behind(s->pieces, begin); begin < end; p = pieces_next(p)) {
		if (p == NULL || p->extent.offset > begin)
			return false;
		begin = pieces_end(p);
		stream_spend(s, 1);
	}
	return true;
}

bool stream_touches(const struct stream *s, uint64_t begin, uint64_t end)
{
	const struct stream_piece *p = pieces_behind(s->pieces, begin);

	return begin < s->next || (p != NULL && p->extent.offset < end);
}

uint64_t stream_packet_at(const struct stream *s, uint64_t offset)
{
	size_t at = extents_find(&s->extents, offset);
	const struct stream_piece *p;

	if (at < s->extents.count && s->extents.items[at].offset <= offset)
		return s->extents.items[at].place != EXTENT_MISSING ? s->extents.items[at].packet : 0;
	p = pieces_behind(s->pieces, offset);
	return p != NULL && p->extent.offset <= offset ? p->extent.packet : 0;
}

void stream_note_conflict(struct stream *s, uint64_t begin, uint64_t end)
{
	struct stream_flaws *w = stream_make_flaws(s);
	struct stream_range *last;

	assert(begin < end);
	if (w->differing == NULL)
		w->differing = mem_alloc(STREAM_CONFLICTS_MAX * sizeof(*w->differing));
	if (w->seen.conflicts++ < STREAM_CONFLICTS_MAX) {
		w->differing[w->seen.conflicts - 1] = (struct stream_range){.begin = begin, .end = end};
		return;
	}
	last = &w->differing[STREAM_CONFLICTS_MAX - 1];
	last->begin = begin < last->begin ? begin : last->begin;
	last->end = end > last->end ? end : last->end;
}

uint32_t stream_conflicts_within(const struct stream *s, uint64_t begin, uint64_t end)
{
	const struct stream_flaws *w = stream_flaws(s);
	uint32_t known = w->seen.conflicts < STREAM_CONFLICTS_MAX ? w->seen.conflicts : STREAM_CONFLICTS_MAX;
	uint32_t count = 0;

	for (uint32_t i = 0; i < known; i++)
		count += w->differing[i].begin < end && w->differing[i].end > begin;
	return count;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15) + (hash >> 29);
}

/* What two captures of one packet share and a retransmission does not. */
static uint64_t trace_of(const struct tcp_segment *s)
{
	uint64_t hash = mix((uint64_t)s->seq << 32 | s->ack,
			    (uint64_t)s->ip_id << 48 | (uint64_t)s->window << 32 | s->payload_len);
	uint64_t word;

	hash = mix(hash, s->flags);
	for (size_t i = 0; i + 4 <= s->options.len; i += 4) {
		word = 0;
		memcpy(&word, s->options.data + i, 4);
		hash = mix(hash, word);
	}
	return hash | 1; /* 0 is an empty trace */
}

/* A pure acknowledgement without an IP ID is said again for good reasons. */
static bool can_be_copy(const struct tcp_segment *s)
{
	return s->ip_id != 0 || s->payload_len > 0 || (s->flags & (SEGMENT_SYN | SEGMENT_FIN | SEGMENT_RST)) != 0;
}

/* Either may be the later one. */
static bool is_soon(unsigned int ms, unsigned int other_ms)
{
	return ((ms - other_ms + COPY_MS) & TRACE_MS_MAX) <= 2 * COPY_MS;
}

static bool has_trace(const struct stream_trace *traces, size_t count, const struct stream_trace *like)
{
	for (size_t i = 0; i < count; i++)
		if (traces[i].hash == like->hash && is_soon(traces[i].time_ms, like->time_ms))
			return true;
	return false;
}

static void note_trace(struct stream *s, const struct stream_trace *trace)
{
	struct stream_traces *more = stream_flaws(s)->traces;

	if (more != NULL) {
		more->items[more->next] = s->recent[s->recent_next];
		more->next = (more->next + 1) % STREAM_RECENT_MORE;
	}
	s->recent[s->recent_next] = *trace;
	s->recent_next = (uint8_t)((s->recent_next + 1) % STREAM_RECENT);
}

/* From the first copy on more are kept: where one packet comes twice, all do. */
bool stream_is_copy(struct stream *s, const struct tcp_segment *segment, int64_t time_ns)
{
	const struct stream_traces *more = stream_flaws(s)->traces;
	struct stream_trace trace = {.time_ms = (uint64_t)(time_ns / CLOCK_NS_PER_MS) & TRACE_MS_MAX};

	if (!can_be_copy(segment))
		return false;
	trace.hash = trace_of(segment) & TRACE_HASH_MAX;
	if (has_trace(s->recent, STREAM_RECENT, &trace) ||
	    (more != NULL && has_trace(more->items, STREAM_RECENT_MORE, &trace))) {
		if (more == NULL)
			stream_make_flaws(s)->traces = mem_zalloc(sizeof(*more));
		return true;
	}
	note_trace(s, &trace);
	return false;
}
