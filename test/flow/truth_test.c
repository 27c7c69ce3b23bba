/*
 * What TCP tells beside the bytes: damaged segments, acknowledgements said twice, closed windows, connections opened
 * from both ends, and sides that were guessed the wrong way round.
 */
#include "rig.h"

#include "../main.h"
#include "flow/pieces.h"

static struct rig r;

static void setup(void)
{
	rig_init(&r);
}

static void teardown(void)
{
	rig_fini(&r);
}

/* ---- damaged segments ---- */

static void shake_hands_rightly(void)
{
	r.checksum = SEGMENT_CHECKSUM_GOOD;
	rig_shake_hands(&r);
}

static void say_wrongly(int64_t seq, const char *payload)
{
	r.checksum = SEGMENT_CHECKSUM_BAD;
	rig_say(&r, SIDE_CLIENT, seq, 0, payload);
	r.checksum = SEGMENT_CHECKSUM_GOOD;
}

START_TEST(a_damaged_segment_never_wins_over_a_good_one)
{
	shake_hands_rightly();
	say_wrongly(0, "XXXX");
	ck_assert(r.verdict.damaged);
	rig_expect(&r, "begin\n");
	rig_wait_ms(&r, 5);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_say(&r, SIDE_SERVER, 0, 4, "250");
	rig_expect(&r, "C EHLO\nS 250\n");
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.damaged, 1);
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.conflicts, 0);
}
END_TEST

START_TEST(a_damaged_segment_is_better_than_a_gap)
{
	shake_hands_rightly();
	say_wrongly(0, "EHLO");
	rig_acknowledge(&r, SIDE_SERVER, 0, 4);
	rig_expect(&r, "begin\n");
	rig_tick(&r, 200, 0);
	rig_expect(&r, "C EHLO\n");
	ck_assert_uint_eq(r.verdict.flow->stream[SIDE_CLIENT].missing_bytes, 0);
}
END_TEST

START_TEST(a_damaged_segment_may_begin_before_the_hole)
{
	shake_hands_rightly();
	rig_say(&r, SIDE_CLIENT, 0, 0, "EH");
	say_wrongly(0, "xxLOme");
	rig_say(&r, SIDE_CLIENT, 8, 0, "!");
	rig_acknowledge(&r, SIDE_SERVER, 0, 9);
	rig_tick(&r, 200, 0);
	rig_expect(&r, "begin\nC EH\nC LOme\n");
	rig_tick(&r, 200, 0);
	rig_expect(&r, "C ~2\nC !\n");
}
END_TEST

START_TEST(what_the_receiver_dropped_at_the_end_was_not_said)
{
	shake_hands_rightly();
	say_wrongly(0, "EHLO");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nend open\n");
}
END_TEST

START_TEST(a_reset_tells_what_was_received)
{
	shake_hands_rightly();
	say_wrongly(0, "EHLO");
	rig_send(&r, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, 0, 4, "");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nC EHLO\nend reset\n");
}
END_TEST

START_TEST(a_reset_from_elsewhere_tells_nothing)
{
	shake_hands_rightly();
	say_wrongly(0, "EHLO");
	rig_send(&r, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, 7, 4, "");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nend reset\n");
}
END_TEST

START_TEST(a_gap_ends_where_a_damaged_segment_begins)
{
	shake_hands_rightly();
	say_wrongly(4, "xx");
	say_wrongly(2, "LOme");
	rig_acknowledge(&r, SIDE_SERVER, 0, 8);
	rig_tick(&r, 200, 0);
	rig_expect(&r, "begin\nC ~2\n");
	rig_tick(&r, 200, 0);
	rig_expect(&r, "C LOme\n");
	rig_tick(&r, 200, 0);
	rig_expect(&r, "C ~2\n");
}
END_TEST

START_TEST(a_sender_whose_checksums_are_all_wrong_has_offload)
{
	r.checksum = SEGMENT_CHECKSUM_BAD;
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	ck_assert(!r.verdict.damaged);
	rig_expect(&r, "begin\nC EHLO\n");
}
END_TEST

START_TEST(a_sender_that_is_wrong_more_often_than_right_is_believed)
{
	shake_hands_rightly(); /* two of the client's are right */
	say_wrongly(0, "EH");
	say_wrongly(2, "LO");
	rig_expect(&r, "begin\n");
	say_wrongly(4, "me");
	ck_assert(!r.verdict.damaged);
	rig_acknowledge(&r, SIDE_SERVER, 0, 6);
	rig_tick(&r, 200, 0);
	rig_tick(&r, 200, 0);
	rig_expect(&r, "C EH\nC LO\nC me\n");
}
END_TEST

