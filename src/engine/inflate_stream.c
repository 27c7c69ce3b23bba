#include "engine/inflate_stream.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

enum {
	RAW_WINDOW_BITS = -15, /* no header, no checksum: RFC 4978 section 3 */
	PIECE_LEN = 16384,
	SIDE_MEMORY = 44 * 1024, /* of zlib, with its window */
};

struct inflate_side {
	bool is_begun;
	bool is_broken;
	uint64_t text_len;
	uint64_t len;
	z_stream z;
};

struct inflate_streams {
	struct inflate_side side[SIDES];
};

static void *inflate_open(void *ctx, struct connection *v)
{
	(void)ctx;
	(void)v;
	return mem_zalloc(sizeof(struct inflate_streams));
}

static void give_up_side(struct inflate_side *s)
{
	if (s->is_begun)
		inflateEnd(&s->z);
	s->is_begun = false;
	s->is_broken = true;
}

static bool begin(struct inflate_side *s)
{
	s->is_begun = s->is_begun || inflateInit2(&s->z, RAW_WINDOW_BITS) == Z_OK;
	return s->is_begun;
}

/* A few bytes may stand for any number of others. */
static bool is_bomb(const struct inflate_side *s)
{
	return s->text_len > INFLATE_FREE && s->text_len - INFLATE_FREE > s->len * INFLATE_RATIO_MAX;
}

/* The next piece of text that the input at hand makes. False where there is no more. */
static bool next_piece(struct inflate_side *s, uint8_t piece[PIECE_LEN], size_t *len)
{
	int status;

	s->z.next_out = piece;
	s->z.avail_out = PIECE_LEN;
	status = inflate(&s->z, Z_SYNC_FLUSH);
	*len = PIECE_LEN - s->z.avail_out;
	s->text_len += *len;
	if ((status != Z_OK && status != Z_BUF_ERROR) || is_bomb(s))
		give_up_side(s);
	return *len > 0;
}

static size_t inflate_feed(void *state, enum side side, struct slice bytes, stream_filter_sink *sink, void *ctx)
{
	struct inflate_side *s = &((struct inflate_streams *)state)->side[side];
	uint8_t piece[PIECE_LEN];
	size_t len;

	s->len += bytes.len;
	if (s->is_broken || !begin(s)) {
		sink(ctx, side, &(struct stream_text){.len = bytes.len});
		return bytes.len;
	}
	s->z.next_in = (Bytef *)(uintptr_t)bytes.data;
	s->z.avail_in = (uInt)bytes.len;
	while (!s->is_broken && next_piece(s, piece, &len))
		sink(ctx, side, &(struct stream_text){.text = slice_of(piece, len)});
	if (s->is_broken && s->z.avail_in > 0)
		sink(ctx, side, &(struct stream_text){.len = s->z.avail_in});
	return bytes.len;
}

static void inflate_gap(void *state, enum side side, uint64_t len, stream_filter_sink *sink, void *ctx)
{
	give_up_side(&((struct inflate_streams *)state)->side[side]);
	sink(ctx, side, &(struct stream_text){.len = len, .is_missing = true});
}

static bool inflate_is_unread(const void *state, enum side side)
{
	const struct inflate_side *s = &((const struct inflate_streams *)state)->side[side];

	return s->is_broken && s->text_len == 0;
}

static size_t inflate_memory(const void *state)
{
	const struct inflate_streams *streams = state;
	size_t memory = sizeof(*streams);

	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		memory += streams->side[side].is_begun ? SIDE_MEMORY : 0;
	return memory;
}

static void inflate_close(void *state)
{
	struct inflate_streams *streams = state;

	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		give_up_side(&streams->side[side]);
	free(streams);
}

const struct stream_filter inflate_stream_filter = {
	.name = "inflate",
	.open = inflate_open,
	.feed = inflate_feed,
	.gap = inflate_gap,
	.is_unread = inflate_is_unread,
	.memory = inflate_memory,
	.close = inflate_close,
};
