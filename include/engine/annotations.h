/*
 * annotations: what others than the capture say of a session's ends: host names, the program that owns a connection.
 * They may come late, when the session is long over.
 *
 * A host name holds for the address, in whatever session (hostnames.h). All else a session carries itself, and loses
 * with itself; what it holds is charged to the budget of memory. Worker thread. Limits: ANNOTATIONS_MAX of a session,
 * the first of a kind for each end; ANNOTATIONS_TEXT_MAX bytes of each.
 */
#ifndef ENGINE_ANNOTATIONS_H
#define ENGINE_ANNOTATIONS_H

#include <stddef.h>

#include "common/endpoint.h"
#include "common/side.h"

/* The kind of host names. */
#define ANNOTATIONS_HOST_NAME "Host name"

enum {
	ANNOTATIONS_MAX = 16,
	ANNOTATIONS_TEXT_MAX = 256,
};

/* What a source is asked about: an end of a session. */
struct annotation_subject {
	uint64_t session; /* 0: the address alone, such as one that a proxy told */
	enum side side;
	struct endpoint ends[SIDES]; /* ends[side] and, for a session, its peer */
};

struct annotation {
	struct annotation *next;
	const char *kind; /* as it is shown: "Program"; a constant */
	enum side side;
	char text[]; /* no bytes of it have been looked at */
};

struct annotations {
	struct annotation *first; /* in the order in which they came */
	size_t count;
	size_t memory;
};

/* False: there is one of this kind for this side, or too many, or the text is empty. */
bool annotations_add(struct annotations *a, const char *kind, enum side side, const char *text);

/* NULL: none yet. */
const char *annotations_lookup(const struct annotations *a, const char *kind, enum side side);

void annotations_fini(struct annotations *a);

#endif