START_TEST(no_more_than_a_few_damaged_segments_are_kept)
{
	shake_hands_rightly();
	for (int i = 0; i < 3 * STREAM_SUSPECTS_MAX; i++) {
		say_wrongly(i, "x");
		rig_say(&r, SIDE_CLIENT, 100 + i, 0, "y");
	}
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.damaged, 3 * STREAM_SUSPECTS_MAX);
	ck_assert_uint_eq(r.verdict.flow->stream[SIDE_CLIENT].flaws->suspect_count, STREAM_SUSPECTS_MAX);
}
END_TEST

START_TEST(a_damaged_reset_ends_nothing)
{
	shake_hands_rightly();
	r.checksum = SEGMENT_CHECKSUM_BAD;
	rig_send(&r, SIDE_CLIENT, SEGMENT_RST, 0, 0, "x");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_OPEN);
}
END_TEST

/* ---- acknowledgements and windows ---- */

START_TEST(an_acknowledgement_said_again_for_missing_bytes_is_a_duplicate)
{
	const struct stream *server;

	rig_shake_hands(&r);
	server = &r.verdict.flow->stream[SIDE_SERVER];
	rig_acknowledge(&r, SIDE_SERVER, 0, 0);
	rig_acknowledge(&r, SIDE_SERVER, 0, 0);
	ck_assert_uint_eq(stream_flaws(server)->seen.duplicate_acks, 0); /* nothing is on its way */
	rig_say(&r, SIDE_CLIENT, 4, 0, "QUIT");
	rig_acknowledge(&r, SIDE_SERVER, 0, 0);
	ck_assert_uint_eq(stream_flaws(server)->seen.duplicate_acks, 1);
	rig_acknowledge(&r, SIDE_SERVER, 0, 0);
	ck_assert_uint_eq(stream_flaws(server)->seen.duplicate_acks, 2);
	r.window = 4096;
	rig_acknowledge(&r, SIDE_SERVER, 0, 0);
	ck_assert_uint_eq(stream_flaws(server)->seen.duplicate_acks, 2); /* it says something new of the window */
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_acknowledge(&r, SIDE_SERVER, 0, 8);
	ck_assert_uint_eq(stream_flaws(server)->seen.duplicate_acks, 2);
}
END_TEST

static void acknowledge_with_window(uint16_t window)
{
	r.window = window;
	rig_acknowledge(&r, SIDE_SERVER, 0, 4);
}

START_TEST(a_closed_window_is_counted_and_timed)
{
	const struct stream *server;

	rig_shake_hands(&r);
	server = &r.verdict.flow->stream[SIDE_SERVER];
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	acknowledge_with_window(0);
	rig_wait_ms(&r, 100);
	acknowledge_with_window(0); /* the answer to a probe */
	rig_wait_ms(&r, 200);
	acknowledge_with_window(8192);
	ck_assert_uint_eq(stream_flaws(server)->seen.zero_windows, 1);
	ck_assert_int_ge(stream_flaws(server)->seen.zero_window_ns, 300 * CLOCK_NS_PER_MS);
	ck_assert_int_lt(stream_flaws(server)->seen.zero_window_ns, 301 * CLOCK_NS_PER_MS);
	acknowledge_with_window(0);
	rig_wait_ms(&r, 50);
	acknowledge_with_window(8192);
	ck_assert_uint_eq(stream_flaws(server)->seen.zero_windows, 2);
	ck_assert_int_ge(stream_flaws(server)->seen.zero_window_ns, 300 * CLOCK_NS_PER_MS);
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.zero_windows, 0);
}
END_TEST

START_TEST(a_reset_without_a_window_closes_none)
{
	rig_shake_hands(&r);
	r.window = 0;
	rig_send(&r, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, 0, 0, "");
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_SERVER])->seen.zero_windows, 0);
}
END_TEST

/* ---- the beginning ---- */

START_TEST(the_time_to_connect_is_from_syn_to_syn)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	ck_assert_int_eq(r.verdict.flow->connect_ns, -1);
	rig_wait_ms(&r, 7);
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	ck_assert_int_eq(r.verdict.flow->connect_ns, 7 * CLOCK_NS_PER_MS + 10 * CLOCK_NS_PER_US);
}
END_TEST

