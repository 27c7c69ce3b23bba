#include "rig.h"

#include "../main.h"

static struct rig r;

static void setup(void)
{
	rig_init(&r);
}

static void teardown(void)
{
	rig_fini(&r);
}

START_TEST(a_handshake_is_three_steps)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	ck_assert(r.verdict.is_new);
	ck_assert_uint_eq(r.verdict.handshake, 1);
	ck_assert_int_eq(r.verdict.flow->handshake, FLOW_SYN_SENT);
	rig_wait_ms(&r, 5);
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	ck_assert(!r.verdict.is_new);
	ck_assert_int_eq(r.verdict.side, SIDE_SERVER);
	ck_assert_uint_eq(r.verdict.handshake, 2);
	ck_assert_int_eq(r.verdict.flow->handshake, FLOW_SYN_ANSWERED);
	ck_assert_int_eq(r.verdict.flow->rtt_ns, -1);
	rig_acknowledge(&r, SIDE_CLIENT, 0, 0);
	ck_assert_uint_eq(r.verdict.handshake, 3);
	ck_assert_int_eq(r.verdict.flow->handshake, FLOW_COMPLETE);
	ck_assert_int_eq(r.verdict.flow->rtt_ns, 5 * CLOCK_NS_PER_MS + 20 * CLOCK_NS_PER_US);
	rig_acknowledge(&r, SIDE_CLIENT, 0, 0);
	ck_assert_uint_eq(r.verdict.handshake, 0);
	rig_expect(&r, "begin\n");
}
END_TEST

START_TEST(bytes_come_in_the_order_of_the_dialogue)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_CLIENT, 0, 3, "EHLO");
	rig_say(&r, SIDE_SERVER, 3, 4, "250");
	rig_expect(&r, "begin\nS 220\nC EHLO\nS 250\n");
	ck_assert_uint_eq(flow_table_count(r.table), 1);
}
END_TEST

START_TEST(data_in_the_syn_counts_from_behind_it)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "EHLO");
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 4, "");
	rig_say(&r, SIDE_CLIENT, 4, 0, "QUIT");
	rig_expect(&r, "begin\nC EHLO\nC QUIT\n");
}
END_TEST

/* ---- how a connection ends ---- */

static void say_goodbye(void)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 4, 3, "");
	rig_send(&r, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, 3, 5, "");
	rig_acknowledge(&r, SIDE_CLIENT, 5, 4);
}

START_TEST(two_fins_close_it_and_its_last_packets_find_it)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_CLIENT, 0, 3, "QUIT");
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 4, 3, "");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_OPEN);
	ck_assert(!flow_side_is_open(r.verdict.flow, SIDE_CLIENT));
	ck_assert(flow_side_is_open(r.verdict.flow, SIDE_SERVER));
	rig_send(&r, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, 3, 5, "");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_CLOSED);
	rig_expect(&r, "begin\nS 220\nC QUIT\n");
	rig_tick(&r, 999, 0);
	rig_expect(&r, "");
	rig_acknowledge(&r, SIDE_CLIENT, 5, 4);
	ck_assert(!r.verdict.is_new);
	rig_tick(&r, 2, 0);
	rig_expect(&r, "end closed\n");
	rig_acknowledge(&r, SIDE_CLIENT, 5, 4);
	ck_assert(!r.verdict.is_new);
	rig_expect(&r, "");
}
END_TEST

START_TEST(a_fin_before_its_data_closes_nothing_yet)
{
	rig_shake_hands(&r);
	rig_send(&r, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, 0, 0, "");
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 4, 1, "");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_OPEN);
	rig_say(&r, SIDE_CLIENT, 0, 1, "QUIT");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_CLOSED);
	rig_expect(&r, "begin\nC QUIT\n");
}
END_TEST

START_TEST(a_fin_with_data_ends_behind_it)
{
	rig_shake_hands(&r);
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 0, 0, "QUIT");
	rig_send(&r, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, 0, 5, "221");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_CLOSED);
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nC QUIT\nS 221\nend closed\n");
}
END_TEST

START_TEST(a_fin_said_twice_is_a_retransmission)
{
	rig_shake_hands(&r);
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 0, 0, "");
	ck_assert(!r.verdict.retransmitted);
	rig_wait_ms(&r, 300);
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 0, 0, "");
	ck_assert(r.verdict.retransmitted);
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.retransmitted, 1);
}
END_TEST

START_TEST(a_reset_ends_it)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_send(&r, SIDE_SERVER, SEGMENT_RST, 0, 0, "");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_RESET);
	ck_assert_int_eq(r.verdict.flow->reset_by, SIDE_SERVER);
	rig_tick(&r, 1001, 0);
	rig_expect(&r, "begin\nC EHLO\nend reset\n");
}
END_TEST

START_TEST(a_reset_far_outside_the_window_is_not_believed)
{
	rig_shake_hands(&r);
	rig_send(&r, SIDE_SERVER, SEGMENT_RST, 0x2000000, 0, "");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_OPEN);
	rig_send(&r, SIDE_SERVER, SEGMENT_RST, 100, 0, "");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_RESET);
}
END_TEST

START_TEST(a_side_that_talks_on_after_its_reset_did_not_send_it)
{
	rig_shake_hands(&r);
	rig_send(&r, SIDE_SERVER, SEGMENT_RST, 0, 0, "");
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_OPEN);
	rig_tick(&r, 5000, 0);
	rig_expect(&r, "begin\nS 220\n");
}
END_TEST

