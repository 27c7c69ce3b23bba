#include "engine/connection.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "diagnosis/diagnosis.h"
#include "engine/connection_filters.h"
#include "tls/record_header.h"

enum {
	AHEAD_SILENT = 2048, /* bytes that tell whether a mail goes on, if they do */
	STEP_PIECES = 16,    /* that are gathered: a step of work, see stream.h */
	REST_STEPS_MAX = 65536,
};

/* An event's way from the parser to the session. */
struct passage {
	struct connection *connection;
	const struct connection_scene *scene;
	bool was_gap; /* what was fed last is missing */
};

struct stamp connection_stamp(struct connection *v, enum side side, uint64_t offset)
{
	const struct extents *x = connection_extents(v, side);
	size_t at = extents_find(x, offset);

	if (at == x->count)
		return v->now;
	return (struct stamp){.time_ns = x->items[at].time_ns, .packet = x->items[at].packet};
}

/* When the first and the last byte of an event came; mostly in one packet. */
static void find_stamps(struct connection *v, const struct dialogue_event *event, struct stamp *first,
			struct stamp *last)
{
	const struct extents *x = connection_extents(v, event->side);
	size_t at = extents_find(x, event->begin);
	const struct extent *e;

	if (at == x->count)
		return; /* `last` lies after `first` */
	e = &x->items[at];
	first->time_ns = last->time_ns = e->time_ns;
	first->packet = last->packet = e->packet;
	if (event->end - e->offset > e->len)
		*last = connection_stamp(v, event->side, event->end - 1);
}

/* The server went on encrypted while what the client said in clear was not understood to its end: its TLS begins where
 * a packet begins with a hello. */
static uint64_t find_hello(struct connection *v, uint64_t begin, const struct store *store)
{
	const struct extents *x = connection_wire(v, SIDE_CLIENT);

	for (size_t i = extents_find(x, begin); i < x->count; i++) {
		const struct extent *e = &x->items[i];
		struct slice bytes;

		if (!extent_is_here(e))
			continue;
		bytes = store_bytes(store, e->place, e->len);
		if (e->offset < begin)
			bytes = slice_after(bytes, begin - e->offset);
		if (record_header_begins_hello(bytes))
			return e->offset > begin ? e->offset : begin;
	}
	return begin;
}

/* Where TLS begins on a side that spoke in clear. */
static void move_begin(struct passage *p, struct dialogue_event *event)
{
	struct connection *v = p->connection;

	if (event->side == SIDE_CLIENT)
		event->begin = event->end = find_hello(v, event->begin, p->scene->store);
	v->dialogue->offset[event->side] = event->begin;
}

static bool is_first_tls(const struct connection *v, enum side side)
{
	return v->filtered == NULL || !filtered_has_begun(v->filtered, side);
}

static void pass_event(void *ctx, const struct dialogue_event *event)
{
	struct passage *p = ctx;
	struct connection *v = p->connection;
	struct stamp first = v->now;
	struct stamp last = v->now;
	struct dialogue_event moved;

	if (event->end > event->begin)
		find_stamps(v, event, &first, &last);
	if (event->kind == DIALOGUE_TLS && is_first_tls(v, event->side)) {
		moved = *event;
		move_begin(p, &moved);
		event = &moved;
	}
	session_apply(v->session, event, &first, &last, p->scene->observers);
	if (event->kind == DIALOGUE_TLS)
		connection_filters_begin_tls(v, event->side, event->begin, p->scene);
	else if (event->kind == DIALOGUE_COMPRESSED)
		connection_filters_begin_inflating(v, event->side, event->begin, p->scene);
}

/* The bytes of the extent of this number from `offset` on; sets `*is_gap` when they are missing (then `*len` is that of
 * the whole gap), or are not there any more. */
static struct slice bytes_of(const struct extents *x, size_t at, const struct store *store, uint64_t offset,
			     bool *is_gap, uint64_t *len)
{
	const struct extent *e = &x->items[at];
	struct slice bytes;

	assert(e->offset <= offset); /* what is forgotten is not asked for */
	if (!extent_is_here(e)) {
		*len = extents_run_len(x, at) - (offset - e->offset);
		*is_gap = true;
		return slice_of(NULL, 0);
	}
	*len = e->len - (offset - e->offset);
	bytes = store_bytes(store, e->place + (offset - e->offset), *len);
	*is_gap = bytes.len < *len;
	return *is_gap ? slice_of(NULL, 0) : bytes;
}

