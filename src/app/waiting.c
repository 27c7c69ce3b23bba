#include "app/waiting.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/mem.h"

/* Those that are open at once are few beside those that come and go. */
struct waiting_session {
	struct waiting_session *next; /* of the same place in the table */
	uint64_t session;
	struct buffer pieces; /* each with a head before it */
};

struct head {
	int64_t now_ns;
	size_t len;
};

enum {
	PLACES = 4096,
};

struct waiting {
	struct waiting_session *places[PLACES];
	size_t held;
	size_t limit;
};

struct waiting *waiting_new(size_t limit)
{
	struct waiting *w = mem_zalloc(sizeof(*w));

	w->limit = limit;
	return w;
}

/* Where the session is, or would be. */
static struct waiting_session **find(struct waiting *w, uint64_t session)
{
	struct waiting_session **at = &w->places[session % PLACES];

	while (*at != NULL && (*at)->session != session)
		at = &(*at)->next;
	return at;
}

static void drop(struct waiting *w, struct waiting_session **at)
{
	struct waiting_session *s = *at;

	*at = s->next;
	w->held -= s->pieces.len;
	buffer_fini(&s->pieces);
	free(s);
}

void waiting_free(struct waiting *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < PLACES; i++)
		while (w->places[i] != NULL)
			drop(w, &w->places[i]);
	free(w);
}

void waiting_add(struct waiting *w, uint64_t session, struct slice text, int64_t now_ns)
{
	struct waiting_session **at = find(w, session);
	struct head head = {.now_ns = now_ns, .len = text.len};

	if (*at == NULL) {
		*at = mem_zalloc(sizeof(**at));
		(*at)->session = session;
	}
	buffer_append(&(*at)->pieces, slice_of(&head, sizeof(head)));
	buffer_append(&(*at)->pieces, text);
	w->held += sizeof(head) + text.len;
}

void waiting_take(struct waiting *w, uint64_t session, waiting_sink *sink, void *ctx)
{
	struct waiting_session **at = find(w, session);
	struct slice rest;

	if (*at == NULL)
		return;
	rest = buffer_slice(&(*at)->pieces);
	while (sink != NULL && rest.len > 0) {
		struct head head;

		memcpy(&head, rest.data, sizeof(head));
		rest = slice_after(rest, sizeof(head));
		sink(ctx, slice_sub(rest, 0, head.len), head.now_ns);
		rest = slice_after(rest, head.len);
	}
	drop(w, at);
}

bool waiting_is_full(const struct waiting *w)
{
	return w->limit > 0 && w->held > w->limit;
}
