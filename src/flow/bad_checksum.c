#include "flow/bad_checksum.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "flow/pieces.h"

bool bad_checksum_judge(struct stream *s, const struct tcp_segment *segment)
{
	if (segment->checksum == SEGMENT_CHECKSUM_GOOD)
		s->checksums_good++;
	if (segment->checksum != SEGMENT_CHECKSUM_BAD)
		return false;
	if (s->checksums_good <= s->checksums_bad++)
		return false;
	stream_make_flaws(s)->seen.damaged++;
	return true;
}

void bad_checksum_keep(struct flow_table *t, struct stream *s, const struct stream_piece *piece)
{
	struct stream_flaws *w = stream_make_flaws(s);

	if (piece->extent.len == 0 || piece->extent.place == EXTENT_MISSING || w->suspect_count == STREAM_SUSPECTS_MAX)
		return;
	if (w->suspects == NULL)
		w->suspects = mem_alloc(STREAM_SUSPECTS_MAX * sizeof(*w->suspects));
	w->suspects[w->suspect_count++] = *piece;
	t->events->hold(t->ctx, piece->extent.place);
}

static void drop(struct flow_table *t, struct stream_flaws *w, size_t number)
{
	assert(number < w->suspect_count);
	t->events->release(t->ctx, w->suspects[number].extent.place);
	w->suspects[number] = w->suspects[--w->suspect_count];
}

bool bad_checksum_use(struct flow_table *t, struct stream *s)
{
	bool is_used = false;

	for (size_t i = stream_flaws(s)->suspect_count; i-- > 0 && !is_used;) {
		struct stream_piece piece = s->flaws->suspects[i];
		uint64_t end = piece.extent.offset + piece.extent.len;
		size_t before = pieces_count(s->pieces);

		if (piece.extent.offset > s->next && end > s->next)
			continue;
		is_used = end > s->next && stream_add(s, &piece);
		for (size_t added = before; added < pieces_count(s->pieces); added++)
			t->events->hold(t->ctx, piece.extent.place);
		drop(t, s->flaws, i);
	}
	return is_used;
}

uint64_t bad_checksum_begin(const struct stream *s, uint64_t end)
{
	const struct stream_flaws *w = stream_flaws(s);

	for (size_t i = 0; i < w->suspect_count; i++) {
		uint64_t begin = w->suspects[i].extent.offset;

		if (begin > s->next && begin < end)
			end = begin;
	}
	return end;
}

void bad_checksum_forget(struct flow_table *t, struct stream *s)
{
	struct stream_flaws *w = s->flaws;

	if (w == NULL)
		return;
	while (w->suspect_count > 0)
		drop(t, w, w->suspect_count - 1);
	free(w->suspects);
	w->suspects = NULL;
}
