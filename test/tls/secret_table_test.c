#include "tls/secret_table.h"

#include <stdio.h>
#include <sys/mman.h>

#include "../main.h"
#include "key_logs.h"

enum {
	PLENTY = 8 << 20,
	HANDSHAKES = 20000,
	FEW = 64 << 10, /* a table's smallest bound */
};

static const enum key_label labels[] = {
	KEY_CLIENT_EARLY_TRAFFIC_SECRET, KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET, KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET,
	KEY_CLIENT_TRAFFIC_SECRET_0,	 KEY_SERVER_TRAFFIC_SECRET_0,
};

/* Five lines of each handshake, those of some forty mixed: a line goes to where the next of that handshake will be. */
static void write_mixed(struct buffer *log)
{
	static const char *const ends[] = {"\n", "\r\n", "\r"};
	uint8_t done[HANDSHAKES] = {0};
	uint32_t first = 0;
	uint64_t state = 1;

	while (first < HANDSHAKES) {
		uint32_t one;

		state = state * UINT64_C(6364136223846793005) + 1;
		one = first + (uint32_t)(state >> 33) % 40;
		if (one >= HANDSHAKES || done[one] == 5)
			one = first;
		if (state >> 60 == 0)
			buffer_append_text(log, "# a comment, and a line that is none\nCLIENT_RANDOM 00\n");
		key_logs_append(log, one, labels[done[one]++], ends[one % 3]);
		while (first < HANDSHAKES && done[first] == 5)
			first++;
	}
}

START_TEST(all_lines_of_a_mixed_log_are_found)
{
	struct key_logs l = {.piece = 0};
	struct secret_table *t = secret_table_new(PLENTY, key_logs_read, &l);

	write_mixed(&l.logs[1]);
	key_logs_index(&l, 1, t);
	ck_assert_uint_eq(secret_table_use(t).places, HANDSHAKES);
	ck_assert_uint_eq(secret_table_use(t).forgotten, 0);
	ck_assert_uint_lt(secret_table_use(t).bytes, 1 << 20);
	for (uint32_t i = 0; i < HANDSHAKES; i += 5) {
		struct key_set found;

		ck_assert(key_logs_find(t, i, &found));
		for (size_t label = 0; label < 5; label++)
			ck_assert_msg(key_logs_is_right(&found, i, labels[label]), "%u %zu", i, label);
	}
	for (uint32_t i = HANDSHAKES; i < 2 * HANDSHAKES; i++)
		ck_assert(!key_logs_is_known(t, i, KEY_CLIENT_TRAFFIC_SECRET_0));
	ck_assert_uint_lt(l.read_len / HANDSHAKES, 10000); /* the lines between the first and the last */
	secret_table_free(t);
	key_logs_fini(&l);
}
END_TEST

START_TEST(a_log_read_in_pieces_gives_the_same)
{
	for (size_t piece = 1; piece < 300; piece += 23) {
		struct key_logs l = {.piece = piece};
		struct secret_table *t = secret_table_new(PLENTY, key_logs_read, &l);

		key_logs_append_all(&l.logs[0], 1, true);
		key_logs_append_all(&l.logs[0], 2, false);
		key_logs_index(&l, 0, t);
		ck_assert(key_logs_is_known(t, 1, KEY_SERVER_TRAFFIC_SECRET_0));
		ck_assert(key_logs_is_known(t, 2, KEY_CLIENT_RANDOM));
		secret_table_free(t);
		key_logs_fini(&l);
	}
}
END_TEST

/* Another program writes much between the lines of a handshake. */
START_TEST(lines_far_from_each_other_are_all_found)
{
	struct key_logs l = {.piece = 0};
	struct secret_table *t = secret_table_new(PLENTY, key_logs_read, &l);

	for (uint32_t i = 0; i < 5; i++) {
		key_logs_append(&l.logs[0], 0, labels[i], "\n");
		for (uint32_t other = 0; other < 200; other++)
			key_logs_append_all(&l.logs[0], 1 + 200 * i + other, true);
	}
	key_logs_index(&l, 0, t);
	ck_assert_uint_eq(secret_table_use(t).places, 1000 + 5);
	for (uint32_t i = 0; i < 5; i++)
		ck_assert(key_logs_is_known(t, 0, labels[i]));
	ck_assert_uint_lt(l.read_len, 5 * 5 * 200);
	secret_table_free(t);
	key_logs_fini(&l);
}
END_TEST

