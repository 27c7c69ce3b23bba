#include "tls/tls_reader.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tls/reader.h"

struct tls_reader *tls_reader_new(tls_find_keys *find, void *ctx, struct resumption *resumption)
{
	struct tls_reader *r = mem_zalloc(sizeof(*r));

	r->find = find;
	r->find_ctx = ctx;
	r->resumption = resumption;
	for (int side = 0; side < SIDES; side++)
		r->side[side].side = (enum side)side;
	return r;
}

/* ---- what a side holds ---- */

static void drop_buffers(struct reader_side *s)
{
	buffer_fini(&s->kept);
	buffer_fini(&s->message.body);
	buffer_fini(&s->held.text);
}

void tls_reader_free(struct tls_reader *r)
{
	if (r == NULL)
		return;
	for (int side = 0; side < SIDES; side++) {
		drop_buffers(&r->side[side]);
		reader_forget_keys(&r->side[side]);
	}
	buffer_fini(&r->ticket);
	OPENSSL_cleanse(r, sizeof(*r));
	free(r);
}

size_t tls_reader_memory(const struct tls_reader *r)
{
	size_t memory = sizeof(*r) + r->ticket.cap;

	for (int side = 0; side < SIDES; side++) {
		const struct reader_side *s = &r->side[side];

		memory += s->kept.cap + s->message.body.cap + s->held.text.cap;
		memory += s->protection != NULL ? protection_memory(s->protection) : 0;
		memory += s->next != NULL ? protection_memory(s->next) : 0;
	}
	return memory;
}

void reader_turn_deaf(struct reader_side *s)
{
	s->is_deaf = true;
	drop_buffers(s);
	reader_forget_keys(s);
}

void reader_refuse(struct reading *x, enum tls_unread why, uint64_t len)
{
	struct tls_event event = reader_event(x, TLS_UNREAD);

	if (x->s->unread != TLS_READ)
		return;
	x->s->unread = why;
	x->s->hole = (struct reader_hole){.len = 0};
	buffer_fini(&x->s->held.text);
	reader_forget_keys(x->s);
	event.why = why;
	event.len = len;
	x->sink(x->ctx, &event);
}

/* ---- events ---- */

struct tls_event reader_event(const struct reading *x, enum tls_event_kind kind)
{
	return (struct tls_event){.kind = kind,
				  .side = x->s->side,
				  .begin = x->begin,
				  .end = x->end,
				  .record_len = x->record_len,
				  .is_hidden = x->is_hidden,
				  .name = "",
				  .protocol = ""};
}

void reader_tell(const struct reading *x, enum tls_event_kind kind)
{
	struct tls_event event = reader_event(x, kind);

	x->sink(x->ctx, &event);
}

/* ---- bytes ---- */

/* For one record, and no more than that. */
static void make_room(struct buffer *kept, size_t cap)
{
	uint8_t *data;

	if (kept->cap >= cap)
		return;
	data = mem_alloc(cap);
	if (kept->len > 0)
		memcpy(data, kept->data, kept->len);
	free(kept->data);
	kept->data = data;
	kept->cap = cap;
}

struct slice reader_need(struct reading *x, size_t len)
{
	struct buffer *kept = &x->s->kept;
	struct slice more;

	assert(len <= RECORD_HEADER_LEN + RECORD_BODY_MAX);
	if (kept->len == 0 && x->in.len >= len)
		return slice_sub(x->in, 0, len);
	if (kept->len < len) {
		more = slice_sub(x->in, 0, len - kept->len);
		if (len > RECORD_HEADER_LEN)
			make_room(kept, len + 1);
		buffer_append(kept, more);
		x->in = slice_after(x->in, more.len);
	}
	return slice_sub(buffer_slice(kept), 0, len);
}

static void note_tail(struct reader_side *s, struct slice gone)
{
	size_t keep;

	if (gone.len > READER_TAIL_MAX)
		gone = slice_after(gone, gone.len - READER_TAIL_MAX);
	if (gone.len == 0)
		return;
	keep = s->tail_len + gone.len > READER_TAIL_MAX ? READER_TAIL_MAX - gone.len : s->tail_len;
	memmove(s->tail, s->tail + (s->tail_len - keep), keep);
	memcpy(s->tail + keep, gone.data, gone.len);
	s->tail_len = (uint8_t)(keep + gone.len);
}

