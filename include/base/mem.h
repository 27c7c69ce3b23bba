/*
 * mem: allocation that cannot fail.
 *
 * An allocation of ours that fails ends the program with a message: nothing that traffic can make grow is taken from
 * here without a budget or a limit above it.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

enum {
	MEM_FIRST_CAP = 4,
	MEM_LINE = 64, /* of the processor's caches */
};

void *mem_alloc(size_t size);
void *mem_zalloc(size_t size);
char *mem_strdup(const char *text);

/* mem_grow_from where there is too little room. */
void *mem_grow_more(void *array, size_t *cap, size_t need, size_t item_size, size_t first_cap);

/* mem_grow of an array that mostly stays small: the first time it gets room for `first_cap` items. */
static inline void *mem_grow_from(void *array, size_t *cap, size_t need, size_t item_size, size_t first_cap)
{
	return need <= *cap ? array : mem_grow_more(array, cap, need, item_size, first_cap);
}

/* Makes `array` hold at least `need` items of `item_size` bytes; `*cap` is its capacity in items, doubled as needed. */
static inline void *mem_grow(void *array, size_t *cap, size_t need, size_t item_size)
{
	return mem_grow_from(array, cap, need, item_size, MEM_FIRST_CAP);
}

/* What lies there will soon be needed: the processor fetches it meanwhile. */
static inline void mem_fetch(const void *memory, size_t size)
{
	for (size_t at = 0; at < size; at += MEM_LINE)
		__builtin_prefetch((const char *)memory + at);
}

/* The first `size` bytes at another place. What is as large as before finds room where it lay; realloc would leave only
 * the rest of it, and where many shrink, as much lies about in such rests. */
void *mem_move(void *memory, size_t size);

/* Gives unused capacity back: `array` then holds exactly `count` items (NULL when 0). */
void *mem_shrink(void *array, size_t *cap, size_t count, size_t item_size);

#endif
