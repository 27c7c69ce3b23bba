#include "sync/triple_buffer.h"

#include <stddef.h>

enum {
	TRIPLE_BUFFER_NEW = 4, /* beside the index, in the two bits below */
	TRIPLE_BUFFER_INDEX = 3,
};

void triple_buffer_init(struct triple_buffer *b, void *first, void *second, void *third)
{
	b->values[0] = first;
	b->values[1] = second;
	b->values[2] = third;
	b->writers = 0;
	atomic_init(&b->between, 1);
	b->readers = 2;
}

void *triple_buffer_draft(struct triple_buffer *b)
{
	return b->values[b->writers];
}

void triple_buffer_publish(struct triple_buffer *b)
{
	unsigned int old = atomic_exchange_explicit(&b->between, b->writers | TRIPLE_BUFFER_NEW, memory_order_acq_rel);

	b->writers = old & TRIPLE_BUFFER_INDEX;
}

void *triple_buffer_acquire(struct triple_buffer *b, bool *is_new)
{
	bool newer = atomic_load_explicit(&b->between, memory_order_relaxed) & TRIPLE_BUFFER_NEW;

	if (newer) {
		unsigned int old = atomic_exchange_explicit(&b->between, b->readers, memory_order_acq_rel);

		b->readers = old & TRIPLE_BUFFER_INDEX;
	}
	if (is_new != NULL)
		*is_new = newer;
	return b->values[b->readers];
}
