#include "engine/detect.h"
#include "diagnosis/outcome.h"
#include "engine/filtered.h"
#include "engine/lifecycle.h"
#include "engine/selection.h"
#include "engine/tls_peek.h"
#include "mail/hide.h"
#include "mail/session_imap.h"
#include "mail/told.h"
#include "proto/non_mail.h"
#include "proto/relay.h"
#include "tls/record_header.h"

enum {
	COMPARE_LEN = 8192,   /* bytes kept to compare with what is sent again, where somebody asks */
	LINE_SEEN = 256,      /* so far each piece of a side is looked at that may tell */
	HELLO_RANDOM = 11,    /* where a ClientHello at the start of a connection has its random */
	RECOGNISE_MAX = 4096, /* bytes of a side; a connection that has not shown its protocol by then is not ours */
};

enum protocol detect_port_protocol(const struct engine *e, const struct flow *f)
{
	return ports_protocol(&e->options.ports, f->end[SIDE_SERVER].port);
}

static void flow_begin(void *ctx, struct flow *f)
{
	const struct engine *e = ctx;

	f->owner = NULL;
	selection_flow_begins(e->selection, f);
}

/* A connection to a mail port is a session from its SYN on, and has its number. */
static uint64_t flow_announce(void *ctx, uint16_t port)
{
	struct engine *e = ctx;

	return ports_protocol(&e->options.ports, port) != PROTOCOL_UNKNOWN ? lifecycle_next_number(e) : 0;
}

static void flow_begin_late(void *ctx, struct flow *f, const struct flow_packet *p)
{
	struct engine *e = ctx;
	enum protocol protocol = detect_port_protocol(e, f); /* the ports may be others by now */
	struct stamp now = e->now;

	if (f->number == 0 || protocol == PROTOCOL_UNKNOWN)
		return;
	e->now = (struct stamp){.time_ns = p->time_ns, .packet = p->number};
	lifecycle_begin(e, f, protocol, false);
	e->now = now;
	lifecycle_adopt_syn(e, f->owner, p->number);
}

/* What both sides said first, after a handshake with a proxy in between. */
struct first_words {
	struct slice said[SIDES];
	uint64_t begin[SIDES]; /* where it lies in the streams; a header of the PROXY protocol lies before it, too */
	struct relay relay;
	enum relay_status status;
};

static void listen_to(struct engine *e, struct flow *f, struct first_words *w)
{
	size_t header_len;

	w->said[SIDE_CLIENT] = connection_peek(&f->stream[SIDE_CLIENT].extents, e->store, &e->scratch, RECOGNISE_MAX);
	w->said[SIDE_SERVER] =
		connection_peek(&f->stream[SIDE_SERVER].extents, e->store, &e->other_scratch, RECOGNISE_MAX);
	w->status = RELAY_NONE;
	if (f->handshake != FLOW_MIDSTREAM)
		w->status = relay_read(w->said[SIDE_CLIENT], w->said[SIDE_SERVER], &w->relay);
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		w->begin[side] = w->status == RELAY_OPEN ? w->relay.len[side] : 0;
		w->said[side] = slice_after(w->said[side], w->begin[side]);
	}
	header_len = w->said[SIDE_CLIENT].len - proxy_behind(w->said[SIDE_CLIENT]).len;
	w->begin[SIDE_CLIENT] += header_len;
}

/* TLS tells nothing; the port that the proxy was asked for does. */
static enum protocol by_target(const struct engine *e, const struct first_words *w)
{
	struct slice client = w->said[SIDE_CLIENT];

	if (w->status != RELAY_OPEN || !record_header_begins_handshake(client))
		return PROTOCOL_UNKNOWN;
	return ports_protocol(&e->options.ports, w->relay.target.port);
}

