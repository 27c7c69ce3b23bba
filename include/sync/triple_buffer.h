/*
 * triple_buffer: hands the latest value of something large from one thread to another, without waiting.
 *
 * Three values go round: one the writer fills, one the reader reads, one in between. Publishing swaps the writer's with
 * the one in between, acquiring swaps the reader's with it when it is newer. A value that was never acquired is
 * overwritten by the next: only the latest counts.
 */
#ifndef SYNC_TRIPLE_BUFFER_H
#define SYNC_TRIPLE_BUFFER_H

#include <stdatomic.h>
#include <stdbool.h>

struct triple_buffer {
	void *values[3];
	_Alignas(64) atomic_uint between; /* index of the value in between, and whether it is new */
	_Alignas(64) unsigned int writers;
	_Alignas(64) unsigned int readers;
};

/* The three values are the caller's, all fit to be read. */
void triple_buffer_init(struct triple_buffer *b, void *first, void *second, void *third);

/* Writer: the value to fill; it holds something older. */
void *triple_buffer_draft(struct triple_buffer *b);
/* Writer: the draft becomes the latest value. */
void triple_buffer_publish(struct triple_buffer *b);

/* Reader: the latest value, valid until the next call; `*is_new` (may be NULL) tells whether it was published since the
 * last call. */
void *triple_buffer_acquire(struct triple_buffer *b, bool *is_new);

#endif
