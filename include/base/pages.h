/*
 * pages: zeroed memory straight from the system, for what grows with traffic.
 *
 * From PAGES_HUGE bytes on it is aligned to that and huge pages are asked for: a fault for each 4 KiB costs more than
 * what is then done with them.
 */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

enum {
	PAGES_HUGE = 2 << 20,
};

/* Ends the program where there is none, as mem_alloc does. */
void *pages_take(size_t size);
/* With the size it was taken with. */
void pages_give(void *pages, size_t size);

#endif
