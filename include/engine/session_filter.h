/*
 * session_filter: whether a session is one that a filter (filter/expression.h) asks for.
 */
#ifndef ENGINE_SESSION_FILTER_H
#define ENGINE_SESSION_FILTER_H

#include "engine/engine.h"
#include "filter/expression.h"

/* When an answer is wanted. */
enum session_filter_when {
	SESSION_FILTER_NOW,	/* as it stands; never open */
	SESSION_FILTER_AT_LAST, /* open as long as what comes of the session may change it */
};

/* Reads mails where a word asks for what is in them: their header fields are kept by the engine. */
enum expression_truth session_filter_weigh(struct engine *e, struct connection *v, const struct expression *x,
					   enum session_filter_when when);

#endif
