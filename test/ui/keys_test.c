#include "ui/keys.h"

#include "../main.h"
#include "fixture.h"
#include "ui/key_table.h"

/* The keys that the documents promise. */
static const struct {
	enum view_id view;
	int key;
	enum action action;
} promised[] = {
	{VIEW_SESSIONS, INPUT_UP, ACTION_UP},
	{VIEW_SESSIONS, 'k', ACTION_UP},
	{VIEW_STREAM, INPUT_DOWN, ACTION_DOWN},
	{VIEW_STREAM, 'j', ACTION_DOWN},
	{VIEW_MAIL, INPUT_PAGE_UP, ACTION_PAGE_UP},
	{VIEW_MAIL, INPUT_PAGE_DOWN, ACTION_PAGE_DOWN},
	{VIEW_HELP, 'g', ACTION_FIRST},
	{VIEW_HELP, INPUT_END, ACTION_LAST},
	{VIEW_PACKETS, 'G', ACTION_LAST},
	{VIEW_PACKETS, INPUT_HOME, ACTION_FIRST},
	{VIEW_SESSIONS, INPUT_TAB, ACTION_NEXT_PANE},
	{VIEW_SESSIONS, INPUT_BACKTAB, ACTION_PREVIOUS_PANE},
	{VIEW_PACKETS, INPUT_ENTER, ACTION_OPEN},
	{VIEW_SESSIONS, INPUT_ESCAPE, ACTION_BACK},
	{VIEW_SESSIONS, 'q', ACTION_QUIT},
	{VIEW_SESSIONS, ' ', ACTION_MARK},
	{VIEW_MAILS, '*', ACTION_MARK_ALL},
	{VIEW_MAILS, 's', ACTION_SAVE},
	{VIEW_MAIL, INPUT_F2, ACTION_SAVE},
	{VIEW_SESSIONS, 'F', ACTION_FILTER},
	{VIEW_TIMELINE, INPUT_F7, ACTION_FILTER},
	{VIEW_TIMELINE, 'H', ACTION_FILTER_HOST},
	{VIEW_TIMELINE, 'P', ACTION_FILTER_PORT},
	{VIEW_STREAM, '/', ACTION_SEARCH},
	{VIEW_STREAM, INPUT_F3, ACTION_SEARCH},
	{VIEW_STREAM, 'n', ACTION_FIND_NEXT},
	{VIEW_STREAM, 'N', ACTION_FIND_PREVIOUS},
	{VIEW_PACKETS, 'a', ACTION_ALL_PACKETS},
	{VIEW_SESSIONS, 'p', ACTION_HOLD},
	{VIEW_SESSIONS, 'c', ACTION_STOP},
	{VIEW_SESSIONS, 'C', ACTION_ANEW},
	{VIEW_SESSIONS, 'O', ACTION_SETTINGS},
	{VIEW_SESSIONS, INPUT_F8, ACTION_SETTINGS},
	{VIEW_SESSIONS, 't', ACTION_COLUMNS},
	{VIEW_PACKETS, INPUT_F10, ACTION_COLUMNS},
	{VIEW_SESSIONS, '<', ACTION_SORT_BACK},
	{VIEW_SESSIONS, '>', ACTION_SORT_ON},
	{VIEW_SESSIONS, 'm', ACTION_MAILS},
	{VIEW_SESSIONS, 'S', ACTION_SECRETS},
	{VIEW_SESSIONS, '?', ACTION_HELP},
	{VIEW_MAIL, INPUT_F1, ACTION_HELP},
	{VIEW_MAIL, 'v', ACTION_RAW},
	{VIEW_SESSIONS, 'v', ACTIONS},
	{VIEW_HELP, ' ', ACTIONS},
	{VIEW_SESSIONS, 0, ACTIONS},
	{VIEW_SESSIONS, INPUT_NONE, ACTIONS},
};

