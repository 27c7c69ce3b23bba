#include "present/session_list.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "diagnosis/diagnosis.h"
#include "engine/session_filter.h"
#include "present/session_order.h"

enum {
	WORK_SESSIONS = 4096, /* merged in one go: well under 2 ms */
	ALL_ROUNDS = 8,	      /* one of so many looks at sessions that seem to be as they were, too */
	LOOK_SESSIONS = 16,   /* filtered between two looks at the clock: their mails may have to be read */
};

#define WORK_NS	      (2 * CLOCK_NS_PER_MS)
#define LOOK_AGAIN_NS (CLOCK_NS_PER_S / 2) /* at sessions that are going on */

void session_list_fini(struct session_list *o)
{
	free(o->numbers);
	sorter_fini(&o->sorter);
	free(o->sorted);
	free(o->left_over);
	free(o->open);
	*o = (struct session_list){0};
}

static void cancel_sort(struct session_list *o)
{
	sorter_fini(&o->sorter);
	free(o->sorted);
	o->sorted = NULL;
	o->sorted_count = o->sorted_cap = 0;
	o->sorting = false;
}

void session_list_restart(struct session_list *o)
{
	cancel_sort(o);
	o->count = o->unsorted = 0;
	o->left_over_count = o->left_over_next = 0;
	o->open_count = o->open_next = 0;
	o->has_mailboxes = o->is_mixed = false;
	o->seen = 0;
	o->generation++;
}

bool session_list_is_by_number(const struct session_list *o)
{
	return o->sort == QUERY_SORT_NUMBER && !o->descending && !o->is_mixed;
}

void session_list_set_order(struct session_list *o, enum query_sort sort, bool descending)
{
	if (o->sort == sort && o->descending == descending)
		return;
	cancel_sort(o);
	o->sort = sort;
	o->descending = descending;
	o->unsorted = o->count;
	o->is_mixed = o->count > 0;
	o->generation++;
}

/* ---- sorting in slices ---- */

static bool is_by_name(const struct session_list *o)
{
	return o->sort == QUERY_SORT_CLIENT_NAME || o->sort == QUERY_SORT_SERVER_NAME;
}

static void start_sort(struct session_list *o, const struct engine *e)
{
	cancel_sort(o);
	sorter_begin(&o->sorter, o->descending, o->count);
	o->sort_shown = o->count;
	o->sort_next = o->sorted_next = 0;
	o->sorting = true;
	o->unsorted = 0;
	o->sorted_evicted = engine_counters(e)->evicted;
	o->sorted_names = engine_name_changes(e);
}

struct sort_scene {
	struct engine *engine;
	enum query_sort sort;
};

static void take_key(void *ctx, const struct sorter_item *item, struct sorter_key *key)
{
	const struct sort_scene *scene = ctx;
	struct connection *v = engine_connection(scene->engine, item->session);

	if (v != NULL)
		session_order_key(scene->engine, v, scene->sort, key);
}

static size_t drop_evicted(uint64_t *numbers, size_t count, const struct engine *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (engine_connection(e, numbers[i]) != NULL)
			numbers[kept++] = numbers[i];
	return kept;
}

/* What is shown in the new order, and behind it what came since. */
static void end_sort(struct session_list *o, const struct engine *e)
{
	size_t kept = o->sorted_count;
	size_t came = o->count - o->sort_shown;

	if (o->sorted_evicted != engine_counters(e)->evicted)
		kept = drop_evicted(o->sorted, o->sorted_count, e);
	assert(kept == o->sort_shown);
	o->sorted = mem_grow(o->sorted, &o->sorted_cap, o->count, sizeof(*o->sorted));
	if (came > 0)
		memcpy(o->sorted + kept, o->numbers + kept, came * sizeof(*o->numbers));
	free(o->numbers);
	o->numbers = o->sorted;
	o->cap = o->sorted_cap;
	o->sorted = NULL;
	cancel_sort(o);
	o->is_mixed = o->unsorted > 0 && o->sort == QUERY_SORT_NUMBER && !o->descending;
	o->generation++;
}

static void take_sorted(struct session_list *o, const struct engine *e)
{
	bool may_be_gone = o->sorted_evicted != engine_counters(e)->evicted;
	size_t end = o->sorted_next + WORK_SESSIONS;

	for (; o->sorted_next < o->sorter.count && o->sorted_next < end; o->sorted_next++) {
		uint64_t number = o->sorter.from[o->sorted_next].session;

		if (may_be_gone && engine_connection(e, number) == NULL)
			continue;
		o->sorted = mem_grow(o->sorted, &o->sorted_cap, o->sorted_count + 1, sizeof(*o->sorted));
		o->sorted[o->sorted_count++] = number;
	}
}

static void fill_sorter(struct session_list *o)
{
	size_t end = o->sort_next + WORK_SESSIONS < o->sort_shown ? o->sort_next + WORK_SESSIONS : o->sort_shown;

	for (; o->sort_next < end; o->sort_next++)
		sorter_add(&o->sorter, (struct sorter_item){.session = o->numbers[o->sort_next]});
}

