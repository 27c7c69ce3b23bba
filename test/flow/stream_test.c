#include "flow/stream.h"

#include "../main.h"
#include "base/clock.h"
#include "flow/pieces.h"
#include "packet/segment.h"
#include "rig.h"

static struct stream s;

static void setup(void)
{
	s = (struct stream){0};
	stream_set_base(&s, 1000);
}

static void teardown(void)
{
	stream_fini(&s);
}

/* Bytes [begin, end) at place `place + begin`; returns whether they fitted. */
static bool add(uint64_t begin, uint64_t end, uint64_t place)
{
	struct stream_piece p = {
		.extent = {
			.offset = begin, .place = place + begin, .len = (end - begin) & EXTENT_LEN_MAX, .time_ns = 1}};

	return stream_add(&s, &p);
}

/* Takes all that is in order: "0-4@100 4-6@200 " */
static const char *take_all(void)
{
	static char text[4096];
	struct extent e;

	text[0] = '\0';
	while (stream_take(&s, 0, &e)) {
		ck_assert_uint_eq(e.offset, s.next);
		s.next += e.len;
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%d-%d@%d ", (int)e.offset, (int)s.next,
			 (int)(e.place - e.offset));
	}
	return text;
}

START_TEST(pieces_in_order_are_taken_in_order)
{
	ck_assert(add(0, 4, 100));
	ck_assert(add(4, 6, 200));
	ck_assert_str_eq(take_all(), "0-4@100 4-6@200 ");
	ck_assert_uint_eq(pieces_count(s.pieces), 0);
	ck_assert_uint_eq(s.highest, 6);
}
END_TEST

/* Four segments in each of their 24 orders: always the same comes out, however often it is asked for between. */
START_TEST(every_order_of_four_gives_the_same)
{
	size_t left[4] = {0, 1, 2, 3};
	size_t code = (size_t)(_i / 2);

	for (size_t count = 4; count > 0; count--) {
		size_t pick = code % count;

		code /= count;
		ck_assert(add(left[pick] * 5, left[pick] * 5 + 5, 100 * left[pick]));
		memmove(left + pick, left + pick + 1, (count - 1 - pick) * sizeof(left[0]));
		if (_i % 2 == 1)
			take_all();
	}
	if (_i % 2 == 0)
		ck_assert_str_eq(take_all(), "0-5@0 5-10@100 10-15@200 15-20@300 ");
	ck_assert_uint_eq(s.next, 20);
	ck_assert_uint_eq(pieces_count(s.pieces), 0);
}
END_TEST

static const struct {
	uint64_t begin, end; /* arrives after 4-8 and 12-16 */
	const char *taken;   /* with 0-4@300 last */
} overlaps[] = {
	{4, 8, "0-4@300 4-8@100 "},
	{5, 7, "0-4@300 4-8@100 "},
	{2, 6, "0-2@300 2-4@200 4-8@100 "},
	{6, 10, "0-4@300 4-8@100 8-10@200 "},
	{2, 10, "0-2@300 2-4@200 4-8@100 8-10@200 "},
	{8, 12, "0-4@300 4-8@100 8-12@200 12-16@100 "},
	{6, 14, "0-4@300 4-8@100 8-12@200 12-16@100 "},
	{3, 18, "0-3@300 3-4@200 4-8@100 8-12@200 12-16@100 16-18@200 "},
	{0, 20, "0-4@200 4-8@100 8-12@200 12-16@100 16-20@200 "},
	{16, 20, "0-4@300 4-8@100 "},
};

START_TEST(the_first_copy_of_each_byte_wins)
{
	ck_assert(add(4, 8, 100));
	ck_assert(add(12, 16, 100));
	ck_assert(add(overlaps[_i].begin, overlaps[_i].end, 200));
	ck_assert(add(0, 4, 300));
	ck_assert_str_eq(take_all(), overlaps[_i].taken);
}
END_TEST

START_TEST(what_was_delivered_is_not_taken_again)
{
	add(0, 10, 0);
	take_all();
	ck_assert(add(0, 10, 100));
	ck_assert(add(3, 7, 100));
	ck_assert_str_eq(take_all(), "");
	ck_assert(add(5, 12, 100));
	ck_assert_str_eq(take_all(), "10-12@100 ");
}
END_TEST

