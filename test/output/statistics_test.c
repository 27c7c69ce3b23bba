/*
 * Statistics as records and as tables.
 */
#include "output/records.h"
#include "output/tables.h"

#include "../main.h"

static struct buffer out;

static const struct record_statistic plain = {.time_ns = INT64_C(1000000000000),
					      .time_digits = 6,
					      .of = "domain",
					      .key = {.data = (const uint8_t *)"example.net", .len = 11},
					      .sessions = 3,
					      .failed = 0,
					      .mails = 2,
					      .bytes = 12345,
					      .has_latency = true,
					      .latency_p50_us = 12,
					      .latency_p95_us = 3456,
					      .latency_max_us = 7890123};

static void setup(void)
{
	buffer_clear(&out);
}

static void expect(const char *text)
{
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, text);
	buffer_clear(&out);
}

static void put(const struct record_statistic *s)
{
	struct records *r = records_new(&(struct record_origin){.version = "1", .observer = "me"}, false);

	records_statistic(r, &out, s);
	records_free(r);
}

#define HEAD                                                                                                           \
	"{\"@timestamp\":\"1970-01-01T00:16:40.000000Z\",\"ecs\":{\"version\":\"8.17\"},\"observer\":{\"name\":"       \
	"\"me\",\"type\":\"sensor\",\"version\":\"1\"},\"event\":{\"id\":\"2744ccd10c7533bd736ad890-domain."
#define TAIL                                                                                                           \
	".1970-01-01T00:16:40.000000Z\",\"kind\":\"metric\",\"category\":[\"email\",\"network\"],\"dataset\":"         \
	"\"mailtap.statistics\"},\"mailtap\":{\"statistic\":{\"of\":\"domain\",\"key\":"

START_TEST(a_row_is_a_record)
{
	put(&plain);
	expect(HEAD
	       "3daab7cff97925bbd07d11df" TAIL
	       "\"example.net\",\"sessions\":3,\"failed\":0,\"mails\":2,\"bytes\":12345,\"latency_us\":{\"p50\":12,"
	       "\"p95\":3456,\"max\":7890123}}}}\n");
}
END_TEST

/* The rest is no key, though one may have that name. */
START_TEST(the_rest_has_an_id_of_its_own)
{
	struct record_statistic s = plain;

	s.key = slice_from_text(RECORD_OTHERS);
	s.is_others = true;
	s.has_latency = false;
	put(&s);
	expect(HEAD "others" TAIL "\"others\",\"sessions\":3,\"failed\":0,\"mails\":2,\"bytes\":12345}}}\n");
}
END_TEST

START_TEST(a_table_has_a_line_for_each)
{
	struct record_statistic rows[] = {plain, plain};

	rows[1].has_latency = false;
	rows[1].key = slice_from_text("\xe4\xbe\x8b\x1b[31m");
	rows[1].bytes = 999999999;
	tables_statistics(&out, "Domains", "Domain", rows, 2, 7, &plain);
	expect("\nDomains: 7\n"
	       "  Domain                                    Sessions   Failed     Mails     Bytes    Median      95 %  "
	       " "
	       "Slowest\n"
	       "  example.net                                      3        0         2   12.3 kB     12 us    3.5 ms  "
	       "  "
	       "7.89 s\n"
	       "  \xe4\xbe\x8b\xe2\x90\x9b[31m                                          3        0         2    1.0 "
	       "GB         - "
	       "        -         -\n"
	       "  example.net                                      3        0         2   12.3 kB     12 us    3.5 ms  "
	       "  "
	       "7.89 s\n");
	tables_statistics(&out, "Domains", "Domain", rows, 0, 0, NULL);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(a_long_key_is_cut_at_its_column)
{
	struct record_statistic s = plain;
	char key[100];

	memset(key, 'k', sizeof(key));
	s.key = slice_of(key, sizeof(key));
	tables_statistics(&out, "T", "H", &s, 1, 1, NULL);
	ck_assert(strstr((const char *)buffer_room(&out, 1) - out.len,
			 "  kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk  ") != NULL);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, a_row_is_a_record);
	tcase_add_test(t, the_rest_has_an_id_of_its_own);
	tcase_add_test(t, a_table_has_a_line_for_each);
	tcase_add_test(t, a_long_key_is_cut_at_its_column);
}
