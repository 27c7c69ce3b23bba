#include <assert.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "tls/tls_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	STEPS_MAX = 64,
	MEMORY_MAX = 400000,
	TRIES_MAX = 4096,   /* for a hole */
	TRIES_PER_BYTE = 4, /* for records that do not open, of which a byte may begin as many */
};

/* The first byte of an input: what the key log has, and when. The second: the length of a piece. */
enum flag {
	KEYS_AT_ONCE = 1,
	KEYS_LATE = 2, /* once both sides have said something */
	WITHOUT_RESUMPTION = 4,
};

/* What a step of the input does; a 16-bit length follows, and for SAY as many bytes. Its lowest bit is the side. */
enum step {
	SAY,
	LOSE,
	END,
	GIVE_UP,
	STEPS,
};

/* A piece of a side's bytes that waits to be taken, or a hole. */
struct item {
	struct slice piece;
	uint64_t gap;
};

struct queue {
	struct item *items;
	size_t first;
	size_t count;
	size_t cap;
	bool has_ended;
	bool is_told; /* that it has */
};

struct play {
	struct tls_reader *reader;
	struct key_set keys;
	bool has_keys;
	unsigned int gaps;
	struct queue queue[SIDES];
	uint64_t heard[SIDES]; /* a hash of all that was told of a side */
	uint64_t end[SIDES];
};

static bool find(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], struct key_set *out)
{
	const struct play *p = ctx;
	uint8_t random[KEY_RANDOM_LEN];

	memcpy(random, client_random, sizeof(random));
	if (!p->has_keys)
		return false;
	*out = p->keys;
	return random[0] != 0xff;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x100000001b3;
}

static uint64_t mix_bytes(uint64_t hash, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		hash = mix(hash, bytes.data[i]);
	return mix(hash, bytes.len);
}

static void hear(void *ctx, const struct tls_event *e)
{
	struct play *p = ctx;
	uint64_t hash = p->heard[e->side];

	assert(e->begin <= e->end && e->end >= p->end[e->side]);
	p->end[e->side] = e->end;
	assert(strlen(e->name) < TLS_NAME_SIZE && strlen(e->protocol) < TLS_NAME_SIZE);
	assert(e->chain_len <= CERTIFICATE_CHAIN_MAX);
	assert((e->kind == TLS_UNREAD) == (e->why != TLS_READ));
	hash = mix(mix(mix(hash, e->kind), e->begin), e->end);
	hash = mix(mix(mix(hash, e->version), e->suite), (uint64_t)e->level << 8 | e->description);
	hash = mix(mix(hash, e->len), (uint64_t)e->why << 32 | e->record_len);
	hash = mix_bytes(mix_bytes(hash, e->bytes), slice_from_text(e->name));
	for (size_t i = 0; i < e->chain_len; i++)
		hash = mix_bytes(hash, e->chain[i]);
	p->heard[e->side] = hash;
}

/* ---- feeding ---- */

static bool push_side(struct play *p, enum side side)
{
	struct queue *q = &p->queue[side];
	bool has_moved = false;

	while (q->first < q->count) {
		struct item *item = &q->items[q->first];
		size_t taken = 0;
		enum tls_fed fed;

		if (item->gap > 0) {
			tls_reader_gap(p->reader, side, item->gap, hear, p);
			p->gaps++;
		} else {
			fed = tls_reader_feed(p->reader, side, item->piece, &taken, hear, p);
			assert(taken <= item->piece.len && (fed != TLS_FED_ALL || taken == item->piece.len));
			item->piece = slice_after(item->piece, taken);
			has_moved = has_moved || taken > 0;
			if (item->piece.len > 0)
				return has_moved;
		}
		q->first++;
		has_moved = true;
	}
	if (!q->has_ended || q->is_told)
		return has_moved;
	tls_reader_end(p->reader, side, hear, p);
	return q->is_told = true;
}