/* Likewise of the extent that holds `offset`. */
static struct slice bytes_at(const struct extents *x, const struct store *store, uint64_t offset, bool *is_gap,
			     uint64_t *len)
{
	size_t at = extents_find(x, offset);

	*is_gap = false;
	*len = 0;
	return at < x->count ? bytes_of(x, at, store, offset, is_gap, len) : slice_of(NULL, 0);
}

/* Appends what lies from `offset` on, up to a gap, the end, or until the buffer holds `max` bytes. Returns the length
 * of the gap met, 0 for none. */
static uint64_t append_from(const struct extents *x, const struct store *store, uint64_t offset, size_t max,
			    struct buffer *out)
{
	bool is_gap;
	uint64_t len;

	for (size_t at = extents_find(x, offset); at < x->count && out->len < max; at++) {
		struct slice more = bytes_of(x, at, store, offset, &is_gap, &len);

		if (is_gap)
			return len;
		buffer_append(out, slice_sub(more, 0, max - out->len));
		offset += more.len;
	}
	return 0;
}

/* Gathers what lies from `offset` on, up to a gap, the end or DIALOGUE_LINE_MAX bytes. `*gap_len` is the gap met, 0 for
 * none. */
static struct slice gather(const struct extents *x, const struct connection_scene *scene, uint64_t offset,
			   uint64_t *gap_len)
{
	buffer_clear(scene->scratch);
	*gap_len = append_from(x, scene->store, offset, DIALOGUE_LINE_MAX, scene->scratch);
	return buffer_slice(scene->scratch);
}

/* What nobody can read is counted, once that is sure; behind a filter the text goes on. Returns whether there was
 * anything. */
static bool pass_opaque(struct connection *v, enum side side)
{
	struct byte_stream stream = connection_stream(v, side);
	struct byte_run run = byte_stream_at(&stream, v->dialogue->offset[side]);

	if (stream.opaque_begin != UINT64_MAX && connection_filters_may_make_text(v))
		return false;
	if (stream.opaque_begin == UINT64_MAX)
		dialogue_go_on(v->dialogue, side);
	else if (run.kind != BYTE_RUN_NONE)
		dialogue_skip(v->dialogue, side, run.len);
	return stream.opaque_begin == UINT64_MAX || run.kind != BYTE_RUN_NONE;
}

/* Whether one of these two lengths is the first of at least a power of two. */
static bool is_doubled(uint64_t before, uint64_t now)
{
	return (now ^ before) > before;
}

/* Of a long line that comes in small pieces each would be gathered with all before it: whether there is nothing new yet
 * that the parser could take. */
static bool is_line_open(struct connection *v, enum side side, const struct store *store)
{
	const struct extents *x = connection_extents(v, side);
	uint64_t begin = v->dialogue->offset[side];
	uint64_t end = extents_end(x);
	uint64_t looked = v->looked[side];
	bool is_gap;
	uint64_t len;

	if (looked <= begin || !dialogue_awaits_line(v->dialogue, side) || end - begin >= DIALOGUE_LINE_MAX ||
	    is_doubled(looked - begin, end - begin))
		return false;
	while (looked < end) {
		struct slice more = bytes_at(x, store, looked, &is_gap, &len);

		if (is_gap || slice_find(more, '\n') < more.len)
			return false;
		looked += more.len;
	}
	v->looked[side] = looked;
	return true;
}

/* Whether it was not captured: what nobody can read has its place among the rest. */
static bool is_missing(const struct extents *x, uint64_t offset)
{
	return x->items[extents_find(x, offset)].place == EXTENT_MISSING;
}

