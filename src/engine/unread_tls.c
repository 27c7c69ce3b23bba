#include "engine/unread_tls.h"

#include "tls/record_header.h"

/* The last word of a line. */
static bool is_starttls(struct slice bytes)
{
	static const char command[] = "STARTTLS\r\n";
	size_t len = sizeof(command) - 1;

	return bytes.len >= len && slice_equals_nocase(slice_after(bytes, bytes.len - len), command);
}

static bool has_begun(const struct connection *v, enum side side)
{
	return v->session->tls_begin[side] != UINT64_MAX;
}

/* The server goes on in TLS, too, where it was asked to; else its own first record tells. */
static void look_at_client(struct connection *v, const struct extent *x, struct slice bytes,
			   const struct connection_scene *scene)
{
	bool is_asked = v->asks_tls;

	if (has_begun(v, SIDE_CLIENT))
		return;
	v->asks_tls = is_starttls(bytes);
	if (!record_header_begins_hello(bytes))
		return;
	connection_begin_tls(v, SIDE_CLIENT, x->offset, scene);
	if (is_asked)
		connection_begin_tls(v, SIDE_SERVER, extents_end(connection_wire(v, SIDE_SERVER)), scene);
}

void unread_tls_look(struct connection *v, enum side side, const struct extent *x, const struct connection_scene *scene)
{
	struct slice bytes = extent_is_here(x) ? store_bytes(scene->store, x->place, x->len) : slice_of(NULL, 0);

	if (side == SIDE_CLIENT)
		look_at_client(v, x, bytes, scene);
	else if (has_begun(v, SIDE_CLIENT) && !has_begun(v, SIDE_SERVER) && record_header_begins(bytes))
		connection_begin_tls(v, SIDE_SERVER, x->offset, scene);
}
