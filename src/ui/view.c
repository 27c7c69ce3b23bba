#include "ui/view.h"

#include <assert.h>

static const struct {
	const struct view *view;
	enum view_place place;
} views[VIEWS] = {
#define VIEW(id, structure, place)	 [VIEW_##id] = {&view_##structure, VIEW_PLACE_##place},
#define KEYED(id, structure, place, ...) [VIEW_##id] = {&view_##structure, VIEW_PLACE_##place},
#include "ui/views.def"
#undef VIEW
#undef KEYED
};

const struct view *view_get(enum view_id id)
{
	assert((unsigned int)id < VIEWS);
	return views[id].view;
}

enum view_place view_place(enum view_id id)
{
	assert((unsigned int)id < VIEWS);
	return views[id].place;
}
