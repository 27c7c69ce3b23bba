#include "present/compare.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "present/compare_align.h"
#include "present/marks.h"
#include "present/rows.h"

enum {
	SIDE_COUNT = COMPARE_CHOICE_SIDES,
};

/* Between two alignments of sessions that go on, unless a snapshot needs one. */
#define AGAIN_NS (CLOCK_NS_PER_S / 10)

_Static_assert((int)SNAPSHOT_COMPARED == (int)SIDE_COUNT, "the screen shows both");

static void forget(struct compare *c)
{
	for (int i = 0; i < SIDE_COUNT; i++)
		session_detail_fini(&c->details[i]);
	c->is_made = false;
	c->pair_count = 0;
}

void compare_fini(struct compare *c)
{
	forget(c);
	compare_choice_fini(&c->choice);
	for (int i = 0; i < SIDE_COUNT; i++)
		compare_steps_fini(&c->steps[i]);
	free(c->pairs);
	*c = (struct compare){.serial = 0};
}

/* ---- pairs ---- */

static void add_pair(struct compare *c, const struct compare_subject *s, uint32_t left, uint32_t right)
{
	struct compare_pair *p;
	struct compare_difference difference = compare_differ(s, (const uint32_t[]){left, right});

	c->pairs = mem_grow(c->pairs, &c->pair_cap, c->pair_count + 1, sizeof(*c->pairs));
	p = &c->pairs[c->pair_count++];
	*p = (struct compare_pair){
		.items = {left, right}, .difference = difference.meaning, .slower = difference.slower};
}

static void add_alone(struct compare *c, const struct compare_subject *s, int side, const struct compare_unit *u)
{
	for (uint32_t i = 0; i < u->count; i++) {
		uint32_t item = c->steps[side].steps[u->begin + i].item;

		add_pair(c, s, side == 0 ? item : COMPARE_NO_ITEM, side == 0 ? COMPARE_NO_ITEM : item);
	}
}

/* What two lists have in common: entries of both, and where each entry of the first has its partner. */
struct alignment {
	uint64_t *keys[SIDE_COUNT];
	uint32_t *partner;
};

static struct alignment alignment_new(size_t left, size_t right)
{
	return (struct alignment){
		.keys = {mem_alloc((left + 1) * sizeof(uint64_t)), mem_alloc((right + 1) * sizeof(uint64_t))},
		.partner = mem_alloc((left + 1) * sizeof(uint32_t))};
}

static void alignment_free(struct alignment *a)
{
	free(a->keys[0]);
	free(a->keys[1]);
	free(a->partner);
}

/* The same command on both sides: its rows, row by row. */
static void add_both(struct compare *c, const struct compare_subject *s, const struct compare_unit *left,
		     const struct compare_unit *right)
{
	const struct compare_step *steps[] = {c->steps[0].steps + left->begin, c->steps[1].steps + right->begin};
	const uint32_t counts[] = {left->count, right->count};
	struct alignment a = alignment_new(counts[0], counts[1]);
	uint32_t next = 0;

	for (int side = 0; side < SIDE_COUNT; side++)
		for (uint32_t i = 0; i < counts[side]; i++)
			a.keys[side][i] = steps[side][i].key;
	compare_align(a.keys[0], counts[0], a.keys[1], counts[1], a.partner);
	for (uint32_t i = 0; i < counts[0]; i++) {
		while (a.partner[i] != COMPARE_ALIGN_ALONE && next < a.partner[i])
			add_pair(c, s, COMPARE_NO_ITEM, steps[1][next++].item);
		if (a.partner[i] == COMPARE_ALIGN_ALONE)
			add_pair(c, s, steps[0][i].item, COMPARE_NO_ITEM);
		else
			add_pair(c, s, steps[0][i].item, steps[1][next++].item);
	}
	while (next < counts[1])
		add_pair(c, s, COMPARE_NO_ITEM, steps[1][next++].item);
	alignment_free(&a);
}

/* What was not said in the same words between two commands that were: by the kind of it. */
static void align_kinds(const struct compare *c, const struct alignment *a, size_t left, size_t left_end, size_t right,
			size_t right_end)
{
	for (size_t i = left; i < left_end; i++)
		a->keys[0][i] = c->steps[0].units[i].kind;
	for (size_t i = right; i < right_end; i++)
		a->keys[1][i] = c->steps[1].units[i].kind;
	compare_align(a->keys[0] + left, left_end - left, a->keys[1] + right, right_end - right, a->partner + left);
	for (size_t i = left; i < left_end; i++)
		if (a->partner[i] != COMPARE_ALIGN_ALONE)
			a->partner[i] += (uint32_t)right;
}

