#include "flow/receive_queue.h"

#include <assert.h>
#include <bsd/sys/tree.h>
#include <stdlib.h>

#include "base/mem.h"
#include "flow/stream.h"

enum {
	BUFFER_OVERHEAD = 424, /* of a buffer: room before the packet, its headers, and what describes it */
	SMALL_ROOM = 152,      /* the smallest buffer less that */
};

/* A segment that waits, or several of which each began where the one before it ended. */
struct waiting {
	RB_ENTRY(waiting) link;
	uint64_t begin;
	uint64_t end;
	uint64_t room_end; /* how far the buffer of the first reaches */
};

RB_HEAD(waiting_tree, waiting);

struct receive_queue {
	struct waiting_tree tree;
	struct waiting *last; /* as the receiver remembers it: where a search begins */
	size_t count;
	bool has_covered; /* one may hold all of another that begins later */
};

static int by_begin(const struct waiting *a, const struct waiting *b)
{
	return (a->begin > b->begin) - (a->begin < b->begin);
}

/* RB_GENERATE_STATIC needs a macro that Linux's libc lacks. */
RB_GENERATE_INTERNAL(waiting_tree, waiting, link, by_begin, __attribute__((unused)) static)

static void drop(struct receive_queue *q, struct waiting *w)
{
	assert(q->count > 0);
	RB_REMOVE(waiting_tree, &q->tree, w);
	q->count--;
	free(w);
}

/* A balanced tree is not deep. */
static void free_below(struct waiting *w)
{
	if (w == NULL)
		return;
	free_below(RB_LEFT(w, link));
	free_below(RB_RIGHT(w, link));
	free(w);
}

uint64_t receive_queue_memory(const struct receive_queue *q)
{
	return q != NULL ? sizeof(*q) + q->count * sizeof(struct waiting) : 0;
}

void receive_queue_free(struct receive_queue *q)
{
	if (q == NULL)
		return;
	free_below(RB_ROOT(&q->tree));
	free(q);
}

void receive_queue_shift(struct receive_queue *q, uint64_t by)
{
	struct waiting *w;

	if (q == NULL)
		return;
	RB_FOREACH(w, waiting_tree, &q->tree)
	{
		w->begin += by;
		w->end += by;
	}
}

/* Takes what is in order now out of the queue. */
static void advance(struct stream *s, uint64_t received)
{
	struct receive_queue *q = s->queue;
	struct waiting *w;

	if (received > s->received)
		s->received = received;
	while (q != NULL && (w = RB_MIN(waiting_tree, &q->tree)) != NULL && w->begin <= s->received) {
		if (w->end > s->received)
			s->received = w->end;
		drop(q, w);
	}
	if (q != NULL && q->count == 0) {
		receive_queue_free(q);
		s->queue = NULL;
	}
}

/* How many bytes of payload fit into the buffer that a segment of `len` bytes is given. */
static uint64_t room_of(uint64_t len)
{
	uint64_t room = SMALL_ROOM;

	for (uint64_t size = 1024; room < len; size *= 2)
		room = size - BUFFER_OVERHEAD;
	return room;
}

static bool can_join(const struct waiting *w, uint64_t begin, uint64_t end)
{
	return w->end == begin && end <= w->room_end;
}

/* What the receiver's search for a segment's place meets on its way. */
struct meeting {
	struct waiting *same;	/* begins where the segment does, and is shorter */
	struct waiting *joined; /* ends where the segment begins: takes it */
	bool is_known;		/* one holds all of it */
};

static struct meeting search(const struct receive_queue *q, uint64_t begin, uint64_t end)
{
	struct waiting *w = RB_ROOT(&q->tree);

	assert(q->last != NULL && w != NULL);
	if (can_join(q->last, begin, end))
		return (struct meeting){.joined = q->last};
	if (begin >= q->last->end)
		return (struct meeting){0};
	while (w != NULL) {
		if (begin < w->begin) {
			w = RB_LEFT(w, link);
			continue;
		}
		if (begin < w->end && end <= w->end)
			return (struct meeting){.is_known = true};
		if (begin == w->begin)
			return (struct meeting){.same = w};
		if (can_join(w, begin, end))
			return (struct meeting){.joined = w};
		w = RB_RIGHT(w, link);
	}
	return (struct meeting){0};
}

/* From where on the bytes of `w` after `begin` are read: those that begin before it are read first. */
static uint64_t read_from(struct stream *s, struct waiting *w, uint64_t begin)
{
	struct receive_queue *q = s->queue;

	while ((w = RB_PREV(waiting_tree, &q->tree, w)) != NULL) {
		if (w->end > begin)
			begin = w->end;
		if (!q->has_covered)
			break; /* who begins earlier ends earlier */
		stream_spend(s, 1);
	}
	return begin;
}

static void join(struct receive_queue *q, struct waiting *w, uint64_t end)
{
	struct waiting *next = RB_NEXT(waiting_tree, &q->tree, w);

	w->end = end;
	if (next != NULL && next->end <= end)
		q->has_covered = true; /* and it stays */
}

static struct waiting *insert(struct receive_queue *q, uint64_t begin)
{
	struct waiting *w = mem_zalloc(sizeof(*w));

	w->begin = begin;
	RB_INSERT(waiting_tree, &q->tree, w);
	q->count++;
	return w;
}

/* Those after it that it holds wholly are not needed. */
static void drop_covered(struct receive_queue *q, struct waiting *w)
{
	struct waiting *next;

	while ((next = RB_NEXT(waiting_tree, &q->tree, w)) != NULL && w->end >= next->end)
		drop(q, next);
	if (next == NULL)
		q->last = w;
}

/* A segment that cannot be read yet. Returns from where on its bytes are those that will be read. */
static uint64_t enqueue(struct stream *s, uint64_t begin, uint64_t end)
{
	struct receive_queue *q = s->queue;
	struct meeting m = {0};

	if (q->count > 0)
		m = search(q, begin, end);
	if (m.is_known)
		return end;
	if (m.joined != NULL) {
		join(q, m.joined, end);
		return read_from(s, m.joined, begin);
	}
	if (m.same == NULL)
		m.same = insert(q, begin);
	m.same->end = end;
	m.same->room_end = begin + room_of(end - begin);
	drop_covered(q, m.same);
	return read_from(s, m.same, begin);
}

uint64_t receive_queue_take(struct stream *s, uint64_t begin, uint64_t end)
{
	uint64_t known = s->acked > s->next ? s->acked : s->next;

	assert(begin <= end);
	if (s->queue != NULL || known > s->received)
		advance(s, known);
	known = s->received;
	if (begin <= known && s->queue == NULL) { /* nearly always */
		s->received = known < end ? end : known;
		return known < end ? known : end;
	}
	if (begin <= known) {
		advance(s, end);
		return known < end ? known : end;
	}
	if (s->queue == NULL) {
		s->queue = mem_zalloc(sizeof(*s->queue));
		RB_INIT(&s->queue->tree);
	}
	if (s->queue->count >= stream_pending_max(s))
		return end;
	return enqueue(s, begin, end);
}
