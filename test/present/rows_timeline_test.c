#include "../engine/wire.h"
#include "../main.h"
#include "present/rows.h"

struct ladder {
	struct wire w;
	struct session_detail f;
	struct snapshot_timeline_row rows[64];
	size_t count;
};

static void begin(struct ladder *l, uint16_t port)
{
	*l = (struct ladder){.count = 0};
	wire_init(&l->w, true);
	l->w.options.diagnose = true;
	limits_init(&l->w.options.limits);
	l->w.server_port = port;
	wire_begin(&l->w);
	wire_open(&l->w);
}

/* All rows, as they are when the work on them is done. */
static void look(struct ladder *l)
{
	session_detail_update(&l->f, l->w.engine, 1);
	while (session_detail_work(&l->f, l->w.engine))
		continue;
	ck_assert_uint_le(l->f.item_count, 64);
	l->count = l->f.item_count;
	for (size_t i = 0; i < l->count; i++)
		rows_timeline(&l->f, l->w.engine, i, false, &l->rows[i]);
}

static void end(struct ladder *l)
{
	engine_finish(l->w.engine);
	session_detail_fini(&l->f);
	wire_fini(&l->w);
}

/* The first row whose text begins so; NULL: none does. */
static const struct snapshot_timeline_row *find(const struct ladder *l, const char *text)
{
	for (size_t i = 0; i < l->count; i++)
		if (strncmp(l->rows[i].text, text, strlen(text)) == 0)
			return &l->rows[i];
	return NULL;
}

/* A side says it so many milliseconds later than it would. */
static void say_late(struct ladder *l, int64_t ms, enum side side, const char *text)
{
	l->w.now_ns += ms * CLOCK_NS_PER_MS;
	wire_say(&l->w, side, text);
}

static const struct {
	int64_t greeting_ms;
	int64_t reply_ms;
	int64_t final_ms;
	enum snapshot_meaning greeting;
	enum snapshot_meaning reply;
	enum snapshot_meaning final;
} paces[] = {
	{0, 0, 0, MEANING_GOOD, MEANING_GOOD, MEANING_GOOD},
	{4900, 990, 19000, MEANING_GOOD, MEANING_GOOD, MEANING_GOOD},
	{5100, 1010, 21000, MEANING_WARNING, MEANING_WARNING, MEANING_WARNING},
	{50000, 59000, 61000, MEANING_WARNING, MEANING_WARNING, MEANING_ERROR},
};

/* Each reply is measured by the limit of its own diagnosis. */
START_TEST(a_pace_goes_by_the_limits)
{
	struct ladder l;

	begin(&l, 25);
	say_late(&l, paces[_i].greeting_ms, SIDE_SERVER, "220 hi\r\n");
	wire_say(&l.w, SIDE_CLIENT, "HELO me\r\n");
	say_late(&l, paces[_i].reply_ms, SIDE_SERVER, "250 you\r\n");
	wire_talk(&l.w, "C: MAIL FROM:<a@b>\nS: 250 m\nC: RCPT TO:<c@d>\nS: 250 r\nC: DATA\nS: 354 go\nC: Hi\nC: .\n");
	say_late(&l, paces[_i].final_ms, SIDE_SERVER, "250 2.0.0 queued\r\n");
	look(&l);
	ck_assert_int_eq(find(&l, "220 hi")->pace, paces[_i].greeting);
	ck_assert_int_eq(find(&l, "220 hi")->latency_ns, (paces[_i].greeting_ms + 3) * CLOCK_NS_PER_MS);
	ck_assert_int_eq(find(&l, "250 you")->pace, paces[_i].reply);
	ck_assert_int_eq(find(&l, "250 m")->pace, MEANING_GOOD);
	ck_assert_int_eq(find(&l, "250 2.0.0")->pace, paces[_i].final);
	end(&l);
}
END_TEST

/* IMAP: two commands at once; the second's answer waited for the first's. A login may take its time. */
START_TEST(a_pace_knows_who_waited_for_whom)
{
	struct ladder l;

	begin(&l, 143);
	wire_talk(&l.w, "S: * OK hi\nC: a LOGIN u p\n");
	say_late(&l, 10000, SIDE_SERVER, "a OK in\r\n");
	wire_say(&l.w, SIDE_CLIENT, "b NOOP\r\nc NOOP\r\n");
	say_late(&l, 3000, SIDE_SERVER, "b OK first\r\n");
	say_late(&l, 1000, SIDE_SERVER, "c OK second\r\n");
	look(&l);
	ck_assert_int_eq(find(&l, "a OK")->pace, MEANING_MUTED);
	ck_assert_int_eq(find(&l, "b OK")->pace, MEANING_WARNING);
	ck_assert_int_eq(find(&l, "c OK")->pace, MEANING_GOOD);
	end(&l);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_pace_goes_by_the_limits, 0, sizeof(paces) / sizeof(paces[0]));
	tcase_add_test(t, a_pace_knows_who_waited_for_whom);
}