static void sort_some(struct session_list *o, struct engine *e)
{
	struct sort_scene scene = {e, o->sort};

	while (o->sorting && clock_monotonic_ns() < o->until_ns) {
		if (o->sort_next < o->sort_shown) {
			fill_sorter(o);
		} else if (o->sorter.is_on) {
			sorter_work(&o->sorter, take_key, &scene, o->until_ns);
		} else if (o->sorted_next < o->sorter.count) {
			take_sorted(o, e);
		} else if (!sorter_release(&o->sorter)) {
			end_sort(o, e);
		}
	}
}

/* ---- work ---- */

static void show(struct session_list *o, const struct session *s)
{
	o->numbers = mem_grow(o->numbers, &o->cap, o->count + 1, sizeof(*o->numbers));
	o->numbers[o->count++] = s->number;
	o->has_mailboxes |= protocol_has(s->protocol, PROTOCOL_TAGGED);
	o->unsorted++;
}

static bool passes(const struct session_list *o, struct engine *e, struct connection *v)
{
	struct session_filter_scene scene;

	if (o->filter == NULL)
		return true;
	engine_filter_scene(e, &scene);
	return session_filter_weigh(&scene, v, o->filter, SESSION_FILTER_NOW) == EXPRESSION_YES;
}

static struct session_list_open open_as_weighed(const struct connection *v, bool is_shown)
{
	return (struct session_list_open){.number = v->session->number,
					  .version = v->version,
					  .findings = (uint32_t)diagnosis_count(v->session),
					  .is_shown = is_shown};
}

/* What is still said may let it pass, or not any more. */
static void keep_open(struct session_list *o, const struct connection *v, bool is_shown)
{
	const struct session *s = v->session;

	if (o->filter == NULL || s->over || expression_reach_of(o->filter) == EXPRESSION_REACH_BEGIN)
		return;
	o->open = mem_grow(o->open, &o->open_cap, o->open_count + 1, sizeof(*o->open));
	o->open[o->open_count++] = open_as_weighed(v, is_shown);
}

static void take_one(struct session_list *o, struct engine *e, struct connection *v)
{
	bool is_shown = passes(o, e, v);

	if (is_shown)
		show(o, v->session);
	keep_open(o, v, is_shown);
}

/* Whether there is time for one more; the clock is asked now and then. */
static bool has_time(struct session_list *o)
{
	return ++o->looked % LOOK_SESSIONS != 0 || o->filter == NULL || clock_monotonic_ns() < o->until_ns;
}

/* What the wider filter before this one has left, in the order in which it was. */
static void take_left_over(struct session_list *o, struct engine *e)
{
	while (o->left_over_next < o->left_over_count && has_time(o)) {
		struct connection *v = engine_connection(e, o->left_over[o->left_over_next++]);

		if (v != NULL)
			take_one(o, e, v);
	}
	if (o->left_over_next == o->left_over_count)
		o->left_over_count = o->left_over_next = 0;
}

static void take_in(struct session_list *o, struct engine *e)
{
	for (uint32_t taken = 0; taken < WORK_SESSIONS && has_time(o); taken++) {
		struct connection *v = engine_next_connection(e, o->seen);

		if (v == NULL) {
			o->seen = engine_last_session(e);
			return;
		}
		o->seen = v->session->number;
		take_one(o, e, v);
	}
}

/* In the order of numbers a new row finds its place at once. */
static void put_last_in_place(struct session_list *o)
{
	size_t at = o->count - 1;
	uint64_t number = o->numbers[at];

	for (; at > 0 && o->numbers[at - 1] > number; at--)
		o->numbers[at] = o->numbers[at - 1];
	o->numbers[at] = number;
	o->generation++;
}

static void keep_late(struct session_list *o, const struct session *s)
{
	o->open = mem_grow(o->open, &o->open_cap, o->open_count + 1, sizeof(*o->open));
	o->open[o->open_count++] = (struct session_list_open){.number = s->number};
}

void session_list_begin_late(struct session_list *o, const struct session *s)
{
	if (s->number > o->seen)
		return;
	if (o->filter != NULL) { /* looked at soon */
		keep_late(o, s);
		return;
	}
	show(o, s);
	if (session_list_is_by_number(o))
		put_last_in_place(o);
}

/* ---- sessions that are going on ---- */

static void hide(struct session_list *o, uint64_t number)
{
	size_t row = session_list_row_of(o, number);

	if (row == SIZE_MAX)
		return;
	memmove(o->numbers + row, o->numbers + row + 1, (o->count - row - 1) * sizeof(*o->numbers));
	o->count--;
	o->generation++;
}

/* Whether the filter can only say what it said before, as far as one sees that without asking it. */
static bool is_as_it_was(const struct session_list *o, const struct session_list_open *open, const struct connection *v)
{
	return !o->looks_at_all && !v->session->over && open->version == v->version &&
	       open->findings == diagnosis_count(v->session);
}

