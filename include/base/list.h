/*
 * list: a doubly linked list whose links lie within its members. The head is a link of its own; an unlinked link points
 * nowhere. One thread.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list_link {
	struct list_link *prev;
	struct list_link *next;
};

/* The member of type `type` whose field `field` is `link`. */
#define LIST_ITEM(link, type, field) ((type *)(void *)((char *)(link)-offsetof(type, field)))

static inline void list_init(struct list_link *head)
{
	head->prev = head->next = head;
}

static inline struct list_link *list_first(const struct list_link *head)
{
	return head->next == head ? NULL : head->next;
}

/* NULL after the last. */
static inline struct list_link *list_next(const struct list_link *head, const struct list_link *link)
{
	return link->next == head ? NULL : link->next;
}

static inline bool list_is_last(const struct list_link *head, const struct list_link *link)
{
	return link->next == head;
}

static inline bool list_is_linked(const struct list_link *link)
{
	return link->next != NULL;
}

static inline void list_append(struct list_link *head, struct list_link *link)
{
	link->prev = head->prev;
	link->next = head;
	head->prev->next = link;
	head->prev = link;
}

static inline void list_remove(struct list_link *link)
{
	if (!list_is_linked(link))
		return;
	link->prev->next = link->next;
	link->next->prev = link->prev;
	link->prev = link->next = NULL;
}

#endif
