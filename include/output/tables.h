/*
 * tables: statistics as `--stats` prints them for a person: a table for each kind of key.
 *
 * What came from the network is made visible: no control character reaches a terminal.
 */
#ifndef OUTPUT_TABLES_H
#define OUTPUT_TABLES_H

#include "output/records.h"

/* One table; nothing when there are no rows. `rows`: those that are shown, `count` of them; `keys`: all there are;
 * `others`: the sum of those that are not shown; NULL: there are none. */
void tables_statistics(struct buffer *out, const char *title, const char *heading, const struct record_statistic *rows,
		       size_t count, uint64_t keys, const struct record_statistic *others);

/* How many sessions were counted, with what was seen of them. */
void tables_total(struct buffer *out, const struct record_statistic *total);

#endif
