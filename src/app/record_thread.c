#include "app/record_thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "guard/files.h"
#include "guard/syscalls.h"
#include "output/record_heads.h"
#include "sync/doorbell.h"
#include "sync/ring.h"

enum {
	RING_SIZE = 1 << 20,
	PART_SIZE = RING_SIZE / 8, /* of a record that is longer */
	PUBLISH_SIZE = 32 * 1024,  /* waits for company before the thread is woken */
	WAIT_MS = 100,
};

/* Nothing was written for so long: whoever waits a little gives up. */
#define PATIENCE_NS CLOCK_NS_PER_S

enum piece_kind {
	PIECE_PART,    /* of a record; more follow */
	PIECE_LAST,    /* of a record */
	PIECE_WRITTEN, /* see record_heads_written */
	PIECE_FLUSH,
};

/* In the ring, before its bytes. */
struct piece {
	uint32_t kind;	 /* enum piece_kind */
	uint32_t begins; /* a record: whatever parts there are of another, the rest of it was given up */
	int64_t time_ns;
};

struct record_thread {
	struct ring *ring;
	struct doorbell own;
	struct doorbell worker; /* waits for room */
	pthread_t thread;
	atomic_bool ends;
	atomic_bool has_ended;
	atomic_bool reopens;
	/* the worker's */
	enum record_patience patience;
	const atomic_bool *stop; /* see record_thread_heed */
	bool is_stuck;		 /* nobody waits any more until there is room again */
	bool is_finished;
	uint64_t given_up;
	size_t unpublished;    /* bytes */
	struct buffer written; /* the name that the thread has still to be told; empty: none */
	/* the thread's, but for what any thread may ask it */
	struct record_sink *sink;
	struct record_heads *heads;
	struct buffer parts;
};

/* ---- the thread ---- */

static void take_record(struct record_thread *t, const struct piece *piece, struct slice tape)
{
	if (t->parts.len > 0) {
		buffer_append(&t->parts, tape);
		tape = buffer_slice(&t->parts);
	}
	record_heads_play(t->heads, tape, record_sink_buffer(t->sink));
	record_sink_put(t->sink, piece->time_ns);
	buffer_clear(&t->parts);
}

static void take_piece(struct record_thread *t, const struct piece *piece, size_t len)
{
	struct slice bytes = slice_of(piece + 1, len - sizeof(*piece));

	if (piece->begins)
		buffer_clear(&t->parts);
	switch ((enum piece_kind)piece->kind) {
	case PIECE_PART:
		buffer_append(&t->parts, bytes);
		break;
	case PIECE_LAST:
		take_record(t, piece, bytes);
		break;
	case PIECE_WRITTEN:
		record_heads_written(t->heads, bytes);
		break;
	case PIECE_FLUSH:
		record_sink_flush(t->sink);
		break;
	}
}

static bool is_wanted(struct record_thread *t)
{
	return atomic_load(&t->ends) || atomic_load(&t->reopens);
}

/* Nothing is there. False: nor will anything come. */
static bool wait_for_piece(struct record_thread *t)
{
	size_t len;

	if (atomic_load(&t->ends))
		return ring_peek(t->ring, &len) != NULL; /* what was put before that is visible by now */
	doorbell_prepare(&t->own);
	if (ring_peek(t->ring, &len) == NULL && !is_wanted(t))
		doorbell_wait(&t->own, -1);
	else
		doorbell_answer(&t->own);
	return true;
}

static void *record_thread_main(void *arg)
{
	struct record_thread *t = arg;
	bool goes_on = true;

	files_use(FILES_RECORDS);
	syscalls_limit_thread(SYSCALLS_WORKER);
	while (goes_on) {
		size_t len;
		const struct piece *piece = ring_peek(t->ring, &len);

		if (atomic_exchange(&t->reopens, false))
			record_sink_reopen(t->sink);
		if (piece == NULL) {
			goes_on = wait_for_piece(t);
			continue;
		}
		take_piece(t, piece, len);
		ring_pop(t->ring);
		doorbell_ring(&t->worker);
	}
	record_sink_flush(t->sink);
	atomic_store(&t->has_ended, true);
	doorbell_ring(&t->worker);
	return NULL;
}

/* ---- the worker ---- */

static bool start(struct record_thread *t, struct error *err)
{
	if (!doorbell_init(&t->own, err))
		return false;
	if (!doorbell_init(&t->worker, err)) {
		doorbell_fini(&t->own);
		return false;
	}
	t->ring = ring_new(RING_SIZE);
	if (pthread_create(&t->thread, NULL, record_thread_main, t) == 0)
		return true;
	ring_free(t->ring);
	doorbell_fini(&t->own);
	doorbell_fini(&t->worker);
	return error_set(err, "cannot start a thread");
}

struct record_thread *record_thread_new(struct record_sink *sink, const struct record_origin *origin,
					enum record_patience patience, struct error *err)
{
	struct record_thread *t = mem_zalloc(sizeof(*t));

	t->sink = sink;
	t->heads = record_heads_new(origin);
	t->patience = patience;
	if (start(t, err))
		return t;
	record_heads_free(t->heads);
	record_sink_free(sink);
	free(t);
	return NULL;
}