START_TEST(a_line_that_comes_twice_takes_no_second_place)
{
	struct key_logs l = {.piece = 0};
	struct secret_table *t = secret_table_new(PLENTY, key_logs_read, &l);

	key_logs_append_all(&l.logs[0], 1, true);
	key_logs_append_all(&l.logs[0], 1, true);
	key_logs_append_all(&l.logs[0], 1, false);
	key_logs_append_all(&l.logs[0], 1, false);
	key_logs_index(&l, 0, t);
	key_logs_index(&l, 0, t);
	ck_assert_uint_eq(secret_table_use(t).places, 1);
	ck_assert(key_logs_is_known(t, 1, KEY_SERVER_TRAFFIC_SECRET_0));
	ck_assert(key_logs_is_known(t, 1, KEY_CLIENT_RANDOM));
	for (int i = 0; i < 10; i++) {
		struct key_line line = key_logs_line(2, KEY_CLIENT_RANDOM);

		secret_table_add(t, &line);
	}
	ck_assert_uint_eq(secret_table_use(t).secrets, 1);
	secret_table_free(t);
	key_logs_fini(&l);
}
END_TEST

/* Who writes one line for ever makes no work that grows. */
START_TEST(a_random_that_comes_for_ever_has_few_places)
{
	struct key_logs l = {.piece = 0};
	struct secret_table *t = secret_table_new(PLENTY, key_logs_read, &l);
	struct key_line line = key_logs_line(7, KEY_CLIENT_RANDOM);

	for (uint64_t i = 0; i < 1000000; i++) {
		line.begin = i * 100000;
		line.end = line.begin + 175;
		secret_table_add_place(t, 0, &line);
	}
	ck_assert_uint_lt(secret_table_use(t).places, 20);
	ck_assert_uint_eq(secret_table_use(t).forgotten, 0);
	ck_assert(!key_logs_is_known(t, 7, KEY_CLIENT_RANDOM));
	ck_assert_uint_lt(l.reads, 20);
	/* The latest is among them. */
	l.logs[0].len = 0;
	while (l.logs[0].len < 300000)
		buffer_append_text(&l.logs[0], "\n");
	line.begin = l.logs[0].len;
	key_logs_append(&l.logs[0], 7, KEY_CLIENT_RANDOM, "\n");
	line.end = l.logs[0].len - 1;
	secret_table_add_place(t, 0, &line);
	ck_assert(key_logs_is_known(t, 7, KEY_CLIENT_RANDOM));
	secret_table_free(t);
	key_logs_fini(&l);
}
END_TEST

START_TEST(a_log_that_was_replaced_is_forgotten)
{
	struct key_logs l = {.piece = 0};
	struct secret_table *t = secret_table_new(PLENTY, key_logs_read, &l);

	for (uint32_t i = 0; i < 3000; i++)
		key_logs_append_all(&l.logs[i % 2], i, i % 4 < 2);
	key_logs_index(&l, 0, t);
	key_logs_index(&l, 1, t);
	ck_assert_uint_eq(secret_table_use(t).places, 3000);
	secret_table_forget(t, 0);
	ck_assert_uint_eq(secret_table_use(t).places, 1500);
	ck_assert_uint_eq(secret_table_use(t).forgotten, 0);
	buffer_clear(&l.logs[0]);
	for (uint32_t i = 0; i < 3000; i += 4)
		key_logs_append_all(&l.logs[0], i, false);
	key_logs_index(&l, 0, t);
	for (uint32_t i = 0; i < 3000; i++)
		ck_assert_int_eq(
			key_logs_is_known(t, i,
					  i % 4 == 0 || i % 4 == 3 ? KEY_CLIENT_RANDOM : KEY_CLIENT_TRAFFIC_SECRET_0),
			i % 4 != 2);
	secret_table_forget(t, 0);
	secret_table_forget(t, 1);
	ck_assert_uint_eq(secret_table_use(t).places, 0);
	ck_assert_uint_lt(secret_table_use(t).bytes, 32 << 10); /* of the table itself */
	secret_table_free(t);
	key_logs_fini(&l);
}
END_TEST

/* A log that changed without anybody's saying so gives no secrets, or its own. */
START_TEST(what_is_not_there_any_more_is_not_found)
{
	struct key_logs l = {.piece = 0};
	struct secret_table *t = secret_table_new(PLENTY, key_logs_read, &l);

	key_logs_append_all(&l.logs[0], 1, true);
	key_logs_append_all(&l.logs[0], 2, true);
	key_logs_index(&l, 0, t);
	l.logs[0].len -= 500;
	ck_assert(!key_logs_is_known(t, 2, KEY_SERVER_TRAFFIC_SECRET_0));
	buffer_clear(&l.logs[0]);
	ck_assert(!key_logs_is_known(t, 1, KEY_CLIENT_TRAFFIC_SECRET_0));
	key_logs_append_all(&l.logs[0], 3, true);
	ck_assert(!key_logs_is_known(t, 1, KEY_CLIENT_TRAFFIC_SECRET_0));
	secret_table_free(t);
	key_logs_fini(&l);
}
END_TEST

