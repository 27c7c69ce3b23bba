/*
 * save_settings: the settings that were changed go into the user's configuration file, once the helper may write it.
 */
#ifndef UI_SAVE_SETTINGS_H
#define UI_SAVE_SETTINGS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "ui/state.h"

/* If the user asked for it; says which file was written, or why none. Whether something was done. */
bool save_settings_write(struct state *st, const atomic_bool *stop);

#endif
