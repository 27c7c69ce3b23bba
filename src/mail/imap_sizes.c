#include "mail/imap_sizes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	FIRST_CAPACITY = 16,
};

void imap_sizes_fini(struct imap_sizes *s)
{
	free(s->by_uid.rows);
	free(s->by_number.rows);
	*s = (struct imap_sizes){.by_uid = {.rows = NULL}};
}

size_t imap_sizes_memory(const struct imap_sizes *s)
{
	return (s->by_uid.capacity + s->by_number.capacity) * sizeof(struct imap_size);
}

static struct imap_size *row_of(const struct imap_size_table *t, uint32_t key)
{
	return &t->rows[key & (t->capacity - 1)];
}

/* Two keys of one row may have rows of their own in a table twice as large. */
static void enlarge(struct imap_size_table *t)
{
	struct imap_size_table old = *t;

	t->capacity = old.capacity > 0 ? 2 * old.capacity : FIRST_CAPACITY;
	t->rows = mem_zalloc(t->capacity * sizeof(*t->rows));
	for (size_t i = 0; i < old.capacity; i++)
		if (old.rows[i].key != 0)
			*row_of(t, old.rows[i].key) = old.rows[i];
	free(old.rows);
}

static void note(struct imap_size_table *t, uint32_t key, uint64_t size)
{
	if (key == 0)
		return;
	while (t->capacity == 0 || (row_of(t, key)->key != 0 && row_of(t, key)->key != key)) {
		if (t->capacity == IMAP_SIZES_MAX)
			break;
		enlarge(t);
	}
	*row_of(t, key) = (struct imap_size){.key = key, .size = size};
	t->highest = key > t->highest ? key : t->highest;
}

static bool find(const struct imap_size_table *t, uint32_t key, uint64_t *size)
{
	if (key == 0 || t->capacity == 0 || row_of(t, key)->key != key)
		return false;
	*size = row_of(t, key)->size;
	return true;
}

static void clear(struct imap_size_table *t)
{
	if (t->highest > 0)
		memset(t->rows, 0, t->capacity * sizeof(*t->rows));
	t->highest = 0;
}

void imap_sizes_note(struct imap_sizes *s, uint32_t number, uint32_t uid, uint64_t size)
{
	note(&s->by_uid, uid, size);
	note(&s->by_number, number, size);
}

bool imap_sizes_find(const struct imap_sizes *s, uint32_t number, uint32_t uid, uint64_t *size)
{
	return find(&s->by_uid, uid, size) || find(&s->by_number, number, size);
}

void imap_sizes_move(struct imap_sizes *s, uint32_t from)
{
	if (from <= s->by_number.highest)
		clear(&s->by_number);
}

void imap_sizes_clear(struct imap_sizes *s)
{
	clear(&s->by_uid);
	clear(&s->by_number);
}
