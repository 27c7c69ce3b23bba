/*
 * mapping: a capture file mapped into memory, that may shrink meanwhile without killing the process.
 *
 * Touching a page beyond the new end raises SIGBUS; a handler puts a page of zeros there and notes where the mapping
 * ends now. The handler serves every thread and only addresses inside our mappings; any other SIGBUS keeps its old
 * meaning. Mappings are made on the main thread, at most MAPPING_MAX at a time.
 *
 * A page that the file still holds in part reads as zeros without a signal, and a file that was written anew reads as
 * what it is now: mapping_look finds both. Whoever hands on bytes looks after it has read them.
 */
#ifndef CAPTURE_MAPPING_H
#define CAPTURE_MAPPING_H

#include <stdatomic.h>

#include "base/error.h"
#include "base/slice.h"

enum {
	MAPPING_MAX = 64,
};

/* Maps the whole of a regular file that is not empty; an empty slice when the system cannot. */
struct slice mapping_open(int fd, size_t len);
void mapping_close(struct slice mapping);

/* How many of its bytes, from the first one on, are still those that were mapped, as far as is known. Any thread reads
 * it; valid until mapping_close. NULL: no mapping. */
const atomic_size_t *mapping_intact(struct slice mapping);

/* Asks the system whether the file was cut or changed. A file that grew is as it was. Any thread. */
void mapping_look(struct slice mapping);

/* Whether a part of it was found missing or changed. Any thread. */
bool mapping_is_damaged(struct slice mapping);

#endif
