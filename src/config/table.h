/*
 * table: what the types of the rows of options.def do with a value. Private to src/config.
 */
#ifndef CONFIG_TABLE_H
#define CONFIG_TABLE_H

#include "config/options.h"

enum {
	TABLE_ROWS_MAX = 128,
};

/* NULL past the end. */
const struct options_row *table_row(size_t number);

/* Sets what the row is about to its default. */
void table_preset(struct options *o, const struct options_row *row);

/* Takes the value of an option (NULL for one without) or of a setting, of a list one member. Texts are kept by pointer.
 */
bool table_apply(struct options *o, const struct options_row *row, const char *value, struct error *err);

/* Empties a list, which `table_apply` then fills. */
void table_begin_list(struct options *o, const struct options_row *row);

#endif
