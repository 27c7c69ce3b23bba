#include "engine/content.h"

#include "mime/addresses.h"
#include "mime/declared.h"
#include "mime/fields.h"
#include "mime/message.h"
#include "proto/dotstuff.h"
#include "proto/header.h"

enum {
	HEADER_BLOCK_MAX = 256 * 1024,
	HEADER_USUAL_MAX = 4096, /* most header blocks are small */
	DECLARED_HEAD_MAX = 64 * 1024,
};

void content_pieces(struct connection *v, const struct mail *m, content_piece_sink *sink, void *ctx)
{
	const struct extents *x = connection_extents(v, m->side);
	size_t next;

	for (const struct mail_range *r = m->ranges; r != NULL; r = r->next)
		for (size_t i = extents_find(x, r->begin); i < x->count && x->items[i].offset < r->end; i = next) {
			const struct extent *e = &x->items[i];
			uint64_t begin = e->offset > r->begin ? e->offset : r->begin;
			uint64_t end = e->offset + extents_run_len(x, i);

			next = extents_run_end(x, i);
			end = end < r->end ? end : r->end;
			sink(ctx, extent_is_here(e) ? e->place + (begin - e->offset) : STORE_NOWHERE,
			     (size_t)(end - begin));
		}
}

struct counting {
	const struct store *store;
	bool has_looked;
	uint64_t gone;
};

static void count_gone(void *ctx, uint64_t place, size_t len)
{
	struct counting *c = ctx;

	if (place == STORE_NOWHERE)
		return;
	if (!c->has_looked)
		store_look(c->store, place); /* a mail lies in one file */
	c->has_looked = true;
	if (!store_has(c->store, place, len))
		c->gone += len;
}

uint64_t content_gone(struct connection *v, const struct mail *m, const struct store *store)
{
	struct counting c = {.store = store};

	content_pieces(v, m, count_gone, &c);
	return c.gone;
}

/* Un-stuffs pieces on their way to the sink, until enough has passed. */
struct reading {
	const struct store *store;
	struct dotstuff dotstuff;
	enum dotstuff_kind stuffing;
	uint64_t limit;
	uint64_t passed;
	slice_sink *sink;
	void *ctx;
};

static void read_piece(void *ctx, uint64_t place, size_t len)
{
	struct reading *r = ctx;
	struct slice bytes = store_bytes(r->store, place, len);
	size_t used_len;

	if (r->passed >= r->limit)
		return;
	bytes = slice_sub(bytes, 0, r->limit - r->passed);
	if (!store_has(r->store, place, len)) {
		dotstuff_gap(&r->dotstuff);
	} else if (r->stuffing) {
		dotstuff_feed(&r->dotstuff, bytes, &used_len, &r->passed, r->sink, r->ctx);
	} else {
		r->sink(r->ctx, bytes);
		r->passed += bytes.len;
	}
}

void content_read(struct connection *v, const struct mail *m, const struct store *store, uint64_t len, slice_sink *sink,
		  void *ctx)
{
	struct reading r = {.store = store, .stuffing = m->stuffing, .limit = len, .sink = sink, .ctx = ctx};

	dotstuff_init(&r.dotstuff, m->stuffing);
	content_pieces(v, m, read_piece, &r);
	if (m->stuffing)
		dotstuff_finish(&r.dotstuff, &r.passed, sink, ctx);
}

struct inspecting {
	const struct store *store;
	struct body_lint *inspection;
};

static void body_lint_piece(void *ctx, uint64_t place, size_t len)
{
	struct inspecting *i = ctx;

	if (!store_has(i->store, place, len))
		body_lint_gap(i->inspection);
	else
		body_lint_feed(i->inspection, store_bytes(i->store, place, len));
}

void content_lint(struct connection *v, const struct mail *m, const struct store *store, struct body_lint *i)
{
	struct inspecting inspecting = {.store = store, .inspection = i};

	content_pieces(v, m, body_lint_piece, &inspecting);
	body_lint_finish(i);
}

struct people {
	struct buffer *addresses;
	struct buffer *names; /* NULL: nobody asks for them */
};

static void add_address(void *ctx, struct slice name, struct slice address)
{
	const struct people *p = ctx;

	buffer_append(p->addresses, address);
	buffer_append_byte(p->addresses, '\0');
	if (name.len == 0 || p->names == NULL)
		return;
	buffer_append(p->names, name);
	buffer_append_byte(p->names, '\0');
}

