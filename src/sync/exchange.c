#include "sync/exchange.h"

#include <stddef.h>

enum {
	EXCHANGE_NEW = 4, /* beside the index, in the two bits below */
	EXCHANGE_INDEX = 3,
};

void exchange_init(struct exchange *x, void *first, void *second, void *third)
{
	x->values[0] = first;
	x->values[1] = second;
	x->values[2] = third;
	x->writers = 0;
	atomic_init(&x->between, 1);
	x->readers = 2;
}

void *exchange_draft(struct exchange *x)
{
	return x->values[x->writers];
}

void exchange_publish(struct exchange *x)
{
	unsigned int old = atomic_exchange_explicit(&x->between, x->writers | EXCHANGE_NEW, memory_order_acq_rel);

	x->writers = old & EXCHANGE_INDEX;
}

void *exchange_acquire(struct exchange *x, bool *is_new)
{
	bool newer = atomic_load_explicit(&x->between, memory_order_relaxed) & EXCHANGE_NEW;

	if (newer) {
		unsigned int old = atomic_exchange_explicit(&x->between, x->readers, memory_order_acq_rel);

		x->readers = old & EXCHANGE_INDEX;
	}
	if (is_new != NULL)
		*is_new = newer;
	return x->values[x->readers];
}