/* Feeds one piece of a side. Returns whether the parser took anything. */
static bool feed_piece(struct connection *v, enum side side, struct passage *p)
{
	struct dialogue *d = v->dialogue;
	const struct extents *x = connection_extents(v, side);
	uint64_t offset = d->offset[side];
	uint64_t len;
	uint64_t gap_len;
	bool is_gap;
	struct slice piece;
	size_t taken;

	p->was_gap = false;
	if (dialogue_is_opaque(d, side))
		return pass_opaque(v, side);
	if (v->looked[side] != 0 && is_line_open(v, side, p->scene->store)) /* nearly never */
		return false;
	v->looked[side] = 0;
	piece = bytes_at(x, p->scene->store, offset, &is_gap, &len);
	if (is_gap) {
		p->was_gap = is_missing(x, offset);
		dialogue_gap(d, side, slice_of(NULL, 0), len, pass_event, p);
		return true;
	}
	if (piece.len == 0)
		return false;
	taken = dialogue_feed(d, side, piece, pass_event, p);
	if (taken > 0 || dialogue_is_waiting(d, side) || dialogue_is_opaque(d, side))
		return taken > 0 || dialogue_is_opaque(d, side);
	/* the line goes on in the next packet, if that is here already */
	if (offset + piece.len >= extents_end(x))
		return false;
	piece = gather(x, p->scene, offset, &gap_len);
	taken = dialogue_feed(d, side, piece, pass_event, p);
	if (taken == 0 && gap_len > 0 && !dialogue_is_waiting(d, side) && !dialogue_is_opaque(d, side)) {
		p->was_gap = is_missing(x, offset + piece.len);
		dialogue_gap(d, side, piece, gap_len, pass_event, p);
		return true;
	}
	if (taken == 0)
		v->looked[side] = offset + piece.len;
	return taken > 0 || dialogue_is_opaque(d, side);
}

/* Both sides are one dialogue: what one said in TLS is held back as long as a key for the other may come. */
static bool is_held(const struct connection *v, enum side side)
{
	return v->filtered != NULL && !v->reads_half && filtered_needs_key(v->filtered) &&
	       filtered_has_begun(v->filtered, side) &&
	       v->dialogue->offset[side] >= filtered_begin_offset(v->filtered, side);
}

/* Whether the parser has not taken all that is there. */
static bool has_more(struct connection *v, enum side side)
{
	return v->dialogue != NULL && v->dialogue->offset[side] < extents_end(connection_extents(v, side)) &&
	       !is_held(v, side);
}

/* The packet of what the parser takes next of a side. */
static uint64_t next_packet(struct connection *v, enum side side)
{
	const struct extents *x = connection_extents(v, side);

	return x->items[extents_find(x, v->dialogue->offset[side])].packet;
}

/* What both sides said while their keys were not there is read in the order in which they said it. */
static void catch_up(struct connection *v, struct passage *p)
{
	while (has_more(v, SIDE_CLIENT) && has_more(v, SIDE_SERVER)) {
		enum side first = next_packet(v, SIDE_CLIENT) < next_packet(v, SIDE_SERVER) ? SIDE_CLIENT : SIDE_SERVER;

		if (!feed_piece(v, first, p) && !feed_piece(v, side_other(first), p))
			break;
	}
}

/* Takes what can be taken of both sides: one's progress may be what the other waits for. After a gap the other side
 * goes on first: what it waits for may have been in the gap. */
static void pump_both(struct connection *v, enum side side, struct passage *p)
{
	int idle_sides = 0;

	if (connection_needs_key(v)) { /* what comes of both decides whether either is held */
		connection_filters_pump(v, side, p->scene->store);
		connection_filters_pump(v, side_other(side), p->scene->store);
		catch_up(v, p);
	}
	while (idle_sides < SIDES) {
		bool progress = connection_has_filters(v) && connection_filters_pump(v, side, p->scene->store);

		p->was_gap = false;
		while (!p->was_gap && has_more(v, side) && feed_piece(v, side, p)) {
			progress = true;
			if (connection_has_filters(v))
				connection_filters_pump(v, side, p->scene->store);
		}
		idle_sides = p->was_gap ? 0 : progress ? 1 : idle_sides + 1;
		side = side_other(side);
	}
}

void connection_gather(struct connection *v, enum side side, const struct store *store, size_t max, struct buffer *out)
{
	append_from(connection_extents(v, side), store, v->dialogue != NULL ? v->dialogue->offset[side] : 0, max, out);
}

/* At the expense of the client. */
static void spend(struct connection *v, uint64_t steps)
{
	if (v->flow != NULL)
		stream_spend(&v->flow->stream[SIDE_CLIENT], steps);
	else
		v->rest->steps += steps;
}

/* Whether it has cost too much. */
static bool is_hostile(const struct connection *v)
{
	return v->flow != NULL ? v->flow->stream[SIDE_CLIENT].is_hostile : v->rest->steps > REST_STEPS_MAX;
}

