/*
 * changed_settings: what was changed in the dialogs of settings and columns, and is to go into the user's configuration
 * file. Only what differs from how the run began, or from what was saved last: not what the command line says.
 */
#ifndef UI_CHANGED_SETTINGS_H
#define UI_CHANGED_SETTINGS_H

#include <stdbool.h>

#include "config/rewrite.h"

enum {
	CHANGED_SETTINGS_MAX = 24,
};

struct changed_settings {
	struct rewrite_change known[CHANGED_SETTINGS_MAX]; /* as they are in force, or in the file */
	size_t known_count;
	struct rewrite_change changes[CHANGED_SETTINGS_MAX];
	size_t change_count;
	bool is_wanted; /* to be written */
};

/* How a setting is at first: what comes later is a change. Only the first time counts. */
void changed_settings_know(struct changed_settings *s, const char *setting, const char *value);
/* How it is to be; a change if that is another value. */
void changed_settings_add(struct changed_settings *s, const char *setting, const char *value);
/* Those added are no changes any more; `is_saved`: because they are in the file. */
void changed_settings_clear(struct changed_settings *s, bool is_saved);

#endif
