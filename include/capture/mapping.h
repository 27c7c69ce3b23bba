/*
 * mapping: a capture file mapped into memory, that may shrink meanwhile without killing the process.
 *
 * Touching a page beyond the new end raises SIGBUS; a handler puts a page of zeros there and notes that the mapping is
 * damaged. The handler serves every thread and only addresses inside our mappings; any other SIGBUS keeps its old
 * meaning. Mappings are made on the main thread, at most MAPPING_MAX at a time.
 */
#ifndef CAPTURE_MAPPING_H
#define CAPTURE_MAPPING_H

#include "base/error.h"
#include "base/slice.h"

enum {
	MAPPING_MAX = 64,
};

/* Maps the whole of a regular file that is not empty; an empty slice when the system cannot. */
struct slice mapping_open(int fd, size_t len);
void mapping_close(struct slice mapping);

/* Whether a part of it was found missing. Any thread. */
bool mapping_is_damaged(struct slice mapping);

#endif