/* Gathers it at the expense of the client, who has said what can be read in two ways. */
static struct slice gather_ahead(struct connection *v, enum side side, struct passage *p, size_t max,
				 struct buffer *ahead)
{
	const struct extents *x = connection_extents(v, side);
	uint64_t offset = v->dialogue->offset[side];
	size_t pieces;

	connection_gather(v, side, p->scene->store, max, ahead);
	pieces = extents_find(x, offset + ahead->len) - extents_find(x, offset);
	spend(v, 1 + pieces / STEP_PIECES);
	return buffer_slice(ahead);
}

/* Of a client to whom the server says nothing only the next lines tell: they are text, or commands. `is_last`: there is
 * as much as can be had, unless a gap is among it. */
static bool weigh(struct connection *v, struct passage *p, bool is_last)
{
	struct dialogue *d = v->dialogue;
	bool is_silent = extents_end(connection_extents(v, SIDE_SERVER)) == d->offset[SIDE_SERVER];
	size_t max = is_silent ? AHEAD_SILENT : DIALOGUE_AMBIGUITY_MAX;
	struct buffer ahead[SIDES] = {{0}, {0}};
	struct slice client = gather_ahead(v, SIDE_CLIENT, p, max, &ahead[SIDE_CLIENT]);
	struct slice server = gather_ahead(v, SIDE_SERVER, p, max, &ahead[SIDE_SERVER]);
	uint64_t steps = d->steps;
	bool is_settled;

	is_last = is_last && (client.len >= max || server.len >= max);
	is_settled = dialogue_settle(d, client, server, is_last || d->ended[SIDE_SERVER], pass_event, p);
	spend(v, d->steps - steps);
	buffer_fini(&ahead[SIDE_CLIENT]);
	buffer_fini(&ahead[SIDE_SERVER]);
	return is_settled;
}

/* How much the parser has not taken of a side. */
static uint64_t ahead_len(struct connection *v, enum side side)
{
	return extents_end(connection_extents(v, side)) - v->dialogue->offset[side];
}

/* Where servers differ in whether a mail has ended, their replies decide. Returns whether it is decided. */
static bool settle_ambiguity(struct connection *v, struct passage *p)
{
	uint64_t said = extents_end(connection_extents(v, SIDE_SERVER));
	bool is_last = ahead_len(v, SIDE_CLIENT) >= DIALOGUE_AMBIGUITY_MAX ||
		       ahead_len(v, SIDE_SERVER) >= DIALOGUE_AMBIGUITY_MAX;

	if (is_hostile(v)) {
		dialogue_trust_ends(v->dialogue, pass_event, p);
		return true;
	}
	if (said == v->weighed && !is_last && !v->dialogue->ended[SIDE_SERVER])
		return false; /* the server has said nothing new */
	v->weighed = said;
	if (!weigh(v, p, is_last))
		return false;
	v->weighed = UINT64_MAX;
	return true;
}

void connection_pump(struct connection *v, enum side side, const struct connection_scene *scene)
{
	struct passage p = {.connection = v, .scene = scene};

	v->version++;
	if (v->session->diagnosis != NULL)
		connection_sync(v); /* rules look at what TCP knows */
	pump_both(v, side, &p);
	while (v->dialogue != NULL && dialogue_is_ambiguous(v->dialogue) && settle_ambiguity(v, &p))
		pump_both(v, SIDE_CLIENT, &p);
}

uint64_t connection_mail_size(const struct connection *v, const struct mail *m)
{
	uint64_t so_far = 0;

	if (v->dialogue != NULL && v->session->receiving[m->side] == m)
		so_far = dialogue_mail_so_far(v->dialogue, m->side);
	return so_far > m->size ? so_far : m->size;
}

bool connection_needs_key(const struct connection *v)
{
	return v->filtered != NULL && filtered_needs_key(v->filtered);
}

struct slice connection_key_name(const struct connection *v)
{
	return v->filtered != NULL ? filtered_key_name(v->filtered) : slice_of(NULL, 0);
}

uint64_t connection_waiting_begin(const struct connection *v, enum side side)
{
	bool waits = connection_is_filtered(v) && connection_needs_key(v) && filtered_has_begun(v->filtered, side);

	return waits ? filtered_offset(v->filtered, side) : UINT64_MAX;
}

