#include "app/record_thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "guard/syscalls.h"
#include "output/record_heads.h"
#include "sync/doorbell.h"
#include "sync/ring.h"

enum {
	RING_SIZE = 1 << 20,
	PART_SIZE = RING_SIZE / 8, /* of a record that is longer */
	FLUSH_SIZE = 256 * 1024,
	PUBLISH_SIZE = 32 * 1024, /* waits for company before the thread is woken */
	WAIT_MS = 100,
};

enum piece_kind {
	PIECE_PART,    /* of a record; more follow */
	PIECE_LAST,    /* of a record */
	PIECE_WRITTEN, /* see record_heads_written */
	PIECE_FLUSH,
	PIECE_END,
};

/* In the ring, before its bytes. */
struct piece {
	uint64_t kind; /* enum piece_kind */
};

struct record_thread {
	struct ring *ring;
	struct doorbell own;
	struct doorbell worker; /* waits for room */
	pthread_t thread;
	atomic_int error;
	bool is_finished;
	size_t unpublished; /* bytes */
	/* the thread's */
	int fd;
	struct record_heads *heads;
	struct buffer parts;
	struct buffer out;
};

/* ---- the thread ---- */

static void write_out(struct record_thread *t)
{
	struct slice rest = buffer_slice(&t->out);

	while (rest.len > 0 && atomic_load(&t->error) == 0) {
		ssize_t written = write(t->fd, rest.data, rest.len);

		if (written >= 0)
			rest = slice_after(rest, (size_t)written);
		else if (errno != EINTR)
			atomic_store(&t->error, errno);
	}
	buffer_clear(&t->out);
}

static void take_record(struct record_thread *t, struct slice tape)
{
	if (t->parts.len > 0) {
		buffer_append(&t->parts, tape);
		tape = buffer_slice(&t->parts);
	}
	record_heads_play(t->heads, tape, &t->out);
	buffer_clear(&t->parts);
	if (t->out.len >= FLUSH_SIZE)
		write_out(t);
}

/* False: it was the last. */
static bool take_piece(struct record_thread *t, const struct piece *piece, size_t len)
{
	struct slice bytes = slice_of(piece + 1, len - sizeof(*piece));

	switch ((enum piece_kind)piece->kind) {
	case PIECE_PART:
		buffer_append(&t->parts, bytes);
		break;
	case PIECE_LAST:
		take_record(t, bytes);
		break;
	case PIECE_WRITTEN:
		record_heads_written(t->heads, bytes);
		break;
	case PIECE_FLUSH:
		write_out(t);
		break;
	case PIECE_END:
		write_out(t);
		return false;
	}
	return true;
}

static void *record_thread_main(void *arg)
{
	struct record_thread *t = arg;
	bool goes_on = true;

	syscalls_limit_thread(SYSCALLS_WORKER);
	while (goes_on) {
		size_t len;
		const struct piece *piece = ring_peek(t->ring, &len);

		if (piece == NULL) {
			doorbell_prepare(&t->own);
			if (ring_peek(t->ring, &len) == NULL)
				doorbell_wait(&t->own, -1);
			else
				doorbell_answer(&t->own);
			continue;
		}
		goes_on = take_piece(t, piece, len);
		ring_pop(t->ring);
		doorbell_ring(&t->worker);
	}
	return NULL;
}

/* ---- the worker ---- */

struct record_thread *record_thread_new(int fd, const struct record_origin *origin, struct error *err)
{
	struct record_thread *t = mem_zalloc(sizeof(*t));

	t->fd = fd;
	if (!doorbell_init(&t->own, err)) {
		free(t);
		return NULL;
	}
	if (!doorbell_init(&t->worker, err)) {
		doorbell_fini(&t->own);
		free(t);
		return NULL;
	}
	t->ring = ring_new(RING_SIZE);
	t->heads = record_heads_new(origin);
	if (pthread_create(&t->thread, NULL, record_thread_main, t) == 0)
		return t;
	error_set(err, "cannot start a thread");
	ring_free(t->ring);
	record_heads_free(t->heads);
	doorbell_fini(&t->own);
	doorbell_fini(&t->worker);
	free(t);
	return NULL;
}

static void publish(struct record_thread *t)
{
	ring_publish(t->ring);
	doorbell_ring(&t->own);
	t->unpublished = 0;
}

static void *room_for(struct record_thread *t, size_t len)
{
	void *room;

	while ((room = ring_reserve(t->ring, len)) == NULL) {
		publish(t);
		doorbell_prepare(&t->worker);
		if ((room = ring_reserve(t->ring, len)) != NULL) {
			doorbell_answer(&t->worker);
			return room;
		}
		doorbell_wait(&t->worker, WAIT_MS);
	}
	return room;
}

static void put_piece(struct record_thread *t, enum piece_kind kind, struct slice bytes)
{
	size_t len = sizeof(struct piece) + bytes.len;
	struct piece *piece = room_for(t, len);

	piece->kind = kind;
	if (bytes.len > 0)
		memcpy(piece + 1, bytes.data, bytes.len);
	ring_commit(t->ring, len);
	t->unpublished += len;
}

void record_thread_put(struct record_thread *t, struct slice tape)
{
	while (tape.len > PART_SIZE) {
		put_piece(t, PIECE_PART, slice_sub(tape, 0, PART_SIZE));
		tape = slice_after(tape, PART_SIZE);
	}
	put_piece(t, PIECE_LAST, tape);
	if (t->unpublished >= PUBLISH_SIZE)
		publish(t);
}

void record_thread_written(struct record_thread *t, struct slice file)
{
	put_piece(t, PIECE_WRITTEN, file);
}

void record_thread_flush(struct record_thread *t)
{
	if (t->is_finished)
		return;
	put_piece(t, PIECE_FLUSH, slice_of(NULL, 0));
	publish(t);
}

void record_thread_finish(struct record_thread *t)
{
	if (t->is_finished)
		return;
	put_piece(t, PIECE_END, slice_of(NULL, 0));
	publish(t);
	pthread_join(t->thread, NULL);
	t->is_finished = true;
}

int record_thread_error(const struct record_thread *t)
{
	return atomic_load(&t->error);
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
	buffer_fini(&t->parts);
	buffer_fini(&t->out);
	free(t);
}
