#include "app/exporter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "engine/connection.h"
#include "output/export.h"

enum {
	BATCH_ROWS = 16 * 1024, /* of the index looked at in one go: under 2 ms */
	BATCH_PACKETS = 4096,
	BATCH_BYTES = 4 * 1024 * 1024,
};

struct exporter {
	struct task_queue *tasks;
	struct engine *engine;	  /* NULL: nothing was chosen */
	struct hash_table chosen; /* connections, by number */
	uint64_t first;		  /* packets looked through: from, next, to */
	uint64_t next;
	uint64_t last;
	bool is_busy;
	bool is_cancelled;
	char *path;
	struct exporter_result result;
	void (*done)(void *ctx, const struct exporter_result *result);
	void *ctx;
	/* the batch on its way: the task queue's meanwhile */
	struct task task;
	struct export *file;
	struct export_packet *packets;
	size_t count;
	uint64_t *places; /* of the packets */
	bool is_last;
	bool failed;
	struct error error;
};

struct exporter *exporter_new(struct task_queue *tasks)
{
	struct exporter *x = mem_zalloc(sizeof(*x));

	x->tasks = tasks;
	return x;
}

void exporter_free(struct exporter *x)
{
	if (x == NULL)
		return;
	assert(!x->is_busy);
	hash_fini(&x->chosen);
	free(x);
}

bool exporter_is_busy(const struct exporter *x)
{
	return x->is_busy;
}

int exporter_permille(const struct exporter *x)
{
	if (!x->is_busy || x->last < x->first)
		return 1000;
	return (int)((uint64_t)(x->next - x->first) * 1000 / ((uint64_t)x->last - x->first + 1));
}

/* ---- the sessions ---- */

static uint64_t hash_number(uint64_t number)
{
	return hash_bytes(&number, sizeof(number));
}

static bool has_number(const void *item, const void *key)
{
	return ((const struct connection *)item)->session->number == *(const uint64_t *)key;
}

static bool is_chosen(const struct exporter *x, uint64_t session)
{
	return hash_lookup(&x->chosen, hash_number(session), has_number, &session) != NULL;
}

void exporter_choose(struct exporter *x, struct engine *e, struct connection *v)
{
	uint64_t session = v->session->number;

	assert(!x->is_busy && (x->engine == NULL || x->engine == e));
	if (is_chosen(x, session) || v->first_packet == 0)
		return;
	if (x->engine == NULL || v->first_packet < x->first)
		x->first = v->first_packet;
	if (x->engine == NULL || v->last_packet > x->last)
		x->last = v->last_packet;
	x->engine = e;
	hash_insert(&x->chosen, hash_number(session), v);
	x->result.sessions++;
	engine_pin(v);
}

/* What whoever gets the file can read. */
static void count_logins(struct exporter *x, bool has_keys)
{
	for (size_t i = 0; i < x->chosen.capacity; i++)
		if (x->chosen.slots[i].item != NULL)
			exposed_add(&x->result.logins, ((const struct connection *)x->chosen.slots[i].item)->session,
				    has_keys);
}

static void unpin(struct exporter *x)
{
	uint64_t session = 0;
	struct connection *v;

	while ((v = engine_next_connection(x->engine, session)) != NULL) {
		session = v->session->number;
		if (!is_chosen(x, session))
			continue;
		hash_remove(&x->chosen, hash_number(session), v);
		engine_unpin(x->engine, v); /* it may go with it */
	}
}

/* ---- batches ---- */

static void add_packet(struct exporter *x, const struct index_row *row, size_t *bytes)
{
	const struct index_link *link;
	struct slice captured;

	if (row->caplen > 0 &&
	    !(store_is_lasting(row->place) && store_has(engine_store(x->engine), row->place, row->caplen))) {
		x->result.lost++;
		return;
	}
	captured = store_bytes(engine_store(x->engine), row->place, row->caplen);
	link = index_link_of(engine_index(x->engine), row->link);
	x->places[x->count] = row->place;
	x->packets[x->count++] = (struct export_packet){.time_ns = row->time_ns,
							.bytes = captured,
							.wire_len = row->wire_len,
							.interface = engine_interface(x->engine, link->interface),
							.link_type = link->link_type,
							.time_digits = link->time_digits};
	*bytes += captured.len;
}

