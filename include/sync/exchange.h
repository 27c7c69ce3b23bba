/*
 * exchange: hands the latest value of something large from one thread to another, without waiting.
 *
 * Three values go round: one the writer fills, one the reader reads, one in between. Publishing swaps the writer's with
 * the one in between, acquiring swaps the reader's with it when it is newer. A value that was never acquired is
 * overwritten by the next: only the latest counts.
 */
#ifndef SYNC_EXCHANGE_H
#define SYNC_EXCHANGE_H

#include <stdatomic.h>
#include <stdbool.h>

struct exchange {
	void *values[3];
	_Alignas(64) atomic_uint between; /* index of the value in between, and whether it is new */
	_Alignas(64) unsigned int writers;
	_Alignas(64) unsigned int readers;
};

/* The three values are the caller's, all fit to be read. */
void exchange_init(struct exchange *x, void *first, void *second, void *third);

/* Writer: the value to fill; it holds something older. */
void *exchange_draft(struct exchange *x);
/* Writer: the draft becomes the latest value. */
void exchange_publish(struct exchange *x);

/* Reader: the latest value, valid until the next call; `*is_new` (may be NULL) tells whether it was published since the
 * last call. */
void *exchange_acquire(struct exchange *x, bool *is_new);

#endif
