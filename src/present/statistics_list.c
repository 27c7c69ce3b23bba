#include "present/statistics_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rowtext.h"
#include "diagnosis/rule.h"
#include "present/rows.h"

enum {
	SLICE_SESSIONS = 256, /* counted in one go: under 2 ms */
	PAUSE_TIMES = 10,     /* a walk is taken again after so many times what it took */
};

#define AGAIN_NS       (CLOCK_NS_PER_S / 5)
#define FIRST_CLASS_US 64

_Static_assert((int)SNAPSHOT_HISTORY == (int)STATISTICS_HISTORY && (int)SNAPSHOT_TIMES == (int)STATISTICS_COLUMNS,
	       "the screen shows what is kept");

void statistics_list_fini(struct statistics_list *l)
{
	statistics_free(l->counted);
	statistics_free(l->counting);
	session_walk_fini(&l->walk);
	free(l->items);
	*l = (struct statistics_list){.is_filtered = false};
}

void statistics_list_forget(struct statistics_list *l)
{
	statistics_free(l->counted);
	statistics_free(l->counting);
	l->counted = l->counting = NULL;
	session_walk_fini(&l->walk);
	l->is_made = false;
}

/* ---- under a filter ---- */

struct count {
	struct statistics *statistics;
	int64_t begin_ns;
};

/* As the running sums: what has not ended is not counted. */
static void count_session(void *ctx, struct connection *c)
{
	const struct count *count = ctx;

	if (c->session->reported)
		statistics_count(count->statistics, c->session, count->begin_ns);
}

static bool is_due(const struct statistics_list *l, const struct session_list *o, bool is_whole)
{
	int64_t pause_ns = l->walk_ns * PAUSE_TIMES > AGAIN_NS ? l->walk_ns * PAUSE_TIMES : AGAIN_NS;

	if (l->counted == NULL || (is_whole && !l->walked_whole))
		return true;
	return (o->count != l->walked || o->generation != l->walk.generation || o->open_count > 0) &&
	       clock_monotonic_ns() - l->walk.begun_ns > l->walk_ns + pause_ns;
}

/* Whether there is more to do, or it has just been done. */
static bool walk(struct statistics_list *l, const struct session_list *o, const struct engine *e)
{
	struct count count = {.begin_ns = engine_counters(e)->first_ns};
	bool is_whole = session_list_permille(o, e) == 1000;

	if (!l->walk.is_on) {
		if (!is_due(l, o, is_whole))
			return false;
		session_walk_begin_shown(&l->walk, o);
		l->walked_whole = is_whole;
		l->walked = o->count;
		l->counting = statistics_new(0);
	}
	count.statistics = l->counting;
	if (session_walk_some(&l->walk, e, SLICE_SESSIONS, count_session, &count))
		return true;
	l->walk_ns = clock_monotonic_ns() - l->walk.begun_ns;
	statistics_free(l->counted);
	l->counted = l->counting;
	l->counting = NULL;
	l->is_made = false;
	return true;
}

/* ---- rows ---- */

static const char *word_of(enum statistics_of of)
{
	return statistics_kind(of)->word;
}

static bool needs_quotes(struct slice key)
{
	static const uint8_t marks[] = {'(', ')', '/', '"'};

	for (size_t i = 0; i < key.len; i++)
		if (key.data[i] <= ' ' || memchr(marks, key.data[i], sizeof(marks)) != NULL)
			return true;
	return false;
}

/* What would end the quotes cannot be asked for. */
static bool can_be_asked(struct slice key)
{
	for (size_t i = 0; i < key.len; i++)
		if (key.data[i] < ' ' || key.data[i] == 0x7f || key.data[i] == '"')
			return false;
	return true;
}

static void put_term(struct snapshot_statistic_row *row, enum statistics_of of, struct slice key)
{
	const char *quote = needs_quotes(key) ? "\"" : "";

	row->term[0] = '\0';
	if (word_of(of) == NULL || !can_be_asked(key) || key.len + 16 > sizeof(row->term))
		return;
	if (of == STATISTICS_SERVER || of == STATISTICS_CLIENT)
		snprintf(row->term, sizeof(row->term), "%s %.*s", word_of(of), (int)key.len, (const char *)key.data);
	else
		snprintf(row->term, sizeof(row->term), "%s:%s%s%.*s%s", word_of(of), quote,
			 of == STATISTICS_DOMAIN ? "@" : "", (int)key.len, (const char *)key.data, quote);
}

