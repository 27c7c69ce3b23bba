#include "app/worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/key_feed.h"
#include "app/lookup.h"
#include "app/outputs.h"
#include "app/requests.h"
#include "app/session_file.h"
#include "app/shortfall.h"
#include "app/task_queue.h"
#include "app/title.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "capture/source.h"
#include "guard/files.h"
#include "guard/syscalls.h"
#include "present/viewer.h"

enum {
	BATCH = 1024,	  /* records between two looks at anything else */
	IDLE_MS = 250,	  /* a clock on the screen, an output that waits */
	SNAPSHOT_MS = 50, /* at most so often when only counters change */
};

struct worker {
	struct worker_options options;
	struct engine *engine;
	struct viewer *viewer;
	struct requests *requests;
	struct task_queue *tasks;
	struct lookup *lookup; /* with a screen */
	struct outputs outputs;
	bool capture_ended;
	bool quit;
	bool failed;
	bool is_change_told;  /* of a capture file */
	atomic_bool has_left; /* the user: the task queue asks */
	bool dirty;	      /* a snapshot would show something new */
	bool viewer_busy;     /* the viewer had more to do */
	int64_t snapshot_ns;  /* when the latest was published */
	int64_t start_ns;     /* when the capture began, by this machine's clock */
	uint64_t damaged;
	struct key_feed keys;
};

/* A job of the engine on its way through the task queue. */
struct save_task {
	struct task task;
	struct save_job *job;
	struct worker *worker;
};

static void run_save(struct task *task)
{
	save_run(((struct save_task *)(void *)task)->job);
}

static void finished_save(void *ctx, struct task *task)
{
	struct save_task *t = (struct save_task *)(void *)task;
	struct worker *w = ctx;

	if (w->requests != NULL)
		requests_saved(w->requests, w->engine, t->job);
	engine_job_done(w->engine, t->job);
	free(t);
	w->dirty = true;
}

static void submit_save(void *ctx, struct save_job *job)
{
	struct worker *w = ctx;
	struct save_task *t = mem_zalloc(sizeof(*t));

	t->task.run = run_save;
	t->task.finished = finished_save;
	t->job = job;
	task_queue_submit(w->tasks, &t->task);
}

static void wait_for_jobs(struct worker *w)
{
	while (engine_counters(w->engine)->jobs_pending > 0) {
		if (task_queue_collect(w->tasks))
			continue;
		doorbell_prepare(w->options.doorbell);
		if (task_queue_collect(w->tasks))
			doorbell_answer(w->options.doorbell);
		else
			doorbell_wait(w->options.doorbell, IDLE_MS);
	}
}

static bool is_given_up(void *ctx)
{
	const struct worker *w = ctx;

	return *w->options.stop || w->has_left;
}

/* On any thread. */
static void look_at_source(void *ctx, unsigned int number)
{
	source_look(capture_source(ctx, number));
}

static void open_engine(struct worker *w)
{
	const struct capture *c = w->options.capture;
	const struct store_watch watch = {.look = look_at_source, .ctx = w->options.capture};

	w->engine = engine_new(&w->options.engine);
	for (unsigned int i = 0; i < capture_source_count(c); i++) {
		const struct source *s = capture_source(c, i);

		if (source_mapping(s).len == 0)
			continue;
		engine_map(w->engine, i, source_mapping(s));
		engine_watch(w->engine, i, source_intact(s), &watch);
	}
}

static void warn(void *ctx, const char *line)
{
	const struct worker *w = ctx;

	log_warn("%s", line);
	if (w->requests != NULL)
		requests_say(w->requests, true, line);
}

static void write_packet(void *ctx, const struct packet_record *r, struct slice bytes)
{
	struct worker *w = ctx;
	const char *begun = session_file_put(w->options.session_file, r, bytes);

	if (begun != NULL)
		outputs_written(&w->outputs, slice_from_text(begun));
}

static void write_keys(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], const struct key_set *keys)
{
	const struct worker *w = ctx;

	session_file_put_keys(w->options.session_file, client_random, keys);
}

struct worker *worker_new(const struct worker_options *options, struct error *err)
{
	struct worker *w = mem_zalloc(sizeof(*w));

