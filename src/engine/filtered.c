#include "engine/filtered.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "flow/byte_stream.h"

struct filtered {
	const struct stream_filter *filter;
	void *state;
	bool has_begun[SIDES];
	uint64_t offset[SIDES]; /* of the raw byte to take next */
	uint64_t opaque_begin[SIDES];
	struct extents text[SIDES];
	struct store_lane lane;
};

/* Text on its way from the filter to a side's extents. */
struct filtering {
	struct filtered *filtered;
	struct store *store;
	const struct extent *raw; /* that completed it */
};

struct filtered *filtered_new(const struct stream_filter *filter)
{
	struct filtered *f = mem_zalloc(sizeof(*f));

	f->filter = filter;
	f->opaque_begin[SIDE_CLIENT] = f->opaque_begin[SIDE_SERVER] = UINT64_MAX;
	f->state = mem_zalloc(filter->state_size);
	return f;
}

static void release(void *ctx, const struct extent *e)
{
	if (extent_is_here(e))
		store_release(ctx, e->place);
}

void filtered_free(struct filtered *f, struct store *store)
{
	if (f == NULL)
		return;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		extents_forget(&f->text[side], UINT64_MAX, release, store);
		extents_fini(&f->text[side]);
	}
	store_end_lane(store, &f->lane);
	if (f->filter->close != NULL)
		f->filter->close(f->state);
	free(f->state);
	free(f);
}

size_t filtered_memory(const struct filtered *f)
{
	if (f == NULL)
		return 0;
	return sizeof(*f) + f->filter->state_size +
	       (f->text[SIDE_CLIENT].cap + f->text[SIDE_SERVER].cap) * sizeof(struct extent);
}

void filtered_begin(struct filtered *f, enum side side, const struct extents *raw, uint64_t begin, struct store *store)
{
	struct extents *text = &f->text[side];

	if (f->has_begun[side]) {
		f->opaque_begin[side] = begin;
		return;
	}
	f->has_begun[side] = true;
	f->offset[side] = begin;
	for (size_t i = raw->forgotten; i < raw->count && raw->items[i].offset < begin; i++) {
		struct extent e = raw->items[i];

		if (e.len > begin - e.offset)
			e.len = (begin - e.offset) & EXTENT_LEN_MAX;
		if (extent_is_here(&e))
			store_hold(store, e.place);
		extents_append(text, &e);
	}
	if (text->count == 0)
		text->end = begin; /* all of it is forgotten */
}

struct extents *filtered_text(struct filtered *f, enum side side)
{
	return f->has_begun[side] ? &f->text[side] : NULL;
}

uint64_t filtered_opaque_begin(const struct filtered *f, enum side side)
{
	return f->opaque_begin[side];
}

uint64_t filtered_offset(const struct filtered *f, enum side side)
{
	return f->offset[side];
}

/* In pieces that an extent can have; what the store has no room for is missing, as bytes of packets are. */
static void keep_bytes(const struct filtering *p, struct extents *to, struct extent *e, struct slice bytes)
{
	while (bytes.len > 0) {
		struct slice piece = slice_sub(bytes, 0, EXTENT_LEN_MAX);

		e->offset = extents_end(to);
		e->place = store_spool(p->store, &p->filtered->lane, piece, NULL);
		e->len = piece.len & EXTENT_LEN_MAX;
		extents_append(to, e);
		bytes = slice_after(bytes, piece.len);
	}
}

static void keep_text(void *ctx, enum side side, const struct stream_text *text)
{
	struct filtering *p = ctx;
	struct extents *to = &p->filtered->text[side];
	struct extent e = {.offset = extents_end(to), .time_ns = p->raw->time_ns, .packet = p->raw->packet};

	assert(p->filtered->has_begun[side]);
	e.place = text->is_missing ? EXTENT_MISSING : EXTENT_OPAQUE;
	if (text->text.len > 0)
		keep_bytes(p, to, &e, text->text);
	else
		extents_append_run(to, &e, text->len);
}

void filtered_pump(struct filtered *f, enum side side, const struct extents *raw, struct store *store)
{
	struct byte_stream stream = {.extents = raw, .opaque_begin = UINT64_MAX};
	struct byte_run run;

	while (f->has_begun[side] && (run = byte_stream_at(&stream, f->offset[side])).kind != BYTE_RUN_NONE) {
		struct filtering p = {
			.filtered = f, .store = store, .raw = &raw->items[extents_find(raw, f->offset[side])]};
		struct slice bytes =
			run.kind == BYTE_RUN_BYTES ? store_bytes(store, run.place, run.len) : slice_of(NULL, 0);

		f->offset[side] += run.len;
		if (bytes.len == run.len)
			f->filter->feed(f->state, side, bytes, keep_text, &p);
		else
			f->filter->gap(f->state, side, run.len, keep_text, &p);
	}
}
