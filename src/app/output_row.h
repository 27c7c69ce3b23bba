/*
 * output_row: what is put out without a screen, a row each: output_json.c, output_lines.c, output_report.c,
 * output_statistics.c. Private to
 * the app layer; batch_output.c has the table.
 */
#ifndef APP_OUTPUT_ROW_H
#define APP_OUTPUT_ROW_H

#include "app/batch_output.h"
#include "base/buffer.h"

/* Of one session. */
struct report_page {
	uint64_t session;
	bool is_complete;
	struct buffer text;
};

/* What waits of a report. */
struct report {
	struct report_page *pages; /* of the sessions after `put_until`, by number */
	size_t page_count;
	size_t page_cap;
	uint64_t waiting; /* bytes that they take */
	uint64_t put_until;
	struct report_page *late; /* of the sessions before, as far as they wait, by number; all where there are few */
	size_t late_count;
	size_t late_cap;
};

/* What a session that may not pass the filter has put out until now: see waiting.h. */
struct waiting;

struct batch_output {
	struct batch_output_options options;
	struct waiting *waiting; /* NULL: there is no filter */
	struct engine_output output;
	struct buffer out;
	struct buffer line; /* the one at hand */
	/* JSON */
	struct records *records;
	struct record_thread *thread;
	struct buffer tape;    /* of the record at hand */
	int64_t capture_ns[2]; /* time of the latest capture record: before the first packet, since */
	struct report report;
	struct record_drops told; /* packets that were lost, as a line has said */
	int failed_errno;	  /* not of JSON */
};

struct output_row {
	struct engine_output output; /* with the batch_output as context */
	/* Takes away what the options do not ask for; NULL: they always ask for all. */
	void (*choose)(const struct batch_output_options *options, struct engine_output *output);
	void (*dropped)(struct batch_output *p, const struct engine *e, const struct record_drops *drops);
	/* Of a capture that goes on, once a minute, and when another begins; NULL: nothing. */
	void (*minute)(struct batch_output *p, const struct engine *e, const struct record_drops *drops);
	void (*finish)(struct batch_output *p, const struct engine *e, const struct record_drops *drops);
	/* A line, or a record, that need not wait. */
	void (*put)(struct batch_output *p, struct slice text, int64_t now_ns);
	/* A session does not pass; NULL: it has left nothing. */
	void (*drop)(struct batch_output *p, uint64_t session);
};

extern const struct output_row output_row_json;
extern const struct output_row output_row_lines;
extern const struct output_row output_row_report;
extern const struct output_row output_row_statistics;

/* Puts the statistics as records onto the tape, each handed on by `put`. */
void output_row_put_statistics(struct batch_output *p, const struct engine *e, void (*put)(struct batch_output *p));

/* Where no record and no line tells it. */
void output_row_warn_dropped(const struct record_drops *drops);

void output_row_fini_report(struct report *r);

/* Puts out what a session that is open has to wait with, and others at once: a line, or a record of `now_ns`. */
void output_row_put(struct batch_output *p, const struct connection *v, struct slice text, int64_t now_ns);

/* Writes when enough has gathered. */
void output_row_flush(struct batch_output *p);

#endif
