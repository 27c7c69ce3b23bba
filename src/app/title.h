/*
 * title: the screen's first line: what is captured, how it stands, what was found; and what About says. Private to app;
 * worker thread.
 */
#ifndef APP_TITLE_H
#define APP_TITLE_H

#include "capture/capture.h"
#include "engine/engine.h"
#include "snapshot/snapshot.h"

struct title {
	struct engine *engine;
	struct capture *capture;
	const char *source;
	int64_t start_ns; /* when the capture began, by this machine's clock */
	bool has_ended;	  /* all of it was taken in */
	bool wants_one;	  /* one session is to be opened */
};

void title_fill(const struct title *t, struct snapshot *s);

#endif
