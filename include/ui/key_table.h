/*
 * key_table: what each key does, in words, for the manual page.
 */
#ifndef UI_KEY_TABLE_H
#define UI_KEY_TABLE_H

#include <stddef.h>

/* "F F7", "display filter, ...". */
struct key_table_row {
	const char *keys;
	const char *help;
};

/* NULL past the end. */
const struct key_table_row *key_table_row(size_t number);

#endif
