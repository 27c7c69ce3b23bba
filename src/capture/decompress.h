/*
 * decompress: decompresses a gzip (RFC 1952), zstd (RFC 8878) or lz4 (its frame format) stream as it arrives; members
 * or frames may follow each other. Bytes in, bytes out, in pieces of any size; owned by the input that reads the file.
 */
#ifndef CAPTURE_DECOMPRESS_H
#define CAPTURE_DECOMPRESS_H

#include "base/error.h"
#include "base/slice.h"

enum {
	DECOMPRESS_MAGIC_LEN = 4, /* bytes that tell whether a file is compressed */
};

struct decompress;

/* NULL when the first bytes of the file belong to no compressed format. */
struct decompress *decompress_new(struct slice magic);
void decompress_free(struct decompress *d);

/* "gzip", "zstd" or "lz4". */
const char *decompress_name(const struct decompress *d);

/* Takes some of `in` (`*used_len`) and writes at most `size` bytes to `out` (`*out_len`). Both 0 means: more input is
 * needed. False when the data is damaged; what was written before that is good. */
bool decompress_feed(struct decompress *d, struct slice in, size_t *used_len, uint8_t *out, size_t size,
		     size_t *out_len, struct error *err);

/* Whether the input may end here: all members are complete. */
bool decompress_at_end(const struct decompress *d);

#endif
