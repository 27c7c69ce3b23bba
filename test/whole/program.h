/*
 * program: the program as main.c puts it together for a screen, on captures of the lab: capture thread, worker thread,
 * snapshots; and on the test's own thread the screen's state, keys, and the grid on which it is drawn. Only the
 * terminal and its loop (screen, ui) are not there.
 *
 * Nothing here depends on when a thread runs: a key's answer is waited for by its serial. The clock on the screen
 * stands still.
 */
#ifndef TEST_WHOLE_PROGRAM_H
#define TEST_WHOLE_PROGRAM_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../main.h"
#include "app/setup.h"
#include "app/worker.h"
#include "base/clock.h"
#include "diagnosis/reply_patterns.h"
#include "mime/fields.h"
#include "ui/action.h"
#include "ui/frame.h"

#define PROGRAM_NOW (INT64_C(1795520000) * CLOCK_NS_PER_S) /* 2026-11-24 11:33:20 */

enum {
	PROGRAM_RING_SIZE = 4 * 1024 * 1024,
	PROGRAM_REQUEST_RING_SIZE = 64 * 1024,
	PROGRAM_WAIT_MS = 20000,
	PROGRAM_PATH_SIZE = 512,
};

struct program {
	struct options options;
	char paths[OPTIONS_SOURCES_MAX][PROGRAM_PATH_SIZE];
	char observers[OPTIONS_SOURCES_MAX][32];
	char title[128];
	struct name_table *interfaces;
	struct reply_patterns *patterns;
	struct query queries[3];
	struct snapshot *snapshots[3];
	struct triple_buffer query_buffer;
	struct triple_buffer snapshot_buffer;
	struct doorbell worker_bell;
	struct doorbell ui_bell;
	struct ring *packets;
	struct ring *requests;
	struct capture *capture;
	struct worker *worker;
	pthread_t thread;
	atomic_bool stop;
	struct snapshot *shown;
	struct state state;
	struct grid grid;
};

/* A file in the folder of all tests. */
static void program_path(char out[PROGRAM_PATH_SIZE], const char *name)
{
	const char *end = strstr(__FILE__, "whole/program.h");

	snprintf(out, PROGRAM_PATH_SIZE, "%.*s%.300s", (int)(end - __FILE__), __FILE__, name);
}

static void program_add_file(struct program *p, const char *name)
{
	char *path = p->paths[p->options.file_count];
	const char *at = strchr(name, '@');
	char file[PROGRAM_PATH_SIZE];

	if (at != NULL) {
		size_t number = p->options.observer_count++;

		snprintf(p->observers[number], sizeof(p->observers[number]), "%.*s", (int)(at - name), name);
		p->options.observers[number] = p->observers[number];
		p->options.observer_begins[number] = p->options.file_count;
		name = at + 1;
	}
	snprintf(file, sizeof(file), "lab/captures/%.200s/capture.pcap", name);
	if (strchr(name, '/') != NULL)
		snprintf(path, PROGRAM_PATH_SIZE, "%s", name);
	else
		program_path(path, file);
	p->options.files[p->options.file_count++] = path;
}

