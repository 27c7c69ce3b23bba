/*
 * outputs: what is put out side by side, as one: standard output, the file of --json-file. It hands on what the engine
 * decodes, and tells what is told of a capture that goes on. Private to the app layer; worker thread.
 */
#ifndef APP_OUTPUTS_H
#define APP_OUTPUTS_H

#include "app/worker.h"

struct outputs {
	struct batch_output *list[WORKER_PRINTERS];
	size_t count;
	struct engine_output output;
	const struct capture *capture;
	/* Tells the user. */
	void (*warn)(void *ctx, const char *line);
	void *warn_ctx;
	bool is_over;	 /* standard output has failed */
	bool has_failed; /* a file has */
	int64_t flush_ns;
	int64_t drops_ns; /* when packets that were lost were last told */
	uint64_t drops_told;
	int64_t minute_ns; /* when the capture record of a minute was due */
	int64_t given_up_ns;
	uint64_t given_up_told;
};

/* Empty members of `printers` are left out. `capture`, `warn` and `warn_ctx` are set before. */
void outputs_init(struct outputs *o, struct batch_output *const printers[WORKER_PRINTERS]);

/* For engine_options, with `o` as context; NULL: nothing is put out. Only functions that one of them needs are set. */
const struct engine_output *outputs_output(const struct outputs *o);

/* From here on the packets go into a file of this name. */
void outputs_written(struct outputs *o, struct slice file);
/* Tells what is due, and writes: at once when there is nothing else to do. */
void outputs_work(struct outputs *o, const struct engine *e, bool is_idle);
/* Opens files again. */
void outputs_reopen(struct outputs *o);
/* All sessions are about to end, and no packet waits. */
void outputs_slow_down(struct outputs *o);
/* They have ended, and another capture begins. */
void outputs_restart(struct outputs *o, const struct engine *e);
/* They have ended for good. */
void outputs_finish(struct outputs *o, const struct engine *e);

#endif