/* `likely`: the charset that the mail declares; "": none, or nobody need know. */
static void decode(const struct header_places *p, const char *likely, bool names, struct record_fields *f)
{
	const struct slice *value = p->value;
	struct slice program = value[HEADER_X_MAILER].data != NULL ? value[HEADER_X_MAILER] : value[HEADER_USER_AGENT];
	struct buffer *from_names = names ? &f->from_names : NULL;
	struct buffer *to_names = names ? &f->to_names : NULL;

	addresses_decode(value[HEADER_FROM], likely, add_address, &(struct people){&f->from, from_names});
	addresses_decode(value[HEADER_TO], likely, add_address, &(struct people){&f->to, to_names});
	addresses_decode(value[HEADER_CC], likely, add_address, &(struct people){&f->cc, to_names});
	if (value[HEADER_SUBJECT].data != NULL)
		fields_decode_text(value[HEADER_SUBJECT], likely, &f->subject);
	if (program.data != NULL)
		fields_decode_text(program, likely, &f->x_mailer);
	if (value[HEADER_MESSAGE_ID].data != NULL)
		buffer_append(&f->message_id, fields_message_id(value[HEADER_MESSAGE_ID]));
	if (value[HEADER_DATE].data != NULL)
		f->has_date = fields_decode_date(value[HEADER_DATE], &f->date_ns);
}

/* Keeps the beginning of a mail, and hashes all of it when asked to. */
struct taking {
	struct buffer head;
	struct message_hash *hash;
};

static void take(void *ctx, struct slice piece)
{
	struct taking *t = ctx;

	buffer_append(&t->head, piece);
	if (t->hash != NULL)
		message_hash_add(t->hash, piece);
}

void content_read_message_id(struct connection *v, const struct mail *m, const struct store *store, struct buffer *out)
{
	struct buffer head = {0};
	struct header_places places;
	struct slice value;

	content_read(v, m, store, HEADER_USUAL_MAX, buffer_sink, &head);
	header_scan(buffer_slice(&head), m->size <= head.len, &places);
	value = places.value[HEADER_MESSAGE_ID];
	if (value.data != NULL)
		buffer_append(out, fields_message_id(value));
	buffer_fini(&head);
}

static bool is_undeclared(const struct header_places *p)
{
	for (int i = 0; i < HEADER_FIELDS; i++)
		if (fields_is_undeclared(p->value[i]))
			return true;
	return false;
}

/* The charset may stand in the mail's first text part. */
static void find_charset(struct connection *v, const struct mail *m, const struct store *store,
			 char out[DECLARED_CHARSET_SIZE])
{
	struct buffer head = {.limit = DECLARED_HEAD_MAX};

	content_read(v, m, store, DECLARED_HEAD_MAX, buffer_sink, &head);
	declared_charset(buffer_slice(&head), out);
	buffer_fini(&head);
}

void content_read_fields(struct connection *v, const struct mail *m, const struct store *store, unsigned int wanted,
			 struct record_fields *f)
{
	struct taking t = {.head = {.limit = HEADER_BLOCK_MAX}};
	struct header_places places;
	char likely[DECLARED_CHARSET_SIZE] = "";
	bool hash = (wanted & CONTENT_HASH) && m->complete; /* the bytes of an incomplete mail are not known */

	if (!m->has_data)
		return;
	/* look at the rest only when there is no end in the first bytes */
	if (!hash) {
		content_read(v, m, store, HEADER_USUAL_MAX, take, &t);
		header_scan(buffer_slice(&t.head), m->size <= t.head.len, &places);
	}
	if (hash || !places.whole) {
		buffer_clear(&t.head);
		t.hash = hash ? message_hash_new() : NULL;
		content_read(v, m, store, hash ? UINT64_MAX : HEADER_BLOCK_MAX, take, &t);
		header_scan(buffer_slice(&t.head), m->data_ended, &places);
	}
	if (hash) {
		message_hash_finish(t.hash, f->sha256);
		f->has_hash = content_gone(v, m, store) == 0;
	}
	if (is_undeclared(&places))
		find_charset(v, m, store, likely);
	decode(&places, likely, wanted & CONTENT_NAMES, f);
	buffer_fini(&t.head);
}

/* ---- its files ---- */

/* They are named by "name" or "filename", in uuencoded texts after "begin ", in TNEF inside "winmail.dat". */
static bool may_have_files(struct slice mail)
{
	return slice_contains_nocase(mail, "name") || slice_contains_nocase(mail, "begin ");
}

void content_read_file_names(struct connection *v, const struct mail *m, const struct store *store,
			     bool (*name)(void *ctx, const char *name), void *ctx)
{
	struct buffer bytes = {0};
	bool goes_on = true;

	content_read(v, m, store, UINT64_MAX, buffer_sink, &bytes);
	if (may_have_files(buffer_slice(&bytes))) {
		struct message *message = message_parse(buffer_slice(&bytes));

		for (size_t i = 0; goes_on && i < message_attachment_count(message); i++)
			goes_on = name(ctx, message_attachment(message, i)->name);
		for (size_t i = 0; goes_on && i < message_embedded_count(message); i++)
			goes_on = name(ctx, message_embedded(message, i)->name);
		message_free(message);
	}
	buffer_fini(&bytes);
}
