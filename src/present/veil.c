#include "present/veil.h"

#include "base/mem.h"
#include "mail/mask.h"
#include "mail/secrets.h"

/* Returns whether there was anything between `begin` and `end`. */
static bool mark(struct slice bytes, int64_t begin, int64_t end, bool *hidden)
{
	bool any = false;

	for (int64_t i = begin > 0 ? begin : 0; i < end && i < (int64_t)bytes.len; i++) {
		any = true;
		hidden[i] = bytes.data[i] != '\r' && bytes.data[i] != '\n';
	}
	return any;
}

bool veil_mark_known(const struct session *s, enum side side, uint32_t offset, struct slice bytes, bool *hidden)
{
	bool any = false;

	for (const struct session_secret *secret = s->secrets; secret != NULL; secret = secret->next)
		if (secret->side == side)
			any |= mark(bytes, (int32_t)((uint32_t)secret->begin - offset),
				    (int32_t)((uint32_t)secret->end - offset), hidden);
	return any;
}

/* What a client said of which no parser tells whose part it is: line by line. */
bool veil_mark_stray(struct slice bytes, bool *hidden)
{
	bool any = false;
	size_t at = 0;

	while (at < bytes.len) {
		struct slice line = slice_sub(bytes, at, slice_find(slice_after(bytes, at), '\n'));
		size_t secret = dialogue_find_secret(NULL, SIDE_CLIENT, line);

		if (secret < line.len)
			any |= mark(bytes, (int64_t)(at + secret), (int64_t)(at + line.len), hidden);
		at += line.len + 1;
	}
	return any;
}

/* The server may be about to repeat what the client said. */
static bool mark_echo(const struct session *s, struct slice bytes, size_t from, bool *hidden)
{
	bool any = false;
	size_t begin;
	size_t end;

	while (secrets_find(s->known, bytes, from, true, &begin, &end)) {
		any |= mark(bytes, (int64_t)begin, (int64_t)end, hidden);
		from = end;
	}
	return any;
}

/* The client has said something that the parser has not seen, or was heard by the server alone. */
static bool is_unheard(struct connection *v)
{
	const struct stream *s = v->flow != NULL ? &v->flow->stream[SIDE_CLIENT] : NULL;

	return (s != NULL && (s->pieces != NULL || stream_hole_end(s) > s->next)) ||
	       (v->dialogue != NULL &&
		v->dialogue->offset[SIDE_CLIENT] < extents_end(connection_extents(v, SIDE_CLIENT)));
}

/* What lies before the row that is shown may be long, and there are many rows. */
static const struct connection_ahead *look_ahead(struct engine *e, struct connection *v, enum side side)
{
	uint64_t end = extents_end(connection_extents(v, side));
	struct buffer ahead = {0};
	struct connection_ahead *a;

	if (v->ahead == NULL)
		v->ahead = mem_zalloc(SIDES * sizeof(*v->ahead));
	a = &v->ahead[side];
	if (a->version == v->version + 1 && a->end == end)
		return a;
	connection_gather(v, side, engine_store(e), DIALOGUE_AMBIGUITY_MAX, &ahead);
	*a = (struct connection_ahead){
		.end = end, .version = v->version + 1, .len = (uint32_t)ahead.len, .looks = a->looks + 1};
	a->secret = (uint32_t)dialogue_find_secret(v->dialogue, side, buffer_slice(&ahead));
	buffer_fini(&ahead);
	return a;
}

/* Where in `own`, which lies `from` before or after what the parser has taken, what may be secret begins; `own.len`:
 * nowhere. More may be missing after what it was given and has not taken. */
static int64_t find_ahead(struct connection *v, enum side side, const struct connection_ahead *ahead, struct slice own,
			  int64_t from)
{
	const struct dialogue *d = v->dialogue;
	bool is_behind_hole = from + (int64_t)ahead->len < 0;
	struct slice rest;
	size_t secret;

	if (ahead->secret < ahead->len)
		return from + (int64_t)ahead->secret;
	if (is_behind_hole && dialogue_may_be_login(d, side, own))
		return 0;
	rest = slice_after(own, from > 0 ? (size_t)from : 0);
	if (side == SIDE_SERVER && is_unheard(v))
		secret = is_behind_hole ? 0 : slice_find(rest, ' ');
	else
		secret = dialogue_find_secret(d, side, rest);
	return (int64_t)(secret < rest.len ? own.len - rest.len + secret : own.len);
}

/* What the parser has not taken yet, or what no parser reads. */
static bool mark_ahead(struct engine *e, struct connection *v, enum side side, uint32_t offset, struct slice bytes,
		       bool *hidden)
{
	const struct dialogue *d = v->dialogue;
	const struct session *s = v->session;
	int64_t from = (int32_t)((d != NULL ? (uint32_t)d->offset[side] : 0) - offset);
	bool any;

	if (d == NULL && s->speaks != NULL)
		return side == SIDE_CLIENT && veil_mark_stray(bytes, hidden);
	if ((d == NULL && s->over && s->protocol != PROTOCOL_UNKNOWN) || from >= (int64_t)bytes.len)
		return false;
	any = mark(bytes, find_ahead(v, side, look_ahead(e, v, side), bytes, from), (int64_t)bytes.len, hidden);
	if (side == SIDE_SERVER)
		any |= mark_echo(v->session, bytes, from > 0 ? (size_t)from : 0, hidden);
	return any;
}

bool veil_mark(struct engine *e, struct connection *v, enum side side, uint32_t offset, struct slice bytes,
	       bool *hidden)
{
	bool any = veil_mark_known(v->session, side, offset, bytes, hidden);

	return mark_ahead(e, v, side, offset, bytes, hidden) || any;
}

void veil_append(struct buffer *out, struct slice bytes, const bool *hidden, bool *inside)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (!hidden[i])
			buffer_append_byte(out, bytes.data[i]);
		else if (!*inside)
			buffer_append_text(out, MASK_TEXT);
		*inside = hidden[i];
	}
}

void veil_overwrite(uint8_t *bytes, const bool *hidden, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (hidden[i])
			bytes[i] = '*';
}