START_TEST(a_reset_to_the_syn_is_a_refusal)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_send(&r, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, 0, 0, "");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_REFUSED);
	rig_tick(&r, 1001, 0);
	rig_expect(&r, "begin\nend refused\n");
}
END_TEST

START_TEST(what_is_open_at_the_end_ends_open_in_order)
{
	for (uint16_t i = 0; i < 5; i++) {
		r.client_port = (uint16_t)(50000 - i);
		rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	}
	ck_assert_uint_eq(flow_table_count(r.table), 5);
	rig_expect(&r, "begin\nbegin\nbegin\nbegin\nbegin\n");
	flow_table_end_all(r.table);
	ck_assert_uint_eq(flow_table_count(r.table), 0);
	rig_expect(&r, "end open\nend open\nend open\nend open\nend open\n");
}
END_TEST

/* ---- the same ports again ---- */

START_TEST(a_new_syn_on_the_same_ports_begins_anew)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	for (int side = 0; side < SIDES; side++) {
		r.first_seq[side] += 77777;
		buffer_clear(&r.got[side]);
	}
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "HELO");
	rig_expect(&r, "begin\nC EHLO\nbegin\nend open\nC HELO\n");
	ck_assert_uint_eq(flow_table_count(r.table), 1);
}
END_TEST

START_TEST(a_syn_said_again_begins_nothing)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_wait_ms(&r, 1000);
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	ck_assert(!r.verdict.is_new);
	ck_assert(r.verdict.retransmitted);
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.retransmitted, 1);
	rig_expect(&r, "begin\n");
}
END_TEST

START_TEST(after_a_close_the_same_syn_begins_anew)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_CLIENT, 0, 3, "QUIT");
	say_goodbye();
	rig_tick(&r, 1100, 0);
	buffer_clear(&r.got[SIDE_CLIENT]);
	buffer_clear(&r.got[SIDE_SERVER]);
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 0, 0, "421");
	rig_expect(&r, "begin\nS 220\nC QUIT\nend closed\nbegin\nS 421\n");
}
END_TEST

START_TEST(families_and_ports_tell_connections_apart)
{
	rig_shake_hands(&r);
	r.is_ipv6 = true;
	rig_shake_hands(&r);
	r.client_port++;
	rig_shake_hands(&r);
	ck_assert_uint_eq(flow_table_count(r.table), 3);
	rig_expect(&r, "begin\nbegin\nbegin\n");
}
END_TEST

/* Many at once, so that a cache of recent ones cannot hold them all, in no particular order. */
START_TEST(many_connections_are_told_apart)
{
	enum {
		MANY = 5000
	};
	static struct flow *flows[MANY];

	r.ignore_begun = true;
	for (uint32_t i = 0; i < MANY; i++) {
		r.client_port = (uint16_t)(10000 + i);
		rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
		ck_assert(r.verdict.is_new);
		flows[i] = r.verdict.flow;
	}
	for (uint32_t i = 0; i < 3 * MANY; i++) {
		uint32_t at = i * 7919 % MANY;

		r.client_port = (uint16_t)(10000 + at);
		rig_send(&r, i & 1 ? SIDE_SERVER : SIDE_CLIENT, SEGMENT_ACK, 0, 0, "");
		ck_assert(!r.verdict.is_new);
		ck_assert_ptr_eq(r.verdict.flow, flows[at]);
	}
	ck_assert_uint_eq(flow_table_count(r.table), MANY);
	rig_tick(&r, 61000, 1);
	ck_assert_uint_eq(flow_table_count(r.table), 0);
}
END_TEST

/* ---- a capture that begins in the middle ---- */

START_TEST(midstream_the_server_is_who_has_its_port)
{
	rig_say(&r, SIDE_SERVER, 500, 300, "250 ok");
	ck_assert_int_eq(r.verdict.side, SIDE_SERVER);
	ck_assert_int_eq(r.verdict.flow->handshake, FLOW_MIDSTREAM);
	rig_say(&r, SIDE_CLIENT, 300, 506, "QUIT");
	rig_expect(&r, "begin\nS 250 ok\nC QUIT\n");
}
END_TEST

START_TEST(midstream_the_lower_port_is_a_guess)
{
	r.server_port = 1110;
	rig_say(&r, SIDE_SERVER, 0, 0, "+OK");
	ck_assert_int_eq(r.verdict.side, SIDE_SERVER);
}
END_TEST

START_TEST(midstream_from_the_second_step_of_the_handshake)
{
	r.server_port = 60000;
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	ck_assert_int_eq(r.verdict.side, SIDE_SERVER);
	rig_acknowledge(&r, SIDE_CLIENT, 0, 0);
	ck_assert_int_eq(r.verdict.flow->handshake, FLOW_COMPLETE);
	ck_assert_int_eq(r.verdict.flow->rtt_ns, -1);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_expect(&r, "begin\nC EHLO\n");
}
END_TEST

START_TEST(midstream_what_was_said_before_the_first_packet_is_left_out)
{
	rig_say(&r, SIDE_CLIENT, 100, 50, "RCPT");
	rig_say(&r, SIDE_CLIENT, 96, 50, "MAIL");
	rig_say(&r, SIDE_SERVER, 50, 104, "250");
	rig_expect(&r, "begin\nC RCPT\nS 250\n");
}
END_TEST