START_TEST(both_sides_may_open_at_once)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN, -1, 0, "");
	ck_assert(!r.verdict.is_new);
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_CLIENT, 0, 3, "EHLO");
	rig_expect(&r, "begin\nS 220\nC EHLO\n");
}
END_TEST

START_TEST(both_sides_may_close_at_once)
{
	rig_shake_hands(&r);
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 0, 0, "");
	rig_send(&r, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, 0, 0, "");
	rig_acknowledge(&r, SIDE_CLIENT, 1, 1);
	rig_acknowledge(&r, SIDE_SERVER, 1, 1);
	rig_tick(&r, 1, 1);
	rig_expect(&r, "begin\nend closed\n");
}
END_TEST

/* The client does not wait for the FIN that answers its own: it resets. */
static const struct {
	bool has_fin;
	int flags;
	int64_t seq;
	int64_t ack;
	bool is_last;
} resets[] = {
	{true, SEGMENT_RST | SEGMENT_ACK, 4, 4, true},
	{true, SEGMENT_RST | SEGMENT_ACK, 4, 3, false}, /* the FIN may not have come */
	{true, SEGMENT_RST, 4, 4, false},
	{true, SEGMENT_RST | SEGMENT_ACK, 8, 4, false}, /* more was said */
	{false, SEGMENT_RST | SEGMENT_ACK, 4, 3, false},
};

START_TEST(a_reset_behind_all_ends_it_soon)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "QUIT");
	rig_say(&r, SIDE_SERVER, 0, 4, "221");
	if (resets[_i].has_fin)
		rig_send(&r, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, 3, 4, "");
	rig_send(&r, SIDE_CLIENT, resets[_i].flags, resets[_i].seq, resets[_i].ack, "");
	rig_expect(&r, "begin\nC QUIT\nS 221\n");
	rig_tick(&r, 49, 1);
	rig_expect(&r, "");
	rig_tick(&r, 1, 1);
	rig_expect(&r, resets[_i].is_last ? "end reset\n" : "");
	rig_tick(&r, 950, 1);
	rig_expect(&r, resets[_i].is_last ? "" : "end reset\n");
}
END_TEST

/* Two see the same packets, each in its own time, and one misses some. */
START_TEST(what_several_observers_see_stays_apart)
{
	uint32_t number[2];

	for (r.observer = 0; r.observer < 2; r.observer++) {
		rig_shake_hands(&r);
		number[r.observer] = (uint32_t)r.verdict.flow->first_packet;
		rig_expect(&r, "begin\n");
	}
	ck_assert_uint_ne(number[0], number[1]);
	for (r.observer = 0; r.observer < 2; r.observer++) {
		rig_say(&r, SIDE_CLIENT, 0, 0, "QUIT");
		ck_assert_uint_eq(r.verdict.flow->first_packet, number[r.observer]);
		ck_assert(!r.verdict.copied);
		ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.retransmitted, 0);
		rig_expect(&r, "C QUIT\n");
		buffer_clear(&r.got[SIDE_CLIENT]);
	}
	ck_assert_uint_eq(flow_table_count(r.table), 2);
}
END_TEST

START_TEST(midstream_bytes_behind_the_first_known_count)
{
	rig_say(&r, SIDE_CLIENT, 10, 0, "cdef");
	rig_wait_ms(&r, 300);
	rig_say(&r, SIDE_CLIENT, 8, 0, "abcdefgh");
	rig_expect(&r, "begin\nC cdef\nC gh\n");
	rig_say(&r, SIDE_CLIENT, 2, 0, "long ago");
	rig_say(&r, SIDE_CLIENT, 16, 0, "ij");
	rig_expect(&r, "C ij\n");
}
END_TEST

START_TEST(text_in_a_reset_is_not_part_of_the_stream)
{
	rig_shake_hands(&r);
	rig_send(&r, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, 0, 0, "go away");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nend reset\n");
}
END_TEST

/* ---- sides the wrong way round ---- */

static void begin_wrongly(void)
{
	r.server_port = 50000; /* higher than the client's: taken for a client */
	rig_acknowledge(&r, SIDE_SERVER, 0, 0);
	ck_assert_uint_eq(r.verdict.flow->end[SIDE_CLIENT].port, 50000);
	r.swap_next = true;
}

