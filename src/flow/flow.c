#include "flow/flow.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "flow/acknowledgement.h"
#include "flow/bad_checksum.h"
#include "flow/delivery.h"
#include "flow/identity.h"
#include "flow/payload.h"
#include "flow/table.h"
#include "flow/tcp_anomaly.h"

enum {
	/* flows that are fetched while so many before them end: themselves, and what hangs on them */
	FETCH_FAR = 16,
	FETCH_NEAR = 8,
};

/* ---- the end of a flow ---- */

static void end_flow(struct flow_table *t, struct flow *f)
{
	struct flow *older = f->older;

	if (f->over)
		return;
	if (older != NULL) {
		end_flow(t, older);
		table_remove(t, older);
	}
	if (!f->ignored)
		delivery_give_up_all(t, f);
	if (!f->ignored && f->state == FLOW_OPEN && f->stream[SIDE_CLIENT].has_fin && f->stream[SIDE_SERVER].has_fin)
		f->state = FLOW_CLOSED; /* whatever was missing before them */
	f->over = true;
	if (!f->ignored) {
		t->events->end(t->ctx, f);
		f->owner = NULL;
		flow_ignore(t, f);
	}
	list_remove(&f->closing);
}

static void close_flow(struct flow_table *t, struct flow *f, enum flow_state state)
{
	assert(state != FLOW_OPEN);
	f->state = state;
	f->closed_ns = t->now_ns;
	if (!f->over && !list_is_linked(&f->closing))
		list_append(&t->closing, &f->closing);
}

/* Nothing but repetition can follow: it need not wait as long as others. */
static void settle(struct list_link *list, struct flow *f)
{
	list_remove(&f->closing);
	list_append(list, &f->closing);
}

static void note_end(struct flow_table *t, struct flow *f)
{
	const struct stream *client = &f->stream[SIDE_CLIENT];
	const struct stream *server = &f->stream[SIDE_SERVER];

	if (f->state == FLOW_CLOSED && client->acked > client->fin_offset && server->acked > server->fin_offset)
		settle(&t->done, f); /* the next packet ends it, this one still belongs to it */
	if (f->state == FLOW_OPEN && client->has_fin && server->has_fin && client->next >= client->fin_offset &&
	    server->next >= server->fin_offset)
		close_flow(t, f, FLOW_CLOSED);
}

static void end_and_remove(struct flow_table *t, struct flow *f)
{
	end_flow(t, f);
	table_remove(t, f);
}

static void feed_flow(struct flow_table *t, struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
		      struct flow_verdict *v);

/* Because of a limit: nobody waits for what more may come. */
static void give_up(struct flow_table *t, struct flow *f)
{
	t->counters.evicted += !f->over;
	f->given_up = true;
	if (f->older != NULL)
		f->older->given_up = true;
	end_and_remove(t, f);
}

/* As if the flow had been there since its SYN. */
static struct flow *begin_late(struct flow_table *t, struct half_open *h)
{
	const struct flow_packet p = {.time_ns = h->time_ns,
				      .place = EXTENT_MISSING,
				      .number = h->packet,
				      .source = h->source,
				      .interface = h->interface};
	const struct tcp_segment s = half_open_segment(h);
	struct flow *f = table_add(t, &h->client, &h->server, h->space, &p);
	struct flow_verdict v = {.flow = f, .side = SIDE_CLIENT, .is_new = true};

	f->number = h->number;
	f->tunnel = h->tunnel;
	h->tunnel = NULL;
	feed_flow(t, f, &s, &p, &v);
	half_opens_remove(&t->half_open, h);
	if (t->events->begin_late != NULL)
		t->events->begin_late(t->ctx, f, &p);
	return f;
}

static struct flow *find_half_open(struct flow_table *t, const struct flow_endpoint *a, const struct flow_endpoint *b,
				   struct segment_space space)
{
	struct half_open *h = t->half_open.count > 0 ? table_look_up_half_open(t, a, b, space) : NULL;

