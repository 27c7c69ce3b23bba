#include "tls/key_set.h"

#include <string.h>

#include "../main.h"

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

void list_tests(TCase *t)
{
	tcase_add_test(t, labels_are_those_of_rfc_9850);
	tcase_add_test(t, one_secret_is_enough_to_have_any);
	tcase_add_test(t, nothing_is_left_of_what_is_wiped);
}
