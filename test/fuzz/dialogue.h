/*
 * dialogue: plays fuzz input as a dialogue. Each piece of the input begins with a byte that says who speaks, or that
 * bytes are missing, or that the piece comes many times, and a byte that says how long the piece is. What the parser
 * does not take is given again.
 */
#ifndef TEST_FUZZ_DIALOGUE_H
#define TEST_FUZZ_DIALOGUE_H

#include <assert.h>

#include "base/buffer.h"
#include "proto/dialogue.h"

enum {
	FUZZ_TIMES = 300,
};

struct fuzz_player {
	struct dialogue dialogue;
	struct buffer rest[SIDES];
	uint64_t len[SIDES]; /* of the streams */
	uint32_t commands;
	bool mail_open[SIDES];
};

static void fuzz_sink(void *ctx, const struct dialogue_event *e)
{
	struct fuzz_player *p = ctx;
	volatile uint8_t touched = 0;
	const struct slice all[] = {e->verb, e->arguments, e->code, e->enhanced, e->text, e->tag};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (size_t at = 0; at < all[i].len; at++)
			touched ^= all[i].data[at];
	(void)touched;
	assert(e->begin <= e->end && e->end <= p->len[e->side]);
	if (e->kind == DIALOGUE_COMMAND)
		assert(e->index == p->commands++ && e->verb.len > 0);
	assert(e->index == DIALOGUE_NO_COMMAND || e->index < p->commands);
	if (e->kind == DIALOGUE_MAIL_BEGIN)
		assert(!p->mail_open[e->side]);
	if (e->kind == DIALOGUE_MAIL_RANGE || e->kind == DIALOGUE_MAIL_END)
		assert(p->mail_open[e->side]);
	if (e->kind == DIALOGUE_MAIL_BEGIN || e->kind == DIALOGUE_MAIL_END)
		p->mail_open[e->side] = e->kind == DIALOGUE_MAIL_BEGIN;
}

static void fuzz_take(struct fuzz_player *p)
{
	size_t used;

	do {
		used = 0;
		for (int side = 0; side < SIDES; side++) {
			struct buffer *rest = &p->rest[side];
			size_t len = dialogue_feed(&p->dialogue, (enum side)side, buffer_slice(rest), fuzz_sink, p);

			assert(len <= rest->len);
			if (dialogue_is_opaque(&p->dialogue, (enum side)side)) {
				dialogue_skip(&p->dialogue, (enum side)side, rest->len - len);
				len = rest->len;
			}
			if (len > 0)
				memmove(rest->data, rest->data + len, rest->len - len);
			rest->len -= len;
			used += len;
			assert(p->dialogue.offset[side] + rest->len == p->len[side]);
		}
	} while (used > 0);
}

static void fuzz_settle(struct fuzz_player *p)
{
	do
		fuzz_take(p);
	while (dialogue_is_ambiguous(&p->dialogue) &&
	       dialogue_settle(&p->dialogue, buffer_slice(&p->rest[SIDE_CLIENT]), buffer_slice(&p->rest[SIDE_SERVER]),
			       p->dialogue.ended[SIDE_SERVER], fuzz_sink, p));
}

static void fuzz_gap(struct fuzz_player *p, enum side side, uint64_t len)
{
	p->len[side] += len;
	dialogue_gap(&p->dialogue, side, buffer_slice(&p->rest[side]), len, fuzz_sink, p);
	p->rest[side].len = 0;
	fuzz_settle(p);
}

/* What is not taken yet may hold a secret. */
static void fuzz_look(const struct fuzz_player *p, enum side side)
{
	struct slice rest = buffer_slice(&p->rest[side]);

	assert(dialogue_find_secret(&p->dialogue, side, rest) <= rest.len);
	dialogue_may_be_login(&p->dialogue, side, rest);
	dialogue_awaits_line(&p->dialogue, side);
	assert(!dialogue_is_waiting(&p->dialogue, side) || p->dialogue.offset[side] <= p->len[side]);
}

static void fuzz_say(struct fuzz_player *p, enum side side, struct slice piece, unsigned int times)
{
	for (unsigned int i = 0; i < times; i++) {
		p->len[side] += piece.len;
		buffer_append(&p->rest[side], piece);
	}
	fuzz_settle(p);
	fuzz_look(p, side);
}

static void fuzz_finish(struct fuzz_player *p)
{
	struct slice rest[SIDES];

	dialogue_end(&p->dialogue, SIDE_SERVER, fuzz_sink, p);
	fuzz_settle(p);
	dialogue_end(&p->dialogue, SIDE_CLIENT, fuzz_sink, p);
	fuzz_settle(p);
	for (int side = 0; side < SIDES; side++)
		rest[side] = buffer_slice(&p->rest[side]);
	dialogue_finish(&p->dialogue, rest, fuzz_sink, p);
	dialogue_fini(&p->dialogue);
	assert(!p->mail_open[SIDE_CLIENT] && !p->mail_open[SIDE_SERVER]);
	for (int side = 0; side < SIDES; side++)
		buffer_fini(&p->rest[side]);
}

static void fuzz_dialogue(enum protocol protocol, const uint8_t *data, size_t size)
{
	struct fuzz_player p = {.commands = 0};
	struct slice in = slice_of(data, size);

	dialogue_init(&p.dialogue, protocol, size > 0 && data[0] & 2);
	for (in = slice_after(in, 1); in.len > 1; in = slice_after(in, 2)) {
		enum side side = in.data[0] & 1 ? SIDE_SERVER : SIDE_CLIENT;
		struct slice piece = slice_sub(in, 2, in.data[1]);

		if ((in.data[0] & 0x1e) == 0x1e) {
			fuzz_gap(&p, side, in.data[1] + 1U);
			continue;
		}
		fuzz_say(&p, side, piece, (in.data[0] & 0x1e) == 0x1c ? FUZZ_TIMES : 1);
		in = slice_after(in, piece.len);
	}
	fuzz_finish(&p);
}

#endif
