#include "base/pages.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static uint8_t *map(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED) {
		fprintf(stderr, "mailtap: out of memory (%zu bytes wanted)\n", size);
		abort();
	}
	return pages;
}

void *pages_take(size_t size)
{
	uint8_t *pages;
	size_t before;

	if (size < PAGES_HUGE)
		return map(size);
	pages = map(size + PAGES_HUGE);
	before = (size_t)(-(uintptr_t)pages % PAGES_HUGE);
	if (before > 0)
		munmap(pages, before);
	munmap(pages + before + size, PAGES_HUGE - before);
	madvise(pages + before, size, MADV_HUGEPAGE); /* a system without them has others */
	return pages + before;
}

void pages_give(void *pages, size_t size)
{
	munmap(pages, size);
}
