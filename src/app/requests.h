/*
 * requests: carries out what the user asks for by requests (marks, saving, filters, settings, stop and go) and keeps
 * what is to be answered: messages, settings in force. Worker thread.
 */
#ifndef APP_REQUESTS_H
#define APP_REQUESTS_H

#include "app/task_queue.h"
#include "app/worker.h"
#include "capture/capture.h"
#include "engine/engine.h"
#include "present/viewer.h"
#include "snapshot/request.h"

struct requests;

struct requests_scene {
	struct capture *capture;
	struct viewer *viewer;
	struct task_queue *tasks;
	const char *source; /* what is captured from, for the file of an export */
	bool never_secrets;
	struct key_sources *keys;	 /* of TLS */
	struct engine_options *settings; /* those a new engine is made with: kept up to date */
};

struct requests *requests_new(const struct requests_scene *scene);
void requests_free(struct requests *w);

/* What concerns many sessions goes on in requests_work; a request that comes meanwhile waits for its turn. */
void requests_carry_out(struct requests *w, struct engine *e, const struct request *r);

/* Goes on for about 2 ms. Returns whether there is more to do. */
bool requests_work(struct requests *w, struct engine *e);

/* A job that a request began, or saving by itself, is done. */
void requests_saved(struct requests *w, struct engine *e, const struct save_job *job);

/* Gives up what goes on by itself and is not finished: an export, mails that wait to be saved. Afterwards no session is
 * needed any more for it. */
void requests_give_up(struct requests *w, struct engine *e);

/* A message for the user. */
void requests_say(struct requests *w, bool is_error, const char *text);

/* Messages, marks and settings, into the snapshot. */
void requests_fill(struct requests *w, struct engine *e, struct snapshot *s);

#endif