START_TEST(a_missing_piece_stays_missing_when_it_is_cut)
{
	struct stream_piece p = {.extent = {.offset = 0, .place = EXTENT_MISSING, .len = 10}};
	struct extent e;

	add(0, 4, 100);
	ck_assert(stream_add(&s, &p));
	ck_assert(stream_take(&s, 0, &e));
	s.next = 4;
	ck_assert(stream_take(&s, 0, &e));
	ck_assert_uint_eq(e.place, EXTENT_MISSING);
	ck_assert_uint_eq(e.offset, 4);
	ck_assert_uint_eq(e.len, 6);
}
END_TEST

START_TEST(a_piece_waits_for_what_it_acknowledges)
{
	struct stream_piece p = {.extent = {.offset = 0, .place = 0, .len = 4}, .needs = 10};
	struct extent e;

	ck_assert(stream_add(&s, &p));
	ck_assert(stream_is_held(&s));
	ck_assert(!stream_take(&s, 9, &e));
	ck_assert(stream_take(&s, 10, &e));
	ck_assert(!stream_is_held(&s));
	ck_assert(!stream_take(&s, 10, &e));
}
END_TEST

START_TEST(sequence_numbers_become_offsets_across_the_wrap)
{
	stream_set_base(&s, 0xfffffff0);
	ck_assert_int_eq(stream_offset(&s, 0xfffffff0), 0);
	ck_assert_int_eq(stream_offset(&s, 0xffffffef), -1);
	ck_assert_int_eq(stream_offset(&s, 5), 21);
	s.next = (UINT64_C(3) << 32) + 100;
	ck_assert_int_eq(stream_offset(&s, 0xfffffff0 + 100), (INT64_C(3) << 32) + 100);
	ck_assert_int_eq(stream_offset(&s, 0xfffffff0), INT64_C(3) << 32);
	ck_assert_int_eq(stream_offset(&s, 0xfffffff0 + 100 + 0x7fffffff), (INT64_C(3) << 32) + 100 + 0x7fffffff);
}
END_TEST

START_TEST(holes_end_where_something_is_known)
{
	ck_assert_uint_eq(stream_hole_end(&s), 0);
	s.acked = 1; /* of a FIN, or of a keep-alive */
	ck_assert_uint_eq(stream_hole_end(&s), 0);
	s.acked = 30;
	ck_assert_uint_eq(stream_hole_end(&s), 30);
	s.has_fin = true;
	s.fin_offset = 25;
	ck_assert_uint_eq(stream_hole_end(&s), 25);
	add(10, 20, 0);
	ck_assert_uint_eq(stream_hole_end(&s), 10);
}
END_TEST

START_TEST(ranges_are_known_when_delivered_or_pending)
{
	add(0, 10, 0);
	take_all();
	add(15, 20, 0);
	add(20, 25, 0);
	add(30, 35, 0);
	ck_assert(stream_knows(&s, 0, 10));
	ck_assert(stream_knows(&s, 15, 25));
	ck_assert(stream_knows(&s, 17, 18));
	ck_assert(!stream_knows(&s, 5, 11));
	ck_assert(!stream_knows(&s, 10, 11));
	ck_assert(!stream_knows(&s, 14, 25));
	ck_assert(!stream_knows(&s, 15, 26));
	ck_assert(!stream_knows(&s, 15, 35));
	ck_assert(!stream_knows(&s, 34, 36));
}
END_TEST

START_TEST(pending_pieces_have_a_limit)
{
	for (uint64_t i = 0; i < STREAM_PENDING_MAX; i++)
		ck_assert(add(2 * i + 1, 2 * i + 2, 0));
	ck_assert(!add(2 * STREAM_PENDING_MAX + 1, 2 * STREAM_PENDING_MAX + 2, 0));
	ck_assert_uint_eq(pieces_count(s.pieces), STREAM_PENDING_MAX);
	ck_assert(add(0, 1, 0)); /* what all the others wait for */
	ck_assert_str_eq(take_all(), "0-1@0 1-2@0 ");
	ck_assert(add(2 * STREAM_PENDING_MAX + 1, 2 * STREAM_PENDING_MAX + 2, 0));
}
END_TEST

