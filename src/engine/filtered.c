#include "engine/filtered.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "flow/byte_stream.h"

struct filtered_side {
	bool has_begun;
	bool has_text;
	uint64_t begin;	 /* of what goes through the filter, on the wire and in the text */
	uint64_t offset; /* of the raw byte to take next */
	uint64_t opaque_begin;
	struct extents text;
	struct extents early; /* runs that cannot be read, before there was any text */
};

struct filtered {
	const struct stream_filter *filter;
	void *state;
	bool has_text; /* of either side */
	bool has_ended;
	struct filtered_side side[SIDES];
	struct store_lane lane;
};

/* Text on its way from the filter to a side's extents. */
struct filtering {
	struct filtered *filtered;
	struct store *store;
	struct extents *const *raw; /* of both sides */
	const struct extent *now;   /* the raw one that completed it; NULL: none did */
};

struct filtered *filtered_new(const struct stream_filter *filter, void *ctx, struct connection *v)
{
	struct filtered *f = mem_zalloc(sizeof(*f));

	f->filter = filter;
	f->side[SIDE_CLIENT].opaque_begin = f->side[SIDE_SERVER].opaque_begin = UINT64_MAX;
	f->state = filter->open(ctx, v);
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
		extents_forget(&f->side[side].text, UINT64_MAX, release, store);
		extents_fini(&f->side[side].text);
		extents_fini(&f->side[side].early);
	}
	store_end_lane(store, &f->lane);
	if (f->filter->close != NULL)
		f->filter->close(f->state);
	free(f);
}

size_t filtered_memory(const struct filtered *f)
{
	size_t extents = 0;

	if (f == NULL)
		return 0;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		extents += f->side[side].text.cap + f->side[side].early.cap;
	return sizeof(*f) + extents * sizeof(struct extent) +
	       (f->filter->memory != NULL ? f->filter->memory(f->state) : 0);
}

/* What was said in clear is the beginning of the text. */
static void begin_text(struct filtered_side *s, const struct extents *raw, struct store *store)
{
	struct extents *text = &s->text;

	s->has_text = true;
	for (size_t i = raw->forgotten; i < raw->count && raw->items[i].offset < s->begin; i++) {
		struct extent e = raw->items[i];

		if (e.len > s->begin - e.offset)
			e.len = (s->begin - e.offset) & EXTENT_LEN_MAX;
		if (extent_is_here(&e))
			store_hold(store, e.place);
		extents_append(text, &e);
	}
	if (text->count == 0)
		text->end = s->begin; /* all of it is forgotten */
	for (size_t i = 0; i < s->early.count; i++) {
		struct extent e = s->early.items[i];

		e.offset = extents_end(text);
		extents_append(text, &e);
	}
	extents_fini(&s->early);
	s->early = (struct extents){0};
}

static void begin_texts(struct filtered *f, struct extents *const raw[SIDES], struct store *store)
{
	f->has_text = true;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		if (f->side[side].has_begun && !f->side[side].has_text)
			begin_text(&f->side[side], raw[side], store);
}

void filtered_begin(struct filtered *f, enum side side, const struct extents *raw, uint64_t begin, struct store *store)
{
	struct filtered_side *s = &f->side[side];

	if (s->has_begun) {
		s->opaque_begin = begin;
		return;
	}
	s->has_begun = true;
	s->begin = s->offset = begin;
	if (f->has_text)
		begin_text(s, raw, store);
}

uint64_t filtered_begin_offset(const struct filtered *f, enum side side)
{
	return f->side[side].begin;
}

bool filtered_has_begun(const struct filtered *f, enum side side)
{
	return f->side[side].has_begun;
}

struct extents *filtered_text(struct filtered *f, enum side side)
{
	return f->side[side].has_text ? &f->side[side].text : NULL;
}

uint64_t filtered_opaque_begin(const struct filtered *f, enum side side)
{
	return f->side[side].opaque_begin;
}

