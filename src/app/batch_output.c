#include "app/batch_output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/output_row.h"
#include "app/record_thread.h"
#include "app/waiting.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	FLUSH_SIZE = 256 * 1024,
};

static const struct output_row *const rows[] = {
	[BATCH_OUTPUT_LINES] = &output_row_lines,
	[BATCH_OUTPUT_JSON] = &output_row_json,
	[BATCH_OUTPUT_REPORT] = &output_row_report,
	[BATCH_OUTPUT_STATISTICS] = &output_row_statistics,
};

static void write_out(struct batch_output *p)
{
	struct slice rest = buffer_slice(&p->out);

	while (rest.len > 0 && p->failed_errno == 0) {
		ssize_t written = write(p->options.fd, rest.data, rest.len);

		if (written >= 0)
			rest = slice_after(rest, (size_t)written);
		else if (errno != EINTR)
			p->failed_errno = errno;
	}
	buffer_clear(&p->out);
}

void output_row_warn_dropped(const struct record_drops *drops)
{
	log_warn("%" PRIu64 " packet%s lost so far: a larger `buffer` in the configuration loses less",
		 drops->kernel + drops->ring, text_plural(drops->kernel + drops->ring));
}

void output_row_put(struct batch_output *p, const struct connection *v, struct slice text, int64_t now_ns)
{
	if (v->passes == EXPRESSION_OPEN)
		waiting_add(p->waiting, v->session->number, text, now_ns);
	else
		rows[p->options.mode]->put(p, text, now_ns);
}

static void put_waiting(void *ctx, struct slice text, int64_t now_ns)
{
	struct batch_output *p = ctx;

	rows[p->options.mode]->put(p, text, now_ns);
}

static void decided(void *ctx, const struct connection *v)
{
	struct batch_output *p = ctx;
	const struct output_row *row = rows[p->options.mode];
	bool passes = v->passes == EXPRESSION_YES;

	waiting_take(p->waiting, v->session->number, passes ? put_waiting : NULL, p);
	if (!passes && row->drop != NULL)
		row->drop(p, v->session->number);
}

static bool is_full(void *ctx)
{
	const struct batch_output *p = ctx;

	return waiting_is_full(p->waiting);
}

void output_row_flush(struct batch_output *p)
{
	if (p->out.len >= FLUSH_SIZE)
		write_out(p);
}

static enum record_patience patience_of(const struct batch_output_options *o)
{
	if (o->file != NULL && o->is_live)
		return RECORD_NEVER_WAITS;
	return o->file != NULL && o->waits_a_little ? RECORD_WAITS_A_LITTLE : RECORD_WAITS;
}

static bool start_records(struct batch_output *p, struct error *err)
{
	struct record_sink *sink = p->options.file != NULL ? p->options.file : record_sink_new(p->options.fd);

	p->records = records_new_tape(p->options.show_secrets);
	p->thread = record_thread_new(sink, &p->options.origin, patience_of(&p->options), err);
	p->options.origin = (struct record_origin){.version = NULL};
	return p->thread != NULL;
}

struct batch_output *batch_output_new(const struct batch_output_options *options, struct error *err)
{
	struct batch_output *p = mem_zalloc(sizeof(*p));
	const struct output_row *row = rows[options->mode];

	p->options = *options;
	if (options->mode == BATCH_OUTPUT_JSON && !start_records(p, err)) {
		batch_output_free(p);
		return NULL;
	}
	p->output = row->output;
	if (row->choose != NULL)
		row->choose(options, &p->output);
	if (options->has_filter) {
		p->waiting = waiting_new(options->waiting_limit);
		p->output.decided = decided;
		p->output.is_full = is_full;
	}
	return p;
}

void batch_output_free(struct batch_output *p)
{
	if (p == NULL)
		return;
	record_thread_free(p->thread);
	records_free(p->records);
	buffer_fini(&p->tape);
	buffer_fini(&p->line);
	output_row_fini_report(&p->report);
	waiting_free(p->waiting);
	buffer_fini(&p->out);
	free(p);
}

void batch_output_heed(struct batch_output *p, const atomic_bool *stop)
{
	if (p->thread != NULL)
		record_thread_heed(p->thread, stop);
}

const struct engine_output *batch_output_output(const struct batch_output *p)
{
	return &p->output;
}

static void hand_over(struct batch_output *p)
{
	if (p->thread != NULL)
		record_thread_flush(p->thread);
	else
		write_out(p);
}

bool batch_output_flush(struct batch_output *p, struct error *err)
{
	hand_over(p);
	if (p->thread != NULL)
		return !record_sink_failure(record_thread_sink(p->thread), err);
	if (p->failed_errno == 0)
		return true;
	return error_set(err, "cannot write to standard output: %s", strerror(p->failed_errno));
}

const char *batch_output_file(const struct batch_output *p)
{
	return p->thread != NULL ? record_sink_path(record_thread_sink(p->thread)) : NULL;
}

void batch_output_reopen(struct batch_output *p)
{
	if (p->thread != NULL)
		record_thread_reopen(p->thread);
}

uint64_t batch_output_given_up(const struct batch_output *p)
{
	return p->thread != NULL ? record_thread_given_up(p->thread) : 0;
}

bool batch_output_tell_lost(const struct batch_output *p, struct error *err)
{
	return p->thread != NULL && record_sink_tell_lost(record_thread_sink(p->thread), err);
}

void batch_output_slow_down(struct batch_output *p)
{
	if (p->thread != NULL && patience_of(&p->options) == RECORD_NEVER_WAITS)
		record_thread_set_patience(p->thread, RECORD_WAITS_A_LITTLE);
}

void batch_output_written(struct batch_output *p, struct slice file)
{
	if (p->thread != NULL)
		record_thread_written(p->thread, file);
}

void batch_output_dropped(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	rows[p->options.mode]->dropped(p, e, drops);
	hand_over(p);
}

void batch_output_minute(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	if (rows[p->options.mode]->minute == NULL)
		return;
	rows[p->options.mode]->minute(p, e, drops);
	hand_over(p);
}

void batch_output_restart(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	batch_output_minute(p, e, drops);
	if (p->thread != NULL)
		record_thread_set_patience(p->thread, patience_of(&p->options));
}

void batch_output_finish(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	rows[p->options.mode]->finish(p, e, drops);
	if (p->thread != NULL)
		record_thread_finish(p->thread);
	hand_over(p);
}
