#include "engine/statistics_table.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
	ROWS_BEFORE_FOLD = STATISTICS_ROWS + STATISTICS_ROWS / 4,
	SCARCE_BEFORE_FOLD = 256,
	SCARCE_ROWS = 128,
};

/* With its places in the lists, which are half empty at worst. */
static uint64_t memory_of(const struct statistics_row *row)
{
	return sizeof(*row) + row->key.len + sketch_memory(&row->latencies) + 2 * sizeof(struct hash_slot) +
	       2 * sizeof(row);
}

static void free_row(struct statistics_row *row)
{
	sketch_fini(&row->latencies);
	free(row); /* the key lies behind it */
}

void statistics_table_fini(struct statistics_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free_row(t->rows[i]);
	free(t->rows);
	hash_fini(&t->by_key);
	sketch_fini(&t->others.latencies);
}

static bool is_key(const void *item, const void *key)
{
	const struct statistics_row *row = item;

	return slice_equals(row->key, *(const struct slice *)key);
}

static struct statistics_row *new_row(struct slice key)
{
	struct statistics_row *row = mem_zalloc(sizeof(*row) + key.len);

	memcpy(row + 1, key.data, key.len);
	row->key = slice_of(row + 1, key.len);
	return row;
}

struct statistics_row *statistics_table_take(struct statistics_table *t, struct slice key, bool is_scarce,
					     const struct series_scale *scale, uint64_t *memory)
{
	uint64_t hash;
	struct statistics_row *row;

	key = slice_sub(key, 0, STATISTICS_KEY_MAX);
	hash = hash_bytes(key.data, key.len);
	row = hash_lookup(&t->by_key, hash, is_key, &key);
	if (row != NULL)
		return row;
	if (is_scarce && t->count >= SCARCE_BEFORE_FOLD)
		statistics_table_fold(t, SCARCE_ROWS, scale, memory);
	else if (t->count >= ROWS_BEFORE_FOLD)
		statistics_table_fold(t, STATISTICS_ROWS, scale, memory);
	row = new_row(key);
	row->merged = scale->merged;
	hash_insert(&t->by_key, hash, row);
	t->rows = mem_grow(t->rows, &t->cap, t->count + 1, sizeof(struct statistics_row *));
	t->rows[t->count++] = row;
	*memory += memory_of(row);
	return row;
}

static int compare_keys(struct slice a, struct slice b)
{
	int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Those with most sessions first, then by key, so that the order is always the same. */
static int compare(const void *a, const void *b)
{
	const struct statistics_row *x = *(const struct statistics_row *const *)a;
	const struct statistics_row *y = *(const struct statistics_row *const *)b;

	if (x->sessions != y->sessions)
		return x->sessions > y->sessions ? -1 : 1;
	return compare_keys(x->key, y->key);
}

static void add_to_others(struct statistics_table *t, struct statistics_row *row, const struct series_scale *scale)
{
	struct statistics_row *others = &t->others;

	series_catch_up(scale, row->history, STATISTICS_HISTORY, &row->merged);
	series_catch_up(scale, others->history, STATISTICS_HISTORY, &others->merged);
	for (size_t i = 0; i < STATISTICS_HISTORY; i++)
		others->history[i] += row->history[i];
	others->sessions += row->sessions;
	others->failed += row->failed;
	others->mails += row->mails;
	others->bytes += row->bytes;
	sketch_merge(&others->latencies, &row->latencies, SKETCH_BUCKETS);
	t->other_keys++;
}

void statistics_table_fold(struct statistics_table *t, size_t most, const struct series_scale *scale, uint64_t *memory)
{
	if (t->count > 0)
		qsort(t->rows, t->count, sizeof(struct statistics_row *), compare);
	while (t->count > most) {
		struct statistics_row *row = t->rows[--t->count];

		add_to_others(t, row, scale);
		hash_remove(&t->by_key, hash_bytes(row->key.data, row->key.len), row);
		*memory -= memory_of(row);
		free_row(row);
	}
}