	w->options = *options;
	w->tasks = task_queue_new(options->doorbell, w, err);
	if (w->tasks == NULL) {
		free(w);
		return NULL;
	}
	w->options.engine.submit = submit_save;
	w->options.engine.submit_ctx = w;
	w->options.engine.is_given_up = is_given_up;
	if (options->session_file != NULL) {
		w->options.engine.packet = write_packet;
		w->options.engine.packet_ctx = w;
		w->options.engine.wants_all_packets = options->writes_all;
		w->options.engine.secrets = options->writes_secrets ? write_keys : NULL;
	}
	w->outputs = (struct outputs){.capture = options->capture, .warn = warn, .warn_ctx = w};
	for (size_t i = 0; i < WORKER_PRINTERS; i++)
		if (options->printers[i] != NULL)
			batch_output_heed(options->printers[i], options->stop);
	outputs_init(&w->outputs, options->printers);
	w->options.engine.output = outputs_output(&w->outputs);
	w->options.engine.output_ctx = &w->outputs;
	w->start_ns = clock_monotonic_ns();
	key_feed_init(&w->keys, options->keys, options->doorbell);
	if (options->snapshots != NULL) {
		w->viewer = viewer_new(options->never_secrets);
		observers_add(&w->options.engine.observers, &viewer_observer, w->viewer);
	}
	open_engine(w);
	if (w->viewer != NULL) {
		w->lookup = lookup_new(NULL, &(struct lookup_options){.worker = options->doorbell,
								      .resolver = options->resolver,
								      .never_asks = options->engine.numeric});
		w->requests = requests_new(&(struct requests_scene){.capture = options->capture,
								    .viewer = w->viewer,
								    .tasks = w->tasks,
								    .source = options->source,
								    .never_secrets = options->never_secrets,
								    .keys = options->keys,
								    .settings = &w->options.engine});
	}
	return w;
}

void worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	lookup_free(w->lookup);
	task_queue_free(w->tasks);
	engine_free(w->engine);
	viewer_free(w->viewer);
	requests_free(w->requests);
	free(w);
}

/* ---- lookups ---- */

/* Nobody is asked unless the screen says so. */
static void serve_lookups(struct worker *w)
{
	struct error err;

	if (lookup_serve(w->lookup, viewer_query(w->viewer), w->engine, &err))
		w->dirty = true;
	if (err.text[0] != '\0')
		requests_say(w->requests, true, err.text);
}

/* ---- packets ---- */

static void start_anew(struct worker *w)
{
	if (w->requests != NULL)
		requests_give_up(w->requests, w->engine);
	if (w->lookup != NULL)
		lookup_forget(w->lookup);
	w->has_left = true; /* what is still to be saved does not wait for others */
	if (w->outputs.count > 0 || w->options.session_file != NULL) {
		outputs_slow_down(&w->outputs);
		engine_finish(w->engine);
	}
	wait_for_jobs(w);
	w->has_left = false;
	outputs_restart(&w->outputs, w->engine);
	engine_free(w->engine);
	open_engine(w);
	if (w->viewer != NULL)
		viewer_clear(w->viewer);
	w->start_ns = clock_monotonic_ns();
}

static void note_damage(struct worker *w, struct slice text)
{
	char line[512];

	snprintf(line, sizeof(line), "%.*s", (int)(text.len < sizeof(line) ? text.len : sizeof(line) - 1),
		 (const char *)text.data);
	warn(w, line);
	w->damaged++;
}

/* Told once, by whoever finds it first: the reader, who knows the place, or who needs the bytes again. */
static void note_change(struct worker *w, struct slice text)
{
	if (!w->is_change_told)
		note_damage(w, text);
	w->is_change_told = w->failed = true;
}

static void note_vain_keys(struct worker *w)
{
	struct error why;

	for (size_t i = 0; i < key_sources_count(w->options.keys); i++)
		if (key_sources_is_vain(w->options.keys, i, &why))
			warn(w, why.text);
}

static void note_shortfalls(struct worker *w)
{
	char line[SHORTFALL_SIZE];

	if (shortfall_links(w->engine, line)) {
		warn(w, line);
		w->failed = w->failed || shortfall_is_all(w->engine);
	}
	if (shortfall_keys(w->engine, line))
		warn(w, line);
	note_vain_keys(w);
	if (shortfall_session(w->engine, w->options.engine.wanted, line)) {
		warn(w, line);
		w->failed = true;
	}
}

static struct slice bytes_of(const struct packet_record *r, size_t len)
{
	return slice_sub(slice_of(r + 1, len - sizeof(*r)), 0, r->caplen);
}

static struct engine_packet packet_of(const struct packet_record *r, size_t len)
{
	if (r->place == PACKET_PLACE_NONE)
		return (struct engine_packet){.record = r, .bytes = bytes_of(r, len)};
	return (struct engine_packet){.record = r, .found = (const void *)(r + 1)};
}

