#include "base/name_table.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

struct name {
	uint16_t number;
	uint16_t len;
	char text[];
};

struct name_table {
	struct hash_table by_text; /* of whoever adds */
	struct name *names[NAME_TABLE_MAX];
	uint16_t count;
	size_t bytes;
};

_Static_assert(NAME_TABLE_MAX < UINT16_MAX && NAME_TABLE_LEN_MAX <= UINT16_MAX, "numbers and lengths have 16 bits");

struct name_table *name_table_new(void)
{
	return mem_zalloc(sizeof(struct name_table));
}

void name_table_free(struct name_table *t)
{
	if (t == NULL)
		return;
	for (uint16_t i = 0; i < t->count; i++)
		free(t->names[i]);
	hash_fini(&t->by_text);
	free(t);
}

static bool has_text(const void *item, const void *key)
{
	const struct name *name = item;

	return slice_equals(slice_of(name->text, name->len), *(const struct slice *)key);
}

uint16_t name_table_add(struct name_table *t, struct slice name)
{
	struct slice text = slice_sub(name, 0, slice_find(slice_sub(name, 0, NAME_TABLE_LEN_MAX), '\0'));
	uint64_t hash = hash_bytes(text.data, text.len);
	struct name *known;

	if (text.len == 0)
		return 0;
	known = hash_lookup(&t->by_text, hash, has_text, &text);
	if (known != NULL)
		return known->number;
	if (t->count == NAME_TABLE_MAX || text.len > NAME_TABLE_BYTES - t->bytes)
		return 0;
	known = mem_alloc(sizeof(*known) + text.len + 1);
	known->len = (uint16_t)text.len;
	memcpy(known->text, text.data, text.len);
	known->text[text.len] = '\0';
	t->names[t->count++] = known;
	t->bytes += text.len;
	known->number = t->count;
	hash_insert(&t->by_text, hash, known);
	return known->number;
}

const char *name_table_text(const struct name_table *t, uint16_t number)
{
	if (t == NULL || number == 0)
		return NULL;
	assert(number <= NAME_TABLE_MAX && t->names[number - 1] != NULL);
	return t->names[number - 1]->text;
}
