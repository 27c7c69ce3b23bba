#include "present/session_detail.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "present/timeline_items.h"
#include "present/veil.h"

enum {
	LINE_BYTES = 240, /* of a row; a longer line goes on in the next */
	LINES_MAX = 4 * 1024 * 1024,
	WORK_BYTES = 8 * 1024 * 1024, /* cut into lines in one go: about 2 ms */
};

static void forget(struct session_detail *f)
{
	f->item_count = f->chunk_count = f->line_count = f->packet_count = 0;
	f->next_extent[SIDE_CLIENT] = f->next_extent[SIDE_SERVER] = 0;
	f->end = f->open_len = 0;
	f->scanned_chunk = 0;
	f->valid = false;
	silence_clear(&f->silences);
	marks_clear(&f->marks);
	record_list_clear(&f->records);
	f->next_record = 0;
	f->has_waiting[SIDE_CLIENT] = f->has_waiting[SIDE_SERVER] = false;
}

void session_detail_fini(struct session_detail *f)
{
	free(f->items);
	free(f->chunks);
	free(f->lines);
	free(f->packets);
	silence_fini(&f->silences);
	marks_fini(&f->marks);
	record_list_fini(&f->records);
	*f = (struct session_detail){0};
}

/* ---- the conversation ---- */

/* Whether it stands for what is not in the extents. */
static bool is_sign(const struct detail_chunk *c)
{
	return c->is_record || c->is_waiting;
}

static const struct extent *extent_of(struct connection *v, const struct detail_chunk *c)
{
	return &connection_extents(v, c->side)->items[c->extent];
}

static uint64_t chunk_len(struct connection *v, const struct detail_chunk *c)
{
	return is_sign(c) ? 1 : extent_of(v, c)->len;
}

static void add_chunk(struct session_detail *f, struct connection *v, const struct detail_chunk *c)
{
	f->chunks = mem_grow(f->chunks, &f->chunk_cap, f->chunk_count + 1, sizeof(*f->chunks));
	f->chunks[f->chunk_count] = *c;
	f->chunks[f->chunk_count].position = f->end;
	f->end += chunk_len(v, c);
	f->chunk_count++;
}

/* The record that comes before a packet's text; the text stands under it. */
static bool add_record(struct session_detail *f, struct connection *v, uint64_t packet)
{
	const struct record_item *r;

	if (f->next_record >= f->records.count)
		return false;
	r = &f->records.items[f->next_record];
	if (r->packet > packet)
		return false;
	add_chunk(f, v,
		  &(struct detail_chunk){.side = r->side, .extent = (uint32_t)f->next_record++, .is_record = true});
	return true;
}

/* What waits for its key, from the packet on in which it began: the other side is read. */
static void add_waiting(struct session_detail *f, struct connection *v, uint64_t packet)
{
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		const struct extents *x = connection_wire(v, side);

		if (f->waiting[side] == UINT64_MAX || f->has_waiting[side] ||
		    x->items[extents_find(x, f->waiting[side])].packet > packet)
			continue;
		f->has_waiting[side] = true;
		add_chunk(f, v, &(struct detail_chunk){.side = side, .is_waiting = true});
	}
}

/* Merges what is new on both sides, in the order of packets. */
static void add_chunks(struct session_detail *f, struct connection *v)
{
	const struct extents *client = connection_extents(v, SIDE_CLIENT);
	const struct extents *server = connection_extents(v, SIDE_SERVER);
	size_t *next = f->next_extent;

	while (next[SIDE_CLIENT] < client->count || next[SIDE_SERVER] < server->count) {
		bool take_client = next[SIDE_SERVER] >= server->count ||
				   (next[SIDE_CLIENT] < client->count &&
				    client->items[next[SIDE_CLIENT]].packet <= server->items[next[SIDE_SERVER]].packet);
		enum side side = take_client ? SIDE_CLIENT : SIDE_SERVER;
		const struct extents *x = take_client ? client : server;

		while (add_record(f, v, x->items[next[side]].packet))
			;
		add_waiting(f, v, x->items[next[side]].packet);
		add_chunk(f, v, &(struct detail_chunk){.side = side, .extent = (uint32_t)next[side]});
		next[side]++;
	}
	while (add_record(f, v, UINT64_MAX))
		;
	add_waiting(f, v, UINT64_MAX);
}

static void add_line(struct session_detail *f, uint64_t position, bool continues)
{
	if (f->line_count == LINES_MAX)
		return;
	f->lines = mem_grow(f->lines, &f->line_cap, f->line_count + 1, sizeof(*f->lines));
	f->lines[f->line_count++] = (struct detail_line){.position = position, .continues = continues};
}

static bool is_missing(struct engine *e, const struct extent *x)
{
	return x->place == EXTENT_MISSING || (extent_is_here(x) && !store_has(engine_store(e), x->place, x->len));
}

static bool is_opaque(struct engine *e, struct connection *v, const struct extent *x, enum side side)
{
	return x->offset >= connection_stream(v, side).opaque_begin || x->place == EXTENT_OPAQUE || is_missing(e, x);
}