/* A window of pieces that moves on for ever keeps no more than the window. */
START_TEST(a_moving_window_stays_small)
{
	struct extent e;

	for (uint64_t i = 0; i < 100000; i++) {
		ck_assert(add(10 * (i + 20), 10 * (i + 20) + 5, 0));
		if (i < 20)
			continue;
		s.next = 10 * i;
		ck_assert(stream_take(&s, 0, &e));
		s.next += 5;
	}
	ck_assert_uint_eq(pieces_count(s.pieces), 20);
}
END_TEST

static bool is_copy(uint32_t seq, uint16_t ip_id, int64_t time_ns)
{
	return stream_is_copy(&s, &(struct tcp_segment){.seq = seq, .ip_id = ip_id}, time_ns);
}

START_TEST(a_copy_is_the_same_trace_within_20_ms)
{
	ck_assert(!is_copy(5, 1, 1000000000));
	ck_assert(!is_copy(6, 1, 1000000000));
	ck_assert(is_copy(5, 1, 1020000000));
	ck_assert(!is_copy(5, 2, 1020000000)); /* sent again */
	ck_assert(is_copy(5, 1, 980000000));
	ck_assert(!is_copy(5, 1, 1021000000));
	for (int i = 0; i < 2; i++)
		ck_assert(!is_copy(7, 0, 1020000001)); /* an acknowledgement of a sender that numbers no packets */
}
END_TEST

/* A trace holds few bits of the time: they begin again in the midst of a day. */
START_TEST(a_copy_is_seen_where_a_clock_begins_again)
{
	int64_t again = (INT64_C(1) << 24) * CLOCK_NS_PER_MS;

	ck_assert(!is_copy(5, 1, again - 5 * CLOCK_NS_PER_MS));
	ck_assert(is_copy(5, 1, again + 5 * CLOCK_NS_PER_MS));
	ck_assert(!is_copy(5, 1, again + 16 * CLOCK_NS_PER_MS));
	ck_assert(!is_copy(6, 1, again + 5 * CLOCK_NS_PER_MS));
	ck_assert(is_copy(6, 1, again - 5 * CLOCK_NS_PER_MS));
}
END_TEST

/* Where copies come, a burst may stand between a packet and its copy. */
START_TEST(a_copy_may_come_after_a_burst)
{
	enum {
		BURST = STREAM_RECENT + STREAM_RECENT_MORE
	};

	for (uint32_t i = 0; i < STREAM_RECENT + 1; i++)
		ck_assert(!is_copy(i, 1, 1000));
	ck_assert(!is_copy(0, 1, 1000)); /* nobody knows yet */
	ck_assert(is_copy(4, 1, 1000));
	for (uint32_t i = 0; i < BURST; i++)
		ck_assert(!is_copy(100 + i, 1, 2000));
	for (uint32_t i = 0; i < BURST; i++)
		ck_assert(is_copy(100 + i, 1, 3000));
	ck_assert(!is_copy(300, 1, 4000));
	ck_assert(is_copy(101, 1, 4000));
	ck_assert(!is_copy(100, 1, 4000)); /* forgotten for it */
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, pieces_in_order_are_taken_in_order);
	tcase_add_loop_test(t, every_order_of_four_gives_the_same, 0, 48);
	tcase_add_loop_test(t, the_first_copy_of_each_byte_wins, 0, sizeof(overlaps) / sizeof(overlaps[0]));
	tcase_add_test(t, what_was_delivered_is_not_taken_again);
	tcase_add_test(t, a_missing_piece_stays_missing_when_it_is_cut);
	tcase_add_test(t, a_piece_waits_for_what_it_acknowledges);
	tcase_add_test(t, sequence_numbers_become_offsets_across_the_wrap);
	tcase_add_test(t, holes_end_where_something_is_known);
	tcase_add_test(t, ranges_are_known_when_delivered_or_pending);
	tcase_add_test(t, pending_pieces_have_a_limit);
	tcase_add_test(t, a_moving_window_stays_small);
	tcase_add_test(t, a_copy_is_the_same_trace_within_20_ms);
	tcase_add_test(t, a_copy_is_seen_where_a_clock_begins_again);
	tcase_add_test(t, a_copy_may_come_after_a_burst);
}
