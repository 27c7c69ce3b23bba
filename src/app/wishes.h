/*
 * wishes: carries out what the user asks for by requests (marks, saving, filters, settings, stop and go) and keeps what
 * is to be answered: messages, settings in force. Worker thread.
 */
#ifndef APP_WISHES_H
#define APP_WISHES_H

#include "app/clerk.h"
#include "app/worker.h"
#include "capture/capture.h"
#include "engine/engine.h"
#include "present/viewer.h"
#include "snapshot/request.h"

struct wishes;

struct wishes_scene {
	struct capture *capture;
	struct viewer *viewer;
	struct clerk *clerk;
	const char *source; /* what is captured from, for the file of an export */
	bool never_secrets;
	struct engine_options *settings; /* those a new engine is made with: kept up to date */
};

struct wishes *wishes_new(const struct wishes_scene *scene);
void wishes_free(struct wishes *w);

void wishes_carry_out(struct wishes *w, struct engine *e, const struct request *r);

/* A job that a wish began, or saving by itself, is done. */
void wishes_saved(struct wishes *w, struct engine *e, const struct save_job *job);

/* Gives up what goes on by itself and is not finished: an export, mails that wait to be saved. Afterwards no session is
 * needed any more for it. */
void wishes_give_up(struct wishes *w, struct engine *e);

/* A message for the user. */
void wishes_say(struct wishes *w, bool is_error, const char *text);

/* Messages, marks and settings, into the snapshot. */
void wishes_fill(struct wishes *w, struct engine *e, struct snapshot *s);

#endif