/* Of a finding its name, too. */
static void put_key(char out[SNAPSHOT_KEY_SIZE], enum statistics_of of, struct slice key)
{
	rowtext_put(out, SNAPSHOT_KEY_SIZE, key);
	for (enum rule rule = 0; of == STATISTICS_RULE && rule < RULES; rule++)
		if (slice_equals(key, slice_from_text(rule_row(rule)->id)))
			rowtext_printf(out, SNAPSHOT_KEY_SIZE, "%-4s %s", rule_row(rule)->id, rule_row(rule)->name);
}

static int64_t duration_of(const struct sketch *s, unsigned int percent)
{
	return s->total > 0 ? (int64_t)sketch_quantile(s, percent) * CLOCK_NS_PER_US : -1;
}

static void put_values(struct snapshot_statistic_row *row, const struct statistics_row *from)
{
	uint64_t low = 0;

	row->sessions = from->sessions;
	row->failed = from->failed;
	row->mails = from->mails;
	row->bytes = from->bytes;
	row->replies = from->latencies.total;
	row->median_ns = duration_of(&from->latencies, 50);
	row->p95_ns = duration_of(&from->latencies, 95);
	row->slowest_ns = from->latencies.total > 0 ? (int64_t)from->latencies.max * CLOCK_NS_PER_US : -1;
	memcpy(row->history, from->history, sizeof(row->history));
	for (size_t i = 0; row->replies > 0 && i < SNAPSHOT_LATENCIES; i++) {
		uint64_t high = i + 1 < SNAPSHOT_LATENCIES ? (uint64_t)FIRST_CLASS_US << (2 * i) : UINT64_MAX;

		row->latencies[i] = sketch_between(&from->latencies, low, high);
		low = high;
	}
}

/* ---- their order ---- */

static uint64_t rank_of(const struct statistics_row *r, enum query_statistics_sort sort)
{
	switch (sort) {
	case QUERY_STATISTICS_FAILED:
		return r->failed;
	case QUERY_STATISTICS_MAILS:
		return r->mails;
	case QUERY_STATISTICS_BYTES:
		return r->bytes;
	case QUERY_STATISTICS_MEDIAN:
		return (uint64_t)(duration_of(&r->latencies, 50) + 1);
	case QUERY_STATISTICS_P95:
		return (uint64_t)(duration_of(&r->latencies, 95) + 1);
	case QUERY_STATISTICS_SLOWEST:
		return r->latencies.total > 0 ? r->latencies.max + 1 : 0;
	case QUERY_STATISTICS_KEY:
		return 0;
	case QUERY_STATISTICS_SESSIONS:
	case QUERY_STATISTICS_SORTS:
		break;
	}
	return r->sessions;
}

