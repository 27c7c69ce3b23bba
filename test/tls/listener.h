/*
 * listener: feeds a reader as its caller does, and writes down what it tells.
 */
#ifndef TEST_TLS_LISTENER_H
#define TEST_TLS_LISTENER_H

#include "peers.h"
#include "tls/key_log.h"
#include "tls/tls_reader.h"

/* A piece of a side's bytes, or a hole. */
struct listener_item {
	struct slice piece;
	uint64_t gap;
};

struct listener_hole {
	enum side side;
	uint64_t begin; /* in the side's bytes */
	uint64_t end;
};

/* A record of text. */
struct listener_text {
	uint64_t begin; /* of the record, on the wire */
	uint64_t end;
	size_t at; /* in what was said */
	size_t len;
	bool is_after_missing;
};

struct listener {
	struct tls_reader *reader;
	const struct buffer *log; /* NULL: no keys */
	unsigned int labels;	  /* one bit for each that is not told; 0: all are */
	unsigned int finds;
	struct buffer said;
	struct buffer said_by[SIDES]; /* the same of a side alone */
	struct buffer text[SIDES];
	struct listener_text *texts[SIDES];
	size_t text_count[SIDES];
	size_t text_cap[SIDES];
	bool is_missing[SIDES];
	uint64_t hello_end[SIDES]; /* on the wire */
	uint64_t last[SIDES];
	struct listener_item *items[SIDES];
	size_t first[SIDES];
	size_t count[SIDES];
	size_t cap[SIDES];
	bool is_quiet; /* events are not written down */
};

struct listener_search {
	const uint8_t *client_random;
	unsigned int without;
	struct key_set *out;
	bool has_found;
};

static inline void listener_take_line(void *ctx, const struct key_line *line)
{
	struct listener_search *s = ctx;
	struct key_secret *secret = &s->out->of[line->label];

	if (memcmp(line->client_random, s->client_random, KEY_RANDOM_LEN) != 0 || secret->len > 0 ||
	    (s->without & 1U << line->label))
		return;
	*secret = line->secret;
	s->has_found = true;
}

static inline bool listener_find(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], struct key_set *out)
{
	struct listener *l = ctx;
	struct listener_search search = {.client_random = client_random, .without = l->labels, .out = out};
	struct key_log k;

	l->finds++;
	if (l->log == NULL)
		return false;
	key_log_init(&k);
	key_log_feed(&k, buffer_slice(l->log), listener_take_line, &search);
	key_log_finish(&k, listener_take_line, &search);
	return search.has_found;
}

static inline void listener_begin(struct listener *l, const struct buffer *log, struct resumption *resumption)
{
	*l = (struct listener){.log = log};
	l->reader = tls_reader_new(listener_find, l, resumption);
}

static inline void listener_end(struct listener *l)
{
	tls_reader_free(l->reader);
	for (int side = 0; side < SIDES; side++) {
		buffer_fini(&l->text[side]);
		buffer_fini(&l->said_by[side]);
		free(l->texts[side]);
		free(l->items[side]);
	}
	buffer_fini(&l->said);
}

/* ---- what is told ---- */

static inline const char *listener_kind(const struct tls_event *e)
{
	static const char *const kinds[] = {
		[TLS_CLIENT_HELLO] = "client-hello",
		[TLS_SERVER_HELLO] = "server-hello",
		[TLS_EXTENSIONS] = "extensions",
		[TLS_CERTIFICATE] = "certificate",
		[TLS_CERTIFICATE_REQUEST] = "request",
		[TLS_FINISHED] = "finished",
		[TLS_TICKET] = "ticket",
		[TLS_KEY_UPDATE] = "key-update",
		[TLS_CHANGE_CIPHER] = "change-cipher",
		[TLS_ALERT] = "alert",
		[TLS_ALERT_HIDDEN] = "hidden-alert",
		[TLS_DATA] = "data",
		[TLS_TEXT] = "text",
		[TLS_MISSING] = "missing",
		[TLS_UNREAD] = "unread",
	};

	return kinds[e->kind];
}

