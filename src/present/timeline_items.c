#include "present/timeline_items.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "diagnosis/latency.h"
#include "mail/session_imap.h"
#include "mail/session_tls.h"

/* So much later than it should have come a gap is one, at most: see flow. */
#define GAP_NOTICED_NS CLOCK_NS_PER_S

/* ---- what was said ---- */

static struct detail_item *add_item(struct session_detail *f, enum session_detail_kind kind, enum side side,
				    int64_t time_ns, uint64_t packet, uint64_t offset)
{
	f->items = mem_grow(f->items, &f->item_cap, f->item_count + 1, sizeof(*f->items));
	f->items[f->item_count] = (struct detail_item){.kind = kind,
						       .side = side,
						       .time_ns = time_ns,
						       .packet = packet,
						       .offset = offset,
						       .order = (uint32_t)f->item_count};
	return &f->items[f->item_count++];
}

/* Where the bytes of a packet stand in a side's stream: packets rise along it. */
static uint64_t offset_of(struct connection *v, enum side side, uint64_t packet)
{
	const struct extents *x = connection_extents(v, side);
	size_t at = extents_find_packet(x, x->forgotten, packet);

	return at < x->count ? x->items[at].offset : extents_end(x);
}

/* What IMAP has between a command and its answer. */
static void add_untagged(struct session_detail *f, struct connection *v, const struct command *c, uint32_t index)
{
	const struct command_imap *imap = session_imap_command(c);
	const struct stamp *at;

	if (imap == NULL)
		return;
	at = &imap->first_reply;
	if (imap->untagged != NULL && c->kind != KIND_UNSOLICITED)
		add_item(f, FOCUS_UNTAGGED, SIDE_SERVER, at->time_ns, at->packet, offset_of(v, SIDE_SERVER, at->packet))
			->index = index;
	at = &imap->done;
	if (at->packet != 0)
		add_item(f, FOCUS_DONE, SIDE_CLIENT, at->time_ns, at->packet, offset_of(v, SIDE_CLIENT, at->packet))
			->index = index;
}

static void add_command(struct session_detail *f, struct connection *v, const struct command *c)
{
	const struct session *s = v->session;
	uint32_t index = s->first_index + (uint32_t)(c - s->commands);

	if (c->packet != 0)
		add_item(f, FOCUS_COMMAND, SIDE_CLIENT, c->time_ns, c->packet, c->begin)->index = index;
	if (c->extra != NULL && c->extra->is_login)
		for (const struct session_line *l = c->extra->lines; l != NULL; l = l->next) {
			struct detail_item *item;

			if (l->begin == c->begin && l->from == SIDE_CLIENT)
				continue; /* the initial response stands in the command */
			item = add_item(f, FOCUS_AUTH_LINE, l->from, l->at.time_ns, l->at.packet, l->begin);
			item->index = index;
			item->line = l;
		}
	add_untagged(f, v, c, index);
	for (const struct reply *r = c->replies; r != NULL; r = r->next) {
		struct detail_item *item = add_item(f, FOCUS_REPLY, SIDE_SERVER, r->time_ns, r->packet, r->begin);

		item->index = index;
		item->reply = r;
	}
}

/* Missing extents that touch are one gap to whoever looks. */
static void add_gaps(struct session_detail *f, struct connection *v, enum side side)
{
	const struct extents *x = connection_extents(v, side);
	struct detail_item *gap = NULL;

	for (size_t i = x->forgotten; i < x->count; i++) {
		const struct extent *e = &x->items[i];

		if (e->place != EXTENT_MISSING) {
			gap = NULL;
		} else if (gap != NULL) {
			gap->index += e->len;
		} else {
			gap = add_item(f, FOCUS_GAP, side, e->time_ns, e->packet, e->offset);
			gap->index = e->len;
		}
	}
}

/* The handshake, as far as it is known: what came of it, then step by step. */
static void add_tls(struct session_detail *f, struct connection *v)
{
	const struct session *s = v->session;
	const struct session_tls *t = session_tls_of(s);
	struct stamp at;

	if (!s->tls || s->tls_begin[SIDE_CLIENT] == UINT64_MAX)
		return;
	at = connection_stamp(v, SIDE_CLIENT, s->tls_begin[SIDE_CLIENT]);
	if (t->step_count > 0)
		at = t->steps[0].stamp;
	add_item(f, FOCUS_TLS, SIDE_CLIENT, at.time_ns, at.packet, s->tls_begin[SIDE_CLIENT]);
	for (size_t i = 0; i < t->step_count; i++) {
		const struct session_tls_step *step = &t->steps[i];

		add_item(f, FOCUS_TLS_STEP, step->side, step->stamp.time_ns, step->stamp.packet,
			 s->tls_begin[step->side])
			->index = (uint32_t)i;
	}
}

/* ---- waits, mails, the end ---- */