/* Which units of both are the same: first those with the same words, unless nearly all others differ. */
static void align_units(const struct compare *c, const struct alignment *a)
{
	const struct compare_steps *left = &c->steps[0];
	const struct compare_steps *right = &c->steps[1];
	size_t begin = 0;
	size_t begin_right = 0;

	for (int side = 0; side < SIDE_COUNT; side++)
		for (size_t i = 0; i < c->steps[side].unit_count; i++)
			a->keys[side][i] = c->steps[side].units[i].exact;
	if (!compare_align(a->keys[0], left->unit_count, a->keys[1], right->unit_count, a->partner))
		for (size_t i = 0; i < left->unit_count; i++)
			a->partner[i] = COMPARE_ALIGN_ALONE;
	for (size_t i = 0; i <= left->unit_count; i++) {
		size_t end_right = i < left->unit_count ? a->partner[i] : right->unit_count;

		if (end_right == COMPARE_ALIGN_ALONE)
			continue;
		align_kinds(c, a, begin, i, begin_right, end_right);
		begin = i + 1;
		begin_right = end_right + 1;
	}
}

static void add_pairs(struct compare *c, const struct compare_subject *s)
{
	const struct compare_steps *left = &c->steps[0];
	const struct compare_steps *right = &c->steps[1];
	struct alignment a = alignment_new(left->unit_count, right->unit_count);
	size_t next = 0;

	align_units(c, &a);
	for (size_t i = 0; i < left->unit_count; i++) {
		if (a.partner[i] == COMPARE_ALIGN_ALONE) {
			add_alone(c, s, 0, &left->units[i]);
			continue;
		}
		while (next < a.partner[i])
			add_alone(c, s, 1, &right->units[next++]);
		add_both(c, s, &left->units[i], &right->units[next++]);
	}
	while (next < right->unit_count)
		add_alone(c, s, 1, &right->units[next++]);
	alignment_free(&a);
}

/* Where the next difference is, forwards and backwards; how many there are. */
static void link_differences(struct compare *c)
{
	uint32_t near = COMPARE_NO_ITEM;
	size_t first_lesser = c->pair_count;

	c->differences = c->lesser = 0;
	c->first = c->pair_count;
	for (uint32_t i = 0; i < c->pair_count; i++) {
		struct compare_pair *p = &c->pairs[i];

		p->before = near != COMPARE_NO_ITEM ? near : i;
		if (p->difference == MEANING_PLAIN)
			continue;
		near = i;
		if (p->difference == MEANING_ERROR && c->differences++ == 0)
			c->first = i;
		else if (p->difference == MEANING_NOTICE && c->lesser++ == 0)
			first_lesser = i;
	}
	if (c->first == c->pair_count)
		c->first = first_lesser < c->pair_count ? first_lesser : 0;
	near = COMPARE_NO_ITEM;
	for (uint32_t i = (uint32_t)c->pair_count; i-- > 0;) {
		c->pairs[i].after = near != COMPARE_NO_ITEM ? near : i;
		near = c->pairs[i].difference != MEANING_PLAIN ? i : near;
	}
}

/* ---- */

const uint64_t *compare_sessions(const struct compare *c)
{
	return c->choice.sides;
}

/* Both sessions and their details as they are now. False: one of them is gone. */
static bool look_at(struct compare *c, struct engine *e, struct compare_subject subjects[SIDE_COUNT])
{
	for (int i = 0; i < SIDE_COUNT; i++) {
		subjects[i] = (struct compare_subject){engine_connection(e, c->choice.sides[i]), &c->details[i],
						       c->steps[i].left_out};
		session_detail_update(&c->details[i], e, c->choice.sides[i]);
	}
	return subjects[0].connection != NULL && subjects[1].connection != NULL;
}

/* Whether the rows are those of the sessions as they are now. */
static bool is_current(const struct compare *c, const struct engine *e)
{
	bool is_same = c->is_made;

	for (int i = 0; i < SIDE_COUNT && is_same; i++) {
		const struct connection *v = engine_connection(e, c->choice.sides[i]);

		is_same = v != NULL && v->version == c->versions[i];
	}
	return is_same;
}

static void make(struct compare *c, struct engine *e, struct compare_subject subjects[SIDE_COUNT])
{
	if (is_current(c, e))
		return;
	c->pair_count = 0;
	for (int i = 0; i < SIDE_COUNT; i++) {
		compare_steps_make(&c->steps[i], &c->details[i], subjects[i].connection->session);
		subjects[i].left_out = c->steps[i].left_out;
		c->versions[i] = subjects[i].connection->version;
	}
	add_pairs(c, subjects);
	link_differences(c);
	compare_facts_make(&c->facts, e, subjects);
	c->is_made = true;
	c->made_ns = clock_monotonic_ns();
}

/* The details of one after the other, the first time. Whether there is more to do. */
static bool work_on_details(struct compare *c, struct engine *e)
{
	for (int i = 0; i < SIDE_COUNT; i++) {
		if (c->details[i].valid || engine_connection(e, c->choice.sides[i]) == NULL)
			continue;
		session_detail_update(&c->details[i], e, c->choice.sides[i]);
		return true;
	}
	return false;
}

/* What happened to their bytes on the way. */
static bool work_on_marks(struct compare *c, struct engine *e, const struct compare_subject subjects[SIDE_COUNT])
{
	for (int i = 0; i < SIDE_COUNT; i++) {
		struct session_detail *f = &c->details[i];

		if (marks_work(&f->marks, e, subjects[i].connection, f->packets, f->packet_count))
			return true;
	}
	return false;
}

