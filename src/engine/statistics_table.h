/*
 * statistics_table: the rows of one kind, by their keys. Private to the engine layer.
 */
#ifndef ENGINE_STATISTICS_TABLE_H
#define ENGINE_STATISTICS_TABLE_H

#include "base/hash.h"
#include "engine/statistics.h"

struct statistics_table {
	struct hash_table by_key;
	struct statistics_row **rows;
	size_t count;
	size_t cap;
	struct statistics_row others;
	uint64_t other_keys;
};

void statistics_table_fini(struct statistics_table *t);

/* The row of a key, made where there is none. Rows that were given before may be gone where one is made. `is_scarce`:
 * memory is; `*memory` is kept up to date. */
struct statistics_row *statistics_table_take(struct statistics_table *t, struct slice key, bool is_scarce,
					     const struct series_scale *scale, uint64_t *memory);

/* Leaves `most` rows, those with most sessions, in that order. */
void statistics_table_fold(struct statistics_table *t, size_t most, const struct series_scale *scale, uint64_t *memory);

#endif