uint64_t filtered_offset(const struct filtered *f, enum side side)
{
	return f->side[side].offset;
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

/* Of what cannot be read before there is any text only the length is needed. */
static void keep_early(struct extents *early, struct extent *e, uint64_t len)
{
	struct extent *last = early->count > 0 ? &early->items[early->count - 1] : NULL;

	if (last == NULL || last->place != e->place || len > EXTENT_LEN_MAX - last->len) {
		extents_append_run(early, e, len);
		return;
	}
	last->len += len & EXTENT_LEN_MAX;
	early->end += len;
}

static void keep_text(void *ctx, enum side side, const struct stream_text *text)
{
	struct filtering *p = ctx;
	struct filtered_side *s = &p->filtered->side[side];
	struct extents *to;
	struct extent e = {0};

	assert(s->has_begun);
	if (!s->has_text && text->text.len > 0)
		begin_texts(p->filtered, p->raw, p->store);
	to = s->has_text ? &s->text : &s->early;
	if (p->now != NULL)
		e = (struct extent){.time_ns = p->now->time_ns, .packet = p->now->packet};
	e.offset = extents_end(to);
	e.place = text->is_missing ? EXTENT_MISSING : EXTENT_OPAQUE;
	if (text->text.len > 0)
		keep_bytes(p, to, &e, text->text);
	else if (text->len > 0 && s->has_text)
		extents_append_run(to, &e, text->len);
	else if (text->len > 0)
		keep_early(to, &e, text->len);
}

/* What a side brought that is not on the wire any more, in bytes. */
static uint64_t progress_of(const struct filtered_side *s)
{
	return s->offset + extents_end(&s->text) + extents_end(&s->early);
}

/* What waits in the filter may go on. */
static void feed_again(struct filtered *f, enum side side, struct extents *const raw[SIDES], struct store *store)
{
	struct filtering p = {.filtered = f, .store = store, .raw = raw};

	if (f->side[side].has_begun && f->filter->waits != NULL && f->filter->waits(f->state, side))
		f->filter->feed(f->state, side, slice_of(NULL, 0), keep_text, &p);
}

bool filtered_pump(struct filtered *f, enum side side, struct extents *const raw[SIDES], struct store *store)
{
	struct filtered_side *s = &f->side[side];
	struct byte_stream stream = {.extents = raw[side], .opaque_begin = UINT64_MAX};
	uint64_t before = progress_of(s);
	struct byte_run run;

	feed_again(f, side, raw, store);
	while (s->has_begun && (run = byte_stream_at(&stream, s->offset)).kind != BYTE_RUN_NONE) {
		struct filtering p = {.filtered = f,
				      .store = store,
				      .raw = raw,
				      .now = &raw[side]->items[extents_find(raw[side], s->offset)]};
		struct slice bytes =
			run.kind == BYTE_RUN_BYTES ? store_bytes(store, run.place, run.len) : slice_of(NULL, 0);
		size_t taken = run.len;

		if (bytes.len == run.len)
			taken = f->filter->feed(f->state, side, bytes, keep_text, &p);
		else
			f->filter->gap(f->state, side, run.len, keep_text, &p);
		s->offset += taken;
		if (taken < run.len)
			break;
	}
	return progress_of(s) > before;
}

void filtered_end(struct filtered *f, struct extents *const raw[SIDES], struct store *store)
{
	struct filtering p = {.filtered = f, .store = store, .raw = raw};

	if (f->has_ended || f->filter->end == NULL)
		return;
	f->has_ended = true;
	f->filter->end(f->state, SIDE_SERVER, keep_text, &p);
	f->filter->end(f->state, SIDE_CLIENT, keep_text, &p);
}

bool filtered_needs_key(const struct filtered *f)
{
	return f->filter->needs_key != NULL && f->filter->needs_key(f->state);
}

struct slice filtered_key_name(const struct filtered *f)
{
	return f->filter->key_name != NULL ? f->filter->key_name(f->state) : slice_of(NULL, 0);
}

static void tell_side_unread(struct filtered *f, enum side side, const struct extents *raw, const struct store *store)
{
	struct byte_stream stream = {.extents = raw, .opaque_begin = UINT64_MAX};
	uint64_t offset = f->side[side].offset;
	struct byte_run run;
	bool is_first = true;

	while ((run = byte_stream_at(&stream, offset)).kind != BYTE_RUN_NONE) {
		struct slice bytes =
			run.kind == BYTE_RUN_BYTES ? store_bytes(store, run.place, run.len) : slice_of(NULL, 0);

		f->filter->tell_unread(f->state, side, bytes, run.len, is_first);
		offset += run.len;
		is_first = false;
	}
}

void filtered_tell_unread(struct filtered *f, struct extents *const raw[SIDES], const struct store *store)
{
	if (f->filter->tell_unread == NULL)
		return;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		if (f->side[side].has_begun)
			tell_side_unread(f, side, raw[side], store);
}

void filtered_give_up(struct filtered *f)
{
	if (f->filter->give_up != NULL)
		f->filter->give_up(f->state);
}

bool filtered_is_unread(const struct filtered *f)
{
	if (f->has_text)
		return false;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		if (f->side[side].has_begun && (f->filter->is_unread == NULL || !f->filter->is_unread(f->state, side)))
			return false;
	return true;
}
