/*
 * byte_stream: what one side says, as it can be read: runs of bytes, gaps, and opaque runs.
 *
 * A view of extents, which the flow fills, or who makes plain text of what the flow brought (engine/stream_filter.h).
 * Opaque are bytes that were captured and that nobody can read: extents at EXTENT_OPAQUE, and all from `opaque_begin`
 * on.
 */
#ifndef FLOW_BYTE_STREAM_H
#define FLOW_BYTE_STREAM_H

#include "flow/extents.h"

struct byte_stream {
	const struct extents *extents;
	uint64_t opaque_begin; /* UINT64_MAX: none */
};

enum byte_run_kind {
	BYTE_RUN_NONE, /* the stream ends there */
	BYTE_RUN_BYTES,
	BYTE_RUN_GAP,
	BYTE_RUN_OPAQUE,
};

struct byte_run {
	enum byte_run_kind kind;
	uint64_t place; /* of BYTE_RUN_BYTES */
	uint64_t len;	/* at least 1; the next run may be of the same kind */
};

/* What is at `offset`, of which nothing is forgotten. */
struct byte_run byte_stream_at(const struct byte_stream *s, uint64_t offset);

#endif
