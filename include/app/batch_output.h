/*
 * batch_output: writes what the engine decodes: JSON lines, lines for a person, or a report; to standard output,
 * without a screen, or JSON lines to a file beside it or beside a screen.
 */
#ifndef APP_BATCH_OUTPUT_H
#define APP_BATCH_OUTPUT_H

#include <stdatomic.h>

#include "app/record_sink.h"
#include "engine/engine.h"

enum batch_output_mode {
	BATCH_OUTPUT_LINES,
	BATCH_OUTPUT_JSON,
	BATCH_OUTPUT_REPORT,
	BATCH_OUTPUT_STATISTICS, /* as tables */
};

struct batch_output_options {
	enum batch_output_mode mode;
	bool sessions; /* which JSON datasets are wanted */
	bool commands;
	bool mails;
	bool diagnoses;
	bool capture;
	bool statistics;
	bool show_secrets;
	struct record_origin origin;
	bool has_few;		/* most sessions are not put out */
	bool has_filter;	/* whether a session is, is decided while it goes on */
	uint64_t waiting_limit; /* bytes that wait, of a report for the end of the input; 0: all */
	int fd;
	struct record_sink *file; /* of JSON, in place of `fd`; the batch_output's from now on. NULL: there is none */
	bool is_live;		  /* nothing waits for the file: records are given up */
	bool waits_a_little;	  /* for the file: as long as something is written now and then */
};

struct batch_output;

/* NULL: there is no thread to be had for JSON. */
struct batch_output *batch_output_new(const struct batch_output_options *options, struct error *err);
void batch_output_free(struct batch_output *p);

/* For engine_options; only the functions that the mode needs are set, so that nothing is decoded in vain. */
const struct engine_output *batch_output_output(const struct batch_output *p);

/* Writes what has gathered. False once writing failed (nobody reads any more, disk full). */
bool batch_output_flush(struct batch_output *p, struct error *err);

/* Its path; NULL: it goes to standard output, and there is no going on when that fails. */
const char *batch_output_file(const struct batch_output *p);
/* From when on nobody waits for long, whatever the options say. It stays the caller's. */
void batch_output_heed(struct batch_output *p, const atomic_bool *stop);
/* Opens that again: it may have been moved. */
void batch_output_reopen(struct batch_output *p);
/* How many records were given up because the file is not written fast enough. */
uint64_t batch_output_given_up(const struct batch_output *p);
/* What is to be said, at the end, of records that could not be written to the file; false: there are none. */
bool batch_output_tell_lost(const struct batch_output *p, struct error *err);
/* The capture is over: waiting a little for the file harms nobody any more, until another begins. */
void batch_output_slow_down(struct batch_output *p);

/* From here on the packets go into a file of this name. */
void batch_output_written(struct batch_output *p, struct slice file);

/* Packets were lost, and the input goes on. The numbers are of the whole capture. */
void batch_output_dropped(struct batch_output *p, const struct engine *e, const struct record_drops *drops);

/* A minute has passed, and the input goes on. */
void batch_output_minute(struct batch_output *p, const struct engine *e, const struct record_drops *drops);

/* Another capture begins, sessions count from 1 again. */
void batch_output_restart(struct batch_output *p, const struct engine *e, const struct record_drops *drops);

/* The end of the input: the capture record, the report. */
void batch_output_finish(struct batch_output *p, const struct engine *e, const struct record_drops *drops);

#endif