static bool work_on_rows(struct compare *c, struct engine *e)
{
	struct compare_subject subjects[SIDE_COUNT];

	c->is_busy = work_on_details(c, e);
	if (c->is_busy)
		return true;
	c->is_busy = c->is_made && !is_current(c, e) && clock_monotonic_ns() - c->made_ns < AGAIN_NS;
	if (c->is_busy)
		return false;
	if (!look_at(c, e, subjects)) {
		c->is_made = false;
		return false;
	}
	make(c, e, subjects);
	return work_on_marks(c, e, subjects);
}

bool compare_work(struct compare *c, struct engine *e, const struct query *q)
{
	if (c->serial != q->compare_serial) {
		compare_fini(c);
		c->serial = q->compare_serial;
		if (c->serial != 0)
			compare_choice_begin(&c->choice, e, q->compare_session);
	}
	if (c->serial == 0)
		return false;
	c->is_busy = compare_choice_work(&c->choice, e);
	if (!c->choice.is_done || c->choice.sides[1] == 0)
		return c->is_busy;
	return work_on_rows(c, e);
}

uint64_t compare_count(const struct compare *c)
{
	return c->is_made && !c->is_busy ? c->facts.count + c->pair_count : 0;
}

/* ---- the snapshot ---- */

static void fill_fact(const struct compare_fact *f, struct snapshot_compare_row *row)
{
	row->is_fact = true;
	row->difference = f->difference;
	memcpy(row->what, f->what, sizeof(row->what));
	for (int i = 0; i < SIDE_COUNT; i++) {
		struct snapshot_timeline_row *side = &row->sides[i].row;

		row->sides[i].is_there = true;
		*side = (struct snapshot_timeline_row){.latency_ns = f->values[i].duration_ns,
						       .meaning = f->values[i].meaning};
		memcpy(side->text, f->values[i].text, sizeof(f->values[i].text));
	}
}

static void fill_pair(const struct compare *c, struct engine *e, size_t number, bool show_secrets,
		      struct snapshot_compare_row *row)
{
	const struct compare_pair *p = &c->pairs[number];

	row->is_fact = false;
	row->difference = p->difference;
	row->slower = p->slower;
	row->before = c->facts.count + p->before;
	row->after = c->facts.count + p->after;
	for (int i = 0; i < SIDE_COUNT; i++) {
		row->sides[i].is_there = p->items[i] != COMPARE_NO_ITEM;
		if (row->sides[i].is_there)
			rows_timeline(&c->details[i], e, p->items[i], show_secrets, &row->sides[i].row);
	}
}

void compare_fill(const struct compare *c, struct engine *e, const struct snapshot_window *w, bool show_secrets,
		  struct snapshot_compare_row *rows)
{
	for (uint32_t i = 0; i < w->count; i++) {
		struct snapshot_compare_row *row = &rows[i];
		size_t number = w->first + i;

		row->slower = -1;
		row->before = row->after = number;
		if (number < c->facts.count)
			fill_fact(&c->facts.facts[number], row);
		else
			fill_pair(c, e, number - c->facts.count, show_secrets, row);
		if (row->is_fact && c->pair_count > 0) /* from a fact on: the first of all */
			row->after = c->facts.count + (c->pairs[0].difference != MEANING_PLAIN ? 0 : c->pairs[0].after);
	}
}

static int permille_of(const struct session_walk *w)
{
	return w->count > 0 ? (int)(w->at * 1000 / w->count) : 0;
}

/* Of one that is gone the number is known. */
static void fill_sides(const struct compare *c, struct engine *e, const struct session_list *o, const struct query *q,
		       struct snapshot_compare *head)
{
	for (int i = 0; i < SIDE_COUNT; i++) {
		struct connection *v = engine_connection(e, c->choice.sides[i]);

		head->sides[i].number = c->choice.sides[i];
		if (v != NULL)
			rows_session(e, v, q, &head->sides[i]);
		head->is_listed[i] = session_list_row_of(o, c->choice.sides[i]) != SIZE_MAX;
	}
}

uint64_t compare_fill_head(struct compare *c, struct engine *e, const struct session_list *o, const struct query *q,
			   struct snapshot_compare *head)
{
	struct compare_subject subjects[SIDE_COUNT];

	*head = (struct snapshot_compare){.serial = c->serial, .permille = permille_of(&c->choice.walk)};
	if (c->serial == 0 || !(c->choice.is_done || c->choice.is_again))
		return 0;
	head->state = c->choice.reason == COMPARE_CHOICE_NOBODY ? SNAPSHOT_COMPARE_ALONE : SNAPSHOT_COMPARE_GONE;
	compare_choice_say(&c->choice, e, head->why);
	fill_sides(c, e, o, q, head);
	if (head->state == SNAPSHOT_COMPARE_ALONE || !look_at(c, e, subjects))
		return 0;
	make(c, e, subjects);
	c->is_busy = false;
	head->state = SNAPSHOT_COMPARE_READY;
	head->first_row = c->facts.count + c->first;
	head->differences = c->differences;
	head->lesser = c->lesser;
	return compare_count(c);
}