void reader_consume(struct reading *x, size_t len)
{
	struct reader_side *s = x->s;
	struct buffer *kept = &s->kept;

	s->offset += len;
	if (kept->len == 0) {
		assert(len <= x->in.len);
		if (s->hole.len > 0 || s->is_broken)
			note_tail(s, slice_sub(x->in, 0, len));
		x->in = slice_after(x->in, len);
		return;
	}
	assert(len <= kept->len);
	if (s->hole.len > 0 || s->is_broken)
		note_tail(s, slice_sub(buffer_slice(kept), 0, len));
	kept->len -= len;
	if (kept->len == 0)
		buffer_fini(kept);
	else
		memmove(kept->data, kept->data + len, kept->len);
}

/* ---- records ---- */

static bool is_header(const uint8_t header[RECORD_HEADER_LEN])
{
	return header[0] >= RECORD_CHANGE_CIPHER && header[0] <= RECORD_HEARTBEAT && header[1] == 3 &&
	       record_header_len(header) <= RECORD_BODY_MAX;
}

void reader_pass(struct reader_side *s, uint8_t type, uint32_t len, uint32_t left)
{
	s->is_passing = true;
	s->passing_type = type;
	s->passing_len = len;
	s->left = left;
}

static void end_passing(struct reading *x)
{
	struct reader_side *s = x->s;
	bool is_broken = s->is_broken;

	s->is_passing = s->is_broken = false;
	x->begin = s->passing_begin;
	x->end = s->offset;
	x->record_len = s->passing_len;
	if (s->unread != TLS_READ || !is_broken)
		reader_tell_passed(x, s->passing_type);
	else
		reader_skip_tail(x, slice_of(s->tail, s->tail_len));
}

/* A record goes by, as far as it is here; false: more of it will come. */
static bool pass_record(struct reading *x)
{
	struct reader_side *s = x->s;
	size_t here = s->kept.len > 0 ? s->kept.len : x->in.len;

	if (here > s->left)
		here = s->left;
	s->left -= (uint32_t)here;
	if (here > 0)
		reader_consume(x, here);
	if (s->left > 0)
		return s->kept.len > 0 || x->in.len > 0;
	end_passing(x);
	return true;
}

static void begin_record(struct reading *x, const uint8_t header[RECORD_HEADER_LEN])
{
	x->record_len = record_header_len(header);
	x->begin = x->s->offset;
	x->end = x->begin + RECORD_HEADER_LEN + x->record_len;
	x->is_hidden = false;
}

/* The next record, or a piece of it; false: nothing more can be read now, and `*fed` says why. */
static bool read_record(struct reading *x, enum tls_fed *fed)
{
	struct slice header = reader_need(x, RECORD_HEADER_LEN);
	uint8_t copy[RECORD_HEADER_LEN];
	struct slice record;

	*fed = TLS_FED_ALL;
	if (header.len < RECORD_HEADER_LEN)
		return false;
	memcpy(copy, header.data, sizeof(copy));
	begin_record(x, copy);
	if (!is_header(copy)) {
		if (x->s->hole.len > 0)
			reader_refuse(x, TLS_GAP, x->s->hole.len);
		reader_turn_deaf(x->s);
		return true;
	}
	*fed = reader_check(x, copy);
	if (*fed != TLS_FED_ALL)
		return false;
	if (!reader_wants(x, copy)) {
		x->s->passing_begin = x->begin;
		reader_consume(x, RECORD_HEADER_LEN);
		reader_pass(x->s, copy[0], x->record_len, x->record_len);
		return true;
	}
	record = reader_need(x, RECORD_HEADER_LEN + x->record_len);
	if (record.len < RECORD_HEADER_LEN + x->record_len)
		return false;
	reader_take_record(x, record);
	if (!x->s->is_deaf)
		reader_consume(x, RECORD_HEADER_LEN + x->record_len);
	return true;
}