/* Whether it is TLS whose key is there, or may come in time. */
static bool is_peeked(const struct engine *e, const struct flow *f, const struct first_words *w)
{
	struct slice client = w->said[SIDE_CLIENT];
	struct key_set found = {0};
	bool has_key;

	if (e->keys.find == NULL || !record_header_begins_handshake(client) || f->handshake == FLOW_MIDSTREAM)
		return false;
	if (e->options.key_wait_ns > 0 || client.len < HELLO_RANDOM + KEY_RANDOM_LEN)
		return e->options.key_wait_ns > 0;
	has_key = e->keys.find(e->keys.ctx, client.data + HELLO_RANDOM, &found);
	key_set_wipe(&found);
	return has_key;
}

/* The protocol as the content tells it; the port decides what content leaves open. */
static enum protocol recognise(struct engine *e, struct flow *f, const struct first_words *w, enum protocol by_port,
			       bool *decided)
{
	bool is_exhausted = extents_end(&f->stream[SIDE_CLIENT].extents) >= RECOGNISE_MAX ||
			    extents_end(&f->stream[SIDE_SERVER].extents) >= RECOGNISE_MAX;
	enum protocol protocol = by_target(e, w);

	*decided = protocol != PROTOCOL_UNKNOWN;
	if (*decided)
		return protocol;
	if (dialogue_greets(by_port, w->said[SIDE_SERVER])) {
		*decided = true;
		return by_port;
	}
	if (w->status != RELAY_MORE && by_port == PROTOCOL_UNKNOWN && is_peeked(e, f, w))
		return tls_peek(&(struct tls_peek_scene){e->store, e->keys.find, e->keys.ctx}, f, w->begin, decided);
	if (w->status != RELAY_MORE)
		protocol = dialogue_recognise(w->said[SIDE_CLIENT], w->said[SIDE_SERVER], decided);
	/* after a gap nothing is looked at, but it counts */
	*decided = *decided || is_exhausted;
	return protocol;
}

/* What a connection to a mail port speaks instead of mail. A client that speaks something else may still meet a mail
 * server: who serves decides, and is waited for. */
static enum non_mail look_for_non_mail(const struct flow *f, const struct first_words *w, bool *is_waiting)
{
	enum non_mail client = non_mail_recognise(proxy_behind(w->said[SIDE_CLIENT]));
	enum non_mail server = non_mail_recognise(w->said[SIDE_SERVER]);
	bool is_silent = extents_end(&f->stream[SIDE_SERVER].extents) == w->begin[SIDE_SERVER];

	*is_waiting = client != NON_MAIL_NONE && is_silent &&
		      extents_end(&f->stream[SIDE_CLIENT].extents) < RECOGNISE_MAX && !f->over;
	if (server != NON_MAIL_NONE)
		return server;
	return is_silent ? client : NON_MAIL_NONE;
}

/* Midstream on ports that nobody knows the sides are only guessed: what they say may fit the other way round. */
static enum protocol recognise_swapped(struct engine *e, struct flow *f, bool *decided)
{
	bool is_exhausted = *decided && (extents_end(&f->stream[SIDE_CLIENT].extents) >= RECOGNISE_MAX ||
					 extents_end(&f->stream[SIDE_SERVER].extents) >= RECOGNISE_MAX);
	struct slice said = connection_peek(&f->stream[SIDE_SERVER].extents, e->store, &e->scratch, RECOGNISE_MAX);
	struct slice answered =
		connection_peek(&f->stream[SIDE_CLIENT].extents, e->store, &e->other_scratch, RECOGNISE_MAX);
	enum protocol protocol = dialogue_recognise(said, answered, decided);

	*decided = *decided || is_exhausted;
	return protocol;
}

/* On a port that is not one of mail's the content alone tells. */
static struct connection *meet_by_content(struct engine *e, struct flow *f, enum protocol protocol, bool decided)
{
	if (protocol == PROTOCOL_UNKNOWN && decided && f->handshake == FLOW_MIDSTREAM) {
		protocol = recognise_swapped(e, f, &decided);
		if (protocol != PROTOCOL_UNKNOWN)
			flow_swap_sides(f);
	}
	if (protocol != PROTOCOL_UNKNOWN)
		return lifecycle_begin(e, f, protocol, true);
	if (decided) {
		selection_flow_is_none(e->selection, f);
		flow_ignore(e->flows, f);
	}
	return NULL;
}