static int compare_keys(enum statistics_of of, const struct statistics_row *x, const struct statistics_row *y)
{
	char text_x[ADDRESS_TEXT_SIZE];
	char text_y[ADDRESS_TEXT_SIZE];
	struct slice a = statistics_key(of, x, text_x);
	struct slice b = statistics_key(of, y, text_y);
	int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Most differ by what they have with them. Of the same rank are in the order of their keys, whichever the direction. */
static int compare(const void *a, const void *b, void *ctx)
{
	const struct statistics_list_item *x = a;
	const struct statistics_list_item *y = b;
	const struct statistics_list *l = ctx;
	int order;

	if (x->rank != y->rank)
		return (x->rank > y->rank) != l->is_reversed ? -1 : 1;
	order = memcmp(x->prefix, y->prefix, sizeof(x->prefix));
	if (order == 0)
		order = compare_keys(l->of, x->row, y->row);
	return l->is_reversed && l->sort == QUERY_STATISTICS_KEY ? -order : order;
}

static void put_item(const struct statistics_list *l, const struct statistics_row *row, struct statistics_list_item *to)
{
	char address[ADDRESS_TEXT_SIZE];
	struct slice key = statistics_key(l->of, row, address);

	*to = (struct statistics_list_item){.rank = rank_of(row, l->sort), .row = row};
	memcpy(to->prefix, key.data, key.len < sizeof(to->prefix) ? key.len : sizeof(to->prefix));
}

static void sort_items(struct statistics_list *l, struct statistics *t)
{
	const struct statistics_row *const *rows = statistics_rows(t, l->of, &l->item_count);

	l->items = mem_grow(l->items, &l->item_cap, l->item_count + 1, sizeof(*l->items));
	for (size_t i = 0; i < l->item_count; i++)
		put_item(l, rows[i], &l->items[i]);
	qsort_r(l->items, l->item_count, sizeof(*l->items), compare, l);
}

static void put_head(struct statistics_list *l, struct statistics *t)
{
	const struct statistics_times *times = statistics_times(t);

	l->head = (struct snapshot_statistics){.is_known = true,
					       .of = l->of,
					       .is_filtered = l->is_filtered,
					       .begin_ns = times->scale.begin_ns,
					       .column_ns = series_width_ns(&times->scale)};
	memcpy(l->head.sessions, times->sessions, sizeof(l->head.sessions));
	memcpy(l->head.failed, times->failed, sizeof(l->head.failed));
	put_values(&l->head.total, statistics_total(t));
}

static void make_row(const struct statistics_list *l, const struct statistics_row *from,
		     struct snapshot_statistic_row *row)
{
	char address[ADDRESS_TEXT_SIZE];
	struct slice key = statistics_key(l->of, from, address);

	*row = (struct snapshot_statistic_row){.is_others = false};
	put_key(row->key, l->of, key);
	put_term(row, l->of, key);
	put_values(row, from);
}

static void make_others(const struct statistics_row *from, uint64_t keys, struct snapshot_statistic_row *row)
{
	*row = (struct snapshot_statistic_row){.is_others = true};
	rowtext_printf(row->key, sizeof(row->key), "others (%" PRIu64 ")", keys);
	put_values(row, from);
}

/* The rest of the keys stays last. */
static void make_window(struct statistics_list *l, struct statistics *t)
{
	uint64_t keys;
	const struct statistics_row *others = statistics_others(t, l->of, &keys);

	l->count = l->item_count + (others != NULL);
	l->window = rows_window(l->wanted, l->count);
	for (uint32_t i = 0; i < l->window.count; i++) {
		size_t at = l->window.first + i;

		if (at < l->item_count)
			make_row(l, l->items[at].row, &l->rows[i]);
		else if (others != NULL)
			make_others(others, keys, &l->rows[i]);
	}
}

static void make_rows(struct statistics_list *l, struct statistics *t)
{
	sort_items(l, t);
	make_window(l, t);
	put_head(l, t);
	l->sessions = statistics_total(t)->sessions;
	l->made_ns = clock_monotonic_ns();
	l->is_made = true;
}

/* ---- */

static void take_query(struct statistics_list *l, const struct query *q, bool is_filtered)
{
	if (l->is_filtered != is_filtered)
		statistics_list_forget(l);
	l->is_filtered = is_filtered;
	if (l->of == q->statistics_of && l->sort == q->statistics_sort && l->is_reversed == q->statistics_reversed &&
	    l->wanted.first == q->statistics_rows.first && l->wanted.count == q->statistics_rows.count)
		return;
	l->of = q->statistics_of;
	l->sort = q->statistics_sort;
	l->is_reversed = q->statistics_reversed;
	l->wanted = q->statistics_rows;
	l->is_made = false;
}

bool statistics_list_work(struct statistics_list *l, const struct session_list *o, const struct engine *e,
			  const struct query *q)
{
	struct statistics *t = engine_statistics(e);
	bool more = false;

	take_query(l, q, o->filter != NULL);
	if (l->is_filtered) {
		more = walk(l, o, e);
		t = l->counted;
	}
	l->head.is_busy = l->walk.is_on;
	l->head.permille = l->walk.is_on && l->walk.count > 0 ? (int)(l->walk.at * 1000 / l->walk.count) : 1000;
	if (t == NULL)
		return more;
	if (l->is_made &&
	    (l->sessions == statistics_total(t)->sessions || clock_monotonic_ns() - l->made_ns < AGAIN_NS))
		return more;
	make_rows(l, t);
	l->head.is_busy = l->walk.is_on;
	return true;
}

void statistics_list_key(const struct statistics_list *l, size_t row, char out[SNAPSHOT_KEY_SIZE])
{
	char address[ADDRESS_TEXT_SIZE];

	put_key(out, l->of, statistics_key(l->of, l->items[row].row, address));
}

struct snapshot_window statistics_list_fill(const struct statistics_list *l, struct snapshot_statistic_row *rows)
{
	memcpy(rows, l->rows, l->window.count * sizeof(*rows));
	return l->window;
}
