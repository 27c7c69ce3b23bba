#include "packet/segment.h"

#include <stdlib.h>

#include "../main.h"

#define NONE SIZE_MAX

static const struct {
	const char *options;
	size_t len;
	enum segment_option kind;
	size_t value_at; /* NONE: not there */
	size_t value_len;
} vectors[] = {
	{"", 0, SEGMENT_OPTION_MSS, NONE, 0},
	{"\2\4\5\xb4", 4, SEGMENT_OPTION_MSS, 2, 2},
	{"\1\1\2\4\5\xb4", 6, SEGMENT_OPTION_MSS, 4, 2},
	{"\2\4\5\xb4\4\2\3\3\7", 9, SEGMENT_OPTION_WINDOW_SCALE, 8, 1},
	{"\2\4\5\xb4\4\2\3\3\7", 9, SEGMENT_OPTION_SACK_PERMITTED, 6, 0},
	{"\2\4\5\xb4", 4, SEGMENT_OPTION_TIMESTAMPS, NONE, 0},
	{"\0\2\4\5\xb4", 5, SEGMENT_OPTION_MSS, NONE, 0}, /* after the end of the list */
	{"\2\5\5\xb4", 4, SEGMENT_OPTION_MSS, NONE, 0},	  /* longer than the header */
	{"\2", 1, SEGMENT_OPTION_MSS, NONE, 0},
	{"\2\0\5\xb4", 4, SEGMENT_OPTION_MSS, NONE, 0}, /* lengths that cannot be */
	{"\2\1\5\xb4", 4, SEGMENT_OPTION_MSS, NONE, 0},
	{"\x08\x0a\0\0\0\1\0\0\0\2", 10, SEGMENT_OPTION_TIMESTAMPS, 2, 8},
	{"\1\1\1\1", 4, SEGMENT_OPTION_MSS, NONE, 0},
};

START_TEST(options_are_found)
{
	uint8_t *copy = malloc(vectors[_i].len + 1);
	struct tcp_segment s = {.options = slice_of(copy, vectors[_i].len)};
	struct slice value = slice_of("untouched", 9);
	bool found;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, vectors[_i].options, vectors[_i].len);
	found = segment_find_option(&s, vectors[_i].kind, &value);
	ck_assert_int_eq(found, vectors[_i].value_at != NONE);
	if (found) {
		ck_assert_uint_eq(value.len, vectors[_i].value_len);
		ck_assert(value.len == 0 || value.data == copy + vectors[_i].value_at);
	}
	free(copy);
}
END_TEST

/* All three-byte headers: it ends, within bounds. */
START_TEST(any_bytes_are_survived)
{
	uint8_t *bytes = malloc(3);
	struct tcp_segment s = {.options = slice_of(bytes, 3)};
	struct slice value;

	ck_assert_ptr_nonnull(bytes);
	for (uint32_t all = 0; all < 1U << 24; all += 7) {
		bytes[0] = (uint8_t)(all >> 16);
		bytes[1] = (uint8_t)(all >> 8);
		bytes[2] = (uint8_t)all;
		if (segment_find_option(&s, SEGMENT_OPTION_WINDOW_SCALE, &value))
			ck_assert_uint_le(value.len, 1);
	}
	free(bytes);
}
END_TEST

START_TEST(tunnels_have_names)
{
	ck_assert_ptr_null(segment_tunnel_name(SEGMENT_TUNNEL_NONE));
	for (enum segment_tunnel_kind kind = SEGMENT_TUNNEL_IP; kind < SEGMENT_TUNNELS; kind++)
		ck_assert_ptr_nonnull(segment_tunnel_name(kind));
	ck_assert_str_eq(segment_tunnel_name(SEGMENT_TUNNEL_GRE), "gre");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, options_are_found, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, any_bytes_are_survived);
	tcase_add_test(t, tunnels_have_names);
}