static inline void listener_take_text(struct listener *l, const struct tls_event *e)
{
	enum side side = e->side;
	struct listener_text *text;

	l->texts[side] = mem_grow(l->texts[side], &l->text_cap[side], l->text_count[side] + 1, sizeof(*text));
	text = &l->texts[side][l->text_count[side]++];
	*text = (struct listener_text){.begin = e->begin,
				       .end = e->end,
				       .at = l->text[side].len,
				       .len = e->bytes.len,
				       .is_after_missing = l->is_missing[side]};
	l->is_missing[side] = false;
	buffer_append(&l->text[side], e->bytes);
}

/* The same again of text or data is not said again. */
static inline void listener_note(struct buffer *said, const char *line, bool may_be_run)
{
	size_t len = strlen(line);

	if (may_be_run && said->len > len && memcmp(said->data + said->len - len - 1, line, len) == 0)
		return;
	buffer_append_text(said, line);
	buffer_append_byte(said, '\n');
}

/* One line an event: "C client-hello TLS 1.3". Runs of text or data are one line. */
static inline void listener_hear(void *ctx, const struct tls_event *e)
{
	struct listener *l = ctx;
	char line[400];
	size_t len;

	ck_assert_uint_le(e->begin, e->end);
	ck_assert_uint_ge(e->end, l->last[e->side]);
	l->last[e->side] = e->kind == TLS_MISSING ? e->begin : e->end;
	if (e->kind == TLS_TEXT)
		listener_take_text(l, e);
	if (e->kind == TLS_CLIENT_HELLO || e->kind == TLS_SERVER_HELLO)
		l->hello_end[e->side] = e->end;
	if (e->kind == TLS_MISSING)
		l->is_missing[e->side] = true;
	if (l->is_quiet)
		return;
	snprintf(line, sizeof(line), "%c %s", e->side == SIDE_CLIENT ? 'C' : 'S', listener_kind(e));
	len = strlen(line);
	switch (e->kind) {
	case TLS_CLIENT_HELLO:
	case TLS_SERVER_HELLO:
		snprintf(line + len, sizeof(line) - len, " %s%s%s%s%s%s%s", tls_event_version_name(e->version),
			 e->kind == TLS_CLIENT_HELLO ? " " : "", e->name, e->has_retry ? " retry" : "",
			 e->is_resumed ? " resumed" : "", e->is_again ? " again" : "",
			 e->has_early_data ? " early" : "");
		break;
	case TLS_EXTENSIONS:
		snprintf(line + len, sizeof(line) - len, "%s", e->has_early_data ? " early" : "");
		break;
	case TLS_CERTIFICATE:
		snprintf(line + len, sizeof(line) - len, " %zu", e->chain_len);
		break;
	case TLS_ALERT:
		snprintf(line + len, sizeof(line) - len, " %u %u%s", e->level, e->description,
			 e->is_hidden ? " hidden" : "");
		break;
	case TLS_UNREAD:
		snprintf(line + len, sizeof(line) - len, " %s", tls_event_unread_name(e->why));
		break;
	default:
		break;
	}
	listener_note(&l->said, line, e->kind == TLS_TEXT || e->kind == TLS_DATA);
	listener_note(&l->said_by[e->side], line, e->kind == TLS_TEXT || e->kind == TLS_DATA);
}

static inline const char *listener_string(struct buffer *said)
{
	buffer_append_byte(said, '\0');
	said->len--;
	return (const char *)said->data;
}

static inline const char *listener_said(struct listener *l)
{
	return listener_string(&l->said);
}

/* ---- feeding ---- */

/* Whether anything was taken. */
static inline bool listener_push_side(struct listener *l, enum side side)
{
	bool has_moved = false;

	while (l->first[side] < l->count[side]) {
		struct listener_item *item = &l->items[side][l->first[side]];
		size_t taken = 0;
		enum tls_fed fed;

		if (item->gap > 0) {
			tls_reader_gap(l->reader, side, item->gap, listener_hear, l);
			l->first[side]++;
			has_moved = true;
			continue;
		}
		fed = tls_reader_feed(l->reader, side, item->piece, &taken, listener_hear, l);
		ck_assert_uint_le(taken, item->piece.len);
		ck_assert(fed != TLS_FED_ALL || taken == item->piece.len);
		item->piece = slice_after(item->piece, taken);
		has_moved = has_moved || taken > 0;
		if (item->piece.len > 0)
			break;
		l->first[side]++;
		has_moved = true;
	}
	return has_moved;
}

