#include "flow/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "flow/receive_queue.h"

#define COPY_NS (20 * CLOCK_NS_PER_MS)

void stream_fini(struct stream *s)
{
	free(s->pieces);
	s->pieces = NULL;
	s->piece_count = s->piece_cap = s->piece_head = 0;
	s->pending_bytes = 0;
}

uint64_t stream_memory(const struct stream *s)
{
	return s->piece_cap * sizeof(*s->pieces) + s->extents.cap * sizeof(*s->extents.items) +
	       (s->differing != NULL ? STREAM_CONFLICTS_MAX * sizeof(*s->differing) : 0) +
	       (s->suspects != NULL ? STREAM_SUSPECTS_MAX * sizeof(*s->suspects) : 0) + receive_queue_memory(s->queue);
}

void stream_set_base(struct stream *s, uint32_t seq)
{
	s->base_seq = seq;
	s->has_base = true;
}

static struct stream_piece *piece_at(const struct stream *s, size_t number)
{
	return &s->pieces[s->piece_head + number];
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
	for (size_t i = 0; i < s->piece_count; i++)
		piece_at(s, i)->extent.offset += by;
	for (size_t i = 0; i < s->suspect_count; i++)
		s->suspects[i].extent.offset += by;
	for (size_t i = 0; i < peer->piece_count; i++)
		piece_at(peer, i)->needs += by;
}

int64_t stream_offset(const struct stream *s, uint32_t seq)
{
	uint32_t expected = s->base_seq + (uint32_t)s->next;

	return (int64_t)s->next + (int32_t)(seq - expected);
}

static uint64_t piece_end(const struct stream_piece *p)
{
	return p->extent.offset + p->extent.len;
}

/* The piece without its first `len` bytes. */
static struct stream_piece piece_after(struct stream_piece p, uint64_t len)
{
	p.extent.offset += len;
	p.extent.len -= (uint32_t)len;
	if (p.extent.place != EXTENT_MISSING)
		p.extent.place += len;
	return p;
}

static void put_at(struct stream *s, size_t at, const struct stream_piece *p)
{
	if (s->piece_head > s->piece_count) {
		memmove(s->pieces, piece_at(s, 0), s->piece_count * sizeof(*s->pieces));
		s->piece_head = 0;
	}
	s->pieces = mem_grow(s->pieces, &s->piece_cap, s->piece_head + s->piece_count + 1, sizeof(*s->pieces));
	memmove(piece_at(s, at + 1), piece_at(s, at), (s->piece_count - at) * sizeof(*s->pieces));
	*piece_at(s, at) = *p;
	s->pending_bytes += p->extent.len;
	if (s->piece_count++ == 0)
		s->pending_since_ns = p->extent.time_ns;
}

static bool insert_at(struct stream *s, size_t at, const struct stream_piece *p)
{
	/* what comes next is what all the others wait for */
	if (p->extent.offset != s->next &&
	    (s->piece_count >= STREAM_PENDING_MAX || s->pending_bytes + p->extent.len > STREAM_PENDING_BYTES_MAX))
		return false;
	put_at(s, at, p);
	return true;
}

/* Number of the first piece that ends after `offset`. Pieces mostly arrive in order: look from the end. */
static size_t first_behind(const struct stream *s, uint64_t offset)
{
	size_t at = s->piece_count;

	while (at > 0 && piece_end(piece_at(s, at - 1)) > offset)
		at--;
	return at;
}

bool stream_add(struct stream *s, const struct stream_piece *piece)
{
	struct stream_piece rest = *piece;

	if (piece_end(&rest) > s->highest)
		s->highest = piece_end(&rest);
	if (rest.extent.offset < s->next) {
		if (piece_end(&rest) <= s->next)
			return true;
		rest = piece_after(rest, s->next - rest.extent.offset);
	}
	for (size_t at = first_behind(s, rest.extent.offset); rest.extent.len > 0; at++) {
		uint64_t limit = at < s->piece_count ? piece_at(s, at)->extent.offset : UINT64_MAX;

		if (rest.extent.offset < limit) {
			struct stream_piece part = rest;

			if (piece_end(&part) > limit)
				part.extent.len = (uint32_t)(limit - part.extent.offset);
			if (!insert_at(s, at, &part))
				return false;
			rest = piece_after(rest, part.extent.len);
		} else {
			uint64_t known = piece_end(piece_at(s, at)) - rest.extent.offset;

			rest = piece_after(rest, known < rest.extent.len ? known : rest.extent.len);
		}
	}
	return true;
}

static void remove_at(struct stream *s, size_t at)
{
	assert(at < s->piece_count && s->pending_bytes >= piece_at(s, at)->extent.len);
	s->pending_bytes -= piece_at(s, at)->extent.len;
	s->piece_count--;
	memmove(piece_at(s, at), piece_at(s, at + 1), (s->piece_count - at) * sizeof(*s->pieces));
}

