/*
 * interfaces: which network interfaces there are and what passes on each, for a user who has to choose one before the
 * capture begins. One thread, while there are rights to capture.
 *
 * Names, states, addresses and the numbers of packets are the system's own, of this network namespace. Mail ports are
 * counted by one source on "any" with the filter of the ports: its packets tell their interface. Nothing but the port
 * numbers is read of them, as the process still has its rights. One source for each interface would see no more, unless
 * it switched all of them to promiscuous mode.
 */
#ifndef CAPTURE_INTERFACES_H
#define CAPTURE_INTERFACES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "common/interface_row.h"
#include "common/ports.h"

struct interfaces;

/* Whether two or more are up, not counting the loopback interface: else there is nothing to choose. */
bool interfaces_are_several(void);

/* NULL: no packets can be captured; err says why. */
struct interfaces *interfaces_open(const struct ports *ports, struct error *err);
void interfaces_free(struct interfaces *all);

/* Counts the packets that have come, a bounded number at a time. Call it more often than once in 100 ms: what comes
 * beyond the kernel's small buffer is not counted. */
void interfaces_collect(struct interfaces *all);

/* Fills the first rows, in the system's order; returns how many. Rates are those since the call before. */
size_t interfaces_read(struct interfaces *all, struct interface_row *rows, size_t max);

#endif