START_TEST(one_side_alone_is_delivered_with_the_others_gaps)
{
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_SERVER, 3, 10, "250");
	rig_expect(&r, "begin\nS 220\n");
	rig_tick(&r, 201, 0);
	rig_expect(&r, "C ~10\nS 250\n");
	rig_say(&r, SIDE_SERVER, 6, 14, "221");
	flow_table_end_all(r.table);
	rig_expect(&r, "C ~4\nS 221\nend open\n");
}
END_TEST

START_TEST(the_client_alone_does_not_wait_for_ever)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_acknowledge(&r, SIDE_CLIENT, 0, 0);
	rig_say(&r, SIDE_CLIENT, 0, 20, "EHLO");
	rig_expect(&r, "begin\n");
	rig_tick(&r, 201, 0);
	ck_assert_uint_eq(r.got[SIDE_CLIENT].len, 4);
	ck_assert_uint_eq(r.got[SIDE_SERVER].len, 20);
}
END_TEST

/* ---- copies, retransmissions, keep-alives ---- */

START_TEST(the_same_packet_within_20_ms_is_a_copy)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_wait_ms(&r, 15);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	ck_assert(r.verdict.copied && !r.verdict.retransmitted);
	rig_wait_ms(&r, 30);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	ck_assert(r.verdict.retransmitted && !r.verdict.copied);
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.copied, 1);
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.retransmitted, 1);
	rig_expect(&r, "begin\nC EHLO\n");
}
END_TEST

START_TEST(another_ip_id_or_window_is_no_copy)
{
	rig_shake_hands(&r);
	r.ip_id = 7;
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	r.ip_id = 8;
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	ck_assert(r.verdict.retransmitted && !r.verdict.copied);
	r.window--;
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	ck_assert(r.verdict.retransmitted && !r.verdict.copied);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	ck_assert(r.verdict.copied);
}
END_TEST

START_TEST(the_same_headers_with_other_bytes_are_no_copy)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_say(&r, SIDE_CLIENT, 0, 0, "HELO");
	ck_assert(!r.verdict.copied);
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.conflicts, 1);
	rig_expect(&r, "begin\nC EHLO\n");
}
END_TEST

START_TEST(an_acknowledgement_without_ip_id_is_never_a_copy)
{
	rig_shake_hands(&r);
	rig_acknowledge(&r, SIDE_CLIENT, 0, 0);
	rig_acknowledge(&r, SIDE_CLIENT, 0, 0);
	ck_assert(!r.verdict.copied);
	r.ip_id = 9;
	rig_acknowledge(&r, SIDE_CLIENT, 0, 0);
	rig_acknowledge(&r, SIDE_CLIENT, 0, 0);
	ck_assert(r.verdict.copied);
}
END_TEST

START_TEST(a_syn_captured_twice_is_a_copy)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	ck_assert(r.verdict.copied && !r.verdict.retransmitted);
	rig_expect(&r, "begin\n");
}
END_TEST

START_TEST(one_byte_again_is_a_keepalive)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_wait_ms(&r, 30000);
	rig_send(&r, SIDE_CLIENT, SEGMENT_ACK, 3, 0, "x");
	ck_assert(r.verdict.keepalive && !r.verdict.retransmitted);
	rig_acknowledge(&r, SIDE_SERVER, 0, 4);
	rig_tick(&r, 1000, 300);
	rig_say(&r, SIDE_CLIENT, 4, 0, "QUIT");
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.retransmitted, 0);
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.conflicts, 0);
	rig_expect(&r, "begin\nC EHLO\nC QUIT\n");
}
END_TEST

START_TEST(a_segment_behind_a_hole_is_filled_out_of_order)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 4, 0, "QUIT");
	ck_assert(!r.verdict.out_of_order);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	ck_assert(r.verdict.out_of_order && !r.verdict.retransmitted);
	rig_expect(&r, "begin\nC EHLO\nC QUIT\n");
}
END_TEST

START_TEST(a_hole_filled_after_a_round_trip_was_a_loss)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 4, 0, "QUIT");
	rig_wait_ms(&r, 50);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	ck_assert(r.verdict.retransmitted && !r.verdict.out_of_order);
	rig_expect(&r, "begin\nC EHLO\nC QUIT\n");
}
END_TEST

