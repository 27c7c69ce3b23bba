/* What is compressed after COMPRESS, of both sides: each piece begins with a byte that says whose it is, or that bytes
 * are missing, and how long it is. What comes out is bounded by what went in. */
#include <assert.h>

#include "engine/inflate_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	uint64_t text_len[SIDES];
	uint64_t unread_len[SIDES];
};

static void hear(void *ctx, enum side side, const struct stream_text *text)
{
	struct heard *h = ctx;

	assert((text->text.len > 0) != (text->len > 0));
	h->text_len[side] += text->text.len;
	h->unread_len[side] += text->len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *state = inflate_stream_filter.open(NULL, NULL);
	struct heard h = {{0}, {0}};
	uint64_t len[SIDES] = {0};

	for (struct slice in = slice_of(data, size); in.len > 1;) {
		enum side side = in.data[0] & 1 ? SIDE_SERVER : SIDE_CLIENT;
		size_t piece_len = (size_t)(in.data[0] >> 2) + 1;
		struct slice piece = slice_sub(in, 1, piece_len);

		len[side] += piece.len;
		if ((in.data[0] & 3) == 3)
			inflate_stream_filter.gap(state, side, piece.len, hear, &h);
		else
			assert(inflate_stream_filter.feed(state, side, piece, hear, &h) == piece.len);
		in = slice_after(in, 1 + piece_len);
	}
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		assert(h.unread_len[side] <= len[side]);
		assert(h.text_len[side] <= INFLATE_FREE + (len[side] + 1) * 1040);
		if (inflate_stream_filter.is_unread(state, side))
			assert(h.text_len[side] == 0);
	}
	inflate_stream_filter.close(state);
	return 0;
}