void stream_cut(struct stream *s, uint64_t begin, uint64_t end, stream_count_hold *count, void *ctx)
{
	size_t at = first_behind(s, begin);

	assert(begin <= end);
	while (at < s->piece_count && piece_at(s, at)->extent.offset < end) {
		struct stream_piece whole = *piece_at(s, at);
		struct stream_piece left = whole;

		remove_at(s, at);
		if (whole.extent.offset < begin) {
			left.extent.len = (uint32_t)(begin - whole.extent.offset);
			put_at(s, at++, &left);
			count(ctx, whole.extent.place, 1);
		}
		if (piece_end(&whole) > end) {
			left = piece_after(whole, end - whole.extent.offset);
			put_at(s, at++, &left);
			count(ctx, whole.extent.place, 1);
		}
		count(ctx, whole.extent.place, -1);
	}
}

bool stream_is_held(const struct stream *s)
{
	return s->piece_count > 0 && piece_at(s, 0)->extent.offset == s->next;
}

bool stream_take(struct stream *s, uint64_t peer_next, struct extent *e)
{
	if (!stream_is_held(s) || piece_at(s, 0)->needs > peer_next)
		return false;
	*e = piece_at(s, 0)->extent;
	assert(s->pending_bytes >= e->len);
	s->piece_head++;
	s->pending_bytes -= e->len;
	if (--s->piece_count > 0)
		s->pending_since_ns = piece_at(s, 0)->extent.time_ns;
	else
		stream_fini(s);
	return true;
}

uint64_t stream_hole_end(const struct stream *s)
{
	uint64_t end = s->acked > s->next ? s->acked : s->next;

	if (s->piece_count > 0)
		return piece_at(s, 0)->extent.offset;
	if (s->has_fin && s->fin_offset >= s->next)
		return s->fin_offset;
	/* one byte more than was ever seen: the acknowledgement of a FIN that was not captured, or of a keep-alive */
	return end == s->next + 1 && s->highest <= s->next ? s->next : end;
}

bool stream_knows(const struct stream *s, uint64_t begin, uint64_t end)
{
	if (begin < s->next)
		begin = s->next;
	for (size_t at = first_behind(s, begin); begin < end; at++) {
		if (at >= s->piece_count || piece_at(s, at)->extent.offset > begin)
			return false;
		begin = piece_end(piece_at(s, at));
	}
	return true;
}

bool stream_touches(const struct stream *s, uint64_t begin, uint64_t end)
{
	size_t at = first_behind(s, begin);

	return begin < s->next || (at < s->piece_count && piece_at(s, at)->extent.offset < end);
}

uint32_t stream_packet_at(const struct stream *s, uint64_t offset)
{
	size_t at = extents_find(&s->extents, offset);

	if (at < s->extents.count && s->extents.items[at].offset <= offset)
		return s->extents.items[at].place != EXTENT_MISSING ? s->extents.items[at].packet : 0;
	for (size_t i = 0; i < s->piece_count; i++) {
		const struct extent *e = &s->pieces[s->piece_head + i].extent;

		if (e->offset <= offset && offset < e->offset + e->len)
			return e->packet;
	}
	return 0;
}

void stream_note_conflict(struct stream *s, uint64_t begin, uint64_t end)
{
	struct stream_range *last;

	assert(begin < end);
	if (s->differing == NULL)
		s->differing = mem_alloc(STREAM_CONFLICTS_MAX * sizeof(*s->differing));
	if (s->conflicts++ < STREAM_CONFLICTS_MAX) {
		s->differing[s->conflicts - 1] = (struct stream_range){.begin = begin, .end = end};
		return;
	}
	last = &s->differing[STREAM_CONFLICTS_MAX - 1];
	last->begin = begin < last->begin ? begin : last->begin;
	last->end = end > last->end ? end : last->end;
}

uint32_t stream_conflicts_within(const struct stream *s, uint64_t begin, uint64_t end)
{
	uint32_t known = s->conflicts < STREAM_CONFLICTS_MAX ? s->conflicts : STREAM_CONFLICTS_MAX;
	uint32_t count = 0;

	for (uint32_t i = 0; i < known; i++)
		count += s->differing[i].begin < end && s->differing[i].end > begin;
	return count;
}

bool stream_is_copy(struct stream *s, uint64_t hash, int64_t time_ns)
{
	for (size_t i = 0; i < STREAM_RECENT; i++) {
		const struct stream_trace *t = &s->recent[i];

		if (t->hash == hash && time_ns - t->time_ns <= COPY_NS && t->time_ns - time_ns <= COPY_NS)
			return true;
	}
	s->recent[s->recent_next] = (struct stream_trace){.time_ns = time_ns, .hash = hash};
	s->recent_next = (uint8_t)((s->recent_next + 1) % STREAM_RECENT);
	return false;
}
