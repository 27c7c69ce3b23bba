/*
 * Values that were seen: what a filter's word may be completed to.
 */
#include "present/value_list.h"

#include <stdio.h>

#include "../engine/wire.h"
#include "../main.h"
#include "present/viewer.h"

enum {
	OF_SESSIONS = QUERY_VALUES_HELO | QUERY_VALUES_FROM | QUERY_VALUES_TO | QUERY_VALUES_SUBJECT |
		      QUERY_VALUES_ATTACHMENT,
};

static struct wire w;
static struct viewer *v;
static struct snapshot *s;
static struct query q;

static void setup(void)
{
	wire_init(&w, true);
	w.options.statistics = true;
	wire_begin(&w);
	v = viewer_new(false);
	s = snapshot_new();
	q = (struct query){0};
}

static void teardown(void)
{
	viewer_free(v);
	snapshot_free(s);
	wire_fini(&w);
}

static void play(uint8_t client, const char *script, int count)
{
	w.client_host = client;
	for (int i = 0; i < count; i++)
		wire_play(&w, script);
}

static void expect_values(uint32_t of, const char *prefix, const char *values)
{
	struct buffer got = {0};

	q.values_of = of;
	snprintf(q.value_prefix, sizeof(q.value_prefix), "%s", prefix);
	q.serial++;
	viewer_set_query(v, &q);
	while (viewer_work(v, w.engine))
		continue;
	viewer_fill(v, w.engine, s);
	ck_assert_uint_eq(s->values_of, of);
	ck_assert_str_eq(s->value_prefix, prefix);
	for (uint32_t i = 0; i < s->value_count; i++)
		buffer_printf(&got, "%s%s", i > 0 ? "|" : "", s->values[i]);
	buffer_append_byte(&got, '\0');
	ck_assert_str_eq((const char *)got.data, values);
	buffer_fini(&got);
}

/* Those of the most sessions first, of several kinds together. */
START_TEST(sums_are_listed)
{
	char script[160];

	play(1, WIRE_MAIL, 1);
	play(2, WIRE_MAIL, 3);
	w.server_port = 110;
	for (int i = 0; i < 2 * SNAPSHOT_VALUES_MAX; i++) {
		snprintf(script, sizeof(script), "S: +OK hello\nC: USER u%02d\nS: +OK\nC: PASS x\nS: +OK\n", i);
		play(3, script, i == 20 ? 2 : 1);
	}
	play(3, "S: +OK\nC: USER Al x\nS: +OK\nC: PASS x\nS: +OK\n", 1);
	engine_finish(w.engine);
	expect_values(1U << STATISTICS_CLIENT, "10.0.0.", "10.0.0.3|10.0.0.2|10.0.0.1");
	expect_values(1U << STATISTICS_CLIENT | 1U << STATISTICS_DOMAIN, "", "10.0.0.3|d|10.0.0.2|10.0.0.1");
	expect_values(1U << STATISTICS_USER, "U2", "u20|u21|u22|u23");
	expect_values(1U << STATISTICS_USER, "a", "Al");
	expect_values(1U << STATISTICS_USER, "nobody", "");
	expect_values(1U << STATISTICS_USER, "u", "u20|u00|u01|u02|u03|u04|u05|u06|u07|u08|u09|u10");
	expect_values(0, "", "");
}
END_TEST

static void play_mail(const char *helo, const char *from, const char *to, const char *subject, const char *more)
{
	char script[2000];

	snprintf(script, sizeof(script),
		 "S: 220 mx\nC: EHLO %s\nS: 250 mx\nC: MAIL FROM:<%s>\nS: 250 ok\nC: RCPT TO:<%s>\nS: 250 ok\n"
		 "C: DATA\nS: 354 go\nC: From: Al <%s>\nC: To: <%s>\nC: Subject: %s\n%sC: .\nS: 250 ok\nC: QUIT\n"
		 "S: 221 bye\n",
		 helo, from, to, from, to, subject, more);
	play(1, script, 1);
}

#define PLAIN "C: \nC: Hi\n"
#define WITH_FILE(name)                                                                                                \
	"C: Content-Type: application/pdf; name=\"" name "\"\nC: Content-Disposition: attachment\nC: \nC: x\n"

