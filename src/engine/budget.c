#include "engine/budget.h"

#include "common/address.h"
#include "diagnosis/diagnosis.h"
#include "diagnosis/outcome.h"
#include "engine/filtered.h"
#include "engine/key_waits.h"
#include "store/index.h"

enum {
	SAMPLE = 64,
	LARGE_PART = 8, /* of the memory or the spool: one that takes more than this part goes first */
};

#define AGAIN_NS CLOCK_NS_PER_S /* between two looks at who was marked */

void budget_init(struct budget *b, uint64_t memory_limit, uint64_t spool_limit)
{
	b->memory_limit = memory_limit;
	b->spool_limit = spool_limit;
	for (size_t i = 0; i < BUDGET_CLASSES; i++)
		list_init(&b->ended[i]);
	list_init(&b->spared);
	list_init(&b->hogs);
}

/* ---- open ones ---- */

static uint64_t rest_memory(const struct connection_rest *rest)
{
	if (rest == NULL)
		return 0;
	return sizeof(*rest) +
	       (rest->extents[SIDE_CLIENT].cap + rest->extents[SIDE_SERVER].cap) * sizeof(struct extent);
}

static uint64_t memory_of(const struct connection *v)
{
	return sizeof(*v) + session_memory(v->session) + diagnosis_memory(v->session->diagnosis) +
	       v->annotations.memory + filtered_memory(v->filtered) + filtered_memory(v->inflated) +
	       key_waits_memory(v) + (v->dialogue != NULL ? dialogue_memory(v->dialogue) : 0) + rest_memory(v->rest);
}

static uint64_t *sum_of(struct budget *b, const struct connection *v)
{
	return v->over ? &b->kept_memory : &b->open_memory;
}

static void charge(struct budget *b, struct connection *v, uint64_t weight, uint32_t rows)
{
	*sum_of(b, v) += weight - v->weight;
	b->rows += rows;
	b->rows -= v->rows;
	v->weight = weight;
	v->rows = rows;
}

void budget_weigh(struct budget *b, struct connection *v)
{
	charge(b, v, memory_of(v) + v->packet_count * sizeof(struct index_row), v->packet_count);
}

static bool is_hog(const struct budget *b, const struct connection *v)
{
	return b->spool_limit > 0 && v->spooled > b->spool_limit / LARGE_PART;
}

void budget_add_packet(struct budget *b, struct connection *v, uint64_t spooled)
{
	charge(b, v, v->weight + sizeof(struct index_row), v->rows + 1);
	v->spooled += spooled;
	if (v->over)
		return;
	b->open_spool += spooled;
	if (is_hog(b, v) && !list_is_linked(&v->ended))
		list_append(&b->hogs, &v->ended);
}

void budget_begin(struct budget *b, struct connection *v)
{
	v->source = address_bucket(v->session->side[SIDE_CLIENT].address, v->session->is_ipv6, BUDGET_SOURCES);
	b->open_by_source[v->source]++;
	budget_weigh(b, v);
}

/* ---- ended ones ---- */

static enum budget_class class_of(const struct budget *b, const struct connection *v)
{
	const struct session *s = v->session;

	if ((b->memory_limit > 0 && v->weight > b->memory_limit / LARGE_PART) || is_hog(b, v) || v->cut)
		return BUDGET_LARGE;
	if (s->side[SIDE_CLIENT].bytes == 0)
		return BUDGET_SILENT;
	return outcome_is_failure(s) ? BUDGET_FAILED : BUDGET_WELL;
}

void budget_end(struct budget *b, struct connection *v, bool is_kept)
{
	b->open_memory -= v->weight; /* it is over by now */
	b->kept_memory += v->weight;
	b->open_by_source[v->source]--;
	b->open_spool -= v->spooled;
	list_remove(&v->ended);
	if (!is_kept)
		return;
	session_compact(v->session);
	budget_weigh(b, v);
	list_append(&b->ended[class_of(b, v)], &v->ended);
}

void budget_reopen(struct budget *b, struct connection *v)
{
	b->kept_memory -= v->weight; /* it still is over */
	b->open_memory += v->weight;
	b->open_by_source[v->source]++;
	b->open_spool += v->spooled;
	list_remove(&v->ended);
}

void budget_forget(struct budget *b, struct connection *v)
{
	charge(b, v, 0, 0);
	list_remove(&v->ended);
}

