/*
 * shortfall: what a capture that was read lacks: link types that can be read, the session that was asked for, room for
 * those that waited for their keys. Private to app.
 */
#ifndef APP_SHORTFALL_H
#define APP_SHORTFALL_H

#include "engine/engine.h"

enum {
	SHORTFALL_SIZE = 256,
};

/* A capture of which nothing can be read is no empty capture: it must be said. And: whether that is so. */
bool shortfall_links(const struct engine *e, char line[SHORTFALL_SIZE]);
bool shortfall_is_all(const struct engine *e);
/* Sessions that were not waited for as long as was asked. */
bool shortfall_keys(const struct engine *e, char line[SHORTFALL_SIZE]);
/* A session that was asked for and is not there is no empty answer. `wanted` NULL: none was. */
bool shortfall_session(const struct engine *e, const struct wanted *wanted, char line[SHORTFALL_SIZE]);

#endif