/* Whether a chunk belongs to the gap, or the opaque run, that the chunk before began or goes on with. */
static bool goes_on(const struct session_detail *f, struct connection *v, size_t number)
{
	const struct detail_chunk *c = &f->chunks[number];

	return number > 0 && !is_sign(&c[-1]) && c[-1].side == c->side && c[-1].extent + 1 == c->extent &&
	       extents_run_end(connection_extents(v, c->side), c[-1].extent) > c->extent;
}

/* Cuts one chunk into lines; a line that is still open when a chunk of the same side follows goes on in it. */
static void cut_chunk(struct session_detail *f, struct engine *e, struct connection *v, size_t number)
{
	const struct detail_chunk *c = &f->chunks[number];
	bool turns = number == 0 || f->chunks[number - 1].side != c->side;
	const struct extent *x;
	struct slice rest;
	uint64_t position = c->position;

	if (turns || is_sign(c))
		f->open_len = 0;
	if (is_sign(c)) {
		add_line(f, position, false);
		return;
	}
	x = extent_of(v, c);
	if (is_opaque(e, v, x, c->side)) {
		if (!goes_on(f, v, number))
			add_line(f, position, false);
		f->open_len = 0;
		return;
	}
	rest = store_bytes(engine_store(e), x->place, x->len);
	while (rest.len > 0) {
		size_t room = LINE_BYTES - (size_t)(f->open_len % LINE_BYTES);
		size_t len = slice_find(slice_sub(rest, 0, room), '\n');
		bool ended = len < room && len < rest.len;
		size_t taken = ended ? len + 1 : room < rest.len ? room : rest.len;

		if (f->open_len % LINE_BYTES == 0)
			add_line(f, position, f->open_len > 0);
		f->open_len = ended ? 0 : f->open_len + taken;
		position += taken;
		rest = slice_after(rest, taken);
	}
}

bool session_detail_work(struct session_detail *f, struct engine *e)
{
	struct connection *v = engine_connection(e, f->session);
	uint64_t bytes = 0;
	bool more;

	if (v == NULL || !f->valid)
		return false;
	more = marks_work(&f->marks, e, v, f->packets, f->packet_count);
	while (f->scanned_chunk < f->chunk_count && bytes < WORK_BYTES) {
		bytes += chunk_len(v, &f->chunks[f->scanned_chunk]) + 256;
		cut_chunk(f, e, v, f->scanned_chunk);
		f->scanned_chunk++;
	}
	return f->scanned_chunk < f->chunk_count || more;
}

/* ---- packets ---- */

static void add_packets(struct session_detail *f, struct engine *e, struct connection *v)
{
	uint64_t number = v->first_packet;

	if (f->packet_count > 0)
		number = index_get(engine_index(e), f->packets[f->packet_count - 1])->next;
	while (number != 0) {
		f->packets = mem_grow(f->packets, &f->packet_cap, f->packet_count + 1, sizeof(*f->packets));
		f->packets[f->packet_count++] = number;
		number = index_get(engine_index(e), number)->next;
	}
}

void session_detail_show_records(struct session_detail *f, bool shows)
{
	if (shows != f->shows_records)
		forget(f);
	f->shows_records = shows;
}

/* The chunks are made anew when it begins, or goes on. */
static void note_waiting(struct session_detail *f, struct connection *v)
{
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		uint64_t begin = connection_waiting_begin(v, side);

		if (begin >= extents_end(connection_wire(v, side)))
			begin = UINT64_MAX;
		if (begin != f->waiting[side])
			forget(f);
		f->waiting[side] = begin;
	}
}

void session_detail_update(struct session_detail *f, struct engine *e, uint64_t session)
{
	struct connection *v = engine_connection(e, session);

	if (session != f->session || v == NULL || connection_is_filtered(v) != f->is_filtered)
		forget(f); /* behind a filter the streams are others */
	f->is_filtered = v != NULL && connection_is_filtered(v);
	f->session = session;
	if (v == NULL || (f->valid && f->version == v->version))
		return;
	note_waiting(f, v);
	f->version = v->version;
	f->valid = true;
	add_packets(f, e, v);
	silence_find(&f->silences, e, v, f->packets, f->packet_count);
	timeline_items_make(f, e, v);
	if (f->shows_records)
		record_list_update(&f->records, e, v);
	add_chunks(f, v);
}

/* ---- looking things up ---- */

static bool is_text_of(const struct detail_chunk *c, enum side side)
{
	return c->side == side && !is_sign(c);
}

