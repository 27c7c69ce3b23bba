/* Every random has the same hash here: what finds its own all the same does not trust a tag. */
#include "../main.h"
#include "base/hash.h"
#include "key_logs.h"

/* In place of that of layer base. */
uint64_t hash_bytes(const void *data, size_t len)
{
	(void)data;
	(void)len;
	return UINT64_C(0x0123456789abcdef);
}

START_TEST(places_of_one_tag_are_told_apart)
{
	struct key_logs l = {.piece = 0};
	struct secret_table *t = secret_table_new(8 << 20, key_logs_read, &l);

	for (uint32_t i = 0; i < 40; i++)
		key_logs_append_all(&l.logs[i % 3], i, i % 2 == 0);
	for (unsigned int log = 0; log < 3; log++)
		key_logs_index(&l, log, t);
	for (uint32_t i = 0; i < 60; i++)
		ck_assert_int_eq(key_logs_is_known(t, i, i % 2 == 0 ? KEY_SERVER_TRAFFIC_SECRET_0 : KEY_CLIENT_RANDOM),
				 i < 40);
	secret_table_free(t);
	key_logs_fini(&l);
}
END_TEST

START_TEST(secrets_of_one_tag_are_told_apart)
{
	struct secret_table *t = secret_table_new(8 << 20, NULL, NULL);

	for (uint32_t i = 0; i < 300; i++) {
		struct key_line line = key_logs_line(i, (enum key_label)(i % KEY_LABELS));

		secret_table_add(t, &line);
	}
	ck_assert_uint_eq(secret_table_use(t).secrets, 300);
	for (uint32_t i = 0; i < 310; i++)
		ck_assert_int_eq(key_logs_is_known(t, i, (enum key_label)(i % KEY_LABELS)), i < 300);
	secret_table_free(t);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, places_of_one_tag_are_told_apart);
	tcase_add_test(t, secrets_of_one_tag_are_told_apart);
}
