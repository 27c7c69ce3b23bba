/*
 * name_table: short texts and their numbers, so that what there are millions of carries two bytes.
 *
 * One thread adds. A name stays as it is until the table is freed: any thread that was given its number, through a
 * ring or anything else that orders memory, may read it. Equal names have one number. At most NAME_TABLE_MAX names, and
 * NAME_TABLE_BYTES of them.
 */
#ifndef BASE_NAME_TABLE_H
#define BASE_NAME_TABLE_H

#include <stdint.h>

#include "base/slice.h"

enum {
	NAME_TABLE_MAX = 1024,
	NAME_TABLE_BYTES = 256 * 1024,
	NAME_TABLE_LEN_MAX = 4096, /* a longer name is cut */
};

struct name_table;

struct name_table *name_table_new(void);
void name_table_free(struct name_table *t);

/* The number of the name, which ends before the first NUL; 0: it is empty, or new where there is no more room. */
uint16_t name_table_add(struct name_table *t, struct slice name);
/* NULL: number 0, or no table. */
const char *name_table_text(const struct name_table *t, uint16_t number);

#endif