/* Each as Linux reads it; test/end-to-end/overlaps asks it itself. */
START_TEST(where_copies_differ_the_receiver_decides)
{
	static const struct {
		struct {
			int64_t seq;
			const char *bytes;
		} said[5];
		const char *read;
	} rows[] = {
		{{{0, "abcd"}, {0, "ABCD"}, {2, "CDEF"}}, "abcdEF"},		    /* read already */
		{{{4, "ef"}, {0, "ABCDE"}}, "ABCDEf"},				    /* in order wins over what waits */
		{{{2, "cdef"}, {4, "EFGH"}, {0, "01"}}, "01cdefGH"},		    /* who begins first */
		{{{4, "efgh"}, {2, "CDEF"}, {0, "01"}}, "01CDEFgh"},		    /* whenever it came */
		{{{2, "cd"}, {2, "CDE"}, {0, "01"}}, "01CDE"},			    /* the longer */
		{{{2, "cde"}, {2, "CDE"}, {0, "01"}}, "01cde"},			    /* else the first */
		{{{2, "cdefg"}, {3, "DEF"}, {0, "01"}}, "01cdefg"},		    /* what another holds is dropped */
		{{{4, "ef"}, {8, "ij"}, {2, "CDEFGHIJ"}, {0, "01"}}, "01CDEFGHIJ"}, /* held ones, too */
		{{{2, "cd"}, {4, "ef"}, {2, "CDE"}, {0, "01"}}, "01cdef"},	    /* joined: one that is longer */
		{{{2, "cd"}, {6, "gh"}, {4, "EFG"}, {0, "01"}}, "01cdEFGh"}, /* joined: goes before what follows */
		{{{8, "ij"}, {5, "fgh"}, {2, "cde"}, {8, "IJK"}, {0, "01"}}, "01cdefghIJK"}, /* met on the way */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rig_fini(&r);
		rig_init(&r);
		rig_shake_hands(&r);
		for (size_t n = 0; n < 5 && rows[i].said[n].bytes != NULL; n++)
			rig_say(&r, SIDE_CLIENT, rows[i].said[n].seq, 0, rows[i].said[n].bytes);
		buffer_append_byte(&r.got[SIDE_CLIENT], '\0');
		ck_assert_str_eq((const char *)r.got[SIDE_CLIENT].data, rows[i].read);
	}
}
END_TEST

START_TEST(what_the_receiver_acknowledged_stays)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 4, 0, "efgh");
	rig_acknowledge(&r, SIDE_SERVER, 0, 8);
	rig_say(&r, SIDE_CLIENT, 2, 0, "CDEFGHIJ");
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.conflicts, 1);
	rig_say(&r, SIDE_CLIENT, 0, 0, "0123");
	rig_expect(&r, "begin\nC 01\nC CD\nC efgh\nC IJ\n");
}
END_TEST

/* ---- a client that crashed and uses its port again ---- */

static void crash_and_ask_again(void)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_CLIENT, 0, 3, "EHLO");
	rig_expect(&r, "begin\nS 220\nC EHLO\n");
	rig_wait_ms(&r, 60000);
	r.first_seq[SIDE_CLIENT] += 40000;
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_expect(&r, "begin\n");
	r.first_seq[SIDE_CLIENT] -= 40000;
	rig_acknowledge(&r, SIDE_SERVER, 3, 4); /* the challenge: what it still knows */
	ck_assert(!r.verdict.is_new);
}

static void go_on_anew(void)
{
	buffer_clear(&r.got[SIDE_CLIENT]);
	buffer_clear(&r.got[SIDE_SERVER]);
	r.first_seq[SIDE_SERVER] += 70000;
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	rig_send(&r, SIDE_CLIENT, SEGMENT_ACK, 0, 0, "");
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	ck_assert_int_eq(r.verdict.flow->handshake, FLOW_COMPLETE);
	ck_assert_uint_eq(r.verdict.flow->stream[SIDE_CLIENT].missing_bytes, 0);
	ck_assert_uint_eq(r.verdict.flow->stream[SIDE_SERVER].missing_bytes, 0);
	flow_table_end_all(r.table);
}

START_TEST(a_challenge_and_its_reset_belong_to_the_older_connection)
{
	crash_and_ask_again();
	rig_send(&r, SIDE_CLIENT, SEGMENT_RST, 4, 0, "");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_RESET);
	rig_tick(&r, 1500, 0);
	rig_expect(&r, "end reset\n");
	r.first_seq[SIDE_CLIENT] += 40000;
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	ck_assert(!r.verdict.is_new && r.verdict.retransmitted);
	go_on_anew();
	rig_expect(&r, "S 220\nend open\n");
}
END_TEST

START_TEST(after_a_challenge_the_client_may_ask_with_other_numbers)
{
	crash_and_ask_again();
	rig_send(&r, SIDE_CLIENT, SEGMENT_RST, 4, 0, "");
	r.first_seq[SIDE_CLIENT] += 90000;
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	ck_assert(!r.verdict.is_new);
	go_on_anew();
	rig_expect(&r, "end reset\nS 220\nend open\n");
}
END_TEST

START_TEST(a_server_that_answers_the_new_syn_knows_the_older_one_no_more)
{
	crash_and_ask_again();
	r.first_seq[SIDE_CLIENT] += 40000;
	go_on_anew();
	rig_expect(&r, "end open\nS 220\nend open\n");
}
END_TEST

START_TEST(a_new_syn_without_an_answer_ends_with_the_older_one)
{
	crash_and_ask_again();
	rig_tick(&r, 80000, 0);
	rig_expect(&r, "end open\nend open\n");
}
END_TEST

START_TEST(a_refusal_of_the_new_syn_is_its_own)
{
	crash_and_ask_again();
	r.first_seq[SIDE_CLIENT] += 40000;
	rig_send(&r, SIDE_SERVER, SEGMENT_RST | SEGMENT_ACK, -1, 0, "");
	ck_assert_int_eq(r.verdict.flow->state, FLOW_REFUSED);
	flow_table_end_all(r.table);
	rig_expect(&r, "end open\nend refused\n");
}
END_TEST

/* ---- how it ends ---- */

