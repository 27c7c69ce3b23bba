#include "base/mem.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory, size_t size)
{
	if (memory == NULL) {
		fprintf(stderr, "mailtap: out of memory (%zu bytes wanted)\n", size);
		abort();
	}
	return memory;
}

void *mem_alloc(size_t size)
{
	return checked(malloc(size ? size : 1), size);
}

void *mem_zalloc(size_t size)
{
	return checked(calloc(1, size ? size : 1), size);
}

char *mem_strdup(const char *text)
{
	return checked(strdup(text), strlen(text));
}

void *mem_grow_more(void *array, size_t *cap, size_t need, size_t item_size, size_t first_cap)
{
	size_t wanted = *cap ? *cap : first_cap;

	while (wanted < need)
		wanted *= 2;
	assert(wanted <= SIZE_MAX / item_size);
	*cap = wanted;
	return checked(realloc(array, wanted * item_size), wanted * item_size);
}

void *mem_move(void *memory, size_t size)
{
	void *moved = mem_alloc(size);

	memcpy(moved, memory, size);
	free(memory);
	return moved;
}

void *mem_shrink(void *array, size_t *cap, size_t count, size_t item_size)
{
	if (count == *cap)
		return array;
	*cap = count;
	if (count == 0) {
		free(array);
		return NULL;
	}
	return mem_move(array, count * item_size);
}