static void publish(struct record_thread *t)
{
	ring_publish(t->ring);
	doorbell_ring(&t->own);
	t->unpublished = 0;
}

static bool waits_for_ever(const struct record_thread *t)
{
	return t->patience == RECORD_WAITS && (t->stop == NULL || !*t->stop);
}

static void *wait_for_room(struct record_thread *t, size_t len)
{
	int64_t until_ns = clock_monotonic_ns() + PATIENCE_NS;
	void *room;

	while ((room = ring_reserve(t->ring, len)) == NULL) {
		if (!waits_for_ever(t) && clock_monotonic_ns() >= until_ns)
			return NULL;
		doorbell_prepare(&t->worker);
		if ((room = ring_reserve(t->ring, len)) != NULL) {
			doorbell_answer(&t->worker);
			return room;
		}
		doorbell_wait(&t->worker, WAIT_MS);
	}
	return room;
}

/* NULL: there is none. */
static void *room_for(struct record_thread *t, size_t len)
{
	void *room = ring_reserve(t->ring, len);

	if (room == NULL) {
		publish(t);
		if (waits_for_ever(t) || (t->patience != RECORD_NEVER_WAITS && !t->is_stuck))
			room = wait_for_room(t, len);
	}
	t->is_stuck = room == NULL;
	return room;
}

static bool put_piece(struct record_thread *t, const struct piece *piece, struct slice bytes)
{
	size_t len = sizeof(*piece) + bytes.len;
	struct piece *room = room_for(t, len);

	if (room == NULL)
		return false;
	*room = *piece;
	if (bytes.len > 0)
		memcpy(room + 1, bytes.data, bytes.len);
	ring_commit(t->ring, len);
	t->unpublished += len;
	return true;
}

static bool tell_written(struct record_thread *t)
{
	static const struct piece piece = {.kind = PIECE_WRITTEN, .begins = true};

	if (t->written.len > 0 && !put_piece(t, &piece, buffer_slice(&t->written)))
		return false;
	buffer_clear(&t->written);
	return true;
}

void record_thread_written(struct record_thread *t, struct slice file)
{
	buffer_clear(&t->written);
	buffer_append(&t->written, file);
}

void record_thread_put(struct record_thread *t, struct slice tape, int64_t time_ns)
{
	struct piece piece = {.kind = PIECE_PART, .begins = true, .time_ns = time_ns};
	bool good = tell_written(t);

	for (; good && tape.len > PART_SIZE; tape = slice_after(tape, PART_SIZE)) {
		good = put_piece(t, &piece, slice_sub(tape, 0, PART_SIZE));
		piece.begins = false;
	}
	piece.kind = PIECE_LAST;
	good = good && put_piece(t, &piece, tape);
	if (!good && !record_sink_lose(t->sink)) /* what a full disk loses is not given up */
		t->given_up++;
	if (t->unpublished >= PUBLISH_SIZE)
		publish(t);
}

void record_thread_flush(struct record_thread *t)
{
	struct piece *room;

	if (t->is_finished)
		return;
	room = ring_reserve(t->ring, sizeof(*room)); /* while there is none, it has enough to write */
	if (room != NULL) {
		*room = (struct piece){.kind = PIECE_FLUSH};
		ring_commit(t->ring, sizeof(*room));
	}
	publish(t);
}

void record_thread_reopen(struct record_thread *t)
{
	atomic_store(&t->reopens, true);
	doorbell_ring(&t->own);
}

void record_thread_heed(struct record_thread *t, const atomic_bool *stop)
{
	t->stop = stop;
}

void record_thread_set_patience(struct record_thread *t, enum record_patience patience)
{
	t->patience = patience;
	t->is_stuck = false;
}

/* A pipe that nobody reads is left alone in the end. */
static void wait_for_end(struct record_thread *t)
{
	int64_t until_ns = clock_monotonic_ns() + PATIENCE_NS;
	size_t used = ring_used(t->ring);

	while (!atomic_load(&t->has_ended)) {
		if (waits_for_ever(t) || ring_used(t->ring) != used)
			until_ns = clock_monotonic_ns() + PATIENCE_NS;
		used = ring_used(t->ring);
		if (clock_monotonic_ns() >= until_ns)
			record_sink_hurry(t->sink);
		doorbell_prepare(&t->worker);
		doorbell_wait(&t->worker, atomic_load(&t->has_ended) ? 0 : WAIT_MS);
	}
}

void record_thread_finish(struct record_thread *t)
{
	if (t->is_finished)
		return;
	publish(t);
	atomic_store(&t->ends, true);
	doorbell_ring(&t->own);
	wait_for_end(t);
	pthread_join(t->thread, NULL);
	t->is_finished = true;
}

const struct record_sink *record_thread_sink(const struct record_thread *t)
{
	return t->sink;
}

uint64_t record_thread_given_up(const struct record_thread *t)
{
	return t->given_up;
}

void record_thread_free(struct record_thread *t)
{
	if (t == NULL)
		return;
	record_thread_finish(t);
	ring_free(t->ring);
	doorbell_fini(&t->own);
	doorbell_fini(&t->worker);
	record_heads_free(t->heads);
	buffer_fini(&t->written);
	buffer_fini(&t->parts);
	record_sink_free(t->sink);
	free(t);
}