START_TEST(two_fins_close_it_whatever_is_missing_before_them)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "one");
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 9, 0, "");
	rig_send(&r, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, 0, 10, "");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nC one\nC ~6\nend closed\n");
}
END_TEST

START_TEST(two_fins_close_it_when_the_hole_before_them_is_given_up)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "one");
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 9, 0, "");
	rig_send(&r, SIDE_SERVER, SEGMENT_FIN | SEGMENT_ACK, 0, 10, "");
	rig_tick(&r, 250, 0);
	rig_expect(&r, "begin\nC one\nC ~6\n");
	rig_tick(&r, 1500, 0);
	rig_expect(&r, "end closed\n");
}
END_TEST

START_TEST(one_fin_alone_closes_nothing)
{
	rig_shake_hands(&r);
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 0, 0, "");
	rig_acknowledge(&r, SIDE_SERVER, 0, 1);
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nend open\n");
}
END_TEST

/* ---- what is said again ---- */

START_TEST(what_has_arrived_and_comes_again_soon_was_not_lost)
{
	rig_shake_hands(&r);
	for (int i = 0; i < 6; i++) {
		rig_say(&r, SIDE_CLIENT, i * 4, 0, "NOOP");
		rig_acknowledge(&r, SIDE_SERVER, 0, i * 4 + 4);
		rig_wait_ms(&r, 30);
		rig_say(&r, SIDE_CLIENT, i * 4, 0, "NOOP");
		ck_assert(r.verdict.retransmitted);
	}
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.retransmitted, 6);
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.resent_late, 0);
	rig_wait_ms(&r, 250);
	rig_say(&r, SIDE_CLIENT, 20, 0, "NOOP");
	ck_assert_uint_eq(stream_flaws(&r.verdict.flow->stream[SIDE_CLIENT])->seen.resent_late, 1);
}
END_TEST

START_TEST(the_time_to_connect_runs_from_the_first_syn)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_wait_ms(&r, 1000);
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_wait_ms(&r, 20);
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	rig_send(&r, SIDE_CLIENT, SEGMENT_ACK, 0, 0, "");
	ck_assert_uint_eq(r.verdict.flow->syn_count, 2);
	ck_assert_int_ge(r.verdict.flow->connect_ns, 1020 * CLOCK_NS_PER_MS);
	ck_assert_int_lt(r.verdict.flow->rtt_ns, 30 * CLOCK_NS_PER_MS);
}
END_TEST

/* ---- holes ---- */

static void make_acknowledged_hole(void)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "one");
	rig_say(&r, SIDE_CLIENT, 6, 0, "two");
	rig_acknowledge(&r, SIDE_SERVER, 0, 9);
	rig_expect(&r, "begin\nC one\n");
}

START_TEST(a_hole_is_a_gap_after_256_packets)
{
	make_acknowledged_hole();
	rig_tick(&r, 0, FLOW_HOLE_PACKETS - 1);
	rig_expect(&r, "");
	rig_tick(&r, 0, 1);
	rig_expect(&r, "C ~3\nC two\n");
}
END_TEST

START_TEST(a_hole_is_a_gap_after_200_ms)
{
	make_acknowledged_hole();
	rig_tick(&r, 199, 1);
	rig_expect(&r, "");
	rig_tick(&r, 2, 1);
	rig_expect(&r, "C ~3\nC two\n");
}
END_TEST

START_TEST(a_hole_is_a_gap_at_the_end)
{
	make_acknowledged_hole();
	flow_table_end_all(r.table);
	rig_expect(&r, "C ~3\nC two\nend open\n");
}
END_TEST

START_TEST(a_hole_is_none_when_its_bytes_come)
{
	make_acknowledged_hole();
	rig_tick(&r, 199, 200);
	rig_say(&r, SIDE_CLIENT, 3, 0, "and");
	rig_tick(&r, 1000, 1000);
	rig_expect(&r, "C and\nC two\n");
	ck_assert_uint_eq(r.verdict.flow->stream[SIDE_CLIENT].missing_bytes, 0);
}
END_TEST

START_TEST(a_hole_that_nobody_acknowledged_is_waited_for)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 3, 0, "two");
	rig_tick(&r, 2000, 1000);
	rig_expect(&r, "begin\n");
	rig_say(&r, SIDE_CLIENT, 0, 0, "one");
	rig_expect(&r, "C one\nC two\n");
}
END_TEST

START_TEST(after_a_minute_nobody_will_fill_it)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 3, 0, "two");
	rig_wait_ms(&r, 61000);
	rig_say(&r, SIDE_CLIENT, 6, 0, "six");
	rig_expect(&r, "begin\nC ~3\nC two\nC six\n");
}
END_TEST

START_TEST(bytes_missing_before_a_fin_are_a_gap)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "QUIT");
	rig_send(&r, SIDE_CLIENT, SEGMENT_FIN | SEGMENT_ACK, 10, 0, "");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nC QUIT\nC ~6\nend open\n");
}
END_TEST

START_TEST(a_fin_that_was_not_captured_is_no_gap)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "QUIT");
	rig_acknowledge(&r, SIDE_SERVER, 0, 5);
	rig_tick(&r, 1000, 1000);
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nC QUIT\nend open\n");
}
END_TEST

