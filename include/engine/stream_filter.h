/*
 * stream_filter: gives the plain text of a connection whose bytes cannot be read as they are: encrypted, compressed.
 *
 * A row of functions. From where a side turns opaque (DIALOGUE_TLS) its bytes go to the filter, in order, and what the
 * filter makes of them becomes that side's stream from there on: offsets, mails, masks and the timeline go on in it as
 * before. Its text is kept in the store, with the stamp of the packet that completed it.
 */
#ifndef ENGINE_STREAM_FILTER_H
#define ENGINE_STREAM_FILTER_H

#include "base/slice.h"
#include "common/side.h"
#include "mail/session.h"

/* What a filter says: text, or, with `text.len` 0, that `len` bytes of text are missing (`is_missing`) or are there and
 * cannot be read. */
struct stream_text {
	struct slice text;
	uint64_t len;
	bool is_missing;
};

typedef void stream_filter_sink(void *ctx, enum side side, const struct stream_text *text);

struct stream_filter {
	const char *name;
	size_t state_size; /* zero at first */
	/* The next bytes of a side, or that `len` of them are missing. */
	void (*feed)(void *state, enum side side, struct slice bytes, stream_filter_sink *sink, void *ctx);
	void (*gap)(void *state, enum side side, uint64_t len, stream_filter_sink *sink, void *ctx);
	/* NULL: there is nothing to give back. */
	void (*close)(void *state);
};

#endif
