#include "proto/dotstuff.h"

#include "../main.h"
#include "base/buffer.h"

/* Input up to its end; `ended`: how much of it is the mail with its final line, 0 when there is none. */
static const struct {
	const char *in;
	const char *mail;
	size_t ended_len;
	unsigned int oddities;
} vectors[] = {
	{".\r\n", "", 3, 0},
	{".\r\nQUIT\r\n", "", 3, 0},
	{"a\r\n.\r\n", "a\r\n", 6, 0},
	{"a\r\n..\r\n.\r\n", "a\r\n.\r\n", 10, 0},
	{"..\r\n...\r\n.b\r\n.\r\nx", ".\r\n..\r\nb\r\n", 16, 0},
	{"a.\r\n.\r\n", "a.\r\n", 7, 0},
	{"a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n", 10, 0},
	{"a\r\n\r\n\r\n.\r\n", "a\r\n\r\n\r\n", 10, 0},
	{"a\r\r\n.\r\n", "a\r\r\n", 7, 0},
	{"a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n", 11, DOTSTUFF_BARE_LF | DOTSTUFF_LOOSE_DOT},
	{"a\n.\nb\r\n.\r\n", "a\n.\nb\r\n", 10, DOTSTUFF_BARE_LF | DOTSTUFF_LOOSE_DOT},
	{"a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", 11, DOTSTUFF_BARE_LF | DOTSTUFF_LOOSE_DOT},
	{"a\n.b\r\n.\r\n", "a\n.b\r\n", 9, DOTSTUFF_BARE_LF},
	{"a\n.\rb\r\n.\r\n", "a\n.\rb\r\n", 10, DOTSTUFF_BARE_LF},
	{"\n.\r\n.\r\n", "\n.\r\n", 7, DOTSTUFF_BARE_LF | DOTSTUFF_LOOSE_DOT},
	{"a\r.\r\n", "a\r.\r\n", 0, 0},
	{"a", "a", 0, 0},
	{"a\r", "a\r", 0, 0},
	{"a\r\n.", "a\r\n.", 0, 0},
	{"a\r\n.\r", "a\r\n.\r", 0, 0},
	{"a\r\n.b", "a\r\nb", 0, 0},
	{".", ".", 0, 0},
	{"", "", 0, 0},
	{"0123456789012345678901234567890123456789012345678901234567890123456789012345678\r\n"
	 "..123456789012345678901234567890123456789012345678901234567890123456789012345678\r\n.\r\n",
	 "0123456789012345678901234567890123456789012345678901234567890123456789012345678\r\n"
	 ".123456789012345678901234567890123456789012345678901234567890123456789012345678\r\n",
	 166, 0},
};

static void expect(size_t number, size_t piece_len)
{
	struct slice in = slice_from_text(vectors[number].in);
	enum dotstuff_status status = DOTSTUFF_MORE;
	struct buffer mail = {.limit = 0};
	uint64_t counted = 0;
	struct dotstuff d;
	size_t at = 0;
	size_t used;

	dotstuff_init(&d, DOTSTUFF_CRLF);
	while (at < in.len && status == DOTSTUFF_MORE) {
		status = dotstuff_feed(&d, slice_sub(in, at, piece_len), &used, &counted, buffer_sink, &mail);
		at += used;
	}
	ck_assert_int_eq(status, vectors[number].ended_len > 0 ? DOTSTUFF_END : DOTSTUFF_MORE);
	ck_assert_uint_eq(at, vectors[number].ended_len > 0 ? vectors[number].ended_len : in.len);
	if (status == DOTSTUFF_MORE)
		dotstuff_finish(&d, &counted, buffer_sink, &mail);
	ck_assert(slice_equals(buffer_slice(&mail), slice_from_text(vectors[number].mail)));
	ck_assert_uint_eq(counted, mail.len);
	ck_assert_uint_eq(d.oddities, vectors[number].oddities);
	buffer_fini(&mail);
}

/* Of a server whose lines end with LF. */
static const struct {
	const char *in;
	const char *mail;
	size_t ended_len; /* 0: it goes on */
	uint8_t end_len;
} lf_vectors[] = {
	{"a\n.\n+OK", "a\n", 4, 2},	 {"a\n.\r\n", "a\n", 5, 3},
	{"a\r\n.\n", "a\r\n", 5, 2},	 {".\n", "", 2, 2},
	{"..\n.\n", ".\n", 5, 2},	 {"a\n..b\n...\n.\n", "a\n.b\n..\n", 12, 2},
	{"a\n.b\n.\n", "a\nb\n", 7, 2},	 {"a.\n", "a.\n", 0, 0},
	{"a\n.\rb\n", "a\n\rb\n", 0, 0},
};

START_TEST(a_bare_lf_may_end_lines)
{
	struct slice in = slice_from_text(lf_vectors[_i].in);

	for (size_t piece_len = 1; piece_len <= in.len; piece_len++) {
		enum dotstuff_status status = DOTSTUFF_MORE;
		struct buffer mail = {.limit = 0};
		uint64_t counted = 0;
		struct dotstuff d;
		size_t at = 0;
		size_t used;

		dotstuff_init(&d, DOTSTUFF_LF);
		while (at < in.len && status == DOTSTUFF_MORE) {
			status = dotstuff_feed(&d, slice_sub(in, at, piece_len), &used, &counted, buffer_sink, &mail);
			at += used;
		}
		ck_assert_int_eq(status, lf_vectors[_i].ended_len > 0 ? DOTSTUFF_END : DOTSTUFF_MORE);
		if (status == DOTSTUFF_END) {
			ck_assert_uint_eq(at, lf_vectors[_i].ended_len);
			ck_assert_uint_eq(d.end_len, lf_vectors[_i].end_len);
		}
		ck_assert(slice_equals(buffer_slice(&mail), slice_from_text(lf_vectors[_i].mail)));
		buffer_fini(&mail);
	}
}
END_TEST