static void begin_dialogue(struct engine *e, struct connection *v, const struct flow *f, const struct first_words *w)
{
	v->dialogue = pool_take(&e->dialogues);
	dialogue_init(v->dialogue, v->session->protocol, f->handshake == FLOW_MIDSTREAM);
	if (w->status != RELAY_OPEN)
		return;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		v->dialogue->offset[side] = w->relay.len[side];
	told_note_relay(v->session, &w->relay);
}

/* Of a handshake that came to nothing, too. */
static void hide_login(struct connection *v, const struct first_words *w)
{
	for (size_t i = 0; w->status != RELAY_NONE && i < w->relay.secret_count; i++)
		hide_place(v->session, SIDE_CLIENT, w->relay.secrets[i].begin, w->relay.secrets[i].end);
}

/* On a port of mail the session is there, whatever it speaks. */
static void meet_on_port(struct engine *e, struct connection *v, struct flow *f, const struct first_words *w,
			 enum protocol by_port, enum protocol protocol, bool decided)
{
	struct session *s = v->session;
	bool is_waiting = w->status == RELAY_MORE && !decided && !f->over;
	enum non_mail non_mail =
		protocol == PROTOCOL_UNKNOWN && decided ? look_for_non_mail(f, w, &is_waiting) : NON_MAIL_NONE;

	if (is_waiting)
		return;
	v->met = true;
	s->speaks = non_mail_name(non_mail);
	if (non_mail != NON_MAIL_NONE) {
		s->protocol = PROTOCOL_UNKNOWN;
		return;
	}
	if (protocol != PROTOCOL_UNKNOWN && protocol_row(by_port)->base != protocol)
		s->protocol = protocol;
	begin_dialogue(e, v, f, w);
}

/* The first bytes of a connection: is it ours, and what is it? */
static struct connection *meet(struct engine *e, struct flow *f, struct first_words *w)
{
	struct connection *v = f->owner;
	enum protocol by_port = v != NULL ? v->session->port_protocol : detect_port_protocol(e, f);
	bool decided = false;
	enum protocol protocol;

	listen_to(e, f, w);
	protocol = recognise(e, f, w, by_port, &decided);
	if (by_port == PROTOCOL_UNKNOWN) {
		v = meet_by_content(e, f, protocol, decided);
		if (v == NULL)
			return NULL;
		v->met = true;
		hide_login(v, w);
		begin_dialogue(e, v, f, w);
		return v;
	}
	if (v == NULL)
		v = lifecycle_begin(e, f, by_port, false);
	hide_login(v, w);
	meet_on_port(e, v, f, w, by_port, protocol, decided);
	return v;
}

/* The bytes of a mail are needed until it was reported, or until the job that saves it holds them. */
static bool need_mail(const struct engine *e, const struct mail *m, uint64_t needed[SIDES])
{
	if (!m->has_data || m->reported || (m->save_tried && !e->options.details))
		return false;
	if (m->data_begin < needed[m->side])
		needed[m->side] = m->data_begin;
	return true;
}

/* Whether anybody will read the bytes of mails: a diagnosis, a record, a file. */
static bool wants_content(const struct engine *e, const struct connection *v)
{
	return e->options.diagnose || (e->options.save && v->is_wanted) ||
	       (e->options.output != NULL && e->options.output->mail != NULL);
}

/* What a filter has not taken is needed, too. */
static uint64_t needed_of(const struct filtered *f, enum side side, uint64_t needed)
{
	if (f == NULL || !filtered_has_begun(f, side) || filtered_offset(f, side) > needed)
		return needed;
	return filtered_offset(f, side);
}

/* Before what a filter makes of it a stream is needed only as far as the filter has not taken it. */
static void forget_filtered(struct engine *e, struct connection *v, enum side side, uint64_t needed)
{
	struct extents *const streams[] = {connection_extents(v, side), connection_clear(v, side),
					   connection_wire(v, side)};
	const struct filtered *const makers[] = {NULL, v->inflated, v->filtered};

	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		if (i > 0 && streams[i] != streams[i - 1])
			needed = filtered_offset(makers[i], side);
		else
			needed = needed_of(makers[i], side, needed);
		if (i + 1 == sizeof(streams) / sizeof(streams[0]) || streams[i] != streams[i + 1])
			extents_forget(streams[i], needed, lifecycle_release_extent, e);
	}
}