uint64_t session_detail_position(const struct session_detail *f, struct connection *v, enum side side, uint64_t offset)
{
	const struct extents *x = connection_extents(v, side);
	size_t wanted = extents_find(x, offset);
	size_t low = 0;
	size_t high = f->chunk_count;

	if (wanted == x->count)
		return f->end;
	/* chunks of one side stand in the order of its extents: find by the packet's place among both */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		size_t same = middle;

		while (same < high && !is_text_of(&f->chunks[same], side))
			same++;
		if (same < high && f->chunks[same].extent < wanted)
			low = same + 1;
		else
			high = middle;
	}
	while (low < f->chunk_count && (!is_text_of(&f->chunks[low], side) || f->chunks[low].extent != wanted))
		low++;
	if (low == f->chunk_count)
		return f->end;
	return f->chunks[low].position + (offset > x->items[wanted].offset ? offset - x->items[wanted].offset : 0);
}

const struct detail_chunk *session_detail_chunk_at(const struct session_detail *f, uint64_t position)
{
	size_t low = 0;
	size_t high = f->chunk_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->chunks[middle].position <= position)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &f->chunks[low - 1] : NULL;
}

size_t session_detail_item_of_packet(const struct session_detail *f, uint64_t packet)
{
	size_t best = 0;

	for (size_t i = 0; i < f->item_count; i++)
		if (f->items[i].kind != FOCUS_WAIT && f->items[i].packet <= packet &&
		    f->items[i].packet >= f->items[best].packet)
			best = i;
	return best;
}

size_t session_detail_line_of(const struct session_detail *f, uint64_t position)
{
	size_t low = 0;
	size_t high = f->line_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->lines[middle].position <= position)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : 0;
}

size_t session_detail_packet_row(const struct session_detail *f, uint64_t packet)
{
	size_t row = 0;

	/* numbers rise along a session's packets */
	for (size_t low = 0, high = f->packet_count; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (f->packets[middle] <= packet) {
			row = middle;
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return row;
}

/* What is secret in a piece of a line, of any length, has the mask's width; `*inside`: the piece before ended in it. */
static bool append_masked(struct engine *e, struct connection *v, enum side side, uint32_t offset, struct slice bytes,
			  struct buffer *out, bool *inside)
{
	bool hidden[LINE_BYTES] = {false};
	bool any = veil_mark(e, v, side, offset, bytes, hidden);

	veil_append(out, bytes, hidden, inside);
	return any;
}

static void put_waiting(const struct session_detail *f, struct connection *v, enum side side, struct buffer *out,
			struct detail_text *about)
{
	const struct extents *x = connection_wire(v, side);
	uint64_t begin = f->waiting[side];

	*about = (struct detail_text){
		.side = side, .packet = x->items[extents_find(x, begin)].packet, .encrypted = true};
	buffer_printf(out, "%" PRIu64 " byte%s, encrypted", extents_end(x) - begin,
		      text_plural(extents_end(x) - begin));
}

static void put_opaque(uint64_t count, const struct detail_text *about, bool is_uncaptured, struct buffer *out)
{
	buffer_printf(out, "%" PRIu64 " byte%s", count, text_plural(count));
	if (about->encrypted)
		buffer_append_text(out, ", encrypted");
	else if (is_uncaptured)
		buffer_printf(out, " %s not captured", text_was(count));
	else
		buffer_printf(out, " %s gone: their capture was cut or changed", count == 1 ? "is" : "are");
}

void session_detail_line_text(const struct session_detail *f, struct engine *e, size_t line, bool show_secrets,
			      struct buffer *out, struct detail_text *about)
{
	struct connection *v = engine_connection(e, f->session);
	uint64_t position = f->lines[line].position;
	uint64_t end = line + 1 < f->line_count ? f->lines[line + 1].position : f->end;
	const struct detail_chunk *c = session_detail_chunk_at(f, position);
	const struct detail_chunk *last = f->chunks + f->chunk_count;
	bool inside = false;

	if (c->is_record) {
		*about = (struct detail_text){
			.side = c->side, .packet = f->records.items[c->extent].packet, .encrypted = true};
		record_list_text(&f->records.items[c->extent], out);
		return;
	}
	if (c->is_waiting) {
		put_waiting(f, v, c->side, out, about);
		return;
	}
	*about = (struct detail_text){.side = c->side, .packet = extent_of(v, c)->packet};
	for (; c < last && position < end; c++) {
		const struct extent *x = extent_of(v, c);
		uint64_t within = position - c->position;
		size_t len = (size_t)(c->position + x->len < end ? x->len - within : end - position);
		struct slice bytes;

		if (is_opaque(e, v, x, c->side)) {
			about->missing = is_missing(e, x);
			about->encrypted = !about->missing;
			put_opaque(extents_run_len(connection_extents(v, c->side), c->extent), about,
				   x->place == EXTENT_MISSING, out);
			return;
		}
		bytes = store_bytes(engine_store(e), store_place_after(x->place, within), len);
		if (show_secrets)
			buffer_append(out, bytes);
		else
			about->secret |=
				append_masked(e, v, c->side, (uint32_t)(x->offset + within), bytes, out, &inside);
		position += len;
	}
	while (out->len > 0 && (out->data[out->len - 1] == '\n' || out->data[out->len - 1] == '\r'))
		out->len--;
}