START_TEST(test_vector)
{
	size_t len = strlen(vectors[_i].in);

	for (size_t piece_len = 1; piece_len <= len + 1; piece_len++)
		expect((size_t)_i, piece_len);
}
END_TEST

/* After a gap the middle of a line is assumed: a dot there is no end, the one after the next CRLF is. */
START_TEST(test_gap)
{
	struct buffer mail = {.limit = 0};
	uint64_t size = 0;
	struct dotstuff d;
	size_t used;

	dotstuff_init(&d, DOTSTUFF_CRLF);
	ck_assert_int_eq(dotstuff_feed(&d, slice_from_text("a\r\n."), &used, &size, buffer_sink, &mail), DOTSTUFF_MORE);
	dotstuff_finish(&d, &size, buffer_sink, &mail);
	dotstuff_gap(&d);
	ck_assert_int_eq(dotstuff_feed(&d, slice_from_text(".\r\n.\r\nQ"), &used, &size, buffer_sink, &mail),
			 DOTSTUFF_END);
	ck_assert_uint_eq(used, 6);
	ck_assert_uint_eq(size, 7);
	ck_assert(slice_equals(buffer_slice(&mail), slice_from_text("a\r\n..\r\n")));
	buffer_fini(&mail);
}
END_TEST

/* The CR of the first line end may be what is missing before it; a later one has its own. */
START_TEST(test_lf_behind_gap)
{
	uint64_t size = 0;
	struct dotstuff d;
	size_t used;

	dotstuff_init(&d, DOTSTUFF_CRLF);
	dotstuff_gap(&d);
	dotstuff_feed(&d, slice_from_text("\na\r\n"), &used, &size, NULL, NULL);
	ck_assert_uint_eq(d.oddities, 0);
	dotstuff_feed(&d, slice_from_text("\n"), &used, &size, NULL, NULL);
	ck_assert_uint_eq(d.oddities, DOTSTUFF_BARE_LF);
	dotstuff_init(&d, DOTSTUFF_CRLF);
	dotstuff_gap(&d);
	ck_assert_int_eq(dotstuff_feed(&d, slice_from_text("\n.\r\n"), &used, &size, NULL, NULL), DOTSTUFF_END);
}
END_TEST

/* Lines of all lengths, each with a dot that must go, so that every place in a block is tried. */
START_TEST(test_every_place)
{
	struct buffer in = {.limit = 0};
	struct dotstuff d;
	uint64_t size = 0;
	size_t used;

	for (size_t len = 0; len < 300; len++) {
		buffer_append_text(&in, "..");
		for (size_t i = 0; i < len; i++)
			buffer_append_byte(&in, 'x');
		buffer_append_text(&in, "\r\n");
	}
	buffer_append_text(&in, ".\r\n");
	for (size_t skip = 0; skip < 70; skip++) {
		size = 0;
		dotstuff_init(&d, DOTSTUFF_CRLF);
		dotstuff_feed(&d, slice_sub(buffer_slice(&in), 0, skip), &used, &size, NULL, NULL);
		ck_assert_int_eq(dotstuff_feed(&d, slice_after(buffer_slice(&in), skip), &used, &size, NULL, NULL),
				 DOTSTUFF_END);
		ck_assert_uint_eq(used, in.len - skip);
		ck_assert_uint_eq(size, in.len - 300 - 3);
		ck_assert_uint_eq(d.oddities, 0);
	}
	buffer_fini(&in);
}
END_TEST

static const struct {
	const char *in;
	size_t used;
	size_t size; /* up to there */
	uint8_t in_len;
	uint8_t out_len;
} loose[] = {
	{"a\n.\nb", 4, 4, 2, 2},
	{"a\n.\r\nb", 5, 5, 3, 3},
	{"a\r\n.\nb", 5, 4, 2, 1},
	{"\n.\r\n.\r\n", 4, 4, 3, 3},
};

/* Asked to, it stops after each dot that some servers take for the end, and can go on. */
START_TEST(test_stop_loosely)
{
	struct slice in = slice_from_text(loose[_i].in);

	for (size_t split = 0; split < loose[_i].used; split++) {
		uint64_t size = 0;
		struct dotstuff d;
		size_t used;
		size_t more;

		dotstuff_init(&d, DOTSTUFF_CRLF);
		d.stops_loosely = true;
		ck_assert_int_eq(dotstuff_feed(&d, slice_sub(in, 0, split), &used, &size, NULL, NULL), DOTSTUFF_MORE);
		ck_assert_int_eq(dotstuff_feed(&d, slice_after(in, split), &more, &size, NULL, NULL), DOTSTUFF_LOOSE);
		ck_assert_uint_eq(used + more, loose[_i].used);
		ck_assert_uint_eq(size, loose[_i].size);
		ck_assert_uint_eq(d.loose_in_len, loose[_i].in_len);
		ck_assert_uint_eq(d.loose_out_len, loose[_i].out_len);
		dotstuff_feed(&d, slice_after(in, used + more), &more, &size, NULL, NULL);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_bare_lf_may_end_lines, 0, sizeof(lf_vectors) / sizeof(lf_vectors[0]));
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, test_stop_loosely, 0, sizeof(loose) / sizeof(loose[0]));
	tcase_add_test(t, test_gap);
	tcase_add_test(t, test_lf_behind_gap);
	tcase_add_test(t, test_every_place);
}
