#include "engine/inflate_stream.h"

#include <zlib.h>

#include "../main.h"
#include "base/buffer.h"

enum {
	TEXT_LEN = 100000,
};

/* What a filter said of a side. */
struct heard {
	struct buffer text;
	uint64_t missing_len;
	uint64_t unread_len;
	uint64_t text_len;
	bool keeps;
};

static void hear(void *ctx, enum side side, const struct stream_text *text)
{
	struct heard *h = ctx;

	ck_assert_int_eq(side, SIDE_SERVER);
	h->text_len += text->text.len;
	if (h->keeps)
		buffer_append(&h->text, text->text);
	*(text->is_missing ? &h->missing_len : &h->unread_len) += text->len;
}

/* Lines of a mailbox, flushed after each few, as servers do. */
static void compress_lines(struct buffer *text, struct buffer *packed)
{
	uint8_t piece[65536];
	z_stream z = {0};

	ck_assert_int_eq(deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	for (unsigned int i = 0; text->len < TEXT_LEN; i++) {
		size_t begin = text->len;

		buffer_printf(text, "* %u FETCH (UID %u FLAGS (\\Seen))\r\n", i, i * 7919);
		z.next_in = text->data + begin;
		z.avail_in = (uInt)(text->len - begin);
		z.next_out = piece;
		z.avail_out = sizeof(piece);
		ck_assert_int_eq(deflate(&z, i % 5 == 0 ? Z_SYNC_FLUSH : Z_NO_FLUSH), Z_OK);
		buffer_append(packed, slice_of(piece, sizeof(piece) - z.avail_out));
	}
	z.next_out = piece;
	z.avail_out = sizeof(piece);
	ck_assert_int_eq(deflate(&z, Z_SYNC_FLUSH), Z_OK);
	buffer_append(packed, slice_of(piece, sizeof(piece) - z.avail_out));
	deflateEnd(&z);
}

static void feed(void *state, struct slice bytes, size_t piece_len, struct heard *h)
{
	while (bytes.len > 0) {
		struct slice piece = slice_sub(bytes, 0, piece_len);

		ck_assert_uint_eq(inflate_stream_filter.feed(state, SIDE_SERVER, piece, hear, h), piece.len);
		bytes = slice_after(bytes, piece_len);
	}
}

START_TEST(it_comes_out_as_it_went_in)
{
	static const size_t pieces[] = {1, 2, 7, 1460, SIZE_MAX};
	struct buffer text = {0};
	struct buffer packed = {0};
	struct heard h = {.keeps = true};
	void *state = inflate_stream_filter.open(NULL, NULL);

	compress_lines(&text, &packed);
	ck_assert_uint_lt(packed.len, text.len / 2);
	feed(state, buffer_slice(&packed), pieces[_i], &h);
	ck_assert(slice_equals(buffer_slice(&text), buffer_slice(&h.text)));
	ck_assert_uint_eq(h.missing_len + h.unread_len, 0);
	ck_assert(!inflate_stream_filter.is_unread(state, SIDE_SERVER));
	ck_assert_uint_gt(inflate_stream_filter.memory(state), 32768);
	inflate_stream_filter.close(state);
	buffer_fini(&text);
	buffer_fini(&packed);
	buffer_fini(&h.text);
}
END_TEST

START_TEST(behind_a_hole_nothing_can_be_read)
{
	struct buffer text = {0};
	struct buffer packed = {0};
	struct heard h = {.keeps = true};
	void *state = inflate_stream_filter.open(NULL, NULL);
	size_t half;

	compress_lines(&text, &packed);
	half = packed.len / 2;
	feed(state, slice_sub(buffer_slice(&packed), 0, half), 1000, &h);
	inflate_stream_filter.gap(state, SIDE_SERVER, 10, hear, &h);
	feed(state, slice_after(buffer_slice(&packed), half + 10), 1000, &h);
	ck_assert_uint_gt(h.text.len, 0);
	ck_assert_int_eq(memcmp(h.text.data, text.data, h.text.len), 0);
	ck_assert_uint_eq(h.missing_len, 10);
	ck_assert_uint_eq(h.unread_len, packed.len - half - 10);
	ck_assert(!inflate_stream_filter.is_unread(state, SIDE_SERVER)); /* some of it was */
	inflate_stream_filter.close(state);
	buffer_fini(&text);
	buffer_fini(&packed);
	buffer_fini(&h.text);
}
END_TEST

START_TEST(what_is_not_compressed_is_not_read)
{
	struct heard h = {.keeps = true};
	void *state = inflate_stream_filter.open(NULL, NULL);

	feed(state, slice_from_text("\xff\xff\xff\xff* OK never mind\r\n"), SIZE_MAX, &h);
	feed(state, slice_from_text("a NOOP\r\n"), SIZE_MAX, &h);
	ck_assert_uint_eq(h.text.len, 0);
	ck_assert_uint_ge(h.unread_len, 8);
	ck_assert(inflate_stream_filter.is_unread(state, SIDE_SERVER));
	inflate_stream_filter.close(state);
	buffer_fini(&h.text);
}
END_TEST

/* A gigabyte of zeros. */
START_TEST(a_bomb_is_put_out)
{
	static uint8_t zeros[1 << 20];
	static uint8_t piece[1 << 16];
	struct heard h = {.keeps = false};
	void *state = inflate_stream_filter.open(NULL, NULL);
	z_stream z = {0};
	uint64_t len = 0;

	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	for (int i = 0; i < 1024; i++) {
		z.next_in = zeros;
		z.avail_in = sizeof(zeros);
		z.next_out = piece;
		z.avail_out = sizeof(piece);
		ck_assert_int_eq(deflate(&z, Z_SYNC_FLUSH), Z_OK);
		len += sizeof(piece) - z.avail_out;
		feed(state, slice_of(piece, sizeof(piece) - z.avail_out), SIZE_MAX, &h);
	}
	deflateEnd(&z);
	ck_assert_uint_lt(len, 2 << 20);
	ck_assert_uint_ge(h.text_len, INFLATE_FREE);
	ck_assert_uint_le(h.text_len, INFLATE_FREE + INFLATE_RATIO_MAX * len + (1 << 15));
	ck_assert_uint_gt(h.unread_len, len / 2);
	inflate_stream_filter.close(state);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, it_comes_out_as_it_went_in, 0, 5);
	tcase_add_test(t, behind_a_hole_nothing_can_be_read);
	tcase_add_test(t, what_is_not_compressed_is_not_read);
	tcase_add_test(t, a_bomb_is_put_out);
}
