#include "proto/dotstuff.h"

#include <assert.h>

/*
 * Where in a line the next byte stands. A dot at the beginning of a line is held back until it is known whether it ends
 * the mail; if not, it was there only to be undone, but for a mail that stops right after it. A dot after a bare LF
 * is an ordinary one, followed only to see whether it could be taken for the end.
 */
enum state {
	STATE_LINE_START,
	STATE_IN_LINE,
	STATE_CR,     /* after a CR in a line */
	STATE_DOT,    /* after a dot at the beginning of a line */
	STATE_DOT_CR, /* after that and a CR */
	STATE_LF,     /* after a bare LF */
	STATE_LF_DOT,
	STATE_LF_DOT_CR,
};

enum {
	BLOCK_LEN = 64,
};

struct out {
	uint64_t *mail_size;
	slice_sink *sink;
	void *ctx;
};

void dotstuff_init(struct dotstuff *d, enum dotstuff_kind kind)
{
	*d = (struct dotstuff){
		.state = STATE_LINE_START, .any_line_end = kind == DOTSTUFF_LF, .tail = {0, 0, '\r', '\n'}};
}

void dotstuff_gap(struct dotstuff *d)
{
	d->state = STATE_IN_LINE;
	d->is_behind_gap = true;
}

static void put(const struct out *out, const void *data, size_t len)
{
	if (len == 0)
		return;
	*out->mail_size += len;
	if (out->sink)
		out->sink(out->ctx, slice_of(data, len));
}

/* Whether an LF followed by a dot is among `at[0 .. BLOCK_LEN]`. These loops are such that compilers turn them into
 * vector code: all of a mail goes through here. */
static bool block_has_line_dot(const uint8_t *at)
{
	uint8_t hit = 0;

	for (size_t i = 0; i < BLOCK_LEN; i++)
		hit |= (uint8_t)((at[i] == '\n') & (at[i + 1] == '.'));
	return hit != 0;
}

/* The same, or an LF that no CR precedes; `at[-1]` is looked at too. */
static bool block_has_odd_line(const uint8_t *at)
{
	const uint8_t *before = at - 1;
	uint8_t hit = 0;

	for (size_t i = 0; i < BLOCK_LEN; i++)
		hit |= (uint8_t)((at[i] == '\n') & ((at[i + 1] == '.') | (before[i] != '\r')));
	return hit != 0;
}

static bool is_bare_lf(struct slice s, size_t at)
{
	return s.data[at] == '\n' && (at == 0 || s.data[at - 1] != '\r');
}

/* The end of the first line in `s` that a dot follows, or (`any_bare`) that a bare LF ends; `s.len` if there is none.
 */
static size_t find_line_end(struct slice s, bool any_bare)
{
	size_t at = 0;

	while (at < s.len) {
		size_t stop = at + BLOCK_LEN;

		if (at > 0 && stop < s.len &&
		    !(any_bare ? block_has_odd_line(s.data + at) : block_has_line_dot(s.data + at))) {
			at = stop;
			continue;
		}
		for (; at < stop && at < s.len; at++)
			if (s.data[at] == '\n' &&
			    ((at + 1 < s.len && s.data[at + 1] == '.') || (any_bare && is_bare_lf(s, at))))
				return at + 1;
	}
	return s.len;
}

/* Passes on the mail up to the next line end that matters; returns what was taken. */
static size_t take_text(struct dotstuff *d, struct slice in, const struct out *out)
{
	size_t len = find_line_end(in, !(d->oddities & DOTSTUFF_BARE_LF));
	uint8_t last = in.data[len - 1];

	assert(len > 0 && len <= in.len);
	put(out, in.data, len);
	if (last == '\r')
		d->state = STATE_CR;
	else if (is_bare_lf(in, len - 1) && !(d->is_behind_gap && len == 1)) /* its CR is in the gap */
		d->state = STATE_LF;
	else
		d->state = last == '\n' ? STATE_LINE_START : STATE_IN_LINE;
	if (d->state == STATE_LF)
		d->oddities |= DOTSTUFF_BARE_LF;
	if (d->state == STATE_LF && d->any_line_end)
		d->state = STATE_LINE_START;
	d->is_behind_gap = false;
	return len;
}

/* Goes to `next` when `byte` is the `wanted` one, else back into the line; returns whether it was. */
static bool advance(struct dotstuff *d, uint8_t byte, uint8_t wanted, enum state next)
{
	d->state = (uint8_t)(byte == wanted ? next : STATE_IN_LINE);
	return byte == wanted;
}

/* Passes the byte on where it is the wanted one. */
static size_t pass(struct dotstuff *d, uint8_t byte, uint8_t wanted, enum state next, const struct out *out)
{
	if (!advance(d, byte, wanted, next))
		return 0;
	put(out, &byte, 1);
	return 1;
}

/* The line end after a single dot, one of whose line ends is a bare LF. `in_len`, `out_len`: of that line. */
static size_t end_loosely(struct dotstuff *d, uint8_t in_len, uint8_t out_len, enum state next, const struct out *out)
{
	put(out, "\n", 1);
	d->state = (uint8_t)next;
	d->oddities |= next == STATE_LF ? DOTSTUFF_LOOSE_DOT | DOTSTUFF_BARE_LF : DOTSTUFF_LOOSE_DOT;
	d->loose_in_len = in_len;
	d->loose_out_len = out_len;
	return 1;
}