static enum tls_fed read_side(struct reading *x)
{
	struct reader_side *s = x->s;
	enum tls_fed fed = TLS_FED_ALL;
	bool goes_on = true;

	while (goes_on) {
		if (s->is_deaf) {
			s->offset += x->in.len;
			x->in = slice_of(NULL, 0);
			fed = TLS_FED_ALL;
			break;
		}
		if (!reader_release(x)) {
			fed = TLS_FED_NEEDS_OTHER;
			break;
		}
		if (s->is_passing)
			goes_on = pass_record(x);
		else if (s->hole.is_scanning)
			goes_on = reader_scan(x, &fed);
		else
			goes_on = read_record(x, &fed);
	}
	s->fed = fed;
	return fed;
}

/* ---- the face ---- */

static struct reading reading_of(struct tls_reader *r, enum side side, struct slice in, tls_sink *sink, void *ctx)
{
	return (struct reading){.r = r,
				.s = &r->side[side],
				.in = in,
				.sink = sink,
				.ctx = ctx,
				.begin = r->side[side].offset,
				.end = r->side[side].offset};
}

/* What this side was told may be what the other waits for. */
static void read_other(struct tls_reader *r, enum side side, tls_sink *sink, void *ctx)
{
	struct reading x = reading_of(r, side_other(side), slice_of(NULL, 0), sink, ctx);

	if (x.s->fed == TLS_FED_NEEDS_OTHER)
		read_side(&x);
}

static void end_call(struct tls_reader *r)
{
	free(r->text);
	r->text = NULL;
}

/* How far both sides were read: it grows with all that one may wait for. */
static uint64_t progress(const struct tls_reader *r)
{
	const struct reader_side *s = r->side;

	return s[0].offset + s[1].offset + s[0].hellos + s[1].hellos;
}

enum tls_fed tls_reader_feed(struct tls_reader *r, enum side side, struct slice in, size_t *taken, tls_sink *sink,
			     void *ctx)
{
	struct reading x = reading_of(r, side, in, sink, ctx);
	enum tls_fed fed;
	uint64_t before;

	do {
		before = progress(r);
		fed = read_side(&x);
		read_other(r, side, sink, ctx);
	} while (fed == TLS_FED_NEEDS_OTHER && progress(r) > before);
	*taken = in.len - x.in.len;
	end_call(r);
	return fed;
}

void tls_reader_gap(struct tls_reader *r, enum side side, uint64_t len, tls_sink *sink, void *ctx)
{
	struct reading x = reading_of(r, side, slice_of(NULL, 0), sink, ctx);

	if (len == 0)
		return;
	reader_lose(&x, len);
	read_other(r, side, sink, ctx);
	end_call(r);
}

void tls_reader_end(struct tls_reader *r, enum side side, tls_sink *sink, void *ctx)
{
	struct reading x = reading_of(r, side, slice_of(NULL, 0), sink, ctx);
	struct tls_event event;

	if (x.s->has_ended)
		return;
	x.s->has_ended = true;
	if (x.s->fed != TLS_FED_ALL) /* a record was taken, and waits */
		read_side(&x);
	if (x.s->fed == TLS_FED_ALL && x.s->hole.len > 0 && x.s->epoch != READER_EPOCH_CLEAR) {
		event = reader_event(&x, TLS_MISSING);
		event.begin = x.s->hole.begin;
		event.end = x.s->offset + x.s->kept.len;
		event.len = x.s->hole.len + x.s->kept.len;
		sink(ctx, &event);
	}
	read_other(r, side, sink, ctx);
	end_call(r);
}

void tls_reader_give_up(struct tls_reader *r)
{
	r->has_given_up = true;
}

const uint8_t *tls_reader_random(const struct tls_reader *r)
{
	return r->has_client_random ? r->client_random : NULL;
}

bool tls_reader_has_read(const struct tls_reader *r)
{
	return r->has_read;
}

enum tls_unread tls_reader_unread(const struct tls_reader *r, enum side side)
{
	return r->side[side].unread;
}

uint64_t tls_reader_tries(const struct tls_reader *r)
{
	return r->tries;
}