	return h != NULL ? begin_late(t, h) : NULL;
}

struct flow *flow_table_find(struct flow_table *t, const struct flow_endpoint *a, const struct flow_endpoint *b,
			     struct segment_space space)
{
	struct flow *f = table_look_up(t, a, b, space);

	return f != NULL ? f : find_half_open(t, a, b, space);
}

static void forget_older(struct flow_table *t, struct list_link *list, int64_t limit_ns)
{
	struct list_link *link;

	while ((link = list_first(list)) != NULL) {
		struct flow *f = LIST_ITEM(link, struct flow, age);

		if (!table_is_older(t, f->last_ns, limit_ns))
			return;
		table_remove(t, f);
	}
}

static void end_older(struct flow_table *t, struct list_link *list, int64_t limit_ns)
{
	struct list_link *link;

	while ((link = list_first(list)) != NULL) {
		struct flow *f = LIST_ITEM(link, struct flow, age);

		if (!table_is_older(t, f->last_ns, limit_ns))
			return;
		t->counters.idle += !f->over;
		end_and_remove(t, f);
	}
}

/* Who has waited longest for an answer ends first, whatever is kept of it. */
static bool end_unanswered(struct flow_table *t)
{
	struct list_link *link = list_first(&t->ages[TABLE_UNANSWERED]);
	struct flow *f = link != NULL ? LIST_ITEM(link, struct flow, age) : NULL;
	struct half_open *h = half_opens_oldest(&t->half_open);

	if (f != NULL && h != NULL && h->time_ns < f->last_ns)
		f = NULL;
	if (f != NULL && table_is_older(t, f->last_ns, FLOW_UNANSWERED_NS))
		end_and_remove(t, f);
	else if (f == NULL && h != NULL && table_is_older(t, h->time_ns, FLOW_UNANSWERED_NS))
		end_and_remove(t, begin_late(t, h));
	else
		return false;
	return true;
}

/* Of those with room of their own; a packet that makes a flow of one may bring these above their limit. */
static bool has_too_many_unanswered(const struct flow_table *t)
{
	return t->limits.half_open > 0 && t->age_counts[TABLE_UNANSWERED] / 2 > t->limits.unanswered;
}

/* The one that is silent longest. */
static void evict_flow(struct flow_table *t, enum table_age age)
{
	give_up(t, LIST_ITEM(list_first(&t->ages[age]), struct flow, age));
}

static void evict_half_open(struct flow_table *t)
{
	give_up(t, begin_late(t, half_opens_victim(&t->half_open)));
}

static enum table_age least_needed(const struct flow_table *t)
{
	static const enum table_age order[] = {TABLE_OVER, TABLE_IGNORED, TABLE_UNANSWERED};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (t->age_counts[order[i]] > 0)
			return order[i];
	return TABLE_OWNED;
}

static bool has_too_many(const struct flow_table *t)
{
	return t->age_counts[TABLE_OVER] + t->age_counts[TABLE_IGNORED] > t->limits.done ||
	       t->flows.count > FLOW_TABLE_MAX;
}

/* More have come, or are over. */
static void make_room(struct flow_table *t)
{
	while (t->limits.half_open > 0 && t->half_open.count > t->limits.half_open)
		evict_half_open(t);
	while (has_too_many_unanswered(t))
		evict_flow(t, TABLE_UNANSWERED);
	while (has_too_many(t))
		evict_flow(t, least_needed(t));
}

/* Those that were closed `limit_ns` ago. Whether there were any. */
static bool end_closed(struct flow_table *t, struct list_link *list, int64_t limit_ns)
{
	struct list_link *link;
	bool has_ended = false;

	while ((link = list_first(list)) != NULL) {
		struct flow *f = LIST_ITEM(link, struct flow, closing);

		if (limit_ns > 0 && !table_is_older(t, f->closed_ns, limit_ns))
			break;
		end_flow(t, f);
		has_ended = true;
	}
	return has_ended;
}