START_TEST(sides_can_be_swapped)
{
	begin_wrongly();
	rig_say(&r, SIDE_SERVER, 0, 0, "+OK");
	ck_assert_int_eq(r.verdict.side, SIDE_SERVER);
	ck_assert_uint_eq(r.verdict.flow->end[SIDE_CLIENT].port, RIG_CLIENT_PORT);
	rig_say(&r, SIDE_CLIENT, 0, 3, "USER");
	ck_assert_int_eq(r.verdict.side, SIDE_CLIENT);
	rig_say(&r, SIDE_SERVER, 3, 4, "+OK");
	/* told before the swap, as what it was thought to be */
	rig_expect(&r, "begin\nC +OK\nC USER\nS +OK\n");
}
END_TEST

START_TEST(sides_can_be_swapped_with_holes_and_cut_segments)
{
	begin_wrongly();
	rig_say(&r, SIDE_CLIENT, 5, 0, "late");
	rig_acknowledge(&r, SIDE_SERVER, 0, 9);
	rig_send_cut(&r, SIDE_SERVER, SEGMENT_ACK | SEGMENT_FIN, 0, 0, slice_from_text("+O"), 5);
	rig_say(&r, SIDE_CLIENT, 0, 0, "USER ");
	flow_table_end_all(r.table);
	/* "+O" and its cut end were the client's until the swap */
	rig_expect(&r, "begin\nC +O\nS ~3\nC USER \nC late\nend open\n");
}
END_TEST

/* ---- limits ---- */

START_TEST(what_waits_is_limited_in_bytes)
{
	enum {
		PIECE = 60000
	};
	size_t count = STREAM_PENDING_BYTES_MAX / PIECE + 2;

	rig_shake_hands(&r);
	for (size_t i = 0; i < count; i++)
		rig_send_cut(&r, SIDE_CLIENT, SEGMENT_ACK, (int64_t)(10 + i * PIECE), 0, slice_of(NULL, 0), PIECE);
	ck_assert_uint_eq(flow_table_counters(r.table)->holes, 1);
	ck_assert_uint_eq(pieces_bytes(r.verdict.flow->stream[SIDE_CLIENT].pieces), 0);
	ck_assert_uint_eq(r.verdict.flow->stream[SIDE_CLIENT].next, 10 + count * PIECE);
}
END_TEST

/* What the last piece says is not lost because it is one too many. */
START_TEST(what_waits_is_limited_in_pieces)
{
	rig_shake_hands(&r);
	for (size_t i = 0; i <= STREAM_PENDING_MAX; i++)
		rig_send_cut(&r, SIDE_CLIENT, SEGMENT_ACK, (int64_t)(10 + 2 * i), 0, slice_from_text("x"), 1);
	ck_assert_uint_eq(flow_table_counters(r.table)->holes, 1);
	flow_table_end_all(r.table);
	ck_assert_uint_eq(r.got[SIDE_CLIENT].len, 10 + 2 * STREAM_PENDING_MAX + 1);
	for (size_t i = 10; i < r.got[SIDE_CLIENT].len; i++)
		ck_assert_uint_eq(r.got[SIDE_CLIENT].data[i], i % 2 == 0 ? 'x' : '?');
}
END_TEST

/* The client speaks because it got an answer that was not captured: the hole comes first, whichever side waits. */
START_TEST(who_waits_for_a_hole_comes_behind_it)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_CLIENT, 0, 6, "EHLO");
	rig_say(&r, SIDE_SERVER, 6, 4, "250");
	rig_tick(&r, 300, 300);
	rig_expect(&r, "begin\nS 220\nS ~3\nC EHLO\nS 250\n");
}
END_TEST

START_TEST(silent_flows_are_counted)
{
	rig_shake_hands(&r);
	rig_tick(&r, FLOW_IDLE_NS / CLOCK_NS_PER_MS + 1, 1);
	ck_assert_uint_eq(flow_table_counters(r.table)->idle, 1);
	rig_expect(&r, "begin\nend open\n");
}
END_TEST

/* ---- the handshake in any order ---- */

enum {
	OPENING = 5, /* packets of it */
	ORDERS = 120,
};

