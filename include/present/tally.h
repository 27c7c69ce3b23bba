/*
 * tally: counts what all marked sessions, and all shown ones, hold together: for the export dialog, which says how much
 * will be written. In slices, again and again while it is asked for. Worker thread, the viewer's.
 */
#ifndef PRESENT_TALLY_H
#define PRESENT_TALLY_H

#include "present/session_list.h"
#include "snapshot/snapshot.h"

struct tally {
	struct snapshot_tally marked; /* of the last time through */
	struct snapshot_tally shown;
	bool counting;
	uint64_t session; /* looked at so far: of all, and of those shown */
	size_t row;
	struct snapshot_tally new_marked;
	struct snapshot_tally new_shown;
	int64_t done_ns;
};

/* Counts some. Returns whether there is more to do. */
bool tally_work(struct tally *t, const struct session_list *o, const struct engine *e, bool has_keys);

/* What one session holds, or one mail of it (0: all), at once. */
void tally_one(const struct connection *v, uint32_t mail, bool has_keys, struct snapshot_tally *sum);

/* Whether it is marked, or one of its mails is. */
bool tally_is_marked(const struct session *s);

#endif
