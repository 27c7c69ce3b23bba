/*
 * channel: messages of one size, with a descriptor or without, between the program and a process that was split off:
 * over a pair of sockets of the kind SOCK_SEQPACKET.
 */
#ifndef GUARD_CHANNEL_H
#define GUARD_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

bool channel_send(int channel, const void *data, size_t len);
/* With a descriptor, unless `given` is -1. Who has gone meanwhile is found out with the next read. */
void channel_answer(int channel, const void *data, size_t len, int given);
/* Waits for it; `*fd` is the descriptor that came with it, or -1. False: it has another size, or nobody is there. */
bool channel_receive(int channel, void *data, size_t len, int *fd);

#endif
