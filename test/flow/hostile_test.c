/*
 * Segments that are meant to cost work. How much they cost is counted in steps, so it is the same in each run: twice as
 * many segments may cost twice as much.
 */
#include <time.h>

#include "../main.h"
#include "flow/pieces.h"
#include "rig.h"

enum {
	SEGMENT = 1400,
	MANY = 3000,
	LEN_MAX = 2 * MANY * 20,
};

static struct rig r;
static char text[LEN_MAX + 1];

static void setup(void)
{
	rig_init(&r);
	memset(text, 'x', LEN_MAX);
	text[LEN_MAX] = '\0';
	rig_shake_hands(&r);
}

static void teardown(void)
{
	rig_fini(&r);
}

static struct stream *client(void)
{
	return &r.verdict.flow->stream[SIDE_CLIENT];
}

static void say(int64_t begin, int64_t end)
{
	r.ip_id++;
	rig_send_cut(&r, SIDE_CLIENT, SEGMENT_ACK, begin, 0, slice_of(text + begin, (size_t)(end - begin)),
		     (size_t)(end - begin));
}

static void shifted(int64_t i, int64_t count)
{
	(void)count;
	say(i, i + SEGMENT);
}

static void shifted_behind_a_hole(int64_t i, int64_t count)
{
	(void)count;
	say(i + 1, i + 1 + SEGMENT);
}

static void shifted_back(int64_t i, int64_t count)
{
	say(count - i, count - i + SEGMENT);
}

/* A byte at a time, and then all of it again and again. */
static void again(int64_t i, int64_t count)
{
	if (i < count / 2)
		say(i, i + 1);
	else
		say(0, count / 2);
}

/* A segment that is joined to the one before it holds another, so that those before each must be looked at. */
static void covered(int64_t i, int64_t count)
{
	(void)count;
	if (i == 0)
		say(10, 20);
	else if (i == 1)
		say(22, 24);
	else if (i == 2)
		say(20, 30);
	else
		say(20 * i, 20 * i + 1);
}

static const struct {
	void (*send)(int64_t i, int64_t count);
} hostile[] = {{shifted}, {shifted_behind_a_hole}, {again}, {covered}};

START_TEST(work_grows_as_the_packets_do)
{
	uint64_t most_left = STREAM_PENDING_HOSTILE * 4;

	for (int64_t i = 0; i < 2 * MANY; i++) {
		bool was_hostile = client()->is_hostile;
		uint64_t before = client()->steps;

		hostile[_i].send(i, 2 * MANY);
		if (was_hostile) {
			ck_assert_uint_le(client()->steps - before, most_left);
			ck_assert_uint_le(pieces_count(client()->pieces), STREAM_PENDING_HOSTILE + 1);
		}
		most_left = was_hostile ? STREAM_PENDING_HOSTILE * 4 : UINT64_MAX; /* the first lets go of the others */
	}
	ck_assert(client()->is_hostile);
	ck_assert_uint_le(client()->steps, STREAM_STEPS_FREE + 4 * STREAM_PENDING_HOSTILE * client()->packets);
	flow_table_end_all(r.table);
}
END_TEST

static void in_order(int64_t i, int64_t count)
{
	(void)count;
	say(20 * i, 20 * i + 20);
}

static void reversed(int64_t i, int64_t count)
{
	say(20 * (count - 1 - i), 20 * (count - i));
}

static void shuffled(int64_t i, int64_t count)
{
	i = i * 617 % count;
	say(20 * i, 20 * i + 20);
}

static void with_holes(int64_t i, int64_t count)
{
	(void)count;
	say(20 * i + 1, 20 * i + 20);
}

static void twice(int64_t i, int64_t count)
{
	(void)count;
	say(20 * (i / 2), 20 * (i / 2) + 20);
}

static void lost_and_sent_again(int64_t i, int64_t count)
{
	if (i < count / 2)
		say(20 * i, 20 * i + (i % 10 == 0 ? 0 : 20));
	else
		say(20 * (i - count / 2), 20 * (i - count / 2) + 20);
}

static const struct {
	void (*send)(int64_t i, int64_t count);
} ordinary[] = {{in_order}, {reversed}, {shuffled}, {with_holes}, {twice}, {lost_and_sent_again}, {shifted_back}};

START_TEST(what_the_network_does_costs_little)
{
	for (int64_t i = 0; i < MANY; i++)
		ordinary[_i].send(i, MANY);
	ck_assert_uint_le(client()->steps, 4 * client()->packets);
	ck_assert(!client()->is_hostile);
	flow_table_end_all(r.table);
}
END_TEST

/* What a hostile side sends is still put in order, and what is missing is a gap. */
START_TEST(a_hostile_side_is_still_read)
{
	say(0, 10);
	stream_spend(client(), STREAM_STEPS_FREE + STREAM_STEPS_PER_PACKET * (client()->packets + 1));
	ck_assert(client()->is_hostile);
	for (int64_t i = 1; i < 1000; i++)
		say(20 * i, 20 * i + 20);
	flow_table_end_all(r.table);
	ck_assert_uint_eq(r.got[SIDE_CLIENT].len, 20 * 1000);
	ck_assert_uint_eq(r.got[SIDE_CLIENT].data[9], 'x');
	ck_assert_uint_eq(r.got[SIDE_CLIENT].data[10], '?');
	ck_assert_uint_eq(r.got[SIDE_CLIENT].data[19], '?');
	ck_assert_uint_eq(r.got[SIDE_CLIENT].data[20], 'x');
}
END_TEST

static void open_many(uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++) {
		r.client_host = i;
		rig_shake_hands(&r);
	}
}

/* Who is drawn may be any, however many are ignored. Looking at each of those would take a hundred
 * times as long as is allowed here. */
START_TEST(ignored_flows_do_not_hide_the_others)
{
	uint32_t seen[4] = {0};
	clock_t begun;

	r.ignore_begun = true;
	open_many(4, 50000);
	r.ignore_begun = false;
	open_many(0, 4);
	begun = clock();
	for (int i = 0; i < 400000; i++)
		seen[flow_table_draw(r.table)->end[SIDE_CLIENT].address.bytes[3]]++;
	for (int i = 0; i < 4; i++)
		ck_assert_uint_gt(seen[i], 98000);
	ck_assert_int_lt(clock() - begun, CLOCKS_PER_SEC);
	flow_table_end_all(r.table);
	ck_assert_ptr_null(flow_table_draw(r.table));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, work_grows_as_the_packets_do, 0, sizeof(hostile) / sizeof(hostile[0]));
	tcase_add_loop_test(t, what_the_network_does_costs_little, 0, sizeof(ordinary) / sizeof(ordinary[0]));
	tcase_add_test(t, a_hostile_side_is_still_read);
	tcase_add_test(t, ignored_flows_do_not_hide_the_others);
}
