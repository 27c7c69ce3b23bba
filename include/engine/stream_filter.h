/*
 * stream_filter: gives the plain text of a connection whose bytes cannot be read as they are: encrypted, compressed.
 *
 * A row of functions. From where a side turns opaque (DIALOGUE_TLS) its bytes go to the filter, in order. Once it has
 * made text of any, both sides' streams are what it makes of them from there on: offsets, mails, masks and the timeline
 * go on in it as before. Its text is kept in the store, with the stamp of the packet that completed it. Until then, and
 * where it never makes any, the streams stay as they are on the wire.
 */
#ifndef ENGINE_STREAM_FILTER_H
#define ENGINE_STREAM_FILTER_H

#include "base/slice.h"
#include "common/side.h"

struct connection;

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
	/* Its state for a connection; never NULL. `ctx`: the row's owner's. */
	void *(*open)(void *ctx, struct connection *v);
	/* The next bytes of a side. Returns how many need not come again: fewer than all, and it waits for what the
	 * other side says, or for a key. */
	size_t (*feed)(void *state, enum side side, struct slice bytes, stream_filter_sink *sink, void *ctx);
	/* Whether what was fed of a side last waits, though all of it may have been taken: then it is fed again,
	 * without bytes. */
	bool (*waits)(const void *state, enum side side);
	/* `len` of them are missing. */
	void (*gap)(void *state, enum side side, uint64_t len, stream_filter_sink *sink, void *ctx);
	/* No more will come of a side. NULL here and below: nothing is to be done, never. */
	void (*end)(void *state, enum side side, stream_filter_sink *sink, void *ctx);
	bool (*needs_key)(const void *state);
	/* By what name a key is looked for; empty: it has none. */
	struct slice (*key_name)(const void *state);
	/* Tells, of bytes from the first that was not taken on, what is to be told of them where no key comes; they may
	 * be fed all the same later. `bytes.len` 0: `len` bytes are missing. A side's begin with `is_first`. */
	void (*tell_unread)(void *state, enum side side, struct slice bytes, uint64_t len, bool is_first);
	/* No key will come. */
	void (*give_up)(void *state);
	/* Whether nothing of a side has become text, and nothing will. */
	bool (*is_unread)(const void *state, enum side side);
	size_t (*memory)(const void *state);
	void (*close)(void *state);
};

#endif