static void take_record(struct worker *w, const struct packet_record *r, size_t len)
{
	struct slice bytes = bytes_of(r, len);

	switch ((enum packet_kind)r->kind) {
	case PACKET_DATA:
		engine_feed_all(w->engine, (const struct engine_packet[]){packet_of(r, len)}, 1);
		break;
	case PACKET_TICK:
		engine_feed(w->engine, r, slice_of(NULL, 0));
		break;
	case PACKET_DAMAGE:
		note_damage(w, bytes);
		break;
	case PACKET_CHANGED:
		note_change(w, bytes);
		break;
	case PACKET_FAILED:
		note_damage(w, bytes);
		w->failed = true;
		break;
	case PACKET_WRITTEN:
		outputs_written(&w->outputs, bytes);
		break;
	case PACKET_SECRETS:
		key_feed_add_block(&w->keys, w->engine, bytes);
		break;
	case PACKET_CLEARED:
		start_anew(w);
		break;
	case PACKET_CAPTURE_END:
		w->capture_ended = true;
		outputs_slow_down(&w->outputs);
		key_feed_finish(&w->keys, w->engine, w->options.waits_for_keys, is_given_up, w);
		engine_finish(w->engine);
		note_shortfalls(w);
		break;
	case PACKET_SOURCE_END:
		break;
	}
	w->dirty = true;
}

/* Packets that follow each other: the engine takes several at once. Returns how many. */
static unsigned int take_run(struct worker *w)
{
	struct engine_packet packets[ENGINE_FEED_MAX];
	const struct packet_record *r;
	size_t seen = 0;
	size_t position = 0;
	unsigned int count = 0;
	size_t len;

	while (count < ENGINE_FEED_MAX && (r = ring_look(w->options.packets, &position, &len)) != NULL &&
	       r->kind == PACKET_DATA) {
		packets[count++] = packet_of(r, len);
		seen = position;
	}
	if (count == 0)
		return 0;
	engine_feed_all(w->engine, packets, count);
	ring_pop_seen(w->options.packets, seen);
	w->dirty = true;
	return count;
}

static unsigned int take_other(struct worker *w)
{
	size_t len;
	const struct packet_record *r = ring_peek(w->options.packets, &len);

	if (r == NULL)
		return 0;
	take_record(w, r, len);
	ring_pop(w->options.packets);
	return 1;
}

static bool take_packets(struct worker *w)
{
	unsigned int count = 0;
	unsigned int taken;

	do {
		taken = take_run(w);
		taken += taken == 0 ? take_other(w) : 0;
		count += taken;
	} while (taken > 0 && count < BATCH);
	capture_room(w->options.capture);
	return count > 0;
}

/* ---- without a screen ---- */

static void tell_errors(struct worker *w)
{
	struct error err;

	if (engine_source_is_changed(w->engine))
		note_change(w, slice_from_text("the capture file was cut or changed after it was read: what it no "
					       "longer holds can be neither shown nor saved"));
	if (!engine_take_error(w->engine, &err))
		return;
	w->failed = true;
	if (w->requests != NULL)
		requests_say(w->requests, true, err.text);
	else
		log_warn("%s", err.text);
}

static void tell_key_errors(struct worker *w)
{
	struct error err;

	while (key_feed_take_error(&w->keys, &err))
		warn(w, err.text);
}

static void work_on_output(struct worker *w, bool is_idle)
{
	if (w->options.reopen != NULL && atomic_exchange(w->options.reopen, false))
		outputs_reopen(&w->outputs);
	outputs_work(&w->outputs, w->engine, is_idle);
	if (w->outputs.is_over)
		w->failed = w->quit = true;
}

static void work_on_session_file(struct worker *w, bool is_idle)
{
	struct error err;

	if (w->options.session_file == NULL || session_file_flush(w->options.session_file, is_idle, &err))
		return;
	warn(w, err.text);
	w->failed = true;
	w->quit = w->quit || session_file_is_over(w->options.session_file);
}

static void finish_output(struct worker *w)
{
	wait_for_jobs(w);
	if (w->outputs.count == 0 && w->viewer != NULL)
		return;
	tell_errors(w);
	/* a capture that is cut at its end was read; one without a single packet was not */
	if (w->viewer == NULL && w->damaged > 0 && engine_counters(w->engine)->packets == 0)
		w->failed = true;
	outputs_finish(&w->outputs, w->engine);
	if (w->outputs.is_over || w->outputs.has_failed)
		w->failed = true;
}

/* ---- with a screen ---- */

