/*
 * saver: saves many mails one after the other: a few jobs are on their way to the helper thread at a time, so that
 * thousands need no memory for all of them, and the first files are there at once.
 *
 * Worker thread. What was chosen is pinned until it is done, so that it stays.
 */
#ifndef APP_SAVER_H
#define APP_SAVER_H

#include "engine/engine.h"

struct saver;

/* How far it is, since it was last idle. */
struct saver_progress {
	uint32_t orders;
	uint32_t total;
	uint32_t done; /* failed ones too */
	uint32_t failed;
	uint32_t partial;
	uint64_t files;
	uint64_t bytes;
	uint64_t passwords; /* shown in transcripts */
	uint64_t digests;
	struct error error; /* the first */
};

struct saver *saver_new(void);
/* Nothing is on its way any more. */
void saver_free(struct saver *s);

/* What is chosen from now on is saved that way. */
void saver_begin(struct saver *s, const struct engine_save_order *order);
/* A mail with data; without `m` the session's transcript or findings. Returns whether there is anything to save. */
bool saver_choose(struct saver *s, struct connection *v, const struct mail *m);

/* Sends jobs on their way as far as there is room. */
void saver_work(struct saver *s, struct engine *e);
/* A job has come back, perhaps one of its own. */
void saver_take(struct saver *s, const struct save_job *job);

bool saver_is_busy(const struct saver *s);
/* Chosen, and not yet on their way. */
uint32_t saver_waiting(const struct saver *s);
const struct saver_progress *saver_progress(const struct saver *s);

/* Gives up what is not on its way yet. */
void saver_cancel(struct saver *s, struct engine *e);

#endif