static void send_opening(int step)
{
	switch (step) {
	case 0:
		rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
		break;
	case 1:
		rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
		break;
	case 2:
		rig_acknowledge(&r, SIDE_CLIENT, 0, 0);
		break;
	case 3:
		rig_say(&r, SIDE_SERVER, 0, 0, "220");
		break;
	default:
		rig_acknowledge(&r, SIDE_CLIENT, 0, 3);
		break;
	}
}

/* Captures from several queues hold it so. */
START_TEST(a_handshake_may_be_recorded_in_any_order)
{
	int steps[OPENING] = {0, 1, 2, 3, 4};
	int order = _i;

	for (int left = OPENING; left > 0; left--) {
		int at = order % left;

		order /= left;
		send_opening(steps[at]);
		memmove(&steps[at], &steps[at + 1], (size_t)(left - at - 1) * sizeof(steps[0]));
	}
	rig_say(&r, SIDE_CLIENT, 0, 3, "EHLO");
	rig_say(&r, SIDE_SERVER, 3, 4, "250");
	rig_expect(&r, "begin\nS 220\nC EHLO\nS 250\n");
	ck_assert(r.verdict.flow->has_initial_seq[SIDE_CLIENT] && r.verdict.flow->has_initial_seq[SIDE_SERVER]);
	ck_assert_int_ne(r.verdict.flow->handshake, FLOW_MIDSTREAM);
	flow_table_end_all(r.table);
	rig_expect(&r, "end open\n");
}
END_TEST

START_TEST(a_late_syn_was_refused)
{
	rig_send(&r, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, -(int64_t)r.first_seq[SIDE_SERVER], 0, "");
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nend refused\n");
}
END_TEST

/* What a side said before its reset may be recorded after it: it is no sign that the reset is forged. */
START_TEST(a_reset_overtakes_the_last_words)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_send(&r, SIDE_CLIENT, SEGMENT_RST | SEGMENT_ACK, 4, 3, "");
	rig_say(&r, SIDE_CLIENT, 0, 3, "QUIT");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_RESET);
	rig_tick(&r, 1001, 0);
	rig_expect(&r, "begin\nS 220\nC QUIT\nend reset\n");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_damaged_segment_never_wins_over_a_good_one);
	tcase_add_test(t, a_damaged_segment_is_better_than_a_gap);
	tcase_add_test(t, a_damaged_segment_may_begin_before_the_hole);
	tcase_add_test(t, what_the_receiver_dropped_at_the_end_was_not_said);
	tcase_add_test(t, a_reset_tells_what_was_received);
	tcase_add_test(t, a_reset_from_elsewhere_tells_nothing);
	tcase_add_test(t, a_gap_ends_where_a_damaged_segment_begins);
	tcase_add_test(t, a_sender_whose_checksums_are_all_wrong_has_offload);
	tcase_add_test(t, a_sender_that_is_wrong_more_often_than_right_is_believed);
	tcase_add_test(t, no_more_than_a_few_damaged_segments_are_kept);
	tcase_add_test(t, a_damaged_reset_ends_nothing);
	tcase_add_test(t, an_acknowledgement_said_again_for_missing_bytes_is_a_duplicate);
	tcase_add_test(t, a_closed_window_is_counted_and_timed);
	tcase_add_test(t, a_reset_without_a_window_closes_none);
	tcase_add_test(t, the_time_to_connect_is_from_syn_to_syn);
	tcase_add_test(t, both_sides_may_open_at_once);
	tcase_add_test(t, both_sides_may_close_at_once);
	tcase_add_loop_test(t, a_reset_behind_all_ends_it_soon, 0, sizeof(resets) / sizeof(resets[0]));
	tcase_add_test(t, what_several_observers_see_stays_apart);
	tcase_add_test(t, midstream_bytes_behind_the_first_known_count);
	tcase_add_test(t, text_in_a_reset_is_not_part_of_the_stream);
	tcase_add_test(t, sides_can_be_swapped);
	tcase_add_test(t, sides_can_be_swapped_with_holes_and_cut_segments);
	tcase_add_test(t, what_waits_is_limited_in_bytes);
	tcase_add_test(t, what_waits_is_limited_in_pieces);
	tcase_add_test(t, who_waits_for_a_hole_comes_behind_it);
	tcase_add_test(t, silent_flows_are_counted);
	tcase_add_loop_test(t, a_handshake_may_be_recorded_in_any_order, 0, ORDERS);
	tcase_add_test(t, a_late_syn_was_refused);
	tcase_add_test(t, a_reset_overtakes_the_last_words);
}
