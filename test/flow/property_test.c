/*
 * Random dialogues, cut into random segments, that are repeated, made to overlap and shuffled within windows: exactly
 * the bytes that were said come out, in order and never before what they acknowledge. With losses: exactly the bytes
 * that were captured, and gaps for the others. MAILTAP_SEEDS tells how many are tried.
 */
#include "rig.h"

#include "../main.h"

enum {
	SEEDS = 2000,
	STREAM_MAX = 3000,
	PLAN_MAX = 4000,
	WINDOW_MAX = 40,
};

/* A segment on its way into the capture. */
struct planned {
	enum side side;
	size_t begin;
	size_t end;
	size_t ack;
	uint64_t key; /* place in the capture */
};

static uint64_t state;
static int seed;
static struct rig r;
static char text[SIDES][STREAM_MAX];
static bool captured[SIDES][STREAM_MAX];
static size_t text_len[SIDES];
static struct planned plan[PLAN_MAX];
static size_t plan_count;
static bool is_lossy;
static size_t needs[PLAN_MAX + 1000]; /* by packet number */

/* splitmix64 */
static uint64_t next_random(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static size_t random_below(size_t limit)
{
	return (size_t)(next_random() % limit);
}

static void plan_segment(enum side side, size_t begin, size_t end, size_t ack, size_t window)
{
	if (plan_count == PLAN_MAX)
		return;
	plan[plan_count] = (struct planned){.side = side,
					    .begin = begin,
					    .end = end,
					    .ack = ack,
					    .key = (plan_count + random_below(window + 1)) << 16 | plan_count};
	plan_count++;
}

/* One side says something, in segments; some are sent again, a little longer or shorter than before. */
static void plan_message(enum side side, size_t window)
{
	size_t len = random_below(8) == 0 ? random_below(400) + 1 : random_below(20) + 2;
	size_t start = text_len[side];
	size_t begin = start;
	size_t limit;

	if (begin + len > STREAM_MAX)
		return;
	for (size_t i = 0; i < len; i++)
		text[side][begin + i] = (char)('a' + random_below(26));
	text_len[side] = limit = begin + len;
	while (begin < limit) {
		size_t end = begin + 1 + random_below(40);
		size_t ack = text_len[side_other(side)];

		end = end < limit ? end : limit;
		plan_segment(side, begin, end, ack, window);
		if (random_below(10) == 0)
			plan_segment(side, begin - random_below(begin - start + 1), end, ack, window);
		begin = end;
	}
}

static int by_key(const void *a, const void *b)
{
	const struct planned *left = a;
	const struct planned *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

static void make_plan(void)
{
	size_t window = random_below(3) == 0 ? 0 : random_below(WINDOW_MAX);
	size_t messages = random_below(60) + 1;

	plan_count = 0;
	memset(text_len, 0, sizeof(text_len));
	memset(captured, 0, sizeof(captured));
	for (size_t i = 0; i < messages; i++)
		plan_message(random_below(2) ? SIDE_SERVER : SIDE_CLIENT, window);
	qsort(plan, plan_count, sizeof(plan[0]), by_key);
}

/* Bytes must not come before those of the other side that their segment acknowledges. Where a single byte was lost,
 * it may have been a FIN's. */
static void check_order(void *ctx, struct flow *f, enum side side, const struct extent *e)
{
	ck_assert_uint_lt(e->packet, sizeof(needs) / sizeof(needs[0]));
	ck_assert_msg(needs[e->packet] <= r.got[side_other(side)].len + is_lossy, "seed %d: packet %llu came too early",
		      seed, (unsigned long long)e->packet);
	rig_data(ctx, f, side, e);
}

static void play(size_t losses_of_100)
{
	struct flow_events events = rig_events;

	events.data = check_order;
	is_lossy = losses_of_100 > 0;
	rig_init(&r);
	flow_table_free(r.table);
	r.table = flow_table_new(&events, &r);
	r.first_seq[SIDE_CLIENT] = random_below(2) ? (uint32_t)next_random() : 0xffffff00;
	r.first_seq[SIDE_SERVER] = random_below(2) ? (uint32_t)next_random() : 0xffffffff;
	rig_shake_hands(&r);
	for (size_t i = 0; i < plan_count; i++) {
		const struct planned *p = &plan[i];

		if (random_below(100) < losses_of_100)
			continue;
		needs[r.number + 1] = p->ack;
		memset(&captured[p->side][p->begin], true, p->end - p->begin);
		rig_send_cut(&r, p->side, SEGMENT_ACK, (int64_t)p->begin, (int64_t)p->ack,
			     slice_of(text[p->side] + p->begin, p->end - p->begin), p->end - p->begin);
	}
	flow_table_end_all(r.table);
}

static void check_side(enum side side)
{
	struct slice got = buffer_slice(&r.got[side]);

	if (!is_lossy)
		ck_assert_uint_eq(got.len, text_len[side]);
	ck_assert_uint_le(got.len, text_len[side]);
	for (size_t i = 0; i < text_len[side]; i++) {
		if (captured[side][i])
			ck_assert(i < got.len && got.data[i] == (uint8_t)text[side][i]);
		else if (i < got.len)
			ck_assert_uint_eq(got.data[i], '?');
	}
}

static int seed_count(void)
{
	const char *wanted = getenv("MAILTAP_SEEDS");

	return wanted != NULL && atoi(wanted) > 0 ? atoi(wanted) : SEEDS;
}

static void try_all(size_t losses_of_100)
{
	for (seed = 1; seed <= seed_count(); seed++) {
		state = (uint64_t)seed * 1000003 + losses_of_100;
		make_plan();
		play(losses_of_100);
		check_side(SIDE_CLIENT);
		check_side(SIDE_SERVER);
		buffer_append_byte(&r.said, '\0');
		ck_assert_msg(strstr((const char *)r.said.data, "~") == NULL || is_lossy, "seed %d: a gap", seed);
		rig_fini(&r);
	}
}

START_TEST(what_was_said_is_what_comes_out)
{
	try_all(0);
}
END_TEST

START_TEST(what_was_captured_is_what_comes_out)
{
	try_all(5);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, what_was_said_is_what_comes_out);
	tcase_add_test(t, what_was_captured_is_what_comes_out);
}