/* A dot after a bare LF, and what follows. */
static size_t take_loose(struct dotstuff *d, uint8_t byte, const struct out *out)
{
	if (d->state == STATE_LF)
		return pass(d, byte, '.', STATE_LF_DOT, out);
	if (d->state == STATE_LF_DOT)
		return byte == '\n' ? end_loosely(d, 2, 2, STATE_LF, out) : pass(d, byte, '\r', STATE_LF_DOT_CR, out);
	if (byte == '\n')
		return end_loosely(d, 3, 3, STATE_LINE_START, out);
	return pass(d, byte, '\n', STATE_LINE_START, out);
}

/* One step at a place where single bytes matter; returns how many were taken (0: the state alone has changed). */
static size_t take_start(struct dotstuff *d, uint8_t byte, const struct out *out)
{
	switch ((enum state)d->state) {
	case STATE_LINE_START:
		return advance(d, byte, '.', STATE_DOT) ? 1 : 0;
	case STATE_CR:
		return pass(d, byte, '\n', STATE_LINE_START, out);
	case STATE_DOT:
		if (byte == '\n')
			return end_loosely(d, 2, 1, STATE_LF, out);
		return advance(d, byte, '\r', STATE_DOT_CR) ? 1 : 0;
	case STATE_DOT_CR:
		put(out, "\r", 1);
		d->state = STATE_IN_LINE;
		return 0;
	case STATE_LF:
	case STATE_LF_DOT:
	case STATE_LF_DOT_CR:
		return take_loose(d, byte, out);
	case STATE_IN_LINE:
		break;
	}
	return 0;
}

/* The byte that ends the mail's last line, the one with the dot. */
static bool is_end(const struct dotstuff *d, uint8_t byte)
{
	return byte == '\n' && (d->state == STATE_DOT_CR || (d->state == STATE_DOT && d->any_line_end));
}

static enum dotstuff_status feed(struct dotstuff *d, struct slice in, size_t *used_len, uint64_t *mail_size,
				 slice_sink *sink, void *ctx)
{
	struct out out = {.mail_size = mail_size, .sink = sink, .ctx = ctx};
	size_t at = 0;

	while (at < in.len) {
		if (is_end(d, in.data[at])) {
			d->end_len = d->state == STATE_DOT ? 2 : 3;
			d->state = STATE_LINE_START;
			*used_len = at + 1;
			return DOTSTUFF_END;
		}
		d->loose_in_len = 0;
		if (d->state == STATE_IN_LINE)
			at += take_text(d, slice_after(in, at), &out);
		else
			at += take_start(d, in.data[at], &out);
		if (d->loose_in_len > 0 && d->stops_loosely) {
			*used_len = at;
			return DOTSTUFF_LOOSE;
		}
	}
	*used_len = at;
	return DOTSTUFF_MORE;
}

static void keep_tail(struct dotstuff *d, struct slice in)
{
	size_t len = in.len;

	if (len >= DOTSTUFF_TAIL) { /* nearly always */
		memcpy(d->tail, in.data + len - DOTSTUFF_TAIL, DOTSTUFF_TAIL);
		return;
	}
	memmove(d->tail, d->tail + len, DOTSTUFF_TAIL - len);
	memcpy(d->tail + DOTSTUFF_TAIL - len, in.data + in.len - len, len);
}

enum dotstuff_status dotstuff_feed(struct dotstuff *d, struct slice in, size_t *used_len, uint64_t *mail_size,
				   slice_sink *sink, void *ctx)
{
	enum dotstuff_status status = feed(d, in, used_len, mail_size, sink, ctx);

	assert(status == DOTSTUFF_MORE ? *used_len == in.len : *used_len <= in.len);
	if (*used_len > 0)
		keep_tail(d, slice_sub(in, 0, *used_len));
	return status;
}

static bool ends_line(uint8_t byte)
{
	return byte == '\r' || byte == '\n';
}

uint8_t dotstuff_odd_end(const struct dotstuff *d, uint8_t *out_len)
{
	const uint8_t *at = d->tail;
	uint8_t len = 0;

	if (at[3] == '\n' && at[2] == '\r' && at[1] == '.' && ends_line(at[0]))
		len = 3;
	else if (ends_line(at[3]) && at[2] == '.' && ends_line(at[1]))
		len = 2;
	*out_len = d->state == STATE_DOT_CR ? 0 : d->loose_in_len > 0 ? d->loose_out_len : len;
	assert(*out_len <= len);
	return len;
}

void dotstuff_finish(struct dotstuff *d, uint64_t *mail_size, slice_sink *sink, void *ctx)
{
	struct out out = {.mail_size = mail_size, .sink = sink, .ctx = ctx};

	if (d->state == STATE_DOT)
		put(&out, ".", 1);
	else if (d->state == STATE_DOT_CR)
		put(&out, ".\r", 2);
	d->state = STATE_IN_LINE;
}