void connection_read_half(struct connection *v, const struct connection_scene *scene)
{
	v->reads_half = true;
	connection_pump(v, SIDE_CLIENT, scene);
}

void connection_give_up_key(struct connection *v)
{
	filtered_give_up(v->filtered);
	v->version++;
}

/* What the parser has not taken of a side, in memory of its own. */
static struct slice rest_of(struct connection *v, enum side side, const struct connection_scene *scene,
			    struct buffer *copy)
{
	uint64_t gap_len;

	buffer_append(copy, gather(connection_extents(v, side), scene, v->dialogue->offset[side], &gap_len));
	return buffer_slice(copy);
}

/* Neither side says more, and no key comes. */
static void end_filter(struct connection *v, const struct connection_scene *scene)
{
	struct extents *const wire[SIDES] = {connection_wire(v, SIDE_CLIENT), connection_wire(v, SIDE_SERVER)};

	if (v->filtered == NULL)
		return;
	filtered_end(v->filtered, wire, scene->store);
	connection_pump(v, SIDE_CLIENT, scene);
	filtered_give_up(v->filtered);
	connection_pump(v, SIDE_CLIENT, scene);
}

static void finish_dialogue(struct connection *v, const struct connection_scene *scene)
{
	struct passage p = {.connection = v, .scene = scene};
	struct buffer copies[SIDES] = {{0}, {0}};
	struct slice rest[SIDES];

	connection_pump(v, SIDE_CLIENT, scene);
	end_filter(v, scene);
	dialogue_end(v->dialogue, SIDE_SERVER, pass_event, &p);
	connection_pump(v, SIDE_CLIENT, scene);
	dialogue_end(v->dialogue, SIDE_CLIENT, pass_event, &p);
	connection_pump(v, SIDE_SERVER, scene);
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		rest[side] = rest_of(v, side, scene, &copies[side]);
	dialogue_finish(v->dialogue, rest, pass_event, &p);
	buffer_fini(&copies[SIDE_CLIENT]);
	buffer_fini(&copies[SIDE_SERVER]);
	scene->give_back(scene->ctx, v->dialogue);
	v->dialogue = NULL;
}

static void leave_flow(struct connection *v)
{
	v->rest = mem_zalloc(sizeof(*v->rest));
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		struct extents *x = &v->flow->stream[side].extents;

		v->rest->extents[side] = *x;
		*x = (struct extents){0};
		v->rest->base_seq[side] = v->flow->stream[side].base_seq;
	}
	v->flow = NULL;
}

void connection_park(struct connection *v)
{
	struct tcp_anomaly *anomaly = flow_take_anomaly(v->flow);

	connection_sync(v);
	leave_flow(v);
	v->session->anomaly = v->rest->anomaly = anomaly;
	v->version++;
}

void connection_finish(struct connection *v, const struct connection_scene *scene)
{
	connection_sync(v);
	if (v->dialogue != NULL)
		finish_dialogue(v, scene);
	else
		end_filter(v, scene);
	session_finish(v->session, scene->observers);
	if (v->flow != NULL)
		leave_flow(v);
	v->over = true;
	v->version++;
}

void connection_end_for_now(struct connection *v, const struct connection_scene *scene)
{
	struct extents *const wire[SIDES] = {connection_wire(v, SIDE_CLIENT), connection_wire(v, SIDE_SERVER)};

	filtered_tell_unread(v->filtered, wire, scene->store);
	session_finish(v->session, scene->observers);
	v->over = true;
	v->version++;
}

void connection_reopen(struct connection *v)
{
	v->session->over = v->session->reported = false;
	v->session->anomaly = v->rest->anomaly;
	v->over = false;
	v->version++;
}

uint32_t connection_offset(const struct connection *v, enum side side, uint32_t seq)
{
	return seq - (v->flow != NULL ? v->flow->stream[side].base_seq : v->rest->base_seq[side]);
}

struct slice connection_peek(struct extents *x, const struct store *store, struct buffer *scratch, size_t len)
{
	bool is_gap;
	uint64_t available;
	struct slice first = bytes_at(x, store, 0, &is_gap, &available);

	if (first.len == extents_end(x) || first.len >= len)
		return slice_sub(first, 0, len);
	buffer_clear(scratch);
	append_from(x, store, 0, len, scratch);
	return buffer_slice(scratch);
}
