#include "base/list.h"

#include "../main.h"

struct member {
	int number;
	struct list_link link;
};

static void expect(struct list_link *head, const char *numbers)
{
	struct list_link *link = head->next;

	for (; *numbers != '\0'; numbers++, link = link->next) {
		ck_assert_ptr_ne(link, head);
		ck_assert_int_eq(LIST_ITEM(link, struct member, link)->number, *numbers - '0');
		ck_assert_ptr_eq(link->next->prev, link);
	}
	ck_assert_ptr_eq(link, head);
}

START_TEST(members_come_in_order_and_go_from_anywhere)
{
	struct list_link head;
	struct member m[5];

	list_init(&head);
	ck_assert_ptr_null(list_first(&head));
	for (int i = 0; i < 5; i++) {
		m[i] = (struct member){.number = i};
		ck_assert(!list_is_linked(&m[i].link));
		list_append(&head, &m[i].link);
		ck_assert(list_is_linked(&m[i].link));
	}
	expect(&head, "01234");
	list_remove(&m[2].link);
	ck_assert(!list_is_linked(&m[2].link));
	expect(&head, "0134");
	list_remove(&m[2].link);
	expect(&head, "0134");
	list_remove(&m[0].link);
	list_remove(&m[4].link);
	expect(&head, "13");
	list_append(&head, &m[0].link);
	expect(&head, "130");
	ck_assert_ptr_eq(LIST_ITEM(list_first(&head), struct member, link), &m[1]);
	list_remove(&m[1].link);
	list_remove(&m[3].link);
	list_remove(&m[0].link);
	ck_assert_ptr_null(list_first(&head));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, members_come_in_order_and_go_from_anywhere);
}
