/*
 * keys: what each key does. One table (keys.def) makes the bindings, the help screen, the bottom bar and, through
 * key_table_row, the manual page's list. The keys are those of sngrep, vi and less.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>

#include "ui/view.h"

enum action {
#define KEY(action, keys, first, second, third, views, rank, label, help) ACTION_##action,
#include "ui/keys.def"
#undef KEY
	ACTIONS
};

/* The action of a key in a view, or ACTIONS. */
enum action keys_action(enum view_id view, int key);

/* What the key does in the views that have it, or NULL. */
const char *keys_help(int key);

/* The view that the action shows and hides, or VIEWS. */
enum view_id keys_view(enum action action);

/* Whether the action can be chosen in that view. */
bool keys_applies(enum action action, enum view_id view);

/* For the bottom bar: "F1" and "Help"; NULL where the action has no place in it. The key is the first of those in the
 * table's text that begins with F, or the first. */
const char *keys_bar_label(enum action action);
/* The lower, the more it is needed there. */
int keys_bar_rank(enum action action);
void keys_bar_key(enum action action, char out[16]);

#endif
