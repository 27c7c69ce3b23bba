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
	const struct wanted *wanted; /* NULL: all sessions */
	selection_sink *sink;
	void *ctx;
	struct waiting *waiting; /* SELECTION_PACKETS_MAX in a circle, from `first` on; NULL: there is no sink */
	size_t first;
	size_t count;
	size_t byte_count;
};

struct selection *selection_new(const struct wanted *wanted, selection_sink *sink, void *ctx)
{
	struct selection *s = mem_zalloc(sizeof(*s));

	s->wanted = wanted;
	s->sink = sink;
	s->ctx = ctx;
	if (sink != NULL)
		s->waiting = mem_zalloc(SELECTION_PACKETS_MAX * sizeof(*s->waiting));
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
		s->sink(s->ctx, &w->record, slice_of(w->bytes, w->record.caplen));
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
	free(s->waiting);
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

static bool is_wanted(const struct selection *s, const struct flow_endpoint *a, const struct flow_endpoint *b,
		      bool is_ipv6, int64_t start_ns)
{
	struct community_ends ends = {.port = {a->port, b->port}, .is_ipv6 = is_ipv6};

	memcpy(ends.address[SIDE_CLIENT], a->address.bytes, sizeof(a->address.bytes));
	memcpy(ends.address[SIDE_SERVER], b->address.bytes, sizeof(b->address.bytes));
	return wanted_has(s->wanted, &ends, start_ns);
}

void selection_flow_begins(struct selection *s, struct flow *f)
{
	if (s->wanted == NULL ||
	    is_wanted(s, &f->end[SIDE_CLIENT], &f->end[SIDE_SERVER], f->space.is_ipv6, f->first_ns))
		f->mark = SELECTION_PERHAPS;
}

static void mark_flow(struct selection *s, struct flow *f, enum selection_mark mark)
{
	if (f->mark != SELECTION_PERHAPS)
		return;
	f->mark = (uint8_t)mark;
	settle(s, SELECTION_PERHAPS, f->first_packet, mark, 0);
	hand_out(s);
}

bool selection_session_begins(struct selection *s, struct flow *f)
{
	mark_flow(s, f, SELECTION_YES);
	return f->mark == SELECTION_YES;
}

void selection_flow_is_none(struct selection *s, struct flow *f)
{
	mark_flow(s, f, SELECTION_NO);
}

/* ---- packets ---- */

void selection_regroup(struct selection *s, uint64_t from, uint64_t to)
{
	if (from != 0 && from != to)
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
		s->sink(s->ctx, r, bytes);
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
static enum selection_mark mark_of_syn(const struct selection *s, const struct packet_record *r,
				       const struct tcp_segment *segment)
{
	const struct flow_endpoint source = {.address = segment->source, .port = segment->source_port};
	const struct flow_endpoint destination = {.address = segment->destination, .port = segment->destination_port};

	return s->wanted == NULL || is_wanted(s, &source, &destination, segment->is_ipv6, r->time_ns)
		       ? SELECTION_PERHAPS
		       : SELECTION_NO;
}

static enum selection_mark mark_of(const struct selection *s, const struct packet_record *r,
				   const struct selection_subject *subject)
{
	if (subject->is_part)
		return subject->group != 0 ? SELECTION_PART : SELECTION_NO;
	if (subject->segment == NULL)
		return SELECTION_NO;
	if (subject->flow != NULL)
		return (enum selection_mark)subject->flow->mark;
	return mark_of_syn(s, r, subject->segment);
}

void selection_packet(struct selection *s, const struct packet_record *r, struct slice bytes,
		      const struct selection_subject *subject)
{
	enum selection_mark mark = mark_of(s, r, subject);
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

void selection_tick(struct selection *s, int64_t now_ns)
{
	give_up(s, now_ns);
}

void selection_finish(struct selection *s)
{
	for (; s->count > 0; pop(s))
		if (!is_settled(nth(s, 0)))
			drop(s, nth(s, 0));
}