START_TEST(test_promised)
{
	ck_assert_int_eq(keys_action(promised[_i].view, promised[_i].key), promised[_i].action);
}
END_TEST

/* The code of a key as the table's text names it. */
static int code_of(const char *name, size_t len)
{
	static const struct {
		const char *name;
		int code;
	} names[] = {
		{"Up", INPUT_UP},	 {"Down", INPUT_DOWN},	       {"Left", INPUT_LEFT},   {"Right", INPUT_RIGHT},
		{"PgUp", INPUT_PAGE_UP}, {"PgDn", INPUT_PAGE_DOWN},    {"Home", INPUT_HOME},   {"End", INPUT_END},
		{"Tab", INPUT_TAB},	 {"Shift-Tab", INPUT_BACKTAB}, {"Enter", INPUT_ENTER}, {"Esc", INPUT_ESCAPE},
		{"Space", ' '},		 {"^L", INPUT_CONTROL('l')},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len && memcmp(names[i].name, name, len) == 0)
			return names[i].code;
	if (name[0] == 'F' && len > 1)
		return INPUT_F1 + atoi(name + 1) - 1;
	return len == 1 ? name[0] : INPUT_NONE;
}

static bool is_bound(int key, int action)
{
	for (int view = 0; view < VIEWS; view++)
		if ((int)keys_action((enum view_id)view, key) == action)
			return true;
	return false;
}

/* What the help says of the keys is what they do. */
START_TEST(test_help_is_true)
{
	for (int i = 0; i < ACTIONS; i++) {
		const char *at = key_table_row((size_t)i)->keys;

		while (*at != '\0') {
			size_t len = strcspn(at, " ");

			ck_assert_msg(is_bound(code_of(at, len), i), "%s: %.*s", key_table_row((size_t)i)->keys,
				      (int)len, at);
			at += len + strspn(at + len, " ");
		}
	}
}
END_TEST

/* No key means two things in one view: the first row of the table would win, and the second's help would lie. Each
 * binding that a view has is the one that its key finds there. */
START_TEST(test_no_key_twice)
{
	for (int i = 0; i < ACTIONS; i++) {
		const char *at = key_table_row((size_t)i)->keys;
		int key = code_of(at, strcspn(at, " "));

		for (int view = 0; view < VIEWS; view++)
			if (keys_applies((enum action)i, (enum view_id)view))
				ck_assert_int_eq(keys_action((enum view_id)view, key), i);
	}
}
END_TEST

START_TEST(test_rows)
{
	size_t count = 0;

	while (key_table_row(count) != NULL) {
		ck_assert_uint_gt(strlen(key_table_row(count)->keys), 0);
		ck_assert_uint_gt(strlen(key_table_row(count)->help), 0);
		ck_assert_uint_lt(strlen(key_table_row(count)->help), 60); /* fits on 80 columns */
		count++;
	}
	ck_assert_uint_eq(count, ACTIONS);
}
END_TEST

START_TEST(test_bar)
{
	char key[16];

	keys_bar_key(ACTION_HELP, key);
	ck_assert_str_eq(key, "F1");
	keys_bar_key(ACTION_COLUMNS, key);
	ck_assert_str_eq(key, "F10");
	keys_bar_key(ACTION_FILTER, key);
	ck_assert_str_eq(key, "F7");
	keys_bar_key(ACTION_QUIT, key);
	ck_assert_str_eq(key, "q");
	ck_assert_str_eq(keys_bar_label(ACTION_HELP), "Help");
	ck_assert_ptr_null(keys_bar_label(ACTION_UP));
	for (int i = 0; i < ACTIONS; i++)
		ck_assert_int_eq(keys_bar_rank((enum action)i) > 0, keys_bar_label((enum action)i) != NULL);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_promised, 0, sizeof(promised) / sizeof(promised[0]));
	tcase_add_test(t, test_help_is_true);
	tcase_add_test(t, test_no_key_twice);
	tcase_add_test(t, test_rows);
	tcase_add_test(t, test_bar);
}
