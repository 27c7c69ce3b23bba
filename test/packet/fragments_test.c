#include "packet/fragments.h"

#include "../main.h"

static struct fragments *f;
static uint8_t bytes[FRAGMENTS_PACKET_MAX + 65536];

static void setup(void)
{
	f = fragments_new();
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
}

static void teardown(void)
{
	fragments_free(f);
}

/* Bytes [begin, end) of the packet `id`, from where they stand in `bytes`. */
static struct fragment part(uint32_t id, uint32_t begin, uint32_t end, bool is_last)
{
	return (struct fragment){.source = {{10, 0, 0, 1}},
				 .destination = {{10, 0, 0, 2}},
				 .is_last = is_last,
				 .protocol = 6,
				 .ttl = 64,
				 .id = id,
				 .offset = begin,
				 .payload = slice_of(bytes + begin, end - begin)};
}

static bool add(const struct fragment *fragment, int64_t time_ns, size_t *len)
{
	struct slice payload = slice_of(NULL, 0);
	struct fragment first;
	bool is_whole = fragments_add(f, fragment, time_ns, &payload, &first);

	if (is_whole) {
		ck_assert_mem_eq(payload.data, bytes, payload.len);
		ck_assert_uint_eq(first.offset, 0);
		ck_assert_uint_eq(first.payload.len, 0);
	}
	*len = payload.len;
	return is_whole;
}

static bool add_part(uint32_t id, uint32_t begin, uint32_t end, bool is_last)
{
	struct fragment fragment = part(id, begin, end, is_last);
	size_t len;

	return add(&fragment, 0, &len);
}

static void expect(uint64_t reassembled, uint64_t parts, uint64_t given_up)
{
	ck_assert_uint_eq(fragments_counters(f)->reassembled, reassembled);
	ck_assert_uint_eq(fragments_counters(f)->parts, parts);
	ck_assert_uint_eq(fragments_counters(f)->given_up, given_up);
}

/* ---- order ---- */

/* The permutation `number` of `count` things. */
static void permute(size_t *order, size_t count, size_t number)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t other = number % i;
		size_t before = order[i - 1];

		number /= i;
		order[i - 1] = order[other];
		order[other] = before;
	}
}

START_TEST(every_order_makes_the_same_packet)
{
	static const size_t factorial[] = {1, 1, 2, 6, 24, 120};
	uint32_t id = 0;
	uint64_t parts = 0;

	for (size_t count = 2; count <= 5; count++) {
		for (size_t number = 0; number < factorial[count]; number++) {
			size_t order[5];

			permute(order, count, number);
			id++;
			for (size_t i = 0; i < count; i++) {
				uint32_t begin = (uint32_t)order[i] * 24;
				bool is_last = order[i] == count - 1;
				struct fragment fragment = part(id, begin, is_last ? begin + 3 : begin + 24, is_last);
				size_t len;

				ck_assert_int_eq(add(&fragment, 0, &len), i == count - 1);
				ck_assert_uint_eq(len, i == count - 1 ? (count - 1) * 24 + 3 : 0);
			}
			parts += count;
		}
	}
	expect(id, parts, 0);
}
END_TEST

START_TEST(packets_do_not_mix)
{
	struct fragment fragment = part(1, 0, 8, false);
	struct fragment others[6];
	size_t len;

	ck_assert(!add(&fragment, 0, &len));
	for (int i = 0; i < 6; i++)
		others[i] = part(1, 8, 16, true);
	others[0].id = 2;
	others[1].protocol = 17;
	others[2].source.bytes[3] = 9;
	others[3].destination.bytes[0] = 9;
	others[4].is_ipv6 = true;
	others[5].tunnel.id = 7;
	for (int i = 0; i < 6; i++)
		ck_assert(!add(&others[i], 0, &len));
	ck_assert(add_part(1, 8, 16, true));
}
END_TEST

