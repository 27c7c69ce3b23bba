#include "app/title.h"

#include <stdio.h>

#include "base/clock.h"
#include "present/capture_info.h"

/* The one to be opened; it may be gone. */
static uint64_t shown_session(const struct title *t)
{
	uint64_t number = t->wants_one ? engine_wanted_session(t->engine) : 0;

	return engine_connection(t->engine, number) != NULL ? number : 0;
}

/* In thousandths: of what was read, as far as it was decoded. -1: not known. */
static int progress_of(const struct capture_status *status, uint64_t packets)
{
	uint64_t permille = status->total_bytes > 0 ? status->done_bytes * 1000 / status->total_bytes : 0;

	if (status->total_bytes == 0)
		return -1;
	if (status->packets > packets)
		permille = permille * packets / status->packets;
	return (int)permille;
}

void title_fill(const struct title *t, struct snapshot *s)
{
	const struct engine_counters *c = engine_counters(t->engine);
	struct capture_status status = {0};
	bool live;

	capture_read_status(t->capture, &status);
	live = status.live || status.followed;
	snprintf(s->source, sizeof(s->source), "%s", t->source);
	s->capture = live			      ? (status.ended	  ? SNAPSHOT_ENDED
							 : status.running ? SNAPSHOT_LIVE
									  : SNAPSHOT_STOPPED)
		     : t->has_ended		      ? SNAPSHOT_LOADED
		     : status.running || status.ended ? SNAPSHOT_LOADING
						      : SNAPSHOT_STOPPED;
	s->elapsed_ns = live			   ? clock_monotonic_ns() - t->start_ns
			: c->last_ns > c->first_ns ? c->last_ns - c->first_ns
						   : 0;
	s->packets = c->packets;
	s->bytes = c->bytes;
	s->kernel_drops = status.kernel_drops;
	s->ring_drops = status.ring_drops;
	s->evicted_sessions = c->evicted;
	s->progress_permille = live ? -1 : progress_of(&status, c->packets);
	s->sessions = c->sessions;
	s->sessions_failed = c->sessions_failed;
	s->mails = c->mails;
	for (size_t i = 0; i < SEVERITIES; i++)
		s->findings[i] = c->findings[i];
	s->last_packet_ns = c->last_ns;
	s->jobs_pending = c->jobs_pending;
	s->wanted_session = shown_session(t);
	capture_info_fill(t->engine, &s->about);
}