/* It has several extents. */
START_TEST(a_long_gap_is_told_once)
{
	const struct stream *s;

	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 40000000, 0, "two");
	rig_acknowledge(&r, SIDE_SERVER, 0, 40000003);
	rig_tick(&r, 300, 1);
	rig_expect(&r, "begin\nC ~40000000\nC two\n");
	s = &flow_table_draw(r.table)->stream[SIDE_CLIENT];
	ck_assert_uint_eq(s->missing_bytes, 40000000);
	ck_assert_uint_eq(s->extents.count, 4);
	ck_assert_uint_eq(extents_run_len(&s->extents, 0), 40000000);
}
END_TEST

START_TEST(a_gap_is_filled_no_more)
{
	make_acknowledged_hole();
	rig_tick(&r, 300, 1);
	rig_say(&r, SIDE_CLIENT, 3, 0, "and");
	rig_expect(&r, "C ~3\nC two\n");
	ck_assert_uint_eq(r.verdict.flow->stream[SIDE_CLIENT].missing_bytes, 3);
}
END_TEST

START_TEST(a_reply_recorded_before_its_command_waits_for_it)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_SERVER, 3, 4, "250");
	rig_expect(&r, "begin\nS 220\n");
	rig_say(&r, SIDE_CLIENT, 0, 3, "EHLO");
	rig_expect(&r, "C EHLO\nS 250\n");
}
END_TEST

START_TEST(a_long_dialogue_recorded_one_side_after_the_other_is_sorted)
{
	rig_shake_hands(&r);
	for (int64_t i = 0; i < 10; i += 2)
		rig_say(&r, SIDE_SERVER, i, i, "re");
	rig_expect(&r, "begin\nS re\n");
	for (int64_t i = 0; i < 10; i += 2)
		rig_say(&r, SIDE_CLIENT, i, i + 2, "co");
	rig_expect(&r, "C co\nS re\nC co\nS re\nC co\nS re\nC co\nS re\nC co\n");
}
END_TEST

START_TEST(an_acknowledgement_before_its_data_is_no_hole)
{
	rig_shake_hands(&r);
	rig_acknowledge(&r, SIDE_SERVER, 0, 4);
	rig_tick(&r, 100, 100);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_tick(&r, 1000, 1000);
	rig_expect(&r, "begin\nC EHLO\n");
}
END_TEST

START_TEST(sequence_numbers_wrap)
{
	r.first_seq[SIDE_CLIENT] = 0xfffffffd;
	r.first_seq[SIDE_SERVER] = 0xffffffff;
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_CLIENT, 6, 3, "two");
	rig_say(&r, SIDE_CLIENT, 0, 3, "oneand");
	rig_say(&r, SIDE_SERVER, 3, 9, "250");
	rig_expect(&r, "begin\nS 220\nC oneand\nC two\nS 250\n");
}
END_TEST

START_TEST(what_is_a_gigabyte_ahead_is_not_believed)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, INT64_C(0x50000000), 0, "lie");
	rig_acknowledge(&r, SIDE_SERVER, 0, INT64_C(0x50000000));
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nC EHLO\nend open\n");
}
END_TEST

/* ---- packets that were cut short ---- */

START_TEST(a_cut_segment_gives_a_gap_of_known_length)
{
	rig_shake_hands(&r);
	rig_send_cut(&r, SIDE_CLIENT, SEGMENT_ACK, 0, 0, slice_from_text("MAIL"), 10);
	rig_say(&r, SIDE_CLIENT, 10, 0, "RCPT");
	rig_send_cut(&r, SIDE_CLIENT, SEGMENT_ACK, 14, 0, slice_of(NULL, 0), 7);
	rig_say(&r, SIDE_CLIENT, 21, 0, "QUIT");
	rig_expect(&r, "begin\nC MAIL\nC ~6\nC RCPT\nC ~7\nC QUIT\n");
	ck_assert_uint_eq(r.verdict.flow->stream[SIDE_CLIENT].missing_bytes, 13);
}
END_TEST

START_TEST(a_header_may_claim_more_than_an_extent_can_have)
{
	rig_shake_hands(&r);
	rig_send_cut(&r, SIDE_CLIENT, SEGMENT_ACK, 0, 0, slice_from_text("MAIL"), 40000004);
	rig_say(&r, SIDE_CLIENT, 40000004, 0, "QUIT");
	rig_expect(&r, "begin\nC MAIL\nC ~16777215\nC ~16777215\nC ~6445570\nC QUIT\n");
	ck_assert_uint_eq(r.verdict.flow->stream[SIDE_CLIENT].missing_bytes, 40000000);
}
END_TEST

START_TEST(a_cut_segment_may_wait_like_any_other)
{
	rig_shake_hands(&r);
	rig_send_cut(&r, SIDE_CLIENT, SEGMENT_ACK, 4, 0, slice_from_text("MAIL"), 10);
	rig_say(&r, SIDE_CLIENT, 14, 0, "RCPT");
	rig_expect(&r, "begin\n");
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_expect(&r, "C EHLO\nC MAIL\nC ~6\nC RCPT\n");
}
END_TEST

/* ---- an owner that loses interest ---- */

START_TEST(an_owner_may_lose_interest_at_the_start)
{
	r.ignore_begun = true;
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "GET /");
	r.first_seq[SIDE_CLIENT] += 5000;
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nbegin\n");
}
END_TEST

