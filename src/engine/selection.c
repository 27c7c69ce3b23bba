#include "engine/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "packet/fragments.h"

/* A packet that waits, for itself or for those before it. */
struct waiting {
	struct packet_record record;
	uint8_t *bytes; /* NULL: settled as not wanted */
	uint64_t key;	/* the first packet of the flow, or the group of the fragment */
	enum selection_mark mark;
};

struct selection {
	void (*packet)(void *ctx, const struct packet_record *r, struct slice bytes);
	void *ctx;
	struct waiting waiting[SELECTION_PACKETS_MAX]; /* in a circle, from `first` on */
	size_t first;
	size_t count;
	size_t byte_count;
};

struct selection *selection_new(const struct engine_options *options)
{
	struct selection *s;

	if (options->packet == NULL)
		return NULL;
	s = mem_zalloc(sizeof(*s));
	s->packet = options->packet;
	s->ctx = options->packet_ctx;
	return s;
}

static struct waiting *nth(struct selection *s, size_t number)
{
	return &s->waiting[(s->first + number) % SELECTION_PACKETS_MAX];
}

static void drop(struct selection *s, struct waiting *w)
{
	if (w->bytes != NULL)
		s->byte_count -= w->record.caplen;
	free(w->bytes);
	w->bytes = NULL;
	w->mark = SELECTION_NO;
}

/* The first of them goes, out of the engine or nowhere. */
static void pop(struct selection *s)
{
	struct waiting *w = nth(s, 0);

	if (w->mark == SELECTION_YES)
		s->packet(s->ctx, &w->record, slice_of(w->bytes, w->record.caplen));
	drop(s, w);
	s->first = (s->first + 1) % SELECTION_PACKETS_MAX;
	s->count--;
}

static bool is_settled(const struct waiting *w)
{
	return w->mark == SELECTION_YES || w->mark == SELECTION_NO;
}

static void hand_out(struct selection *s)
{
	while (s->count > 0 && is_settled(nth(s, 0)))
		pop(s);
	while (s->count > 0 && nth(s, s->count - 1)->mark == SELECTION_NO)
		s->count--;
}

void selection_free(struct selection *s)
{
	if (s == NULL)
		return;
	for (; s->count > 0; pop(s))
		drop(s, nth(s, 0));
	free(s);
}

/* Those that wait for the same get another mark, and wait for another. */
static void settle(struct selection *s, enum selection_mark from, uint64_t key, enum selection_mark to, uint64_t to_key)
{
	for (size_t i = 0; i < s->count; i++) {
		struct waiting *w = nth(s, i);

		if (w->mark != from || w->key != key)
			continue;
		w->mark = to;
		w->key = to_key;
		if (to == SELECTION_NO)
			drop(s, w);
	}
}

/* ---- flows ---- */

static bool is_wanted(const struct engine *e, const struct segment_address *a, uint16_t a_port,
		      const struct segment_address *b, uint16_t b_port, bool is_ipv6, int64_t start_ns)
{
	struct community_ends ends = {.port = {a_port, b_port}, .is_ipv6 = is_ipv6};

	if (e->options.wanted == NULL)
		return true;
	memcpy(ends.address[SIDE_CLIENT], a->bytes, sizeof(a->bytes));
	memcpy(ends.address[SIDE_SERVER], b->bytes, sizeof(b->bytes));
	return wanted_has(e->options.wanted, &ends, start_ns);
}

void selection_flow_begins(struct engine *e, struct flow *f)
{
	const struct flow_endpoint *end = f->end;

	if (is_wanted(e, &end[SIDE_CLIENT].address, end[SIDE_CLIENT].port, &end[SIDE_SERVER].address,
		      end[SIDE_SERVER].port, f->space.is_ipv6, f->first_ns))
		f->mark = SELECTION_PERHAPS;
}

static void mark_flow(struct engine *e, struct flow *f, enum selection_mark mark)
{
	if (f->mark != SELECTION_PERHAPS)
		return;
	f->mark = (uint8_t)mark;
	if (e->selection != NULL) {
		settle(e->selection, SELECTION_PERHAPS, f->first_packet, mark, 0);
		hand_out(e->selection);
	}
}

bool selection_session_begins(struct engine *e, struct flow *f)
{
	mark_flow(e, f, SELECTION_YES);
	return f->mark == SELECTION_YES;
}

void selection_flow_is_none(struct engine *e, struct flow *f)
{
	mark_flow(e, f, SELECTION_NO);
}

/* ---- packets ---- */

void selection_regroup(struct selection *s, uint64_t from, uint64_t to)
{
	if (s != NULL && from != 0 && from != to)
		settle(s, SELECTION_PART, from, SELECTION_PART, to);
}

static bool is_too_much(const struct selection *s)
{
	return s->count == SELECTION_PACKETS_MAX || s->byte_count > SELECTION_BYTES_MAX;
}

/* A fragment that never became a packet, or a limit. */
static void give_up(struct selection *s, int64_t now_ns)
{
	while (s->count > 0) {
		struct waiting *w = nth(s, 0);
		bool is_old = w->mark == SELECTION_PART && now_ns - w->record.time_ns > FRAGMENTS_NS;

		if (!is_settled(w) && !is_old && !is_too_much(s))
			return;
		if (w->mark == SELECTION_PART)
			drop(s, w);
		else if (w->mark == SELECTION_PERHAPS)
			w->mark = SELECTION_YES;
		pop(s);
	}
}

static void put(struct selection *s, const struct packet_record *r, struct slice bytes, enum selection_mark mark,
		uint64_t key)
{
	struct waiting *w;

	if (s->count == 0 && mark == SELECTION_YES) {
		s->packet(s->ctx, r, bytes);
		return;
	}
	w = nth(s, s->count++);
	*w = (struct waiting){.record = *r, .bytes = mem_alloc(bytes.len + 1), .key = key, .mark = mark};
	w->record.caplen = (uint32_t)bytes.len;
	if (bytes.len > 0)
		memcpy(w->bytes, bytes.data, bytes.len);
	s->byte_count += bytes.len;
}

/* A SYN's flow may begin later. */
static enum selection_mark mark_of(const struct engine *e, const struct packet_record *r,
				   const struct selection_subject *subject)
{
	const struct tcp_segment *s = subject->segment;

	if (subject->is_part)
		return subject->group != 0 ? SELECTION_PART : SELECTION_NO;
	if (s == NULL)
		return SELECTION_NO;
	if (subject->flow != NULL)
		return (enum selection_mark)subject->flow->mark;
	return is_wanted(e, &s->source, s->source_port, &s->destination, s->destination_port, s->is_ipv6, r->time_ns)
		       ? SELECTION_PERHAPS
		       : SELECTION_NO;
}

void selection_packet(struct engine *e, const struct packet_record *r, struct slice bytes,
		      const struct selection_subject *subject)
{
	struct selection *s = e->selection;
	enum selection_mark mark = mark_of(e, r, subject);
	uint64_t key = subject->flow != NULL ? subject->flow->first_packet : r->number;

	if (subject->is_part)
		key = subject->group;
	else if (subject->group != 0)
		settle(s, SELECTION_PART, subject->group, mark, key);
	hand_out(s);
	if (mark != SELECTION_NO)
		put(s, r, bytes, mark, key);
	give_up(s, r->time_ns);
}

void selection_finish(struct selection *s)
{
	if (s == NULL)
		return;
	for (; s->count > 0; pop(s))
		if (!is_settled(nth(s, 0)))
			drop(s, nth(s, 0));
}