void flow_table_tick(struct flow_table *t, int64_t time_ns, uint64_t packet)
{
	struct flow *f;
	bool has_ended;

	t->now_ns = time_ns;
	t->packet = packet;
	while ((f = delivery_give_up_hole(t)) != NULL)
		if (!f->ignored)
			note_end(t, f);
	has_ended = end_closed(t, &t->done, 0);
	has_ended |= end_closed(t, &t->cut_short, FLOW_CUT_SHORT_NS);
	has_ended |= end_closed(t, &t->closing, FLOW_LINGER_NS);
	forget_older(t, &t->ages[TABLE_OVER], FLOW_OVER_NS);
	forget_older(t, &t->ages[TABLE_IGNORED], FLOW_IGNORED_NS);
	while (end_unanswered(t))
		;
	end_older(t, &t->ages[TABLE_OWNED], FLOW_IDLE_NS);
	if (has_ended)
		make_room(t);
}

void flow_table_give_up(struct flow_table *t, struct flow *f)
{
	give_up(t, f);
}

/* Of many flows each lies far from the one before. */
static void fetch_ahead(const struct flow_table *t, const struct table_entry *all, size_t at, size_t count)
{
	if (at + FETCH_FAR < count)
		mem_fetch(all[at + FETCH_FAR].flow, sizeof(struct flow));
	if (at + FETCH_NEAR >= count || all[at + FETCH_NEAR].is_half_open)
		return;
	hash_fetch(&t->flows, all[at + FETCH_NEAR].flow->hash);
	if (all[at + FETCH_NEAR].flow->stream != NULL)
		mem_fetch(all[at + FETCH_NEAR].flow->stream, SIDES * sizeof(struct stream));
}

void flow_table_end_all(struct flow_table *t)
{
	struct table_entry *all = NULL;
	size_t count = table_list_all(t, &all);

	for (size_t i = 0; i < count; i++) {
		fetch_ahead(t, all, i, count);
		end_and_remove(t, all[i].is_half_open ? begin_late(t, all[i].half_open) : all[i].flow);
	}
	free(all);
	forget_older(t, &t->ages[TABLE_OVER], INT64_MIN);
	forget_older(t, &t->ages[TABLE_IGNORED], INT64_MIN);
}

/* ---- one segment ---- */

/* Whether a SYN that opens a connection is kept as what it says. */
static bool begins_later(const struct flow_table *t, const struct tcp_segment *s)
{
	return t->limits.half_open > 0 && t->age_counts[TABLE_UNANSWERED] >= t->limits.unanswered && half_open_fits(s);
}

static void keep_half_open(struct flow_table *t, const struct tcp_segment *s, const struct flow_packet *p)
{
	struct half_open *h = table_add_half_open(t, s, p);

	if (t->events->announce != NULL)
		h->number = t->events->announce(t->ctx, s->destination_port);
}

/* NULL: it begins later. */
static struct flow *find_flow(struct flow_table *t, const struct tcp_segment *s, const struct flow_packet *p,
			      bool *is_new)
{
	struct flow_endpoint source = {.address = s->source, .port = s->source_port};
	struct flow_endpoint destination = {.address = s->destination, .port = s->destination_port};
	struct flow *f = table_look_up(t, &source, &destination, segment_space(s));
	struct flow *older = NULL;

	*is_new = false;
	if (f == NULL)
		f = find_half_open(t, &source, &destination, segment_space(s));
	if (f == NULL && begins_later(t, s)) {
		keep_half_open(t, s, p);
		return NULL;
	}
	if (f != NULL) {
		enum side side = table_same_end(&source, &f->end[SIDE_CLIENT]) ? SIDE_CLIENT : SIDE_SERVER;

		if (!identity_begins_anew(f, s, side))
			return identity_belongs_to_older(f, s, side) ? f->older : f;
		if (identity_may_be_known_still(f, side)) {
			older = f;
		} else {
			end_flow(t, f);
			table_remove(t, f);
		}
	}
	*is_new = true;
	f = table_source_is_client(t, s) ? table_add(t, &source, &destination, segment_space(s), p)
					 : table_add(t, &destination, &source, segment_space(s), p);
	if (s->tunnel.kind != SEGMENT_TUNNEL_NONE)
		table_note_tunnel(f, &s->tunnel);
	if (older != NULL)
		table_detach(t, older, f);
	return f;
}

