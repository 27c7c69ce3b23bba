#include "engine/budget.h"
#include "diagnosis/outcome.h"
#include "engine/filtered.h"
#include "engine/tls_meta.h"

enum {
	SAMPLE = 64,
	LARGE_PART = 8, /* of the memory or the spool: one that takes more than this part goes first */
};

#define AGAIN_NS CLOCK_NS_PER_S /* between two looks at who was marked */

void budget_init(struct engine *e)
{
	for (size_t i = 0; i < ENGINE_ENDED_CLASSES; i++)
		list_init(&e->ended[i]);
	list_init(&e->spared);
}

/* ---- open ones ---- */

static uint16_t source_of(const struct session *s)
{
	return (uint16_t)(hash_bytes(s->side[SIDE_CLIENT].address, s->is_ipv6 ? 8 : 4) % ENGINE_SOURCES);
}

static uint64_t memory_of(const struct connection *v)
{
	return sizeof(*v) + session_memory(v->session) + diagnosis_memory(v->session->diagnosis) +
	       v->annotations.memory + filtered_memory(v->filtered) + (v->dialogue != NULL ? sizeof(*v->dialogue) : 0) +
	       (v->extents[SIDE_CLIENT].cap + v->extents[SIDE_SERVER].cap) * sizeof(struct extent);
}

void budget_begin(struct engine *e, struct connection *v)
{
	v->source = source_of(v->session);
	e->open_by_source[v->source]++;
	v->weight = memory_of(v);
	e->open_memory += v->weight;
}

void budget_weigh(struct engine *e, struct connection *v)
{
	uint64_t weight = memory_of(v);

	*(v->over ? &e->kept_memory : &e->open_memory) += weight - v->weight;
	v->weight = weight;
}

/* ---- ended ones ---- */

static enum engine_ended class_of(const struct session *s)
{
	if (s->side[SIDE_CLIENT].bytes == 0)
		return ENGINE_ENDED_SILENT;
	return outcome_is_failure(s) ? ENGINE_ENDED_FAILED : ENGINE_ENDED_WELL;
}

void budget_end(struct engine *e, struct connection *v)
{
	e->open_memory -= v->weight;
	e->open_by_source[v->source]--;
	v->weight = 0;
	if (!e->options.keep)
		return;
	session_compact(v->session);
	v->weight = memory_of(v);
	e->kept_memory += v->weight;
	list_append(&e->ended[class_of(v->session)], &v->ended);
}

void budget_forget(struct engine *e, struct connection *v)
{
	*(v->over ? &e->kept_memory : &e->open_memory) -= v->weight;
	v->weight = 0;
	list_remove(&v->ended);
}

uint64_t budget_open_memory(const struct engine *e)
{
	return e->open_memory + flow_table_open_memory(e->flows);
}

uint64_t budget_memory(const struct engine *e)
{
	return budget_open_memory(e) + flow_table_other_memory(e->flows) + e->kept_memory +
	       connection_table_memory(&e->connections) + store_memory_bytes(e->store) +
	       (e->index != NULL ? index_bytes(e->index) : 0);
}

/* ---- who goes ---- */

static bool is_spared(const struct engine *e, const struct connection *v)
{
	if (v->pins > 0 || v->session->marked || v->session->number == e->focused)
		return true;
	for (size_t i = 0; i < v->session->mail_count; i++)
		if (v->session->mails[i]->marked)
			return true;
	return false;
}

/* Those that were spared may not be any more. */
static void look_at_spared(struct engine *e)
{
	struct list_link *link;

	if (e->now.time_ns - e->spared_ns < AGAIN_NS && e->now.time_ns >= e->spared_ns)
		return;
	e->spared_ns = e->now.time_ns;
	while ((link = list_first(&e->spared)) != NULL) {
		struct connection *v = LIST_ITEM(link, struct connection, ended);

		list_remove(link);
		list_append(&e->ended[class_of(v->session)], link);
	}
}

struct connection *budget_first_ended(struct engine *e)
{
	look_at_spared(e);
	for (size_t i = 0; i < ENGINE_ENDED_CLASSES; i++) {
		struct list_link *link;

		while ((link = list_first(&e->ended[i])) != NULL) {
			struct connection *v = LIST_ITEM(link, struct connection, ended);

			if (!is_spared(e, v))
				return v;
			list_remove(link);
			list_append(&e->spared, link);
		}
	}
	return NULL;
}

/* What an open connection takes of what is scarce. */
static uint64_t share_of(const struct flow *f, bool for_spool)
{
	const struct connection *v = f->owner;

	if (for_spool)
		return flow_pending_bytes(f) + (v != NULL ? v->packet_bytes : 0);
	return flow_memory(f) + (v != NULL ? v->weight : 0);
}

struct candidate {
	struct flow *flow;
	uint64_t share;
	uint32_t of_source;
	bool is_large;
	bool is_spared;
	bool is_silent;
};

static struct candidate look_at(const struct engine *e, struct flow *f, bool for_spool)
{
	const struct connection *v = f->owner;
	uint64_t limit = for_spool ? e->options.spool_limit : e->options.memory_limit;
	struct candidate c = {.flow = f, .share = share_of(f, for_spool)};

	c.is_large = c.share > limit / LARGE_PART;
	c.is_spared = v != NULL && is_spared(e, v);
	c.is_silent = extents_end(&f->stream[SIDE_CLIENT].extents) == 0;
	c.of_source = v != NULL ? e->open_by_source[v->source] : UINT32_MAX;
	return c;
}

/* Whether the first should go rather than the second. */
static bool is_worse(const struct candidate *a, const struct candidate *b, bool for_spool)
{
	if (a->is_spared != b->is_spared)
		return b->is_spared;
	if (a->is_large != b->is_large)
		return a->is_large;
	if (for_spool || a->is_large)
		return a->share > b->share;
	if (a->is_silent != b->is_silent)
		return a->is_silent;
	if (a->of_source != b->of_source)
		return a->of_source > b->of_source;
	return a->flow->last_ns < b->flow->last_ns;
}

bool budget_shed(struct engine *e, bool for_spool)
{
	struct candidate worst = {.flow = NULL};

	for (size_t i = 0; i < SAMPLE; i++) {
		struct flow *f = flow_table_next(e->flows);
		struct candidate c;

		if (f == NULL)
			break;
		c = look_at(e, f, for_spool);
		if (worst.flow == NULL || is_worse(&c, &worst, for_spool))
			worst = c;
	}
	if (worst.flow == NULL || (for_spool && worst.share == 0))
		return false;
	flow_table_give_up(e->flows, worst.flow);
	return true;
}