static inline void listener_push(struct listener *l)
{
	bool goes_on = true;

	while (goes_on) {
		goes_on = listener_push_side(l, SIDE_CLIENT);
		goes_on = listener_push_side(l, SIDE_SERVER) || goes_on;
	}
}

static inline void listener_add(struct listener *l, enum side side, struct slice piece, uint64_t gap)
{
	l->items[side] = mem_grow(l->items[side], &l->cap[side], l->count[side] + 1, sizeof(l->items[side][0]));
	l->items[side][l->count[side]++] = (struct listener_item){.piece = piece, .gap = gap};
}

/* The connection is over: what waits is given up. */
static inline void listener_finish(struct listener *l)
{
	listener_push(l);
	for (int side = 0; side < SIDES; side++)
		if (l->first[side] == l->count[side])
			tls_reader_end(l->reader, (enum side)side, listener_hear, l);
	listener_push(l);
	tls_reader_give_up(l->reader);
	listener_push(l);
	for (int side = 0; side < SIDES; side++) {
		tls_reader_end(l->reader, (enum side)side, listener_hear, l);
		listener_push(l);
	}
	for (int side = 0; side < SIDES; side++) {
		size_t taken = 0;

		tls_reader_feed(l->reader, (enum side)side, slice_of(NULL, 0), &taken, listener_hear, l);
		ck_assert_uint_eq(l->first[side], l->count[side]);
	}
}

/* The recorded connection in pieces of at most `len` bytes, as captured. */
static inline void listener_play(struct listener *l, const struct peers *p, size_t len)
{
	for (size_t i = 0; i < p->piece_count; i++) {
		const struct peers_piece *piece = &p->pieces[i];
		struct slice rest = slice_sub(buffer_slice(&p->wire[piece->side]), piece->begin, piece->len);

		for (; rest.len > 0; rest = slice_after(rest, len)) {
			listener_add(l, piece->side, slice_sub(rest, 0, len), 0);
			listener_push(l);
		}
	}
	listener_finish(l);
}

/* Each side as a whole, `first` before the other. */
static inline void listener_play_whole(struct listener *l, const struct peers *p, enum side first)
{
	listener_add(l, first, buffer_slice(&p->wire[first]), 0);
	listener_push(l);
	listener_add(l, side_other(first), buffer_slice(&p->wire[side_other(first)]), 0);
	listener_finish(l);
}

/* ---- the judge ---- */

static inline bool listener_is_beside(const struct listener_text *text, enum side side,
				      const struct listener_hole *holes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (holes[i].side == side && text->end > holes[i].begin && text->begin < holes[i].end)
			return false;
	return true;
}

/* What is told is what was said (`truth`), record by record, at its place, and where some is left out that is said.
 * Returns how many records beside the holes were not read. */
static inline size_t listener_judge(const struct listener *l, const struct listener *truth, enum side side,
				    const struct listener_hole *holes, size_t count)
{
	const struct listener_text *real = truth->texts[side];
	size_t next = 0;
	size_t lost = 0;

	for (size_t i = 0; i < l->text_count[side]; i++) {
		const struct listener_text *text = &l->texts[side][i];
		size_t first = next;

		for (; next < truth->text_count[side] && real[next].begin < text->begin; next++)
			lost += listener_is_beside(&real[next], side, holes, count);
		ck_assert_uint_lt(next, truth->text_count[side]);
		ck_assert(next == first || text->is_after_missing);
		ck_assert_uint_eq(text->begin, real[next].begin);
		ck_assert_uint_eq(text->end, real[next].end);
		ck_assert_uint_eq(text->len, real[next].len);
		ck_assert_mem_eq(l->text[side].data + text->at, truth->text[side].data + real[next].at, text->len);
		next++;
	}
	for (; next < truth->text_count[side]; next++)
		lost += listener_is_beside(&real[next], side, holes, count);
	return lost;
}

#endif
