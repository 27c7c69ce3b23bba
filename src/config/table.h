/*
 * table: the rows of options.def with the functions that carry them out. Private to src/config.
 */
#ifndef CONFIG_TABLE_H
#define CONFIG_TABLE_H

#include "config/options.h"

/* Takes the value of an option (NULL for one without) or of a setting. Texts are kept by pointer. */
typedef bool table_apply(struct options *o, const char *value, struct error *err);

struct table_row {
	struct options_row row;
	table_apply *apply; /* on the command line; NULL when it is only a setting */
	table_apply *set;   /* in the configuration file; NULL when it is only an option */
	bool is_list;	    /* the setting is a list: `set` is called once for each member */
};

/* NULL past the end. */
const struct table_row *table_row(size_t number);

#endif
