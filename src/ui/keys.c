#include "ui/keys.h"

#include <stdio.h>
#include <string.h>

#include "ui/input.h"
#include "ui/key_table.h"

/* Views, or all that stand in a place. */
#define BIT(view)    (1U << VIEW_##view)
#define ALL(place)   (1U << (VIEWS + VIEW_PLACE_##place))
#define LISTS	     ALL(TABLE)
#define PANES_	     (LISTS | ALL(PANE))
#define TABLES	     (LISTS | BIT(PACKETS) | BIT(STATISTICS))
#define TEXTS	     (BIT(TIMELINE) | BIT(STREAM) | BIT(PACKET) | BIT(MAIL) | BIT(DIAGNOSIS) | BIT(COMPARE))
#define PACKET_VIEWS (BIT(PACKET) | BIT(BYTES))
#define ONLY_MAIL    BIT(MAIL)
#define COPIES	     (PANES_ | BIT(DIAGNOSIS))
#define COUNTS	     (PANES_ | BIT(STATISTICS))
#define COMPARES     (COPIES | BIT(COMPARE))
#define TIMES_	     (PANES_ | BIT(COMPARE))
#define OPENS	     (COMPARES | BIT(STATISTICS) | BIT(MAIL))
#define SORTS	     (LISTS | BIT(STATISTICS))
#define ONLY_COUNTS  BIT(STATISTICS)
#define ONLY_COMPARE BIT(COMPARE)
#define ANY	     (~0U)

static const struct binding {
	const char *name;
	struct key_table_row row;
	int codes[3];
	unsigned int views;
	int rank;
	const char *label;
} bindings[ACTIONS] = {
#define KEY(action, keys, first, second, third, views, rank, label, help)                                              \
	[ACTION_##action] = {#action, {keys, help}, {first, second, third}, views, rank, label},
#include "ui/keys.def"
#undef KEY
};

const struct key_table_row *key_table_row(size_t number)
{
	return number < ACTIONS ? &bindings[number].row : NULL;
}

bool keys_applies(enum action action, enum view_id view)
{
	unsigned int views = bindings[action].views;

	return (views >> view | views >> (VIEWS + view_place(view))) & 1;
}

enum view_id keys_view(enum action action)
{
	switch (action) {
#define VIEW(id, structure, place)
#define KEYED(id, structure, place, ...)                                                                               \
	case ACTION_##id:                                                                                              \
		return VIEW_##id;
#include "ui/views.def"
#undef VIEW
#undef KEYED
	default:
		return VIEWS;
	}
}

const char *keys_help(int key)
{
	for (int i = 0; key != 0 && i < ACTIONS; i++)
		for (int code = 0; code < 3; code++)
			if (bindings[i].codes[code] == key)
				return bindings[i].row.help;
	return NULL;
}

enum action keys_action(enum view_id view, int key)
{
	if (key == 0)
		return ACTIONS;
	for (int i = 0; i < ACTIONS; i++)
		for (int code = 0; code < 3; code++)
			if (bindings[i].codes[code] == key && keys_applies((enum action)i, view))
				return (enum action)i;
	return ACTIONS;
}

const char *keys_bar_label(enum action action)
{
	return bindings[action].label;
}

int keys_bar_rank(enum action action)
{
	return bindings[action].rank;
}

void keys_bar_key(enum action action, char out[16])
{
	const char *keys = bindings[action].row.keys;
	const char *function = strstr(keys, " F");

	snprintf(out, 16, "%s", function && function[2] != '\0' ? function + 1 : keys);
	out[strcspn(out, " ")] = '\0';
}