/* The wait for the greeting; as in its own words, no other silence is told before it. Returns when that ended. */
static int64_t add_greeting_wait(struct session_detail *f, const struct session *s)
{
	const struct command *c = s->command_count > 0 ? &s->commands[0] : NULL;
	int64_t limit_ns;

	if (c == NULL || c->kind != KIND_GREETING || c->replies == NULL || s->handshake != SESSION_HANDSHAKE_COMPLETE)
		return s->start_ns;
	limit_ns = latency_limit_of(s, c).slow_ns;
	if (limit_ns > CLOCK_NS_PER_S)
		limit_ns = CLOCK_NS_PER_S;
	if (c->replies->time_ns - s->start_ns >= limit_ns)
		add_item(f, FOCUS_WAIT, SIDE_SERVER, s->start_ns, c->replies->packet, c->replies->begin)->index =
			SILENCE_BEFORE_GREETING;
	return c->replies->time_ns;
}

/* A silence in which something is missing is none that one could be sure of. */
static void mark_gaps(struct silence_list *l, const struct detail_item *items, size_t count)
{
	for (size_t i = 0; i < l->count; i++)
		l->items[i].has_gap = false;
	for (size_t i = 0; i < count; i++) {
		size_t low = 0;

		/* they stand in the order of their times */
		for (size_t high = l->count; low < high;) {
			size_t middle = low + (high - low) / 2;

			if (l->items[middle].end_ns + GAP_NOTICED_NS < items[i].time_ns)
				low = middle + 1;
			else
				high = middle;
		}
		if (items[i].kind == FOCUS_GAP && low < l->count && l->items[low].begin_ns < items[i].time_ns)
			l->items[low].has_gap = true;
	}
}

static void add_waits(struct session_detail *f, struct connection *v)
{
	const struct session *s = v->session;
	int64_t greeted_ns = add_greeting_wait(f, s);

	if (s->side[SIDE_CLIENT].packets == 0 || s->side[SIDE_SERVER].packets == 0)
		return; /* who is not captured may have spoken */
	mark_gaps(&f->silences, f->items, f->item_count);
	for (size_t i = 0; i < f->silences.count; i++) {
		const struct silence *silence = &f->silences.items[i];

		if (silence->begin_ns < greeted_ns || silence->has_gap)
			continue;
		add_item(f, FOCUS_WAIT, silence->side, silence->begin_ns, silence->after,
			 offset_of(v, silence->side, silence->after))
			->index = (uint32_t)i;
	}
}

/* Data that no command stands for: what did not come to its end, and what POP3 retrieved. */
static void add_mails(struct session_detail *f, struct connection *v)
{
	const struct session *s = v->session;

	for (size_t i = 0; i < s->mail_count; i++) {
		const struct mail *m = s->mails[i];
		bool is_retrieved = m->side == SIDE_SERVER && protocol_has(s->protocol, PROTOCOL_MAILBOX);

		if (!m->has_data || m->is_unread || (m->data_ended && !is_retrieved))
			continue;
		add_item(f, FOCUS_MAIL, m->side, m->last.time_ns, m->last.packet,
			 m->last_range != NULL ? m->last_range->begin : m->data_begin)
			->index = m->number;
	}
}

/* Those that ended it, among the last packets: each side's first FIN, and the reset. Whether there are any. */
static bool add_closes(struct session_detail *f, struct engine *e, struct connection *v)
{
	const struct session *s = v->session;
	const struct silence_closes closes = silence_closes(e, v, f->packets, f->packet_count);
	bool has_any = false;

	if (s->abandoned || (s->state != SESSION_CLOSED && s->state != SESSION_RESET))
		return false;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		const struct stamp *fin = &closes.fin[side];

		if (fin->packet == 0)
			continue;
		add_item(f, FOCUS_FIN, side, fin->time_ns, fin->packet, extents_end(connection_extents(v, side)));
		has_any |= s->state == SESSION_CLOSED;
	}
	if (s->state != SESSION_RESET || closes.reset.packet == 0)
		return has_any;
	add_item(f, FOCUS_RST, s->reset_by, closes.reset.time_ns, closes.reset.packet,
		 extents_end(connection_extents(v, s->reset_by)));
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct detail_item *left = a;
	const struct detail_item *right = b;

	if (left->time_ns != right->time_ns)
		return left->time_ns < right->time_ns ? -1 : 1;
	return (left->order > right->order) - (left->order < right->order);
}

void timeline_items_make(struct session_detail *f, struct engine *e, struct connection *v)
{
	const struct session *s = v->session;

	f->item_count = 0;
	connection_sync(v);
	add_item(f, FOCUS_CONNECT, SIDE_CLIENT, s->start_ns, v->first_packet, 0);
	for (size_t i = 0; i < s->command_count; i++)
		add_command(f, v, &s->commands[i]);
	add_gaps(f, v, SIDE_CLIENT);
	add_gaps(f, v, SIDE_SERVER);
	add_tls(f, v);
	add_mails(f, v);
	add_waits(f, v);
	if (s->state != SESSION_OPEN && !add_closes(f, e, v))
		add_item(f, FOCUS_END, SIDE_CLIENT, s->end_ns, v->last_packet,
			 extents_end(connection_extents(v, SIDE_CLIENT)));
	qsort(f->items, f->item_count, sizeof(*f->items), by_time);
}