static void note_handshake(struct flow *f, const struct tcp_segment *s, enum side side, const struct flow_packet *p,
			   struct flow_verdict *v)
{
	bool is_syn = s->flags & SEGMENT_SYN;

	if (is_syn) {
		if (f->has_initial_seq[side] && f->initial_seq[side] == s->seq) {
			stream_make_flaws(&f->stream[side])->seen.retransmitted++;
			v->retransmitted = true;
		}
		f->initial_seq[side] = s->seq;
		f->has_initial_seq[side] = true;
		if (!f->stream[side].has_base || (side == SIDE_CLIENT && identity_is_second_try(f)))
			stream_set_base(&f->stream[side], s->seq + 1);
	}
	if (is_syn && side == SIDE_CLIENT) {
		v->handshake = 1;
		f->syn_ns = f->syn_count++ == 0 ? p->time_ns : f->syn_ns;
		f->last_syn_ns = p->time_ns;
		if (f->state == FLOW_RESET && f->reset_by == SIDE_SERVER && f->handshake == FLOW_MIDSTREAM)
			f->state = FLOW_REFUSED;
		if (f->handshake == FLOW_MIDSTREAM)
			f->handshake = FLOW_SYN_SENT;
	} else if (is_syn) {
		v->handshake = 2;
		if (f->connect_ns < 0 && f->has_initial_seq[SIDE_CLIENT] && p->time_ns >= f->syn_ns)
			f->connect_ns = p->time_ns - f->syn_ns;
		if (f->handshake == FLOW_SYN_SENT || f->handshake == FLOW_MIDSTREAM)
			f->handshake = FLOW_SYN_ANSWERED;
	} else if (side == SIDE_CLIENT && !(s->flags & SEGMENT_RST) && (s->flags & SEGMENT_ACK) &&
		   (f->handshake == FLOW_SYN_ANSWERED || f->handshake == FLOW_SYN_SENT)) {
		v->handshake = 3;
		if (f->handshake == FLOW_SYN_ANSWERED && f->has_initial_seq[SIDE_CLIENT] &&
		    p->time_ns >= f->last_syn_ns)
			f->rtt_ns = p->time_ns - f->last_syn_ns;
		f->handshake = FLOW_COMPLETE;
	} else if (side == SIDE_SERVER && s->payload_len > 0 && f->handshake == FLOW_SYN_ANSWERED) {
		f->handshake = FLOW_COMPLETE; /* who sends data has the client's ACK, captured or not */
	}
}

static void note_fin(struct stream *s, uint64_t end, struct flow_verdict *v)
{
	if (s->has_fin) {
		if (!v->retransmitted && !v->copied)
			stream_make_flaws(s)->seen.retransmitted++;
		v->retransmitted = true;
		return;
	}
	s->has_fin = true;
	s->fin_offset = end;
}

/* Whether a reset stands right behind all that its sender said, and acknowledges a FIN and all before it. */
static bool is_reset_last(const struct flow *f, enum side side, const struct tcp_segment *s)
{
	const struct stream *stream = &f->stream[side];
	const struct stream *peer = &f->stream[side_other(side)];

	return stream->next == stream->highest && stream_offset(stream, s->seq) == (int64_t)stream->next &&
	       peer->has_fin && peer->next >= peer->fin_offset && (s->flags & SEGMENT_ACK) &&
	       stream_offset(peer, s->ack) == (int64_t)peer->fin_offset + 1;
}

