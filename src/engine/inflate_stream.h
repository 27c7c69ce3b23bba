/*
 * inflate_stream: the stream_filter that reads what is compressed after COMPRESS DEFLATE (RFC 4978, RFC 1951). Private
 * to the engine layer; worker thread.
 *
 * A side whose bytes are missing, are no DEFLATE, or make more text than any mail is compressed to cannot be read from
 * there on.
 */
#ifndef ENGINE_INFLATE_STREAM_H
#define ENGINE_INFLATE_STREAM_H

#include "engine/stream_filter.h"

enum {
	INFLATE_RATIO_MAX = 64,		 /* bytes of text for one, beyond: */
	INFLATE_FREE = 64 * 1024 * 1024, /* so many of a side */
};

/* Its `ctx` is not used. */
extern const struct stream_filter inflate_stream_filter;

#endif