/* A blank between two. */
static void program_set_files(struct program *p, const char *captures)
{
	char names[PROGRAM_PATH_SIZE];
	char *rest = NULL;

	snprintf(names, sizeof(names), "%s", captures);
	for (char *name = strtok_r(names, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
		program_add_file(p, name);
}

static void program_open_capture(struct program *p)
{
	struct source_options source_options = {.interfaces = p->interfaces};
	struct capture_options c = {.ring = p->packets, .consumer = &p->worker_bell};
	struct error err;

	c.sources = calloc(p->options.file_count, sizeof(struct source *));
	for (; c.source_count < p->options.file_count; c.source_count++) {
		c.sources[c.source_count] = source_open_file(p->options.files[c.source_count], &source_options, &err);
		ck_assert_msg(c.sources[c.source_count] != NULL, "%s", err.text);
	}
	p->capture = capture_new(&c);
	free(c.sources);
	ck_assert(capture_start(p->capture, &err));
}

static void *program_work(void *ctx)
{
	struct program *p = ctx;

	worker_run(p->worker);
	return NULL;
}

static void program_start_worker(struct program *p)
{
	struct worker_options w = {.capture = p->capture,
				   .packets = p->packets,
				   .doorbell = &p->worker_bell,
				   .stop = &p->stop,
				   .queries = &p->query_buffer,
				   .snapshots = &p->snapshot_buffer,
				   .requests = p->requests,
				   .ui = &p->ui_bell,
				   .source = p->title};
	struct error err;

	setup_engine(&p->options, NULL, &w.engine);
	w.engine.interfaces = p->interfaces;
	w.engine.patterns = p->patterns;
	p->worker = worker_new(&w, &err);
	ck_assert(p->worker != NULL);
	ck_assert_int_eq(pthread_create(&p->thread, NULL, program_work, p), 0);
}

static void program_send(struct program *p, const struct request *r)
{
	void *room = ring_reserve(p->requests, sizeof(*r));

	ck_assert(room != NULL);
	memcpy(room, r, sizeof(*r));
	ring_commit(p->requests, sizeof(*r));
	ring_publish(p->requests);
}

static void program_publish(struct program *p)
{
	struct query *draft = triple_buffer_draft(&p->query_buffer);

	*draft = p->state.query;
	triple_buffer_publish(&p->query_buffer);
	doorbell_ring(&p->worker_bell);
}

static bool program_is_answered(const struct program *p, const struct snapshot *s)
{
	return s->query_serial == p->state.query.serial && s->capture == SNAPSHOT_LOADED && !s->filter_busy &&
	       !s->find_busy && s->jobs_pending == 0 &&
	       (p->state.query.compare_serial == 0 || (s->compare_head.serial == p->state.query.compare_serial &&
						       s->compare_head.state != SNAPSHOT_COMPARE_CHOOSING)) &&
	       (!p->state.query.tallies || (s->selected_tally.known && s->shown_tally.known));
}

static void program_wait(struct program *p)
{
	int64_t until_ns = clock_monotonic_ns() + PROGRAM_WAIT_MS * CLOCK_NS_PER_MS;
	const struct snapshot *s;

	while (!program_is_answered(p, s = triple_buffer_acquire(&p->snapshot_buffer, NULL))) {
		ck_assert_msg(clock_monotonic_ns() < until_ns, "no answer to query %llu",
			      (unsigned long long)p->state.query.serial);
		doorbell_prepare(&p->ui_bell);
		if (program_is_answered(p, triple_buffer_acquire(&p->snapshot_buffer, NULL)))
			doorbell_answer(&p->ui_bell);
		else
			doorbell_wait(&p->ui_bell, 50);
	}
	snapshot_copy(p->shown, s);
}

/* Queries, requests and their answers until nothing more is asked. A query after a request is answered after it. */
static void program_settle(struct program *p)
{
	bool is_asking = true;

	for (int round = 0; is_asking; round++) {
		ck_assert_int_lt(round, 20);
		for (size_t i = 0; i < p->state.request_count; i++)
			program_send(p, &p->state.requests[i]);
		p->state.request_count = 0;
		p->state.query.serial++;
		program_publish(p);
		program_wait(p);
		state_update(&p->state, p->shown);
		is_asking = state_query(&p->state) || p->state.request_count > 0;
	}
}

/* `captures`: names in test/lab/captures, or paths; of another observer behind OBSERVER@. */
static void program_begin(struct program *p, const char *captures, int columns, int rows)
{
	struct error err;

	memset(p, 0, sizeof(*p));
	fields_init(NULL, 0);
	options_init(&p->options);
	p->options.numeric = true;
	program_set_files(p, captures);
	setup_title(&p->options, p->title, sizeof(p->title));
	p->patterns = reply_patterns_new();
	p->interfaces = name_table_new();
	p->packets = ring_new(PROGRAM_RING_SIZE);
	p->requests = ring_new(PROGRAM_REQUEST_RING_SIZE);
	for (int i = 0; i < 3; i++)
		p->snapshots[i] = snapshot_new();
	p->shown = snapshot_new();
	triple_buffer_init(&p->query_buffer, &p->queries[0], &p->queries[1], &p->queries[2]);
	triple_buffer_init(&p->snapshot_buffer, p->snapshots[0], p->snapshots[1], p->snapshots[2]);
	ck_assert(doorbell_init(&p->worker_bell, &err) && doorbell_init(&p->ui_bell, &err));
	program_open_capture(p);
	program_start_worker(p);
	state_init(&p->state, &p->options);
	p->state.columns = columns;
	p->state.rows = rows;
	p->state.now_ns = PROGRAM_NOW;
	state_query(&p->state);
	program_settle(p);
}

static void program_end(struct program *p)
{
	struct error err;

	program_send(p, &(struct request){.kind = REQUEST_QUIT});
	doorbell_ring(&p->worker_bell);
	pthread_join(p->thread, NULL);
	worker_free(p->worker);
	capture_free(p->capture, &err);
	name_table_free(p->interfaces);
	state_fini(&p->state);
	grid_fini(&p->grid);
	for (int i = 0; i < 3; i++)
		snapshot_free(p->snapshots[i]);
	snapshot_free(p->shown);
	ring_free(p->packets);
	ring_free(p->requests);
	doorbell_fini(&p->worker_bell);
	doorbell_fini(&p->ui_bell);
	reply_patterns_free(p->patterns);
	options_fini(&p->options);
	fields_fini();
}

/* Each character is a key; its answer is there before the next. */
static void program_keys(struct program *p, const char *keys)
{
	for (; *keys != '\0'; keys++) {
		struct input in = {.key = (unsigned char)*keys};

		action_input(&p->state, p->shown, &in);
		state_query(&p->state);
		program_settle(p);
	}
}

/* The screen as text with a NUL at its end. What this machine alone decides (its memory, its hosts file) is 0. */
static void program_draw(struct program *p, struct buffer *out)
{
	p->shown->about.memory = p->shown->about.spool = p->shown->about.names = 0;
	frame_draw(&p->state, p->shown, &p->grid);
	grid_text(&p->grid, out);
	buffer_append_byte(out, '\0');
}

#endif
