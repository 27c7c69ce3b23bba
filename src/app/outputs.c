#include "app/outputs.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"

enum {
	FLUSH_MS = 100,
};

#define MINUTE_NS (60 * CLOCK_NS_PER_S)

/* ---- what the engine decodes ---- */

/* Each has itself as the context of its functions. */
static void put_command(void *ctx, struct connection *v, const struct command *c)
{
	const struct outputs *o = ctx;

	for (size_t i = 0; i < o->count; i++) {
		const struct engine_output *one = batch_output_output(o->list[i]);

		if (one->command != NULL)
			one->command(o->list[i], v, c);
	}
}

static void put_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	const struct outputs *o = ctx;

	for (size_t i = 0; i < o->count; i++) {
		const struct engine_output *one = batch_output_output(o->list[i]);

		if (one->mail != NULL)
			one->mail(o->list[i], v, m, fields);
	}
}

static void put_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	const struct outputs *o = ctx;

	for (size_t i = 0; i < o->count; i++) {
		const struct engine_output *one = batch_output_output(o->list[i]);

		if (one->session != NULL)
			one->session(o->list[i], v, names);
	}
}

static void tell_decided(void *ctx, const struct connection *v)
{
	const struct outputs *o = ctx;

	for (size_t i = 0; i < o->count; i++) {
		const struct engine_output *one = batch_output_output(o->list[i]);

		if (one->decided != NULL)
			one->decided(o->list[i], v);
	}
}

static bool is_full(void *ctx)
{
	const struct outputs *o = ctx;

	for (size_t i = 0; i < o->count; i++) {
		const struct engine_output *one = batch_output_output(o->list[i]);

		if (one->is_full != NULL && one->is_full(o->list[i]))
			return true;
	}
	return false;
}

void outputs_init(struct outputs *o, struct batch_output *const printers[WORKER_PRINTERS])
{
	for (size_t i = 0; i < WORKER_PRINTERS; i++) {
		const struct engine_output *one;

		if (printers[i] == NULL)
			continue;
		o->list[o->count++] = printers[i];
		one = batch_output_output(printers[i]);
		if (one->command != NULL)
			o->output.command = put_command;
		if (one->mail != NULL)
			o->output.mail = put_mail;
		if (one->session != NULL)
			o->output.session = put_session;
		if (one->decided != NULL) {
			o->output.decided = tell_decided;
			o->output.is_full = is_full;
		}
	}
	o->minute_ns = clock_monotonic_ns();
}

const struct engine_output *outputs_output(const struct outputs *o)
{
	return o->count > 0 ? &o->output : NULL;
}

void outputs_written(struct outputs *o, struct slice file)
{
	for (size_t i = 0; i < o->count; i++)
		batch_output_written(o->list[i], file);
}

/* ---- what is told ---- */

static struct record_drops read_drops(const struct outputs *o, struct capture_status *status)
{
	*status = (struct capture_status){0};
	capture_read_status(o->capture, status);
	return (struct record_drops){.kernel = status->kernel_drops, .ring = status->ring_drops};
}

/* Of a file that does not grow they are told at its end. */
static void tell_drops(struct outputs *o, const struct engine *e, int64_t now_ns)
{
	struct capture_status status;
	struct record_drops drops;

	if (now_ns - o->drops_ns < CLOCK_NS_PER_S)
		return;
	drops = read_drops(o, &status);
	if ((!status.live && !status.followed) || drops.kernel + drops.ring == o->drops_told)
		return;
	o->drops_told = drops.kernel + drops.ring;
	o->drops_ns = now_ns;
	for (size_t i = 0; i < o->count; i++)
		batch_output_dropped(o->list[i], e, &drops);
}

/* Of what comes as it happens. */
static void tell_minute(struct outputs *o, const struct engine *e, int64_t now_ns)
{
	struct capture_status status;
	struct record_drops drops;

	if (now_ns - o->minute_ns < MINUTE_NS)
		return;
	o->minute_ns = now_ns;
	drops = read_drops(o, &status);
	for (size_t i = 0; i < o->count && (status.live || status.fed); i++)
		batch_output_minute(o->list[i], e, &drops);
}

static void tell_given_up(struct outputs *o, int64_t now_ns)
{
	char line[512];

	for (size_t i = 0; i < o->count; i++) {
		uint64_t count = batch_output_given_up(o->list[i]);

		if (count == o->given_up_told || batch_output_file(o->list[i]) == NULL)
			continue;
		o->given_up_told = count;
		o->given_up_ns = now_ns;
		snprintf(line, sizeof(line), "%" PRIu64 " record%s given up so far: %.300s is not written fast enough",
			 count, count == 1 ? "" : "s", batch_output_file(o->list[i]));
		o->warn(o->warn_ctx, line);
	}
}

/* Also of the last record, which itself may have found no room. */
static void tell_lost(struct outputs *o)
{
	struct error err;

	for (size_t i = 0; i < o->count; i++)
		if (batch_output_tell_lost(o->list[i], &err))
			o->warn(o->warn_ctx, err.text);
}

/* ---- writing ---- */

static void flush(struct outputs *o)
{
	struct error err;

	for (size_t i = 0; i < o->count; i++) {
		bool is_file = batch_output_file(o->list[i]) != NULL;

		if ((!is_file && o->is_over) || batch_output_flush(o->list[i], &err))
			continue;
		if (!is_file || !o->has_failed)
			o->warn(o->warn_ctx, err.text);
		if (is_file)
			o->has_failed = true;
		else
			o->is_over = true;
	}
}

void outputs_work(struct outputs *o, const struct engine *e, bool is_idle)
{
	int64_t now_ns = o->count > 0 ? clock_monotonic_ns() : 0;

	if (o->count == 0)
		return;
	tell_drops(o, e, now_ns);
	tell_minute(o, e, now_ns);
	if (now_ns - o->given_up_ns >= CLOCK_NS_PER_S)
		tell_given_up(o, now_ns);
	if (!is_idle && now_ns - o->flush_ns < FLUSH_MS * CLOCK_NS_PER_MS)
		return;
	o->flush_ns = now_ns;
	flush(o);
}

void outputs_reopen(struct outputs *o)
{
	for (size_t i = 0; i < o->count; i++)
		batch_output_reopen(o->list[i]);
}

void outputs_slow_down(struct outputs *o)
{
	for (size_t i = 0; i < o->count; i++)
		batch_output_slow_down(o->list[i]);
}

void outputs_restart(struct outputs *o, const struct engine *e)
{
	struct capture_status status;
	struct record_drops drops;

	drops = read_drops(o, &status);
	for (size_t i = 0; i < o->count; i++)
		batch_output_restart(o->list[i], e, &drops);
}

void outputs_finish(struct outputs *o, const struct engine *e)
{
	struct capture_status status;
	struct record_drops drops;

	drops = read_drops(o, &status);
	for (size_t i = 0; i < o->count; i++)
		batch_output_finish(o->list[i], e, &drops);
	tell_given_up(o, 0);
	flush(o);
	tell_lost(o);
}
