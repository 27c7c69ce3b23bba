/*
 * filtered: a connection's streams behind a stream_filter. Private to the engine layer.
 */
#ifndef ENGINE_FILTERED_H
#define ENGINE_FILTERED_H

#include "engine/stream_filter.h"
#include "flow/extents.h"
#include "store/store.h"

struct filtered;

struct filtered *filtered_new(const struct stream_filter *filter);
/* Releases what it keeps in the store. NULL: nothing. */
void filtered_free(struct filtered *f, struct store *store);
size_t filtered_memory(const struct filtered *f);

/* From `begin` on what `raw` brings of `side` goes through the filter; what was before stays as it is. Where the text
 * itself turns opaque there is no second filter: from `begin` on nobody can read it. */
void filtered_begin(struct filtered *f, enum side side, const struct extents *raw, uint64_t begin, struct store *store);

/* The text of a side that has begun; NULL: it has not. */
struct extents *filtered_text(struct filtered *f, enum side side);

/* From where on the text is opaque; UINT64_MAX: it is not. */
uint64_t filtered_opaque_begin(const struct filtered *f, enum side side);

/* Passes on what `raw` has brought since; how far that is. Each side's text may grow by it. */
void filtered_pump(struct filtered *f, enum side side, const struct extents *raw, struct store *store);
uint64_t filtered_offset(const struct filtered *f, enum side side);

#endif