/* Returns whether it has to be looked at again. */
static bool look_at(struct session_list *o, struct engine *e, struct session_list_open *open)
{
	struct connection *v = engine_connection(e, open->number);
	bool is_shown;

	if (v == NULL)
		return false;
	if (is_as_it_was(o, open, v))
		return true;
	is_shown = passes(o, e, v);
	if (is_shown && !open->is_shown) {
		show(o, v->session);
		if (session_list_is_by_number(o))
			put_last_in_place(o);
	} else if (!is_shown && open->is_shown) {
		hide(o, open->number);
	}
	*open = open_as_weighed(v, is_shown);
	return !v->session->over;
}

static void begin_round(struct session_list *o, const struct engine *e)
{
	o->open_kept = 0;
	o->looks_at_all = ++o->rounds % ALL_ROUNDS == 0 || o->names != engine_name_changes(e);
	o->names = engine_name_changes(e);
}

/* All of them, from time to time. A sort goes on with what it began with. */
static void look_again(struct session_list *o, struct engine *e)
{
	int64_t now_ns = clock_monotonic_ns();

	if (o->sorting || (o->open_next == 0 && now_ns - o->looked_ns < LOOK_AGAIN_NS))
		return;
	if (o->open_next == 0)
		begin_round(o, e);
	while (o->open_next < o->open_count && has_time(o)) {
		struct session_list_open open = o->open[o->open_next++];

		if (look_at(o, e, &open))
			o->open[o->open_kept++] = open;
	}
	if (o->open_next < o->open_count)
		return;
	o->open_count = o->open_kept;
	o->open_next = 0;
	o->looked_ns = now_ns;
}

/* A sort goes on with what it began with. */
static void show_no_evicted(struct session_list *o, const struct engine *e)
{
	size_t ends[] = {o->sorting ? o->sort_next : 0, o->sorting ? o->sort_shown : 0, o->count};
	size_t begin = 0;
	size_t kept = 0;

	if (engine_counters(e)->evicted == o->evicted)
		return;
	o->evicted = engine_counters(e)->evicted;
	if (o->count == 0)
		return;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t left = drop_evicted(o->numbers + begin, ends[i] - begin, e);

		memmove(o->numbers + kept, o->numbers + begin, left * sizeof(*o->numbers));
		begin = ends[i];
		kept += left;
		ends[i] = kept;
	}
	o->sort_next = ends[0];
	o->sort_shown = ends[1];
	o->count = ends[2];
}

void session_list_set_filter(struct session_list *o, const struct expression *filter)
{
	bool narrows = filter != NULL && o->filter != NULL && expression_narrows(filter, o->filter) &&
		       o->left_over_count == 0 && o->open_next == 0;
	uint64_t *numbers = o->numbers;
	uint64_t seen = o->seen;
	bool is_mixed = o->is_mixed;
	size_t count = o->count;
	size_t cap = o->cap;

	o->filter = filter;
	if (!narrows) {
		session_list_restart(o);
		return;
	}
	cancel_sort(o);
	o->numbers = o->left_over;
	o->cap = o->left_over_cap;
	o->left_over = numbers;
	o->left_over_cap = cap;
	session_list_restart(o);
	o->seen = seen;
	o->is_mixed = is_mixed;
	o->left_over_count = count;
}

bool session_list_work(struct session_list *o, struct engine *e)
{
	o->until_ns = clock_monotonic_ns() + WORK_NS;
	show_no_evicted(o, e);
	take_left_over(o, e);
	take_in(o, e);
	look_again(o, e);
	if (is_by_name(o) && o->sorted_names != engine_name_changes(e))
		o->unsorted++;
	if (o->sorting)
		sort_some(o, e);
	else if (o->unsorted > 0 && !session_list_is_by_number(o) && o->seen == engine_last_session(e))
		start_sort(o, e);
	return o->sorting || o->left_over_count > 0 || o->open_next > 0 || o->seen < engine_last_session(e);
}

int session_list_permille(const struct session_list *o, const struct engine *e)
{
	const struct connection *oldest = engine_next_connection(e, 0);
	uint64_t last = engine_last_session(e);
	uint64_t before = oldest != NULL ? oldest->session->number - 1 : last;

	if (o->left_over_count > 0)
		return (int)(o->left_over_next * 1000 / o->left_over_count);
	if (o->seen < last)
		return o->seen > before ? (int)((o->seen - before) * 1000 / (last - before)) : 0;
	if (!o->sorting)
		return o->is_mixed ? 500 : 1000;
	return 500 + sorter_permille(&o->sorter) / 2 - 1;
}

size_t session_list_row_of(const struct session_list *o, uint64_t session)
{
	if (session_list_is_by_number(o)) {
		size_t low = 0;
		size_t high = o->count;

		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (o->numbers[middle] < session)
				low = middle + 1;
			else
				high = middle;
		}
		return low < o->count && o->numbers[low] == session ? low : SIZE_MAX;
	}
	for (size_t i = 0; i < o->count; i++)
		if (o->numbers[i] == session)
			return i;
	return SIZE_MAX;
}

bool session_list_awaits(const struct session_list *o, uint64_t session)
{
	if (session > o->seen)
		return true;
	for (size_t i = o->left_over_next; i < o->left_over_count; i++)
		if (o->left_over[i] == session)
			return true;
	return false;
}