/* IPv6's later fragments need not say what the first one does. */
START_TEST(the_first_fragment_tells_the_protocol)
{
	struct fragment last = part(1, 8, 16, true);
	struct fragment first = part(1, 0, 8, false);
	struct fragment told;
	struct slice payload;

	first.is_ipv6 = last.is_ipv6 = true;
	last.protocol = 59;
	last.ttl = 3;
	ck_assert(!fragments_add(f, &last, 0, &payload, &told));
	ck_assert(fragments_add(f, &first, 0, &payload, &told));
	ck_assert_uint_eq(told.protocol, 6);
	ck_assert_uint_eq(told.ttl, 64);
}
END_TEST

START_TEST(missing_parts_leave_it_unfinished)
{
	ck_assert(!add_part(1, 8, 16, true)); /* no first */
	ck_assert(!add_part(2, 0, 8, false)); /* no last */
	ck_assert(!add_part(3, 0, 8, false)); /* no middle */
	ck_assert(!add_part(3, 16, 24, true));
	expect(0, 0, 0);
}
END_TEST

/* A packet within the packet that came out. */
START_TEST(a_payload_may_be_given_back_in)
{
	struct fragment again;
	struct fragment first;
	struct slice payload;

	ck_assert(!add_part(1, 0, 8, false));
	again = part(1, 8, 64, true);
	ck_assert(fragments_add(f, &again, 0, &payload, &first));
	again = part(2, 0, 32, false);
	again.payload = slice_sub(payload, 0, 32);
	ck_assert(!fragments_add(f, &again, 0, &payload, &first));
	ck_assert(add_part(2, 32, 40, true));
}
END_TEST

/* ---- overlaps ---- */

START_TEST(copies_that_agree_are_welcome)
{
	ck_assert(!add_part(1, 0, 24, false));
	ck_assert(!add_part(1, 0, 24, false));
	ck_assert(!add_part(1, 8, 16, false));
	ck_assert(!add_part(1, 16, 40, false));
	ck_assert(!add_part(1, 48, 50, true));
	ck_assert(!add_part(1, 48, 50, true));
	ck_assert(add_part(1, 32, 48, false));
	expect(1, 7, 0);
}
END_TEST

/* One that differs anywhere ends the packet, and nothing of it is believed later (RFC 5722). */
START_TEST(copies_that_differ_end_the_packet)
{
	uint8_t other[24];
	struct fragment liar = part(1, 0, 24, false);
	size_t len;

	memcpy(other, bytes, sizeof(other));
	other[_i] ^= 1;
	liar.payload = slice_of(other, sizeof(other));
	ck_assert(!add_part(1, 0, 24, false));
	ck_assert(!add(&liar, 0, &len));
	ck_assert(!add_part(1, 0, 24, false));
	ck_assert(!add_part(1, 24, 32, true));
	expect(0, 0, 1);
}
END_TEST

/* Runs before, between and after, covered by a single one. */
START_TEST(one_covers_many)
{
	ck_assert(!add_part(1, 16, 24, false));
	ck_assert(!add_part(1, 40, 48, false));
	ck_assert(!add_part(1, 64, 72, false));
	ck_assert(!add_part(1, 8, 80, false));
	ck_assert(!add_part(1, 0, 8, false));
	ck_assert(add_part(1, 80, 81, true));
}
END_TEST

/* ---- what cannot be ---- */

START_TEST(impossible_lengths_end_the_packet)
{
	ck_assert(!add_part(1, 0, 8, false));
	ck_assert(!add_part(1, 8, 17, false)); /* no multiple of eight, and more to follow */
	ck_assert(!add_part(2, 0, 64, false));
	ck_assert(!add_part(2, 40, 48, true)); /* shorter than what is there */
	ck_assert(!add_part(3, 40, 48, true));
	ck_assert(!add_part(3, 40, 56, false)); /* longer than its end */
	ck_assert(!add_part(4, 40, 48, true));
	ck_assert(!add_part(4, 40, 47, true));	     /* two ends */
	ck_assert(!add_part(5, 65528, 65537, true)); /* larger than a packet can be */
	ck_assert(!add_part(6, 65528, 65536, false));
	expect(0, 0, 6);
}
END_TEST

START_TEST(the_largest_packet_is_whole)
{
	for (uint32_t at = 0; at + 1480 < FRAGMENTS_PACKET_MAX; at += 1480)
		ck_assert(!add_part(1, at, at + 1480, false));
	ck_assert(add_part(1, 65120, FRAGMENTS_PACKET_MAX, true));
}
END_TEST

