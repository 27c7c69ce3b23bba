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