START_TEST(the_oldest_places_go_first)
{
	struct key_logs l = {.piece = 0};
	struct secret_table *t = secret_table_new(FEW, key_logs_read, &l);
	struct secret_table_use use;

	for (uint32_t i = 0; i < HANDSHAKES; i++)
		key_logs_append_all(&l.logs[0], i, false);
	key_logs_index(&l, 0, t);
	use = secret_table_use(t);
	ck_assert_uint_eq(use.places + use.forgotten, HANDSHAKES);
	ck_assert_uint_ge(use.places, FEW / 16 * 3 / 4 * 3 / 4);
	ck_assert_uint_le(use.places, FEW / 16);
	ck_assert_uint_le(use.bytes, FEW + (16 << 10));
	for (uint32_t i = 0; i < HANDSHAKES; i++)
		ck_assert_int_eq(key_logs_is_known(t, i, KEY_CLIENT_RANDOM), i >= use.forgotten);
	secret_table_free(t);
	key_logs_fini(&l);
}
END_TEST

START_TEST(the_oldest_secrets_go_first)
{
	struct secret_table *t = secret_table_new(FEW, NULL, NULL);
	struct secret_table_use use;

	for (uint32_t i = 0; i < 2000; i++)
		for (size_t label = 0; label < 5; label++) {
			struct key_line line = key_logs_line(i, labels[label]);

			secret_table_add(t, &line);
			secret_table_add_place(t, 0, &line); /* which nobody could read */
		}
	use = secret_table_use(t);
	ck_assert_uint_eq(use.places, 0);
	ck_assert_uint_eq(use.secrets + use.forgotten, 2000);
	ck_assert_uint_ge(use.secrets, 100);
	ck_assert_uint_le(use.bytes, FEW + (16 << 10));
	for (uint32_t i = 0; i < 2000; i++)
		ck_assert_int_eq(key_logs_is_known(t, i, labels[i % 5]), i >= use.forgotten);
	secret_table_free(t);
}
END_TEST

START_TEST(what_is_known_already_stays)
{
	struct key_logs l = {.piece = 0};
	struct secret_table *t = secret_table_new(PLENTY, key_logs_read, &l);
	struct key_set keys = {.of = {[KEY_CLIENT_TRAFFIC_SECRET_0] = {32, "known before"}}};
	struct key_line line = key_logs_line(1, KEY_SERVER_TRAFFIC_SECRET_0);
	struct key_secret wanted = key_logs_secret(1, KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET);

	memset(line.secret.bytes, 0xee, 32);
	secret_table_add(t, &line);
	key_logs_append_all(&l.logs[0], 1, true);
	key_logs_index(&l, 0, t);
	ck_assert(secret_table_find(t, line.client_random, &keys));
	ck_assert_str_eq((const char *)keys.of[KEY_CLIENT_TRAFFIC_SECRET_0].bytes, "known before");
	ck_assert_mem_eq(keys.of[KEY_SERVER_TRAFFIC_SECRET_0].bytes, line.secret.bytes, 32);
	ck_assert_mem_eq(keys.of[KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET].bytes, wanted.bytes, 32);
	ck_assert_uint_eq(keys.of[KEY_CLIENT_RANDOM].len, 0);
	secret_table_free(t);
	key_logs_fini(&l);
}
END_TEST

/* How many mappings of this process have a flag (man 5 proc, smaps). */
static int count_flag(const char *flag)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	char line[1024];
	int count = 0;

	ck_assert_ptr_nonnull(maps);
	while (fgets(line, sizeof(line), maps) != NULL)
		count += strncmp(line, "VmFlags:", 8) == 0 && strstr(line, flag) != NULL;
	fclose(maps);
	return count;
}

/* A sanitizer's mlock does nothing. */
static bool can_lock(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int before = count_flag(" lo");
	bool can = mlock(page, 4096) == 0 && count_flag(" lo") > before;

	munmap(page, 4096);
	return can;
}

START_TEST(secrets_are_locked_and_left_out_of_cores)
{
	struct secret_table *t = secret_table_new(PLENTY, NULL, NULL);
	struct key_line line = key_logs_line(1, KEY_CLIENT_RANDOM);
	int dumped = count_flag(" dd");
	int locked = count_flag(" lo");

	secret_table_add(t, &line);
	ck_assert_int_gt(count_flag(" dd"), dumped);
	if (can_lock())
		ck_assert_int_gt(count_flag(" lo"), locked);
	secret_table_free(t);
	ck_assert_int_eq(count_flag(" dd"), dumped);
	secret_table_free(NULL);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, all_lines_of_a_mixed_log_are_found);
	tcase_add_test(t, a_log_read_in_pieces_gives_the_same);
	tcase_add_test(t, lines_far_from_each_other_are_all_found);
	tcase_add_test(t, a_line_that_comes_twice_takes_no_second_place);
	tcase_add_test(t, a_random_that_comes_for_ever_has_few_places);
	tcase_add_test(t, a_log_that_was_replaced_is_forgotten);
	tcase_add_test(t, what_is_not_there_any_more_is_not_found);
	tcase_add_test(t, the_oldest_places_go_first);
	tcase_add_test(t, the_oldest_secrets_go_first);
	tcase_add_test(t, what_is_known_already_stays);
	tcase_add_test(t, secrets_are_locked_and_left_out_of_cores);
}
