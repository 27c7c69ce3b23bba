#include "present/shown_list.h"

#include <assert.h>

const struct shown_list_ops *shown_list_get(enum query_list id)
{
	static const struct shown_list_ops *const lists[QUERY_LISTS] = {
#define LIST(id, name) [QUERY_LIST_##id] = &shown_list_##name,
#define ROWS(structure, member, window)
#include "snapshot/rows.def"
#undef LIST
#undef ROWS
	};

	assert((unsigned int)id < QUERY_LISTS);
	return lists[id];
}

uint64_t shown_list_item_count(const struct shown_list_scene *s)
{
	return s->list->count;
}

const struct sorter_item *shown_list_item(const struct shown_list_scene *s, uint64_t row)
{
	return &s->list->items[row];
}