/* What no statistics have is looked for in the sessions, the last one first, each value once. */
START_TEST(sessions_are_looked_at)
{
	play_mail("pc.one", "al@a.example", "bob@b.example", "First", PLAIN);
	play_mail("pc.two", "al@a.example", "cy@b.example", "=?UTF-8?B?5Y+R56Wo?= 7", WITH_FILE("bill 7.pdf"));
	play_mail("pc.two", "AMY@a.example", "bob@b.example", "second (2)", WITH_FILE("a.pdf"));
	engine_finish(w.engine);
	expect_values(QUERY_VALUES_HELO, "", "pc.two|pc.one");
	expect_values(QUERY_VALUES_HELO, "PC.o", "pc.one");
	expect_values(QUERY_VALUES_FROM, "a", "AMY@a.example|al@a.example");
	expect_values(QUERY_VALUES_FROM, "al", "al@a.example");
	expect_values(QUERY_VALUES_TO, "", "bob@b.example|cy@b.example");
	expect_values(QUERY_VALUES_TO | 1U << STATISTICS_DOMAIN, "b", "b.example|bob@b.example");
	expect_values(QUERY_VALUES_SUBJECT, "", "second (2)|\xe5\x8f\x91\xe7\xa5\xa8 7|First");
	expect_values(QUERY_VALUES_SUBJECT, "\xe5\x8f\x91", "\xe5\x8f\x91\xe7\xa5\xa8 7");
	expect_values(QUERY_VALUES_SUBJECT, "FIRST", "First");
	expect_values(QUERY_VALUES_ATTACHMENT, "", "a.pdf|bill 7.pdf");
	expect_values(QUERY_VALUES_ATTACHMENT, "b", "bill 7.pdf");
	expect_values(QUERY_VALUES_ATTACHMENT, "c", "");
	expect_values(0, "", "");
}
END_TEST

/* One that is longer than a row has room for is given as far as it goes: a filter finds it by its beginning. */
START_TEST(long_ones_are_cut_at_a_character)
{
	char subject[4 * QUERY_VALUE_SIZE] = "";
	char want[QUERY_VALUE_SIZE] = "";

	while (strlen(subject) < sizeof(subject) - 4)
		strcat(subject, "\xc3\xa9");
	memcpy(want, subject, (QUERY_VALUE_SIZE - 1) / 2 * 2);
	play_mail("pc", "a@b", "c@d", subject, PLAIN);
	expect_values(QUERY_VALUES_SUBJECT, "", want);
}
END_TEST

/* No more than there is room for, and a session of many mails takes several turns. */
START_TEST(the_list_has_an_end)
{
	char subject[32];

	for (int i = 0; i < 2 * SNAPSHOT_VALUES_MAX; i++) {
		snprintf(subject, sizeof(subject), "n%02d", i);
		play_mail("pc", "a@b", "c@d", subject, PLAIN);
	}
	expect_values(QUERY_VALUES_SUBJECT, "n", "n23|n22|n21|n20|n19|n18|n17|n16|n15|n14|n13|n12");
	expect_values(QUERY_VALUES_SUBJECT, "n0", "n09|n08|n07|n06|n05|n04|n03|n02|n01|n00");
}
END_TEST

/* What came after the list was made is in the next one; and nothing of what was forgotten. */
START_TEST(it_is_made_anew)
{
	play_mail("pc.one", "a@b", "c@d", "x", PLAIN);
	expect_values(QUERY_VALUES_HELO, "pc", "pc.one");
	play_mail("pc.two", "a@b", "c@d", "x", PLAIN);
	expect_values(QUERY_VALUES_HELO, "pc.", "pc.two|pc.one");
	expect_values(OF_SESSIONS, "pc.", "pc.two|pc.one");
	viewer_clear(v);
	engine_free(w.engine);
	wire_begin(&w);
	expect_values(OF_SESSIONS, "pc.", "");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, sums_are_listed);
	tcase_add_test(t, sessions_are_looked_at);
	tcase_add_test(t, long_ones_are_cut_at_a_character);
	tcase_add_test(t, the_list_has_an_end);
	tcase_add_test(t, it_is_made_anew);
}
