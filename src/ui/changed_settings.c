#include "ui/changed_settings.h"

#include <stdio.h>
#include <string.h>

static struct rewrite_change *find_known(struct changed_settings *s, const struct options_row *row)
{
	for (size_t i = 0; i < s->known_count; i++)
		if (s->known[i].row == row)
			return &s->known[i];
	return NULL;
}

void changed_settings_know(struct changed_settings *s, const char *setting, const char *value)
{
	const struct options_row *row = options_setting(setting);
	struct rewrite_change *c;

	if (find_known(s, row) != NULL || s->known_count == CHANGED_SETTINGS_MAX)
		return;
	c = &s->known[s->known_count++];
	c->row = row;
	snprintf(c->value, sizeof(c->value), "%s", value);
}

void changed_settings_add(struct changed_settings *s, const char *setting, const char *value)
{
	const struct rewrite_change *known = find_known(s, options_setting(setting));
	struct rewrite_change *c;

	if ((known != NULL && strcmp(known->value, value) == 0) || s->change_count == CHANGED_SETTINGS_MAX)
		return;
	c = &s->changes[s->change_count++];
	c->row = options_setting(setting);
	snprintf(c->value, sizeof(c->value), "%s", value);
}

void changed_settings_clear(struct changed_settings *s, bool is_saved)
{
	for (size_t i = 0; is_saved && i < s->change_count; i++) {
		struct rewrite_change *known = find_known(s, s->changes[i].row);

		if (known != NULL)
			*known = s->changes[i];
	}
	s->change_count = 0;
	s->is_wanted = false;
}
