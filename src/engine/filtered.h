/*
 * filtered: a connection's streams behind a stream_filter. Private to the engine layer.
 */
#ifndef ENGINE_FILTERED_H
#define ENGINE_FILTERED_H

#include "engine/stream_filter.h"
#include "flow/extents.h"
#include "store/store.h"

struct filtered;

struct filtered *filtered_new(const struct stream_filter *filter, void *ctx, struct connection *v);
/* Releases what it keeps in the store. NULL: nothing. */
void filtered_free(struct filtered *f, struct store *store);
size_t filtered_memory(const struct filtered *f);

/* From `begin` on what `raw` brings of `side` goes through the filter; what was before stays as it is. Where the text
 * itself turns opaque there is no second filter: from `begin` on nobody can read it. */
void filtered_begin(struct filtered *f, enum side side, const struct extents *raw, uint64_t begin, struct store *store);

/* Whether it has, and where. */
uint64_t filtered_begin_offset(const struct filtered *f, enum side side);
bool filtered_has_begun(const struct filtered *f, enum side side);

/* The text of a side, once there is any of either; NULL: its stream is as on the wire. */
struct extents *filtered_text(struct filtered *f, enum side side);

/* From where on the text is opaque; UINT64_MAX: it is not. */
uint64_t filtered_opaque_begin(const struct filtered *f, enum side side);

/* Passes on what `raw[side]` has brought since, as far as the filter takes it: the text of both sides may grow by it.
 * Returns whether it took anything. */
bool filtered_pump(struct filtered *f, enum side side, struct extents *const raw[SIDES], struct store *store);
/* How far that is. */
uint64_t filtered_offset(const struct filtered *f, enum side side);

/* No more will come of either side. */
void filtered_end(struct filtered *f, struct extents *const raw[SIDES], struct store *store);

/* Whether a key would help, and by what name it is looked for; none will come. */
bool filtered_needs_key(const struct filtered *f);
struct slice filtered_key_name(const struct filtered *f);
void filtered_give_up(struct filtered *f);
/* Or may come late: has told what is to be told of what was not taken. */
void filtered_tell_unread(struct filtered *f, struct extents *const raw[SIDES], const struct store *store);

/* Whether there is no text of any side that goes through the filter, and will be none. */
bool filtered_is_unread(const struct filtered *f);

#endif
