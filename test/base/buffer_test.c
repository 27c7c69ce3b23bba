#include "base/buffer.h"

#include <stdlib.h>

#include "../main.h"

static void expect(const struct buffer *b, const char *text)
{
	ck_assert_uint_eq(b->len, strlen(text));
	ck_assert(slice_equals(buffer_slice(b), slice_from_text(text)));
}

START_TEST(bytes_are_appended)
{
	struct buffer b = {0};

	expect(&b, "");
	ck_assert(buffer_append(&b, slice_of(NULL, 0)));
	ck_assert(buffer_append_text(&b, "one"));
	ck_assert(buffer_append_byte(&b, ' '));
	ck_assert(buffer_append(&b, slice_of("two\0", 3)));
	buffer_sink(&b, slice_from_text("!"));
	expect(&b, "one two!");
	buffer_clear(&b);
	expect(&b, "");
	buffer_append_text(&b, "x");
	expect(&b, "x");
	buffer_fini(&b);
	ck_assert_ptr_null(b.data);
	buffer_append_text(&b, "again");
	expect(&b, "again");
	buffer_fini(&b);
}
END_TEST

START_TEST(a_limit_keeps_what_fits)
{
	struct buffer b = {.limit = 5};

	ck_assert(buffer_append_text(&b, "abc"));
	ck_assert(!buffer_append_text(&b, "def"));
	expect(&b, "abcde");
	ck_assert(!buffer_append_byte(&b, 'f'));
	ck_assert(!buffer_printf(&b, "%d", 5));
	ck_assert(buffer_append_text(&b, ""));
	expect(&b, "abcde");
	buffer_clear(&b);
	ck_assert(buffer_append_text(&b, "12345"));
	buffer_fini(&b);
}
END_TEST

/* Lengths around the size that is formatted without allocation. */
START_TEST(texts_of_any_length_are_formatted)
{
	struct buffer b = {0};
	char *text = malloc((size_t)_i + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', (size_t)_i);
	text[_i] = '\0';
	ck_assert(buffer_printf(&b, "<%s>", text));
	ck_assert_uint_eq(b.len, (size_t)_i + 2);
	ck_assert_uint_eq(b.data[0], '<');
	ck_assert_uint_eq(b.data[b.len - 1], '>');
	free(text);
	buffer_fini(&b);
}
END_TEST

START_TEST(room_is_made_for_those_who_write_themselves)
{
	struct buffer b = {0};

	buffer_append_text(&b, "ab");
	memcpy(buffer_room(&b, 100000), "cd", 2);
	b.len += 2;
	expect(&b, "abcd");
	ck_assert_uint_ge(b.cap, 100002);
	buffer_fini(&b);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, bytes_are_appended);
	tcase_add_test(t, a_limit_keeps_what_fits);
	tcase_add_loop_test(t, texts_of_any_length_are_formatted, 245, 265);
	tcase_add_test(t, room_is_made_for_those_who_write_themselves);
}