static void publish_snapshot(struct worker *w, bool at_once)
{
	int64_t now_ns = clock_monotonic_ns();
	struct snapshot *s;

	if (!at_once && (!w->dirty || now_ns - w->snapshot_ns < SNAPSHOT_MS * CLOCK_NS_PER_MS))
		return;
	s = triple_buffer_draft(w->options.snapshots);
	title_fill(&(struct title){.engine = w->engine,
				   .capture = w->options.capture,
				   .source = w->options.source,
				   .start_ns = w->start_ns,
				   .has_ended = w->capture_ended,
				   .wants_one = w->options.engine.wanted != NULL},
		   s);
	viewer_fill(w->viewer, w->engine, s);
	requests_fill(w->requests, w->engine, s);
	lookup_ask(w->lookup, w->viewer, w->engine);
	lookup_fill(w->lookup, s);
	key_sources_fill(w->options.keys, &s->about);
	triple_buffer_publish(w->options.snapshots);
	doorbell_ring(w->options.ui);
	w->dirty = false;
	w->snapshot_ns = now_ns;
}

/* Looks at what the screen wants. Returns whether an answer is due at once. */
static bool serve_screen(struct worker *w)
{
	const struct request *r;
	bool is_new = false;
	const struct query *query = triple_buffer_acquire(w->options.queries, &is_new);
	size_t len;

	if (is_new)
		viewer_set_query(w->viewer, query);
	while ((r = ring_peek(w->options.requests, &len)) != NULL) {
		if (r->kind == REQUEST_QUIT) {
			w->quit = true;
			w->has_left = true;
		} else {
			requests_carry_out(w->requests, w->engine, r);
		}
		ring_pop(w->options.requests);
		is_new = true;
	}
	return is_new;
}

/* ---- the loop ---- */

static bool step(struct worker *w)
{
	bool busy = take_packets(w);

	if (task_queue_collect(w->tasks))
		busy = w->dirty = true;
	tell_errors(w);
	if (key_feed_work(&w->keys, w->engine))
		busy = w->dirty = true;
	tell_key_errors(w);
	if (w->viewer != NULL) {
		bool at_once = serve_screen(w);
		bool was_busy = w->viewer_busy;

		serve_lookups(w);
		w->viewer_busy = viewer_work(w->viewer, w->engine);
		if (w->viewer_busy || was_busy) /* what the last slice found is to be shown too */
			busy = w->dirty = true;
		if (requests_work(w->requests, w->engine))
			busy = w->dirty = true;
		publish_snapshot(w, at_once);
		busy = busy || at_once;
	}
	work_on_output(w, !busy);
	work_on_session_file(w, !busy);
	return busy;
}

static void sleep_until_rung(struct worker *w)
{
	int64_t now_ns = clock_monotonic_ns();
	int timeout_ms = key_feed_period_ms(&w->keys, w->engine);

	/* a change that was too early for a snapshot is shown when its time has come */
	if (w->viewer != NULL && w->dirty)
		timeout_ms = (int)((w->snapshot_ns + SNAPSHOT_MS * CLOCK_NS_PER_MS - now_ns) / CLOCK_NS_PER_MS) + 1;
	doorbell_prepare(w->options.doorbell);
	if (step(w)) {
		doorbell_answer(w->options.doorbell);
		return;
	}
	doorbell_wait(w->options.doorbell, timeout_ms > 0 ? timeout_ms : 1);
	if (w->viewer != NULL && clock_monotonic_ns() - w->snapshot_ns >= CLOCK_NS_PER_S)
		w->dirty = true; /* the clock of a live capture */
}

bool worker_run(struct worker *w)
{
	bool stopping = false;

	files_use(FILES_WORKER);
	syscalls_limit_thread(SYSCALLS_WORKER);
	if (w->options.session_file != NULL)
		session_file_begin(w->options.session_file);
	if (w->viewer != NULL)
		publish_snapshot(w, true);
	while (key_feed_read(&w->keys, w->engine) && !*w->options.stop)
		;
	while (!w->quit && !(w->options.finish_at_end && w->capture_ended)) {
		if (!stopping && *w->options.stop) {
			stopping = true;
			capture_quit(w->options.capture);
		}
		if (!step(w))
			sleep_until_rung(w);
	}
	if (w->requests != NULL)
		requests_give_up(w->requests, w->engine);
	if (!w->capture_ended) {
		outputs_slow_down(&w->outputs);
		key_feed_read(&w->keys, w->engine);
		engine_finish(w->engine);
	}
	finish_output(w);
	return !w->failed;
}
