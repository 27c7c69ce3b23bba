/*
 * session_filter: whether a session is one that a filter (filter/expression.h) asks for.
 */
#ifndef ENGINE_SESSION_FILTER_H
#define ENGINE_SESSION_FILTER_H

#include "engine/connection.h"
#include "filter/expression.h"
#include "output/records.h"

struct engine;

/* What it takes to know a session; see engine_filter_scene. */
struct session_filter_scene {
	struct engine *engine;
	const struct store *store;
	const char *(*host_name)(const struct engine *e, const uint8_t *address, bool is_ipv6);
	const struct record_fields *(*fields)(struct engine *e, struct connection *v, struct mail *m);
};

/* When an answer is wanted. */
enum session_filter_when {
	SESSION_FILTER_NOW,	/* as it stands; never open */
	SESSION_FILTER_AT_LAST, /* open as long as what comes of the session may change it */
};

/* What is known of a session that goes on, whose commands and mails are not kept until its end. All zero at first. */
struct session_filter_state {
	uint64_t seen;	 /* a bit for each term that something of it has met */
	int64_t slowest; /* of its replies, in nanoseconds */
	bool is_busy;	 /* it has done more than look whether the server answers */
};

/* Of a session: when it begins; of a command that has its replies; of a mail whose outcome is known; at its end
 * (`is_last`), when nothing is open any more. `c` and `m` may be NULL. */
enum expression_truth session_filter_note(const struct session_filter_scene *scene, struct connection *v,
					  const struct expression *x, struct session_filter_state *state,
					  const struct command *c, struct mail *m, bool is_last);

/* Reads mails where a word asks for what is in them: their header fields are kept by the engine. */
enum expression_truth session_filter_weigh(const struct session_filter_scene *scene, struct connection *v,
					   const struct expression *x, enum session_filter_when when);

#endif