/* Mails of a side lie one after the other: the first that is still needed speaks for those after it. */
static void need_mails(const struct engine *e, struct session *s, enum side side, uint64_t needed[SIDES])
{
	for (size_t i = session_first_needed(s, side); i < s->mail_count; i++)
		if (s->mails[i]->side == side && need_mail(e, s->mails[i], needed))
			break;
	if (s->receiving[side] != NULL)
		need_mail(e, s->receiving[side], needed);
}

/* Without a screen, what has been read and belongs to no unfinished mail is not needed any more. */
static void forget_extents(struct engine *e, struct connection *v)
{
	struct session *s = v->session;
	uint64_t needed[SIDES];

	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		needed[side] =
			v->dialogue != NULL ? v->dialogue->offset[side] : extents_end(connection_extents(v, side));
	if (wants_content(e, v)) {
		for (enum side side = SIDE_CLIENT; side < SIDES; side++)
			need_mails(e, s, side, needed);
		for (const struct mail *m = s->unbound; m != NULL; m = m->next_unbound)
			if (need_mail(e, m, needed))
				break;
		if (session_imap_needed(s) < needed[SIDE_SERVER])
			needed[SIDE_SERVER] = session_imap_needed(s);
	}
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		if (e->options.diagnose)
			needed[side] -= needed[side] < COMPARE_LEN ? needed[side] : COMPARE_LEN;
		if (connection_has_filters(v))
			forget_filtered(e, v, side, needed[side]);
		else
			extents_forget(connection_wire(v, side), needed[side], lifecycle_release_extent, e);
	}
	if (!e->options.keep_commands || !v->is_wanted)
		session_forget(s);
}

/* The packet of the first word of a side; UINT64_MAX: it has said none. */
static uint64_t first_packet(const struct flow *f, const struct first_words *w, enum side side)
{
	const struct extents *x = &f->stream[side].extents;
	size_t at = extents_find(x, w->begin[side]);

	return at < x->count ? x->items[at].packet : UINT64_MAX;
}

/* What was held back until the protocol was known is read in the order in which it was said. */
static enum side who_spoke_first(const struct flow *f, const struct first_words *w)
{
	return first_packet(f, w, SIDE_CLIENT) < first_packet(f, w, SIDE_SERVER) ? SIDE_CLIENT : SIDE_SERVER;
}

/* Whether nothing came before what has come now: bytes in one piece, or a gap. */
static bool is_first(const struct extents *x)
{
	return x->forgotten == 0 && x->count > 0 && extents_run_end(x, 0) == x->count;
}

/* Something new is there to be read. */
static void read_on(struct engine *e, struct connection *v, enum side side)
{
	if (v->dialogue != NULL || v->filtered != NULL)
		connection_pump(v, side, &e->scene);
	if (v->dialogue != NULL)
		v->session->protocol = v->dialogue->protocol;
	if (v->filtered != NULL)
		key_waits_look(&e->key_waits, v, e->counters.clock_ns);
	if (!e->options.keep && v->met)
		forget_extents(e, v);
	if (e->is_bounded)
		budget_weigh(&e->budget, v);
}

void detect_read_on(struct engine *e, struct connection *v)
{
	read_on(e, v, SIDE_CLIENT);
}

static void arrived(struct engine *e, struct flow *f, enum side side)
{
	struct connection *v = f->owner;
	struct first_words words;

	if (v == NULL || !v->met) {
		v = meet(e, f, &words);
		if (v == NULL)
			return;
		side = who_spoke_first(f, &words);
	}
	v->now = e->now;
	if (side == SIDE_SERVER && is_first(&f->stream[side].extents))
		related_greeted(e->related, v->session, &v->now);
	read_on(e, v, side);
}

