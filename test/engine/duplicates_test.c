#include "engine/duplicates.h"

#include "../main.h"
#include "base/clock.h"
#include "base/hash.h"
#include "wire.h"

static struct duplicates *k;

static void setup(void)
{
	k = duplicates_new();
}

static void teardown(void)
{
	duplicates_free(k);
}

/* A mail from <a@b>, seen from `from_s` to `to_s`. */
static struct mail make_mail(uint32_t number, int64_t from_s, int64_t to_s)
{
	return (struct mail){.number = number,
			     .has_data = true,
			     .from = slice_from_text("a@b"),
			     .first = {.time_ns = from_s * CLOCK_NS_PER_S},
			     .last = {.time_ns = to_s * CLOCK_NS_PER_S}};
}

static void add(uint32_t session, struct mail *m, const char *message_id)
{
	duplicates_add(k, &(struct session){.number = session}, m, slice_from_text(message_id));
	duplicates_settle(k, session, m);
}

START_TEST(a_mail_on_its_way_through_a_proxy_is_seen_twice)
{
	struct record_link links[DUPLICATES_LINKS_MAX];
	struct mail first = make_mail(1, 100, 101);
	struct mail second = make_mail(3, 130, 131);
	struct mail late = make_mail(1, 300, 301);
	struct mail other = make_mail(2, 100, 101);

	ck_assert_uint_eq(duplicates_find(k, 1, &first, links), 0);
	add(1, &first, "x@y");
	add(2, &second, "x@y");
	add(2, &other, "z@y");
	add(3, &late, "x@y");
	ck_assert_uint_eq(duplicates_find(k, 1, &first, links), 1);
	ck_assert_uint_eq(links[0].session, 2);
	ck_assert_uint_eq(links[0].mail, 3);
	ck_assert_uint_eq(duplicates_find(k, 2, &second, links), 1);
	ck_assert_uint_eq(links[0].session, 1);
	ck_assert_uint_eq(duplicates_find(k, 2, &other, links), 0);
	ck_assert_uint_eq(duplicates_find(k, 3, &late, links), 0);
	ck_assert_uint_eq(second.repeats, 0);
}
END_TEST

/* Whoever fetches a mail twice, one after the other, does not use a proxy. */
START_TEST(retrieved_mails_must_overlap)
{
	struct record_link links[DUPLICATES_LINKS_MAX];
	struct mail first = make_mail(1, 100, 103);
	struct mail within = make_mail(1, 101, 102);
	struct mail after = make_mail(1, 104, 105);
	struct mail sent = make_mail(1, 101, 102);

	first.direction = within.direction = after.direction = MAIL_RETRIEVED;
	add(1, &first, "x@y");
	add(2, &within, "x@y");
	add(3, &after, "x@y");
	add(4, &sent, "x@y");
	ck_assert_uint_eq(duplicates_find(k, 1, &first, links), 1);
	ck_assert_uint_eq(links[0].session, 2);
	ck_assert_uint_eq(duplicates_find(k, 3, &after, links), 0);
}
END_TEST

START_TEST(a_mail_said_again_repeats_the_one_before)
{
	struct recipient to = {.address = slice_from_text("c@d")};
	struct mail mails[4];

	for (uint32_t i = 0; i < 4; i++)
		mails[i] = make_mail(i + 1, i, i);
	mails[2].recipients = &to;
	for (uint32_t i = 0; i < 4; i++)
		add(1, &mails[i], "x@y");
	ck_assert_uint_eq(mails[0].repeats, 0);
	ck_assert_uint_eq(mails[1].repeats, 1);
	ck_assert_uint_eq(mails[2].repeats, 0); /* to others */
	ck_assert_uint_eq(mails[3].repeats, 2);
}
END_TEST

START_TEST(links_are_bounded)
{
	struct record_link links[DUPLICATES_LINKS_MAX];
	struct mail m = make_mail(1, 1, 1);

	for (uint32_t session = 1; session <= 3 * DUPLICATES_LINKS_MAX; session++)
		add(session, &m, "x@y");
	ck_assert_uint_eq(duplicates_find(k, 1, &m, links), DUPLICATES_LINKS_MAX);
	ck_assert_uint_eq(links[0].session, 3 * DUPLICATES_LINKS_MAX);
}
END_TEST

