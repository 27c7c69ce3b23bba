/*
 * merge: the packets of several sources in the order of their times; the order within a source is kept.
 *
 * A source that has nothing yet (a pipe) is waited for, but no longer than MERGE_PATIENCE_NS: then the others go on
 * without it until it speaks again. Live sources are not merged but read in turn. Used by the capture thread.
 */
#ifndef CAPTURE_MERGE_H
#define CAPTURE_MERGE_H

#include "capture/source.h"

#define MERGE_PATIENCE_NS (INT64_C(250) * 1000 * 1000)

struct merge;

/* The sources stay the caller's. */
struct merge *merge_new(struct source *const *sources, size_t count);
void merge_free(struct merge *m);

/*
 * SOURCE_PACKET: `*packet`, of source `*number`, valid until the next call. SOURCE_END, SOURCE_ERROR: source `*number`
 * has ended so, the others go on. SOURCE_NOTICE: of source `*number`. SOURCE_IDLE: nothing to do now, or, when
 * merge_is_done, ever.
 */
enum source_status merge_read(struct merge *m, const struct source_packet **packet, size_t *number, struct error *err);

bool merge_is_done(const struct merge *m);
/* Whether nothing can be read before this source has something: its descriptor is one to wait on. */
bool merge_waits_for(const struct merge *m, size_t number);

#endif