/* ---- who goes ---- */

static bool is_wanted(const struct connection *v)
{
	if (v->pins > 0 || v->session->marked)
		return true;
	for (size_t i = 0; i < v->session->mail_count; i++)
		if (v->session->mails[i]->marked)
			return true;
	return false;
}

static bool is_focused(const struct budget *b, const struct connection *v)
{
	for (size_t i = 0; i < BUDGET_FOCUS_MAX; i++)
		if (v->session->number == b->focused[i])
			return true;
	return false;
}

static bool is_spared(const struct budget *b, const struct connection *v)
{
	return is_focused(b, v) || is_wanted(v);
}

/* One that is looked at goes when nothing else is left. */
static struct connection *first_focused(const struct budget *b)
{
	for (struct list_link *link = list_first(&b->spared); link != NULL; link = list_next(&b->spared, link)) {
		struct connection *v = LIST_ITEM(link, struct connection, ended);

		if (is_focused(b, v) && !is_wanted(v))
			return v;
	}
	return NULL;
}

/* Those that were spared may not be any more. */
static void look_at_spared(struct budget *b, int64_t now_ns)
{
	struct list_link *link;

	if (now_ns - b->spared_ns < AGAIN_NS && now_ns >= b->spared_ns)
		return;
	b->spared_ns = now_ns;
	while ((link = list_first(&b->spared)) != NULL) {
		struct connection *v = LIST_ITEM(link, struct connection, ended);

		list_remove(link);
		list_append(&b->ended[class_of(b, v)], link);
	}
}

struct connection *budget_first_ended(struct budget *b, int64_t now_ns)
{
	look_at_spared(b, now_ns);
	for (size_t i = 0; i < BUDGET_CLASSES; i++) {
		struct list_link *link;

		while ((link = list_first(&b->ended[i])) != NULL) {
			struct connection *v = LIST_ITEM(link, struct connection, ended);

			if (!is_spared(b, v))
				return v;
			list_remove(link);
			list_append(&b->spared, link);
		}
	}
	return first_focused(b);
}

/* The first of those with an eighth of the spool that may go; NULL: none. `*spared`: bytes of those that may not. */
static struct connection *first_hog(const struct budget *b, uint64_t *spared)
{
	*spared = 0;
	for (struct list_link *link = list_first(&b->hogs); link != NULL; link = list_next(&b->hogs, link)) {
		struct connection *v = LIST_ITEM(link, struct connection, ended);

		if (!is_spared(b, v))
			return v;
		*spared += v->spooled;
	}
	return NULL;
}

bool budget_open_hold_spool(const struct budget *b)
{
	uint64_t spared;

	return first_hog(b, &spared) != NULL || b->open_spool - spared > b->spool_limit / 2;
}

/* What an open connection takes of what is scarce. */
static uint64_t share_of(const struct flow *f, bool for_spool)
{
	const struct connection *v = f->owner;

	if (for_spool) {
		uint64_t held = flow_held_bytes(f); /* of the packets, on a screen */

		return v != NULL && v->spooled > held ? v->spooled : held;
	}
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

static struct candidate look_at(const struct budget *b, struct flow *f, uint64_t limit, bool for_spool)
{
	const struct connection *v = f->owner;
	struct candidate c = {.flow = f, .share = share_of(f, for_spool)};

	c.is_large = c.share > limit / LARGE_PART;
	c.is_spared = v != NULL && is_spared(b, v);
	c.is_silent = extents_end(&f->stream[SIDE_CLIENT].extents) == 0;
	c.of_source = v != NULL ? b->open_by_source[v->source] : UINT32_MAX;
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

struct flow *budget_worst(const struct budget *b, struct flow_table *flows, uint64_t limit, bool for_spool)
{
	struct candidate worst = {.flow = NULL};
	uint64_t spared;
	struct connection *hog = for_spool ? first_hog(b, &spared) : NULL;

	if (hog != NULL)
		return hog->flow;

	for (size_t i = 0; i < SAMPLE; i++) {
		struct flow *f = flow_table_draw(flows);
		struct candidate c;

		if (f == NULL)
			break;
		c = look_at(b, f, limit, for_spool);
		if (worst.flow == NULL || is_worse(&c, &worst, for_spool))
			worst = c;
	}
	return for_spool && worst.share == 0 ? NULL : worst.flow;
}
