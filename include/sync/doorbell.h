/*
 * doorbell: wakes one thread that sleeps, from any number of others.
 *
 * The sleeper: doorbell_prepare, look once more whether there is work, then doorbell_wait (or poll on doorbell_fd and
 * doorbell_answer). The others: make the work visible, then doorbell_ring, which makes a system call only when
 * the sleeper has announced that it sleeps. No lost wake-up: both sides use sequentially consistent operations.
 */
#ifndef SYNC_DOORBELL_H
#define SYNC_DOORBELL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"

struct doorbell {
	_Alignas(64) atomic_int sleeping;
	int read_fd;
	int write_fd;
};

bool doorbell_init(struct doorbell *d, struct error *err);
void doorbell_fini(struct doorbell *d);

void doorbell_ring(struct doorbell *d);

/* Announces sleep; afterwards either doorbell_wait or doorbell_answer must follow. */
void doorbell_prepare(struct doorbell *d);
/* Sleeps until rung or `timeout_ms` have passed (-1: no limit). */
void doorbell_wait(struct doorbell *d, int timeout_ms);
/* For a sleeper with a poll of its own: readable when rung. */
int doorbell_fd(const struct doorbell *d);
void doorbell_answer(struct doorbell *d);

#endif
