#include "engine/content.h"

#include "mime/fields.h"
#include "proto/dotstuff.h"
#include "proto/header.h"

enum {
	HEADER_BLOCK_MAX = 256 * 1024,
	HEADER_USUAL_MAX = 4096, /* most header blocks are small */
};

void content_pieces(struct conversation *v, const struct mail *m, content_piece_sink *sink, void *ctx)
{
	const struct extents *x = conversation_extents(v, m->side);

	for (const struct mail_range *r = m->ranges; r != NULL; r = r->next)
		for (size_t i = extents_find(x, r->begin); i < x->count && x->items[i].offset < r->end; i++) {
			const struct extent *e = &x->items[i];
			uint64_t begin = e->offset > r->begin ? e->offset : r->begin;
			uint64_t end = e->offset + e->len < r->end ? e->offset + e->len : r->end;

			sink(ctx, e->place == EXTENT_MISSING ? STORE_NOWHERE : e->place + (begin - e->offset),
			     (size_t)(end - begin));
		}
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
	if (place == STORE_NOWHERE) {
		dotstuff_gap(&r->dotstuff);
	} else if (r->stuffing) {
		dotstuff_feed(&r->dotstuff, bytes, &used_len, &r->passed, r->sink, r->ctx);
	} else {
		r->sink(r->ctx, bytes);
		r->passed += bytes.len;
	}
}

void content_read(struct conversation *v, const struct mail *m, const struct store *store, uint64_t len,
		  slice_sink *sink, void *ctx)
{
	struct reading r = {.store = store, .stuffing = m->stuffing, .limit = len, .sink = sink, .ctx = ctx};

	dotstuff_init(&r.dotstuff, m->stuffing);
	content_pieces(v, m, read_piece, &r);
	if (m->stuffing)
		dotstuff_finish(&r.dotstuff, &r.passed, sink, ctx);
}

struct inspecting {
	const struct store *store;
	struct inspection *inspection;
};

static void inspect_piece(void *ctx, uint64_t place, size_t len)
{
	struct inspecting *i = ctx;

	if (place == STORE_NOWHERE)
		inspect_gap(i->inspection);
	else
		inspect_feed(i->inspection, store_bytes(i->store, place, len));
}

void content_inspect(struct conversation *v, const struct mail *m, const struct store *store, struct inspection *i)
{
	struct inspecting inspecting = {.store = store, .inspection = i};

	content_pieces(v, m, inspect_piece, &inspecting);
	inspect_finish(i);
}

static void add_address(void *ctx, struct slice name, struct slice address)
{
	struct buffer *list = ctx;

	(void)name;
	buffer_append(list, address);
	buffer_append_byte(list, '\0');
}

static void decode(const struct header_places *p, struct record_fields *f)
{
	const struct slice *value = p->value;

	fields_decode_addresses(value[HEADER_FROM], add_address, &f->from);
	fields_decode_addresses(value[HEADER_TO], add_address, &f->to);
	fields_decode_addresses(value[HEADER_CC], add_address, &f->cc);
	if (value[HEADER_SUBJECT].data != NULL)
		fields_decode_text(value[HEADER_SUBJECT], &f->subject);
	if (value[HEADER_X_MAILER].data != NULL)
		fields_decode_text(value[HEADER_X_MAILER], &f->x_mailer);
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

void content_read_message_id(struct conversation *v, const struct mail *m, const struct store *store,
			     struct buffer *out)
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

void content_read_fields(struct conversation *v, const struct mail *m, const struct store *store, bool hash,
			 struct record_fields *f)
{
	struct taking t = {.head = {.limit = HEADER_BLOCK_MAX}};
	struct header_places places;

	hash = hash && m->complete; /* the bytes of an incomplete mail are not known */
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
		f->has_hash = true;
	}
	decode(&places, f);
	buffer_fini(&t.head);
}
