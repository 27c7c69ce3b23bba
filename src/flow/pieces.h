/*
 * pieces: what of a stream waits to be delivered, sorted by where it stands; no two overlap. Internal to the flow
 * layer.
 *
 * A balanced tree, so that no order in which segments arrive makes one of them slow. Allocated while something waits:
 * NULL is empty. How many there may be, the stream says.
 */
#ifndef FLOW_PIECES_H
#define FLOW_PIECES_H

#include "flow/stream.h"

struct pieces;

enum {
	PIECES_ITEM_BYTES = 96, /* of memory, for each */
};

/* May be NULL. */
void pieces_free(struct pieces *p);

void pieces_insert(struct pieces **p, const struct stream_piece *piece);
void pieces_remove(struct pieces **p, struct stream_piece *piece);

/* NULL: there is none. */
struct stream_piece *pieces_first(const struct pieces *p);
struct stream_piece *pieces_next(struct stream_piece *piece);

/* The first that ends after `offset`; NULL: none does. */
struct stream_piece *pieces_behind(const struct pieces *p, uint64_t offset);

/* Of all. */
size_t pieces_count(const struct pieces *p);
uint64_t pieces_bytes(const struct pieces *p);

/* When what has waited longest came; not of none. The first that is inserted says it, then the owner. */
int64_t pieces_since_ns(const struct pieces *p);
void pieces_set_since(struct pieces *p, int64_t ns);

static inline uint64_t pieces_end(const struct stream_piece *piece)
{
	return piece->extent.offset + piece->extent.len;
}

#endif
