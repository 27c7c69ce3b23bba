/*
 * viewer: answers a query with a snapshot: which sessions pass the filter and in what order, and the rows of the
 * focused session.
 *
 * Worker thread. What takes long (filtering, sorting, searching many rows) is a job done in slices: viewer_work.
 */
#ifndef PRESENT_VIEWER_H
#define PRESENT_VIEWER_H

#include "engine/engine.h"
#include "filter/expression.h"
#include "present/session_walk.h"
#include "snapshot/snapshot.h"

struct viewer;

struct viewer *viewer_new(bool never_secrets);
/* Of the engine that it shows; `ctx` is the viewer. */
extern const struct observer viewer_observer;
void viewer_free(struct viewer *v);

/* Everything decoded has been forgotten. */
void viewer_clear(struct viewer *v);

/* Takes the query over; starts or cancels jobs. */
void viewer_set_query(struct viewer *v, const struct query *query);
const struct query *viewer_query(const struct viewer *v);

/* The display filter in force (NULL: none), owned by the viewer from now on, and its text. */
void viewer_set_filter(struct viewer *v, struct expression *filter, const char *text);
/* That text is no filter; the one in force stays. */
void viewer_set_filter_error(struct viewer *v, const char *text, const struct expression_fault *fault);
void viewer_set_filter_busy(struct viewer *v);

/* Works on what is unfinished, for at most about 2 ms. Returns whether there is more to do. */
bool viewer_work(struct viewer *v, struct engine *e);

/* Fills all of the snapshot but for what the worker knows alone (title, messages, settings). */
void viewer_fill(struct viewer *v, struct engine *e, struct snapshot *s);

/* Calls `visit` for each end of the sessions in the list's window, and of the focused one. */
void viewer_each_end(struct viewer *v, struct engine *e,
		     void (*visit)(void *ctx, const struct annotation_subject *about), void *ctx);

/* Begins a walk over the sessions that pass the filter, in the list's order. False: they are not all known yet; to be
 * tried again after some more of viewer_work. */
bool viewer_walk_shown(struct viewer *v, struct engine *e, struct session_walk *walk);

#endif