/* A Message-ID that very many have is looked at only so far. */
START_TEST(an_id_that_all_have_tells_nothing)
{
	struct record_link links[DUPLICATES_LINKS_MAX];
	struct mail early = make_mail(1, 100, 101);
	struct mail late = make_mail(1, 10000, 10001);
	struct mail same = make_mail(2, 100, 101);

	add(1, &early, "x@y");
	for (uint32_t session = 2; session < 100; session++)
		add(session, &late, "x@y");
	add(100, &same, "x@y");
	ck_assert_uint_eq(duplicates_find(k, 100, &same, links), 0);
	ck_assert_uint_eq(duplicates_find(k, 1, &early, links), 1);
	ck_assert_uint_eq(links[0].session, 100);
}
END_TEST

/* The ring goes round several times, with few and with many mails of one Message-ID. */
START_TEST(the_oldest_are_forgotten)
{
	struct record_link links[DUPLICATES_LINKS_MAX];
	struct mail m = make_mail(1, 1, 1);
	char id[32];

	for (uint32_t session = 1; session <= 5 * DUPLICATES_ENTRIES; session++) {
		snprintf(id, sizeof(id), "%u", session % 3 == 0 ? 7 : session / 2);
		add(session, &m, id);
	}
	for (uint32_t session = 1; session <= 6 * DUPLICATES_ENTRIES; session++) {
		size_t count;

		snprintf(id, sizeof(id), "%u", session);
		m.message_id_hash = hash_bytes(id, strlen(id)) | 1;
		count = duplicates_find(k, 0, &m, links);
		for (size_t i = 0; i < count; i++)
			ck_assert_uint_gt(links[i].session, 4 * DUPLICATES_ENTRIES);
		ck_assert(session > 2 * DUPLICATES_ENTRIES - 10 || session == 7 || count == 0);
	}
}
END_TEST

/* ---- in the engine ---- */

#define BODY "C: Message-ID: <1@x>\nC: \nC: Hi\nC: .\n"
#define MAIL "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\n" BODY

START_TEST(both_legs_of_a_proxy_are_linked)
{
	struct record_link links[DUPLICATES_LINKS_MAX];
	struct wire w;
	uint32_t seq[SIDES];

	wire_init(&w, true);
	w.options.output = NULL;
	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, "S: 220 proxy\n" MAIL);
	seq[SIDE_CLIENT] = w.seq[SIDE_CLIENT];
	seq[SIDE_SERVER] = w.seq[SIDE_SERVER];
	w.client_port++;
	wire_play(&w, "S: 220 mx\n" MAIL "S: 250 queued\nC: QUIT\nS: 221 bye\n");
	w.client_port -= 2;
	w.seq[SIDE_CLIENT] = seq[SIDE_CLIENT];
	w.seq[SIDE_SERVER] = seq[SIDE_SERVER];
	wire_talk(&w, "S: 250 passed on\nC: QUIT\nS: 221 bye\n");
	wire_close(&w);
	engine_finish(w.engine);
	for (uint32_t number = 1; number <= 2; number++) {
		const struct session *s = engine_connection(w.engine, number)->session;

		ck_assert_int_eq(session_mail(s, 1)->outcome, MAIL_ACCEPTED);
		ck_assert_uint_eq(engine_same_mails(w.engine, s, session_mail(s, 1), links), 1);
		ck_assert_uint_eq(links[0].session, 3 - number);
	}
	wire_fini(&w);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_mail_on_its_way_through_a_proxy_is_seen_twice);
	tcase_add_test(t, retrieved_mails_must_overlap);
	tcase_add_test(t, a_mail_said_again_repeats_the_one_before);
	tcase_add_test(t, an_id_that_all_have_tells_nothing);
	tcase_add_test(t, links_are_bounded);
	tcase_add_test(t, the_oldest_are_forgotten);
	tcase_add_test(t, both_legs_of_a_proxy_are_linked);
}