/* The packet that brings the first bytes after a gap is marked for the packet list. */
static void mark_gap(struct engine *e, const struct flow *f, enum side side, const struct extent *x)
{
	const struct extents *all = &f->stream[side].extents;
	struct index_row *row;

	if (e->index == NULL || all->count < 2 || all->items[all->count - 2].place != EXTENT_MISSING)
		return;
	row = index_get(e->index, x->packet);
	if (row != NULL)
		row->marks |= INDEX_GAP_BEFORE;
	else
		e->packet_behind_gap = x->packet;
}

/* Whether its client begins with TLS: that has no lines. */
static bool begins_with_tls(const struct engine *e, const struct flow *f)
{
	const struct extents *x = &f->stream[SIDE_CLIENT].extents;

	return x->count > 0 && x->forgotten == 0 && extent_is_here(&x->items[0]) &&
	       record_header_begins_handshake(store_bytes(e->store, x->items[0].place, x->items[0].len));
}

/* Of a long line that comes in small pieces each would be looked at with all before it, so only its end is, and each
 * time that it has twice the length. */
static bool is_line_open(const struct engine *e, const struct flow *f, const struct extent *x)
{
	const struct connection *v = f->owner;
	struct slice bytes;

	if ((v != NULL && v->met) || x->offset < LINE_SEEN || ((x->offset + x->len) ^ x->offset) > x->offset)
		return false;
	bytes = store_bytes(e->store, x->place, x->len);
	return slice_find(bytes, '\n') == bytes.len && !begins_with_tls(e, f);
}

static void flow_data(void *ctx, struct flow *f, enum side side, const struct extent *x)
{
	struct engine *e = ctx;

	mark_gap(e, f, side, x);
	if (!is_line_open(ctx, f, x))
		arrived(ctx, f, side);
}

static void flow_gap(void *ctx, struct flow *f, enum side side, uint64_t offset, uint64_t len)
{
	(void)offset;
	(void)len;
	arrived(ctx, f, side);
}

static void flow_resent(void *ctx, struct flow *f, enum side side, uint64_t begin, uint64_t end, uint64_t first,
			uint64_t again)
{
	struct connection *v = f->owner;

	(void)ctx;
	if (v != NULL)
		diagnosis_resent(v->session, side, begin, end, first, again);
}

static void flow_end(void *ctx, struct flow *f)
{
	struct engine *e = ctx;
	struct connection *v = f->owner;
	struct first_words words;

	if (v == NULL) {
		selection_flow_is_none(e->selection, f);
		return;
	}
	v->now = e->now;
	if (!v->met && extents_end(&f->stream[SIDE_CLIENT].extents) > 0)
		meet(e, f, &words); /* who served never answered */
	if (lifecycle_park(e, v)) {
		f->owner = NULL;
		return;
	}
	key_waits_forget(&e->key_waits, v);
	connection_finish(v, &e->scene);
	f->owner = NULL;
	lifecycle_end(e, v);
}

static bool same_bytes(void *ctx, uint64_t place, uint64_t other_place, size_t len)
{
	const struct engine *e = ctx;

	return slice_equals(store_bytes(e->store, place, len), store_bytes(e->store, other_place, len));
}

static void hold_place(void *ctx, uint64_t place)
{
	struct engine *e = ctx;

	store_hold(e->store, place);
}

static void release_place(void *ctx, uint64_t place)
{
	struct engine *e = ctx;

	store_release(e->store, place);
}

static bool is_server_port(void *ctx, uint16_t port)
{
	const struct engine *e = ctx;

	return ports_protocol(&e->options.ports, port) != PROTOCOL_UNKNOWN;
}

const struct flow_events detect_flow_events = {
	.begin = flow_begin,
	.announce = flow_announce,
	.begin_late = flow_begin_late,
	.data = flow_data,
	.gap = flow_gap,
	.end = flow_end,
	.resent = flow_resent,
	.same = same_bytes,
	.hold = hold_place,
	.release = release_place,
	.is_server_port = is_server_port,
};