START_TEST(a_cut_fragment_ends_its_packet)
{
	struct fragment cut = part(1, 0, 8, false);
	size_t len;

	cut.is_cut = true;
	ck_assert(!add(&cut, 0, &len));
	ck_assert(!add_part(1, 0, 16, false));
	ck_assert(!add_part(1, 16, 24, true));
	expect(0, 0, 1);
}
END_TEST

START_TEST(a_fragment_of_nothing_is_nothing)
{
	ck_assert(!add_part(1, 0, 0, false));
	ck_assert(!add_part(1, 8, 8, true));
	ck_assert(!add_part(1, 0, 8, false));
	ck_assert(add_part(1, 8, 9, true));
	expect(1, 2, 0);
}
END_TEST

/* ---- limits ---- */

START_TEST(too_many_holes_end_the_packet)
{
	for (uint32_t i = 0; i <= FRAGMENTS_HOLES_MAX; i++)
		ck_assert(!add_part(1, i * 16, i * 16 + 8, false));
	expect(0, 0, 0);
	ck_assert(!add_part(1, (FRAGMENTS_HOLES_MAX + 1) * 16, (FRAGMENTS_HOLES_MAX + 1) * 16 + 8, false));
	expect(0, 0, 1);
}
END_TEST

START_TEST(old_ones_go)
{
	struct fragment first = part(1, 0, 8, false);
	struct fragment last = part(1, 8, 16, true);
	size_t len;

	ck_assert(!add(&first, 1000, &len));
	ck_assert(!add(&last, 1000 + FRAGMENTS_NS + 1, &len));
	expect(0, 0, 1);
	ck_assert(add(&first, 1000 + FRAGMENTS_NS + FRAGMENTS_NS, &len));
	ck_assert(!add(&first, 500, &len)); /* time that goes back ends nothing */
	ck_assert(add(&last, 0, &len));
}
END_TEST

START_TEST(the_oldest_goes_when_there_are_too_many)
{
	for (uint32_t id = 1; id <= FRAGMENTS_MAX; id++)
		ck_assert(!add_part(id, 0, 8, false));
	expect(0, 0, 0);
	ck_assert(!add_part(FRAGMENTS_MAX + 1, 0, 8, false));
	expect(0, 0, 1);
	ck_assert(add_part(2, 8, 16, true));
	ck_assert(!add_part(1, 8, 16, true));
}
END_TEST

START_TEST(the_oldest_go_when_there_are_too_many_bytes)
{
	uint32_t count = FRAGMENTS_BYTES_MAX / 65536;

	for (uint32_t id = 1; id <= count; id++)
		ck_assert(!add_part(id, 65520, 65528, false));
	expect(0, 0, 0);
	ck_assert(!add_part(count + 1, 65520, 65528, false));
	expect(0, 0, 1);
	for (uint32_t id = count + 2; id < 3 * count; id++)
		ck_assert(!add_part(id, 65520, 65528, false));
	ck_assert_uint_eq(fragments_counters(f)->given_up, 3 * count - 1 - count);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, every_order_makes_the_same_packet);
	tcase_add_test(t, packets_do_not_mix);
	tcase_add_test(t, the_first_fragment_tells_the_protocol);
	tcase_add_test(t, missing_parts_leave_it_unfinished);
	tcase_add_test(t, a_payload_may_be_given_back_in);
	tcase_add_test(t, copies_that_agree_are_welcome);
	tcase_add_loop_test(t, copies_that_differ_end_the_packet, 0, 24);
	tcase_add_test(t, one_covers_many);
	tcase_add_test(t, impossible_lengths_end_the_packet);
	tcase_add_test(t, the_largest_packet_is_whole);
	tcase_add_test(t, a_cut_fragment_ends_its_packet);
	tcase_add_test(t, a_fragment_of_nothing_is_nothing);
	tcase_add_test(t, too_many_holes_end_the_packet);
	tcase_add_test(t, old_ones_go);
	tcase_add_test(t, the_oldest_goes_when_there_are_too_many);
	tcase_add_test(t, the_oldest_go_when_there_are_too_many_bytes);
}