/* Who resets tells with it what arrived: among that may be what only looks damaged. */
static void note_received(struct stream *peer, const struct stream *s, const struct tcp_segment *segment,
			  int64_t offset)
{
	int64_t received = peer->has_base ? stream_offset(peer, segment->ack) : 0;

	if ((segment->flags & SEGMENT_ACK) && s->has_base && offset == (int64_t)s->highest &&
	    stream_flaws(peer)->suspect_count > 0 && received > (int64_t)peer->acked &&
	    received <= (int64_t)(peer->next + STREAM_AHEAD_MAX))
		peer->acked = (uint64_t)received;
}

static void note_reset(struct flow_table *t, struct flow *f, enum side side, const struct tcp_segment *segment,
		       int64_t offset)
{
	struct stream *s = &f->stream[side];

	if (side == SIDE_SERVER && !f->has_initial_seq[SIDE_SERVER] && f->handshake == FLOW_SYN_SENT) {
		close_flow(t, f, FLOW_REFUSED);
		return;
	}
	if (s->has_base && !identity_is_near(s, offset))
		return; /* far outside the window: the receiver does not believe it either (RFC 5961) */
	note_received(&f->stream[side_other(side)], s, segment, offset);
	if (f->state == FLOW_OPEN) {
		f->reset_by = side;
		f->reset_seq = segment->seq;
		close_flow(t, f, FLOW_RESET);
		if (is_reset_last(f, side, segment))
			settle(&t->cut_short, f);
	}
}

/* A side that goes on talking after its own RST did not send it. What it said before may be recorded late. */
static void revive(struct flow *f, const struct tcp_segment *s, enum side side)
{
	if (f->state != FLOW_RESET || f->reset_by != side || (s->flags & SEGMENT_RST) || s->payload_len == 0 ||
	    (int32_t)(s->seq + s->payload_len - f->reset_seq) <= 0)
		return;
	f->state = FLOW_OPEN;
	list_remove(&f->closing);
}

/* Mirror ports, and "any" with bridges, see a packet twice. */
static bool is_copy(struct flow_table *t, struct stream *stream, const struct tcp_segment *s, uint32_t seq,
		    const struct flow_packet *p)
{
	int64_t offset = stream_offset(stream, seq);
	struct stream_range where;

	return stream_is_copy(stream, s, p->time_ns) &&
	       (s->payload.len == 0 || !stream->has_base || offset < 0 ||
		!payload_differs(t, stream, (uint64_t)offset, p->place, s->payload.len, &where));
}

static void take_bytes(struct flow_table *t, struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
		       int64_t offset, uint64_t needs, struct flow_verdict *v)
{
	int64_t end = payload_take(t, f, s, p, offset, needs, v);

	if (end < 0 || f->ignored || !(s->flags & SEGMENT_FIN))
		return;
	if (!f->stream[side_other(v->side)].has_fin)
		f->first_fin = v->side;
	note_fin(&f->stream[v->side], (uint64_t)end, v);
}

/* Data in a SYN count only when the answer acknowledges them (RFC 7413 section 3); until then they are set aside. */
static bool is_early_data(const struct tcp_segment *s)
{
	return (s->flags & (SEGMENT_SYN | SEGMENT_ACK)) == SEGMENT_SYN && s->payload_len > 0;
}

static void take_early_data(struct flow_table *t, struct flow *f, const struct tcp_segment *s, struct flow_verdict *v)
{
	struct stream *peer = &f->stream[side_other(v->side)];
	bool was_swapped = f->swapped;

	if ((s->flags & (SEGMENT_SYN | SEGMENT_ACK)) != (SEGMENT_SYN | SEGMENT_ACK) || peer->acked == 0)
		return;
	if (bad_checksum_use(t, peer))
		delivery_drain(t, f);
	if (f->swapped != was_swapped)
		v->side = side_other(v->side);
}

