#include "snapshot/snapshot.h"

#include <string.h>

#include "../main.h"

START_TEST(test_new_is_empty)
{
	struct snapshot *s = snapshot_new();

	ck_assert_uint_eq(s->query_serial, 0);
	ck_assert_uint_eq(s->list.total, 0);
	ck_assert_str_eq(s->session_rows[QUERY_ROWS_MAX - 1].client, "");
	ck_assert_str_eq(s->mail_rows[QUERY_ROWS_MAX - 1].subject, "");
	ck_assert_str_eq(s->timeline_rows[QUERY_ROWS_MAX - 1].text, "");
	ck_assert_str_eq(s->stream_rows[QUERY_ROWS_MAX - 1].text, "");
	ck_assert_str_eq(s->packet_rows[QUERY_ROWS_MAX - 1].info, "");
	ck_assert_str_eq(s->mail_line_rows[QUERY_ROWS_MAX - 1].text, "");
	snapshot_free(s);
	snapshot_free(NULL);
}
END_TEST

/* The copy has rows of its own: what is later written into the source does not show. */
START_TEST(test_copy_is_apart)
{
	struct snapshot *source = snapshot_new();
	struct snapshot *target = snapshot_new();
	struct snapshot_session_row *rows = target->session_rows;

	source->packets = 7;
	source->list.count = 2;
	source->packet_window.count = 1;
	strcpy(source->session_rows[1].client, "wangym:51420");
	strcpy(source->packet_rows[0].info, "[SYN]");
	strcpy(target->packet_rows[1].info, "older");
	snapshot_copy(target, source);
	strcpy(source->session_rows[1].client, "changed");
	strcpy(source->packet_rows[0].info, "changed");
	ck_assert_ptr_eq(target->session_rows, rows);
	ck_assert_uint_eq(target->packets, 7);
	ck_assert_uint_eq(target->list.count, 2);
	ck_assert_str_eq(target->session_rows[1].client, "wangym:51420");
	ck_assert_str_eq(target->packet_rows[0].info, "[SYN]");
	snapshot_free(source);
	ck_assert_str_eq(target->session_rows[1].client, "wangym:51420");
	snapshot_free(target);
}
END_TEST

/* The full windows of every kind. */
START_TEST(test_copy_whole)
{
	struct snapshot *source = snapshot_new();
	struct snapshot *target = snapshot_new();

	source->list.count = source->timeline.count = source->stream.count = QUERY_ROWS_MAX;
	source->packet_window.count = source->mail_lines.count = QUERY_ROWS_MAX;
	for (uint32_t i = 0; i < QUERY_ROWS_MAX; i++) {
		source->mail_rows[i].mail = i;
		source->timeline_rows[i].row = i;
		source->stream_rows[i].position = i;
		source->mail_line_rows[i].text[0] = (char)('a' + i % 26);
	}
	snapshot_copy(target, source);
	ck_assert_int_eq(memcmp(target->mail_rows, source->mail_rows, QUERY_ROWS_MAX * sizeof(*source->mail_rows)), 0);
	ck_assert_uint_eq(target->timeline_rows[QUERY_ROWS_MAX - 1].row, QUERY_ROWS_MAX - 1);
	ck_assert_uint_eq(target->stream_rows[QUERY_ROWS_MAX - 1].position, QUERY_ROWS_MAX - 1);
	ck_assert_str_eq(target->mail_line_rows[1].text, "b");
	snapshot_free(source);
	snapshot_free(target);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, test_new_is_empty);
	tcase_add_test(t, test_copy_is_apart);
	tcase_add_test(t, test_copy_whole);
}
