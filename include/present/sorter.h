/*
 * sorter: puts what a list shows in order, by a key of each item, in slices: a merge sort that goes on where it was
 * interrupted. Keys are taken once, before the merge: what changes meanwhile does not disturb it. Worker thread, the
 * viewer's.
 */
#ifndef PRESENT_SORTER_H
#define PRESENT_SORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

enum {
	SORTER_TEXT_MAX = 256, /* of a key, more than is shown of it */
};

struct sorter_item {
	uint64_t session;
	uint32_t number; /* in the session: of a mail, of a finding */
	uint16_t tag;	 /* what the list keeps with it */
	/* its key */
	uint16_t text_len;
	uint64_t rank;
	uint64_t text_at;
};

/* By rank, then by text; what has both alike stays in the order of numbers, whichever the direction. */
struct sorter_key {
	uint64_t rank;
	size_t len;
	uint8_t text[SORTER_TEXT_MAX];
};

typedef void sorter_key_fn(void *ctx, const struct sorter_item *item, struct sorter_key *key);

/* All zero: nothing to sort. */
struct sorter {
	bool is_on;
	bool is_descending;
	struct sorter_item *from; /* runs of `width` in it go to `to` in runs of twice that; in the end, all of it */
	struct sorter_item *to;
	size_t count;
	size_t cap;
	size_t to_cap;
	struct buffer texts;
	size_t keyed;
	size_t width;
	size_t left; /* where the two runs begin that are merged; what is next of them: */
	size_t i;
	size_t j;
};

void sorter_fini(struct sorter *s);

/* Empty, to be filled; with room for that many, since more room later means to copy. */
void sorter_begin(struct sorter *s, bool is_descending, size_t expected);
void sorter_add(struct sorter *s, struct sorter_item item);

/* Goes on until it is done, or at that time. Returns whether there is more to do; if not, `from` is in order. */
bool sorter_work(struct sorter *s, sorter_key_fn *key, void *ctx, int64_t until_ns);
/* Gives some of its memory back: that of a million items takes too long in one go. Returns whether there is more. */
bool sorter_release(struct sorter *s);
int sorter_permille(const struct sorter *s);

/* Keys that rise as these do. */
void sorter_key_text(struct sorter_key *key, struct slice text);
void sorter_key_name(struct sorter_key *key, const char *name); /* may be NULL */
void sorter_key_end(struct sorter_key *key, const uint8_t *address, bool is_ipv6, uint16_t port);

#endif
