#include "flow/byte_stream.h"

#include "../main.h"
#include "rig.h"

/* 5 bytes, a gap of 3, 4 bytes, 2 opaque ones, 1 byte. */
static const struct {
	uint64_t place;
	uint32_t len;
	enum byte_run_kind kind;
} parts[] = {
	{100, 5, BYTE_RUN_BYTES}, {EXTENT_MISSING, 3, BYTE_RUN_GAP},
	{200, 4, BYTE_RUN_BYTES}, {EXTENT_OPAQUE, 2, BYTE_RUN_OPAQUE},
	{300, 1, BYTE_RUN_BYTES},
};

enum {
	END = 15,
};

/* Every offset, with everything opaque from every offset on, or from none. */
START_TEST(each_offset_is_in_a_run)
{
	struct extents x = {0};
	struct byte_stream s = {.extents = &x, .opaque_begin = _i <= END ? (uint64_t)_i : UINT64_MAX};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		extents_append(&x, &(struct extent){.offset = extents_end(&x),
						    .place = parts[i].place,
						    .len = parts[i].len & EXTENT_LEN_MAX});
	for (uint64_t at = 0, begin = 0, part = 0; at < END; at++) {
		struct byte_run run = byte_stream_at(&s, at);
		uint64_t end;

		if (at == begin + parts[part].len)
			begin += parts[part++].len;
		end = begin + parts[part].len;
		if (at >= s.opaque_begin) {
			ck_assert_int_eq(run.kind, BYTE_RUN_OPAQUE);
			ck_assert_uint_eq(run.len, end - at);
			continue;
		}
		ck_assert_int_eq(run.kind, parts[part].kind);
		if (run.kind == BYTE_RUN_BYTES)
			ck_assert_uint_eq(run.place, parts[part].place + (at - begin));
		if (run.kind != BYTE_RUN_OPAQUE && end > s.opaque_begin)
			end = s.opaque_begin;
		ck_assert_uint_eq(run.len, end - at);
	}
	ck_assert_int_eq(byte_stream_at(&s, END).kind, BYTE_RUN_NONE);
	extents_fini(&x);
}
END_TEST

START_TEST(an_empty_stream_has_no_run)
{
	struct extents x = {0};
	struct byte_stream s = {.extents = &x, .opaque_begin = 0};

	ck_assert_int_eq(byte_stream_at(&s, 0).kind, BYTE_RUN_NONE);
}
END_TEST

/* A gap, or an opaque run, of several extents is one. */
START_TEST(a_long_run_is_one)
{
	const uint64_t len = 40000000;
	const uint64_t places[] = {EXTENT_MISSING, EXTENT_OPAQUE};
	struct extents x = {0};
	struct byte_stream s = {.extents = &x, .opaque_begin = UINT64_MAX};

	for (size_t i = 0; i < 2; i++)
		extents_append_run(&x, &(struct extent){.offset = extents_end(&x), .place = places[i]}, len);
	ck_assert_uint_gt(x.count, 2);
	for (uint64_t at = 0; at < 2 * len; at += len / 5) {
		struct byte_run run = byte_stream_at(&s, at);

		ck_assert_int_eq(run.kind, at < len ? BYTE_RUN_GAP : BYTE_RUN_OPAQUE);
		ck_assert_uint_eq(run.len, len - at % len);
	}
	s.opaque_begin = len - 7;
	ck_assert_uint_eq(byte_stream_at(&s, 1).len, len - 8);
	extents_fini(&x);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, each_offset_is_in_a_run, 0, END + 2);
	tcase_add_test(t, an_empty_stream_has_no_run);
	tcase_add_test(t, a_long_run_is_one);
}