static void push(struct play *p)
{
	bool goes_on = true;

	while (goes_on) {
		goes_on = push_side(p, SIDE_CLIENT);
		goes_on = push_side(p, SIDE_SERVER) || goes_on;
	}
	assert(tls_reader_memory(p->reader) < MEMORY_MAX);
}

static void add(struct play *p, enum side side, struct slice piece, uint64_t gap)
{
	struct queue *q = &p->queue[side];

	if (q->has_ended)
		return;
	q->items = mem_grow(q->items, &q->cap, q->count + 1, sizeof(q->items[0]));
	q->items[q->count++] = (struct item){.piece = piece, .gap = gap};
}

static struct slice take(struct slice *from, size_t len)
{
	struct slice taken = slice_sub(*from, 0, len);

	*from = slice_after(*from, len);
	return taken;
}

static uint8_t take_byte(struct slice *from)
{
	struct slice one = take(from, 1);

	return one.len > 0 ? one.data[0] : 0;
}

static void take_keys(struct play *p, struct slice *in)
{
	for (int i = 0; i < KEY_LABELS; i++) {
		struct slice secret = take(in, take_byte(in) % (KEY_SECRET_MAX + 1));

		p->keys.of[i].len = (uint8_t)secret.len;
		if (secret.len > 0)
			memcpy(p->keys.of[i].bytes, secret.data, secret.len);
	}
}

static void take_step(struct play *p, struct slice *in, size_t piece_len)
{
	uint8_t op = take_byte(in);
	enum side side = (enum side)(op & 1);
	enum step step = (enum step)((op >> 1) % STEPS);
	size_t len = (size_t)take_byte(in) << 8;
	struct slice said;

	len |= take_byte(in);
	switch (step) {
	case SAY:
		for (said = take(in, len); said.len > 0; said = slice_after(said, piece_len)) {
			add(p, side, slice_sub(said, 0, piece_len), 0);
			push(p);
		}
		break;
	case LOSE:
		add(p, side, slice_of(NULL, 0), len + 1);
		break;
	case END:
		p->queue[side].has_ended = true;
		break;
	case GIVE_UP:
	case STEPS:
		tls_reader_give_up(p->reader);
		break;
	}
	push(p);
}

static void play(struct play *p, struct slice in, size_t piece_len)
{
	struct slice all = in;
	uint8_t flags = take_byte(&in);
	struct resumption *resumption = flags & WITHOUT_RESUMPTION ? NULL : resumption_new(2);

	take_byte(&in);
	*p = (struct play){.has_keys = flags & KEYS_AT_ONCE};
	take_keys(p, &in);
	p->reader = tls_reader_new(find, p, resumption);
	for (int i = 0; i < STEPS_MAX && in.len > 0; i++) {
		take_step(p, &in, piece_len);
		p->has_keys = p->has_keys || (flags & KEYS_LATE && i == 2);
	}
	push(p);
	tls_reader_give_up(p->reader);
	push(p);
	for (int side = 0; side < SIDES; side++) {
		p->queue[side].has_ended = true;
		push(p);
	}
	for (int side = 0; side < SIDES; side++) {
		size_t taken;

		tls_reader_feed(p->reader, (enum side)side, slice_of(NULL, 0), &taken, hear, p);
		assert(p->queue[side].first == p->queue[side].count);
		tls_event_unread_name(tls_reader_unread(p->reader, (enum side)side));
		free(p->queue[side].items);
	}
	assert(tls_reader_tries(p->reader) <= (uint64_t)TRIES_MAX * (p->gaps + 1) + TRIES_PER_BYTE * all.len);
	tls_reader_free(p->reader);
	resumption_free(resumption);
}

/* Whole and in pieces the same is told. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_of(data, size);
	size_t piece_len = size > 1 && data[1] > 0 ? data[1] : 1;
	struct play whole;
	struct play pieces;

	play(&whole, in, SIZE_MAX);
	play(&pieces, in, piece_len);
	for (int side = 0; side < SIDES; side++)
		assert(whole.heard[side] == pieces.heard[side]);
	return 0;
}
