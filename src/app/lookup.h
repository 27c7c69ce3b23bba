/*
 * lookup: sources outside of the capture that are asked about the ends of the sessions on the screen, such as the
 * resolver for host names.
 *
 * A source is a file with a row of operations, and that row in the table of lookup.c. It is open while the screen wants
 * it, is asked about each end that lacks its annotation, and gives what it has found when it has found it: the session,
 * or the address, carries that from then on, and nobody waits. How a source comes to its answers, and how many
 * questions it has on their way, is its own; it rings the worker when an answer is there. Worker thread.
 */
#ifndef APP_LOOKUP_H
#define APP_LOOKUP_H

#include "base/error.h"
#include "present/viewer.h"
#include "snapshot/snapshot.h"
#include "sync/doorbell.h"

enum {
	LOOKUP_SOURCES_MAX = 8,
};

struct lookup_options {
	struct doorbell *worker; /* to be rung when an answer is there */
	const char *resolver;	 /* name server; NULL: those of the system */
	bool never_asks;	 /* nothing is made ready: opening may fail */
};

struct lookup_counters {
	uint32_t asked;
	uint32_t answered;
	uint32_t unanswered; /* there is nothing, or no answer came */
};

/* `about` as it was asked, or its address alone where the annotation is one of the address. */
typedef void lookup_sink(void *ctx, const struct annotation_subject *about, const char *text);

struct lookup_ops {
	const char *kind; /* of its annotations: see engine/annotations.h */
	/* Makes ready, and gives back, what the process cannot have later, such as a thread; or NULL. */
	void (*prepare)(void);
	void (*release)(void);
	bool (*is_wanted)(const struct query *query);
	void *(*open)(const struct lookup_options *options, struct error *err);
	/* Gives up what is on its way. NULL is none. */
	void (*close)(void *source);
	/* Asks, unless that was asked before or there are too many: then another time. */
	void (*ask)(void *source, const struct annotation_subject *about);
	/* Gives what was found to `sink`; never waits. Returns whether any answer was there, also those that say
	 * nothing. */
	bool (*collect)(void *source, lookup_sink *sink, void *ctx);
	/* Asked and not answered yet. */
	uint32_t (*pending)(const void *source);
	struct lookup_counters (*counters)(const void *source);
};

struct lookup;

/* `rows` ends in NULL; NULL: all that the program has. `options` is copied. */
struct lookup *lookup_new(const struct lookup_ops *const *rows, const struct lookup_options *options);
void lookup_free(struct lookup *l);

/* Closes all: what was asked is forgotten, as what was answered goes with the engine. */
void lookup_forget(struct lookup *l);

/* Opens what the query wants, closes what it does not, and takes the answers. Returns whether any came. `err` is
 * filled, and else empty, when one could not be opened; that is tried again when it is wanted the next time. */
bool lookup_serve(struct lookup *l, const struct query *query, struct engine *e, struct error *err);

/* Asks about the ends that the screen shows. */
void lookup_ask(struct lookup *l, struct viewer *v, struct engine *e);

/* How many answers are on their way, and of names how many were asked for and are missing. */
void lookup_fill(const struct lookup *l, struct snapshot *s);

#endif