/* While pieces wait, while a gap is told, while a cut segment is taken: in each delivery of a busy dialogue. */
START_TEST(an_owner_may_lose_interest_in_any_delivery)
{
	r.ignore_after = (size_t)_i;
	rig_shake_hands(&r);
	rig_say(&r, SIDE_SERVER, 3, 4, "250");
	rig_say(&r, SIDE_SERVER, 0, 0, "220");
	rig_say(&r, SIDE_CLIENT, 7, 6, "QUIT");
	rig_send_cut(&r, SIDE_CLIENT, SEGMENT_ACK | SEGMENT_FIN, 0, 3, slice_from_text("EHLO"), 7);
	rig_say(&r, SIDE_CLIENT, 20, 6, "late");
	rig_acknowledge(&r, SIDE_SERVER, 6, 24);
	rig_tick(&r, 300, 300);
	flow_table_end_all(r.table);
	ck_assert_uint_eq(r.delivered, (size_t)_i);
	buffer_append_byte(&r.said, '\0');
	ck_assert_ptr_null(strstr((const char *)r.said.data, "end"));
}
END_TEST

/* The segment that acknowledges them goes on: it may end its side, or bring bytes of its own. */
START_TEST(an_owner_may_lose_interest_in_early_data)
{
	static const int last_flags[] = {SEGMENT_FIN, 0};

	r.ignore_after = 1;
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "GET /");
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK | last_flags[_i], -1, 5, _i == 1 ? "220" : "");
	rig_tick(&r, 300, 300);
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nC GET /\n");
}
END_TEST

START_TEST(sides_may_be_swapped_at_early_data)
{
	r.swap_next = true;
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "220");
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 3, "EHLO");
	flow_table_end_all(r.table);
	rig_expect(&r, "begin\nC 220\nC EHLO\nend open\n");
	ck_assert_uint_eq(r.verdict.side, SIDE_CLIENT);
}
END_TEST

START_TEST(ignored_flows_are_forgotten_after_a_minute)
{
	r.ignore_begun = true;
	rig_shake_hands(&r);
	rig_tick(&r, 59000, 1);
	ck_assert_uint_eq(flow_table_count(r.table), 1);
	rig_tick(&r, 1001, 1);
	ck_assert_uint_eq(flow_table_count(r.table), 0);
}
END_TEST

START_TEST(silent_flows_end_after_two_hours)
{
	rig_shake_hands(&r);
	rig_tick(&r, 7199000, 1);
	rig_expect(&r, "begin\n");
	rig_tick(&r, 1001, 1);
	rig_expect(&r, "end open\n");
	ck_assert_uint_eq(flow_table_count(r.table), 0);
}
END_TEST

START_TEST(a_syn_without_an_answer_ends_when_nobody_says_it_again)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_tick(&r, 64000, 1);
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_tick(&r, 74000, 1);
	rig_expect(&r, "begin\n");
	rig_tick(&r, 1001, 1);
	rig_expect(&r, "end open\n");
	ck_assert_uint_eq(flow_table_count(r.table), 0);
}
END_TEST

START_TEST(an_answered_syn_may_be_silent)
{
	rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
	rig_send(&r, SIDE_SERVER, SEGMENT_SYN | SEGMENT_ACK, -1, 0, "");
	rig_tick(&r, 80000, 1);
	rig_expect(&r, "begin\n");
	ck_assert_uint_eq(flow_table_count(r.table), 1);
}
END_TEST

START_TEST(a_full_table_lets_go_of_what_is_needed_least)
{
	rig_shake_hands(&r);
	r.ignore_begun = true;
	for (uint32_t i = 0; i < FLOW_TABLE_MAX + 10; i++) {
		r.client_port = (uint16_t)(1024 + i % 60000);
		r.server_port = (uint16_t)(26 + i / 60000);
		rig_send(&r, SIDE_CLIENT, SEGMENT_SYN, -1, 0, "");
		r.now_ns -= 10 * CLOCK_NS_PER_US;
	}
	ck_assert_uint_le(flow_table_count(r.table), FLOW_TABLE_MAX + 1);
	r.client_port = RIG_CLIENT_PORT;
	r.server_port = RIG_SERVER_PORT;
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	ck_assert(!r.verdict.is_new);
	ck_assert(!r.verdict.flow->over);
}
END_TEST

START_TEST(a_clock_set_back_ends_nothing)
{
	rig_shake_hands(&r);
	rig_say(&r, SIDE_CLIENT, 0, 0, "EHLO");
	rig_wait_ms(&r, -3600000);
	rig_say(&r, SIDE_SERVER, 0, 4, "250");
	rig_say(&r, SIDE_CLIENT, 4, 3, "QUIT");
	rig_expect(&r, "begin\nC EHLO\nS 250\nC QUIT\n");
}
END_TEST

static void add_ends(TCase *t)
{
	tcase_add_test(t, two_fins_close_it_and_its_last_packets_find_it);
	tcase_add_test(t, a_fin_before_its_data_closes_nothing_yet);
	tcase_add_test(t, a_fin_with_data_ends_behind_it);
	tcase_add_test(t, a_fin_said_twice_is_a_retransmission);
	tcase_add_test(t, a_reset_ends_it);
	tcase_add_test(t, a_reset_far_outside_the_window_is_not_believed);
	tcase_add_test(t, a_side_that_talks_on_after_its_reset_did_not_send_it);
	tcase_add_test(t, a_reset_to_the_syn_is_a_refusal);
	tcase_add_test(t, what_is_open_at_the_end_ends_open_in_order);
	tcase_add_test(t, a_new_syn_on_the_same_ports_begins_anew);
	tcase_add_test(t, a_syn_said_again_begins_nothing);
	tcase_add_test(t, after_a_close_the_same_syn_begins_anew);
	tcase_add_test(t, families_and_ports_tell_connections_apart);
	tcase_add_test(t, many_connections_are_told_apart);
}