/* The server has answered the new SYN: it knows the older connection no more. */
static void forget_answered(struct flow_table *t, struct flow *f)
{
	struct flow *older = f->older;

	if (older == NULL || f->handshake == FLOW_SYN_SENT)
		return;
	end_flow(t, older);
	table_remove(t, older);
}

static void take_segment(struct flow_table *t, struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
			 struct flow_verdict *v)
{
	struct stream *stream = &f->stream[v->side];
	struct stream *peer = &f->stream[side_other(v->side)];
	uint32_t seq = s->seq + ((s->flags & SEGMENT_SYN) ? 1 : 0);
	uint64_t needs;
	int64_t offset;

	if (bad_checksum_judge(stream, s)) {
		v->damaged = true;
		payload_set_aside(t, stream, s, seq, p);
		return;
	}
	if (is_copy(t, stream, s, seq, p)) {
		stream_make_flaws(stream)->seen.copied++;
		v->copied = true;
		return;
	}
	if (f->anomaly != NULL)
		tcp_anomaly_segment(f, s, p, v->side, stream_offset(stream, seq));
	revive(f, s, v->side);
	if (s->payload_len > 0 || (s->flags & SEGMENT_SYN))
		identity_begin_earlier(f, v->side, seq);
	note_handshake(f, s, v->side, p, v);
	if (acknowledgement_note(stream, peer, s, p->time_ns))
		tcp_anomaly_note(f->anomaly, v->side, TCP_ANOMALY_CLOSED_WINDOW, p->number);
	needs = acknowledgement_take(peer, s);
	if (!stream->has_base && !(s->flags & SEGMENT_RST))
		stream_set_base(stream, seq);
	offset = stream_offset(stream, seq);
	take_early_data(t, f, s, v);
	if (f->ignored) /* Its owner lost interest at the early data. */
		return;
	if (s->flags & SEGMENT_RST)
		note_reset(t, f, v->side, s, offset);
	else if (is_early_data(s))
		payload_set_aside(t, stream, s, seq, p);
	else if (offset + (int64_t)s->payload_len <= (int64_t)(f->stream[v->side].next + STREAM_AHEAD_MAX))
		take_bytes(t, f, s, p, offset, needs, v);
}

static void feed_flow(struct flow_table *t, struct flow *f, const struct tcp_segment *s, const struct flow_packet *p,
		      struct flow_verdict *v)
{
	f->before_ns = f->last_ns;
	f->last_ns = p->time_ns;
	if (v->is_new)
		t->events->begin(t->ctx, f);
	if (!f->ignored) {
		assert(f->stream != NULL);
		f->stream[v->side].packets++;
		take_segment(t, f, s, p, v);
		forget_answered(t, f);
	}
	table_renew(t, f);
	if (f->ignored)
		return;
	if (t->limits.counts_memory)
		table_weigh(t, f);
	if (f->anomaly != NULL)
		tcp_anomaly_verdict(f, s, p, v);
	delivery_list_holes(t, f);
	note_end(t, f);
}

void flow_table_feed(struct flow_table *t, const struct tcp_segment *s, const struct flow_packet *p,
		     struct flow_verdict *v)
{
	struct flow *f;

	assert(s->payload.len <= s->payload_len);
	flow_table_tick(t, p->time_ns, p->number);
	*v = (struct flow_verdict){0};
	f = find_flow(t, s, p, &v->is_new);
	v->flow = f;
	if (f == NULL) {
		v->handshake = 1;
		make_room(t);
		return;
	}
	v->side = s->source_port == f->end[SIDE_CLIENT].port &&
				  memcmp(&s->source, &f->end[SIDE_CLIENT].address, sizeof(s->source)) == 0
			  ? SIDE_CLIENT
			  : SIDE_SERVER;
	feed_flow(t, f, s, p, v);
	if (v->is_new)
		make_room(t);
}
