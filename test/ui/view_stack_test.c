#include "ui/view_stack.h"

#include "../main.h"

START_TEST(test_goes_back_one_by_one)
{
	struct view_stack stack = {0};

	ck_assert_int_eq(view_stack_top(&stack), VIEWS);
	view_stack_push(&stack, VIEW_MAIL, 3);
	view_stack_push(&stack, VIEW_HELP, 0);
	ck_assert_int_eq(view_stack_top(&stack), VIEW_HELP);
	ck_assert(view_stack_holds(&stack, VIEW_MAIL) && view_stack_holds(&stack, VIEW_HELP));
	ck_assert(!view_stack_holds(&stack, VIEW_PACKET));
	ck_assert_uint_eq(view_stack_item(&stack, VIEW_MAIL), 3);
	view_stack_pop(&stack);
	ck_assert_int_eq(view_stack_top(&stack), VIEW_MAIL);
	view_stack_pop(&stack);
	ck_assert_int_eq(view_stack_top(&stack), VIEWS);
	ck_assert_uint_eq(view_stack_item(&stack, VIEW_MAIL), 0);
	view_stack_pop(&stack);
	ck_assert_int_eq(view_stack_top(&stack), VIEWS);
}
END_TEST

START_TEST(test_takes_out_of_the_middle)
{
	struct view_stack stack = {0};

	view_stack_push(&stack, VIEW_MAIL, 1);
	view_stack_push(&stack, VIEW_PACKET, 2);
	view_stack_push(&stack, VIEW_HELP, 0);
	view_stack_remove(&stack, VIEW_PACKET);
	view_stack_remove(&stack, VIEW_BYTES);
	ck_assert_int_eq(view_stack_top(&stack), VIEW_HELP);
	view_stack_pop(&stack);
	ck_assert_int_eq(view_stack_top(&stack), VIEW_MAIL);
	view_stack_remove(&stack, VIEW_MAIL);
	ck_assert_int_eq(view_stack_top(&stack), VIEWS);
}
END_TEST

START_TEST(test_is_bounded)
{
	struct view_stack stack = {0};

	for (uint32_t i = 1; i <= VIEW_STACK_MAX + 2; i++)
		view_stack_push(&stack, VIEW_PACKET, i);
	ck_assert_int_eq(stack.count, VIEW_STACK_MAX);
	ck_assert_uint_eq(view_stack_item(&stack, VIEW_PACKET), VIEW_STACK_MAX + 2);
	view_stack_pop(&stack);
	ck_assert_uint_eq(view_stack_item(&stack, VIEW_PACKET), VIEW_STACK_MAX - 1);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, test_goes_back_one_by_one);
	tcase_add_test(t, test_takes_out_of_the_middle);
	tcase_add_test(t, test_is_bounded);
}
