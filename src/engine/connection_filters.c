#include "engine/connection_filters.h"

#include "engine/inflate_stream.h"

static struct extents *text_of(struct filtered *f, enum side side)
{
	return f != NULL ? filtered_text(f, side) : NULL;
}

struct extents *connection_clear(struct connection *v, enum side side)
{
	struct extents *text = text_of(v->filtered, side);

	return text != NULL ? text : connection_wire(v, side);
}

struct extents *connection_text(struct connection *v, enum side side)
{
	struct extents *text = text_of(v->inflated, side);

	return text != NULL ? text : connection_clear(v, side);
}

static bool has_text(struct filtered *f)
{
	return text_of(f, SIDE_CLIENT) != NULL || text_of(f, SIDE_SERVER) != NULL;
}

bool connection_is_filtered(const struct connection *v)
{
	return has_text(v->filtered) || has_text(v->inflated);
}

uint64_t connection_tls_begin(const struct connection *v, enum side side)
{
	if (v->filtered == NULL || !filtered_has_begun(v->filtered, side))
		return v->session->tls_begin[side];
	return filtered_begin_offset(v->filtered, side);
}

uint64_t connection_filter_begin(const struct connection *v, enum side side)
{
	uint64_t begin = connection_tls_begin(v, side);

	if (begin == UINT64_MAX && v->inflated != NULL && filtered_has_begun(v->inflated, side))
		return filtered_begin_offset(v->inflated, side);
	return begin;
}

struct byte_stream connection_stream(struct connection *v, enum side side)
{
	struct byte_stream s = {.extents = connection_extents(v, side), .opaque_begin = v->session->tls_begin[side]};

	if (text_of(v->filtered, side) != NULL)
		s.opaque_begin = filtered_opaque_begin(v->filtered, side);
	if (text_of(v->inflated, side) != NULL)
		s.opaque_begin = filtered_opaque_begin(v->inflated, side);
	else if (v->inflated != NULL && filtered_has_begun(v->inflated, side))
		s.opaque_begin = filtered_begin_offset(v->inflated, side);
	return s;
}

void connection_filters_begin_tls(struct connection *v, enum side side, uint64_t begin,
				  const struct connection_scene *scene)
{
	if (v->inflated != NULL) { /* TLS in what is compressed: nobody does that */
		filtered_begin(v->inflated, side, connection_clear(v, side), begin, scene->store);
		return;
	}
	if (v->filtered == NULL)
		v->filtered = filtered_new(scene->tls_filter, scene->tls_ctx, v);
	filtered_begin(v->filtered, side, connection_wire(v, side), begin, scene->store);
}

void connection_filters_begin_inflating(struct connection *v, enum side side, uint64_t begin,
					const struct connection_scene *scene)
{
	if (v->inflated == NULL)
		v->inflated = filtered_new(&inflate_stream_filter, NULL, v);
	filtered_begin(v->inflated, side, connection_clear(v, side), begin, scene->store);
}

static bool may_make_text(struct filtered *f)
{
	return f != NULL && !has_text(f) && !filtered_is_unread(f);
}

bool connection_filters_may_make_text(const struct connection *v)
{
	return may_make_text(v->filtered) || may_make_text(v->inflated);
}

bool connection_filters_pump(struct connection *v, enum side side, struct store *store)
{
	struct extents *const wire[SIDES] = {connection_wire(v, SIDE_CLIENT), connection_wire(v, SIDE_SERVER)};
	struct extents *clear[SIDES];
	bool progress;

	progress = v->filtered != NULL && filtered_pump(v->filtered, side, wire, store);
	clear[SIDE_CLIENT] = connection_clear(v, SIDE_CLIENT);
	clear[SIDE_SERVER] = connection_clear(v, SIDE_SERVER);
	return (v->inflated != NULL && filtered_pump(v->inflated, side, clear, store)) || progress;
}
