/*
 * rotation: the files that a capture, or its records, are spread over (--rotate): their names, their making, and which
 * are kept (--keep).
 *
 * FILE gets a number and the time of its first packet (UTC) before its suffix: trouble-0001-20261124-123456.pcap. A
 * file that exists is never written over: its number is passed over. Only files of this run are deleted, and only while
 * they are still the ones that were made here. Owned by who writes them; made after rights were given up, as they are.
 */
#ifndef CAPTURE_ROTATION_H
#define CAPTURE_ROTATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct rotation;

/* `keep`: how many files stay, the one being written among them; 0: all. NULL: no file can be made in that directory.
 */
struct rotation *rotation_new(const char *path, size_t keep, struct error *err);
void rotation_free(struct rotation *r);

/* Makes the next file and deletes what is too old. Returns its descriptor, which is the caller's, or -1 with errno. */
int rotation_open(struct rotation *r, int64_t time_ns, struct error *err);

/* Of the file made last; empty before the first. */
const char *rotation_path(const struct rotation *r);

/* Deletes the file made last. */
void rotation_discard(struct rotation *r);

#endif