static void add_midstream(TCase *t)
{
	tcase_add_test(t, midstream_the_server_is_who_has_its_port);
	tcase_add_test(t, midstream_the_lower_port_is_a_guess);
	tcase_add_test(t, midstream_from_the_second_step_of_the_handshake);
	tcase_add_test(t, midstream_what_was_said_before_the_first_packet_is_left_out);
	tcase_add_test(t, one_side_alone_is_delivered_with_the_others_gaps);
	tcase_add_test(t, the_client_alone_does_not_wait_for_ever);
}

static void add_repeats(TCase *t)
{
	tcase_add_test(t, the_same_packet_within_20_ms_is_a_copy);
	tcase_add_test(t, another_ip_id_or_window_is_no_copy);
	tcase_add_test(t, the_same_headers_with_other_bytes_are_no_copy);
	tcase_add_test(t, an_acknowledgement_without_ip_id_is_never_a_copy);
	tcase_add_test(t, a_syn_captured_twice_is_a_copy);
	tcase_add_test(t, one_byte_again_is_a_keepalive);
	tcase_add_test(t, a_segment_behind_a_hole_is_filled_out_of_order);
	tcase_add_test(t, a_hole_filled_after_a_round_trip_was_a_loss);
	tcase_add_test(t, a_challenge_and_its_reset_belong_to_the_older_connection);
	tcase_add_test(t, after_a_challenge_the_client_may_ask_with_other_numbers);
	tcase_add_test(t, a_server_that_answers_the_new_syn_knows_the_older_one_no_more);
	tcase_add_test(t, a_new_syn_without_an_answer_ends_with_the_older_one);
	tcase_add_test(t, a_refusal_of_the_new_syn_is_its_own);
	tcase_add_test(t, two_fins_close_it_whatever_is_missing_before_them);
	tcase_add_test(t, two_fins_close_it_when_the_hole_before_them_is_given_up);
	tcase_add_test(t, one_fin_alone_closes_nothing);
	tcase_add_test(t, what_has_arrived_and_comes_again_soon_was_not_lost);
	tcase_add_test(t, the_time_to_connect_runs_from_the_first_syn);
	tcase_add_test(t, where_copies_differ_the_receiver_decides);
	tcase_add_test(t, what_the_receiver_acknowledged_stays);
}

static void add_holes(TCase *t)
{
	tcase_add_test(t, a_hole_is_a_gap_after_256_packets);
	tcase_add_test(t, a_hole_is_a_gap_after_200_ms);
	tcase_add_test(t, a_hole_is_a_gap_at_the_end);
	tcase_add_test(t, a_hole_is_none_when_its_bytes_come);
	tcase_add_test(t, a_hole_that_nobody_acknowledged_is_waited_for);
	tcase_add_test(t, after_a_minute_nobody_will_fill_it);
	tcase_add_test(t, bytes_missing_before_a_fin_are_a_gap);
	tcase_add_test(t, a_fin_that_was_not_captured_is_no_gap);
	tcase_add_test(t, a_gap_is_filled_no_more);
	tcase_add_test(t, a_long_gap_is_told_once);
	tcase_add_test(t, a_reply_recorded_before_its_command_waits_for_it);
	tcase_add_test(t, a_long_dialogue_recorded_one_side_after_the_other_is_sorted);
	tcase_add_test(t, an_acknowledgement_before_its_data_is_no_hole);
	tcase_add_test(t, sequence_numbers_wrap);
	tcase_add_test(t, what_is_a_gigabyte_ahead_is_not_believed);
	tcase_add_test(t, a_cut_segment_gives_a_gap_of_known_length);
	tcase_add_test(t, a_header_may_claim_more_than_an_extent_can_have);
	tcase_add_test(t, a_cut_segment_may_wait_like_any_other);
}

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_handshake_is_three_steps);
	tcase_add_test(t, bytes_come_in_the_order_of_the_dialogue);
	tcase_add_test(t, data_in_the_syn_counts_from_behind_it);
	add_ends(t);
	add_midstream(t);
	add_repeats(t);
	add_holes(t);
	tcase_add_test(t, an_owner_may_lose_interest_at_the_start);
	tcase_add_loop_test(t, an_owner_may_lose_interest_in_any_delivery, 1, 7);
	tcase_add_loop_test(t, an_owner_may_lose_interest_in_early_data, 0, 2);
	tcase_add_test(t, sides_may_be_swapped_at_early_data);
	tcase_add_test(t, ignored_flows_are_forgotten_after_a_minute);
	tcase_add_test(t, silent_flows_end_after_two_hours);
	tcase_add_test(t, a_syn_without_an_answer_ends_when_nobody_says_it_again);
	tcase_add_test(t, an_answered_syn_may_be_silent);
	tcase_add_test(t, a_full_table_lets_go_of_what_is_needed_least);
	tcase_add_test(t, a_clock_set_back_ends_nothing);
}
