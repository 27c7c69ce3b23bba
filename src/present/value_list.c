#include "present/value_list.h"

#include <string.h>

#include "base/rowtext.h"
#include "engine/statistics.h"

/* The values so far, and in how many sessions each was. */
struct listing {
	struct snapshot *s;
	uint64_t sessions[SNAPSHOT_VALUES_MAX];
};

static bool is_listed(const struct snapshot *s, const char *value)
{
	for (uint32_t i = 0; i < s->value_count; i++)
		if (strcmp(s->values[i], value) == 0)
			return true;
	return false;
}

/* At its place; the last one goes where there is no room. */
static void add(struct listing *l, const char value[QUERY_VALUE_SIZE], uint64_t sessions)
{
	struct snapshot *s = l->s;
	uint32_t at = s->value_count;

	if (is_listed(s, value))
		return;
	while (at > 0 && l->sessions[at - 1] < sessions)
		at--;
	if (at == SNAPSHOT_VALUES_MAX)
		return;
	s->value_count += s->value_count < SNAPSHOT_VALUES_MAX;
	memmove(&s->values[at + 1], &s->values[at], (s->value_count - 1 - at) * sizeof(s->values[0]));
	memmove(&l->sessions[at + 1], &l->sessions[at], (s->value_count - 1 - at) * sizeof(l->sessions[0]));
	memcpy(s->values[at], value, sizeof(s->values[at]));
	l->sessions[at] = sessions;
}

/* A value that is longer than a row has room for cannot be typed from it. */
static void add_kind(struct listing *l, const struct engine *e, enum statistics_of of, const char *prefix)
{
	size_t count;
	const struct statistics_row *const *rows = statistics_rows(engine_statistics(e), of, &count);
	uint32_t found = 0;

	for (size_t i = 0; i < count && found < SNAPSHOT_VALUES_MAX; i++) {
		char address[ADDRESS_TEXT_SIZE];
		char value[QUERY_VALUE_SIZE];
		struct slice key = statistics_key(of, rows[i], address);

		if (key.len == 0 || key.len >= sizeof(value) || !slice_begins_nocase(key, prefix))
			continue;
		memset(value, 0, sizeof(value));
		rowtext_put(value, sizeof(value), key);
		add(l, value, rows[i]->sessions);
		found++;
	}
}

void value_list_fill(const struct engine *e, const struct query *q, struct snapshot *s)
{
	struct listing l = {.s = s};

	s->values_of = q->values_of;
	memcpy(s->value_prefix, q->value_prefix, sizeof(s->value_prefix));
	s->value_count = 0;
	if (engine_statistics(e) == NULL)
		return;
	for (int of = 0; of < STATISTICS_KINDS; of++)
		if (q->values_of >> of & 1)
			add_kind(&l, e, (enum statistics_of)of, q->value_prefix);
}
