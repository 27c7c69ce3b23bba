#include "mime/raw.h"

#include "../main.h"

static const char mail[] = "A: b\r\n\tfolded\r\n\r\nbody\r\n--in\r\nx\r\n--out \t\r\ny\n--out--\nz";

static void expect(struct slice s, const char *text)
{
	ck_assert_uint_eq(s.len, strlen(text));
	ck_assert(slice_equals(s, slice_from_text(text)));
}

START_TEST(a_body_begins_behind_the_empty_line)
{
	ck_assert_uint_eq(raw_body(slice_from_text(mail), 0), 17);
	ck_assert_uint_eq(raw_body(slice_from_text("A: b\nC: d\n\nx"), 5), 11);
	ck_assert_uint_eq(raw_body(slice_from_text("A: b\r\n"), 0), 6);
	ck_assert_uint_eq(raw_body(slice_from_text("A: b"), 0), 4);
	ck_assert_uint_eq(raw_body(slice_from_text("A: b\r\n\r\n"), 0), 8);
	ck_assert_uint_eq(raw_body(slice_from_text("A"), 9), 1);
}
END_TEST

START_TEST(a_part_ends_before_the_line_end_of_a_boundary)
{
	struct raw_outer out = {.boundary = "out"};
	struct raw_outer in = {.boundary = "in", .outer = &out};

	expect(raw_until_boundary(slice_from_text(mail), 17, &in), "body");
	expect(raw_until_boundary(slice_from_text(mail), 17, &out), "body\r\n--in\r\nx");
	expect(raw_until_boundary(slice_from_text(mail), 29, &in), "x");
	expect(raw_until_boundary(slice_from_text(mail), 41, &in), "y");
	expect(raw_until_boundary(slice_from_text(mail), 17, NULL), mail + 17);
	expect(raw_until_boundary(slice_from_text(mail), sizeof(mail), &in), "");
}
END_TEST

START_TEST(a_part_may_be_empty)
{
	struct raw_outer outer = {.boundary = "b"};

	expect(raw_until_boundary(slice_from_text("\r\n--b\r\n"), 0, &outer), "");
	expect(raw_until_boundary(slice_from_text("--b\r\n"), 0, &outer), "");
	expect(raw_until_boundary(slice_from_text("\n--b\r\n"), 0, &outer), "");
	expect(raw_until_boundary(slice_from_text("\r\n\r\n--b\r\n"), 0, &outer), "\r\n");
}
END_TEST

START_TEST(what_only_looks_like_a_boundary_is_none)
{
	struct raw_outer outer = {.boundary = "b"};
	struct raw_outer empty = {.boundary = ""};

	expect(raw_until_boundary(slice_from_text("--bb\n-b\n--b-\n--b---\n --b\n--"), 0, &outer),
	       "--bb\n-b\n--b-\n--b---\n --b\n--");
	expect(raw_until_boundary(slice_from_text("--\n----\n"), 0, &empty), "--\n----\n");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, a_body_begins_behind_the_empty_line);
	tcase_add_test(t, a_part_ends_before_the_line_end_of_a_boundary);
	tcase_add_test(t, a_part_may_be_empty);
	tcase_add_test(t, what_only_looks_like_a_boundary_is_none);
}
