#include "tls/key_set.h"

#include <string.h>

#include "../main.h"
#include "key_logs.h"

START_TEST(labels_are_those_of_rfc_9850)
{
	ck_assert_str_eq(key_set_label_name(KEY_CLIENT_RANDOM), "CLIENT_RANDOM");
	ck_assert_str_eq(key_set_label_name(KEY_CLIENT_EARLY_TRAFFIC_SECRET), "CLIENT_EARLY_TRAFFIC_SECRET");
	ck_assert_str_eq(key_set_label_name(KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET), "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
	ck_assert_str_eq(key_set_label_name(KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET), "SERVER_HANDSHAKE_TRAFFIC_SECRET");
	ck_assert_str_eq(key_set_label_name(KEY_CLIENT_TRAFFIC_SECRET_0), "CLIENT_TRAFFIC_SECRET_0");
	ck_assert_str_eq(key_set_label_name(KEY_SERVER_TRAFFIC_SECRET_0), "SERVER_TRAFFIC_SECRET_0");
}
END_TEST

START_TEST(one_secret_is_enough_to_have_any)
{
	for (int label = 0; label < KEY_LABELS; label++) {
		struct key_set s = {0};

		ck_assert(!key_set_has_any(&s));
		s.of[label].len = 32;
		ck_assert(key_set_has_any(&s));
	}
}
END_TEST

START_TEST(nothing_is_left_of_what_is_wiped)
{
	static const struct key_set none;
	struct key_set s;

	memset(&s, 0xee, sizeof(s));
	key_set_wipe(&s);
	ck_assert_mem_eq(&s, &none, sizeof(s));
}
END_TEST

START_TEST(secrets_are_printed_as_a_log_has_them)
{
	struct buffer log = {.len = 0};
	struct key_set keys = {0};
	uint8_t client_random[KEY_RANDOM_LEN];
	char out[KEY_SET_TEXT_SIZE];

	key_logs_append_all(&log, 3, true);
	key_logs_random(3, client_random);
	ck_assert_uint_eq(key_set_print(&keys, client_random, out, sizeof(out)), 0);
	for (int label = KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET; label < KEY_LABELS; label++)
		keys.of[label] = key_logs_secret(3, (enum key_label)label);
	ck_assert_uint_eq(key_set_print(&keys, client_random, out, sizeof(out)), log.len);
	ck_assert_mem_eq(out, log.data, log.len);
	ck_assert_int_eq(out[log.len], '\0');
	for (size_t size = 0; size <= log.len; size++) {
		memset(out, 0, sizeof(out));
		ck_assert_uint_eq(key_set_print(&keys, client_random, out, size), 0);
		for (size_t i = 0; i < sizeof(out); i++)
			ck_assert_int_eq(out[i], 0);
	}
	ck_assert_uint_eq(key_set_print(&keys, client_random, out, log.len + 1), log.len);
	buffer_fini(&log);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, labels_are_those_of_rfc_9850);
	tcase_add_test(t, one_secret_is_enough_to_have_any);
	tcase_add_test(t, nothing_is_left_of_what_is_wiped);
	tcase_add_test(t, secrets_are_printed_as_a_log_has_them);
}