static void collect(struct exporter *x)
{
	size_t bytes = 0;

	x->count = 0;
	for (uint32_t rows = 0; rows < BATCH_ROWS && x->count < BATCH_PACKETS && bytes < BATCH_BYTES; rows++) {
		const struct index_row *row;

		if (x->next > x->last)
			break;
		row = index_get(engine_index(x->engine), x->next++);
		if (row != NULL && row->session != 0 && is_chosen(x, engine_packet_session(x->engine, x->next - 1)))
			add_packet(x, row, &bytes);
	}
	x->is_last = x->next > x->last;
}

/* Packets that went while they were written are not what was captured: the file is given up. */
static bool is_still_there(struct exporter *x)
{
	const struct store *s = engine_store(x->engine);

	if (x->count > 0)
		store_look(s, x->places[x->count - 1]);
	for (size_t i = 0; i < x->count; i++)
		if (x->packets[i].bytes.len > 0 && !store_has(s, x->places[i], x->packets[i].bytes.len))
			return error_set(&x->error, "the capture file was cut or changed meanwhile: export again what "
						    "is left");
	return true;
}

/* On the helper thread. */
static void run_batch(struct task *task)
{
	struct exporter *x = (struct exporter *)(void *)((char *)task - offsetof(struct exporter, task));

	x->failed = !export_put(x->file, x->packets, x->count, &x->error) || !is_still_there(x) ||
		    (x->is_last && !export_finish(x->file, &x->error));
}

static void conclude(struct exporter *x)
{
	struct exporter_result result = x->result;
	char *path = x->path;

	export_free(x->file);
	unpin(x);
	free(x->packets);
	free(x->places);
	hash_fini(&x->chosen);
	result.path = path;
	result.cancelled = x->is_cancelled && !(x->is_last && !x->failed);
	result.error = x->failed ? &x->error : NULL;
	x->done(x->ctx, &result);
	free(path);
	*x = (struct exporter){.tasks = x->tasks};
}

static void finished_batch(void *ctx, struct task *task)
{
	struct exporter *x = (struct exporter *)(void *)((char *)task - offsetof(struct exporter, task));

	(void)ctx;
	x->result.packets += x->count;
	if (x->failed || x->is_last || x->is_cancelled) {
		conclude(x);
		return;
	}
	collect(x);
	task_queue_submit(x->tasks, &x->task);
}

/* Which keys those were that the session was read with, its connection knows. */
static void put_secrets(struct exporter *x, struct key_sources *keys)
{
	char text[KEY_SET_TEXT_SIZE];

	for (size_t i = 0; i < x->chosen.capacity; i++) {
		const struct connection *v = x->chosen.slots[i].item;
		struct slice name = v != NULL ? connection_key_name(v) : slice_of(NULL, 0);
		struct key_set found = {0};
		size_t len = 0;

		if (name.len == KEY_RANDOM_LEN && key_sources_find(keys, name.data, &found))
			len = key_set_print(&found, name.data, text, sizeof(text));
		export_put_secrets(x->file, slice_of(text, len));
		explicit_bzero(text, len);
		key_set_wipe(&found);
	}
}

bool exporter_start(struct exporter *x, const char *path, const char *source, struct key_sources *keys,
		    void (*done)(void *ctx, const struct exporter_result *result), void *ctx)
{
	assert(!x->is_busy);
	if (x->engine == NULL)
		return false;
	x->is_busy = true;
	count_logins(x, keys != NULL);
	x->next = x->first;
	x->path = mem_strdup(path);
	x->file = export_new(path, source);
	if (keys != NULL)
		put_secrets(x, keys);
	x->packets = mem_alloc(BATCH_PACKETS * sizeof(*x->packets));
	x->places = mem_alloc(BATCH_PACKETS * sizeof(*x->places));
	x->done = done;
	x->ctx = ctx;
	x->task = (struct task){.run = run_batch, .finished = finished_batch};
	collect(x);
	task_queue_submit(x->tasks, &x->task);
	return true;
}

void exporter_cancel(struct exporter *x)
{
	x->is_cancelled = x->is_busy;
	if (x->is_busy || x->engine == NULL)
		return;
	unpin(x);
	hash_fini(&x->chosen);
	*x = (struct exporter){.tasks = x->tasks};
}
