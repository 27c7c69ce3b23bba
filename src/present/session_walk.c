#include "present/session_walk.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
	DIGIT_BITS = 11,
	DIGITS = 1 << DIGIT_BITS,
};

#define AGAIN_NS (CLOCK_NS_PER_S / 5)

void session_walk_fini(struct session_walk *w)
{
	free(w->numbers);
	*w = (struct session_walk){0};
}

void session_walk_begin_shown(struct session_walk *w, const struct session_list *o)
{
	session_walk_fini(w);
	w->numbers = mem_alloc(o->count * sizeof(*w->numbers));
	if (o->count > 0)
		memcpy(w->numbers, o->numbers, o->count * sizeof(*w->numbers));
	w->count = o->count;
	w->generation = o->generation;
	w->begun_ns = clock_monotonic_ns();
	w->is_on = w->is_known = true;
}

void session_walk_begin_all(struct session_walk *w, const struct engine *e)
{
	session_walk_fini(w);
	w->count = engine_last_session(e);
	w->is_on = true;
}

/* By one digit of what the numbers have above `lowest`; those with the same digit stay in their order. */
static void sort_by_digit(const uint64_t *from, uint64_t *to, size_t count, uint64_t lowest, unsigned int shift)
{
	size_t begins[DIGITS + 1] = {0};

	for (size_t i = 0; i < count; i++)
		begins[((from[i] - lowest) >> shift) % DIGITS + 1]++;
	for (size_t digit = 1; digit < DIGITS; digit++)
		begins[digit] += begins[digit - 1];
	for (size_t i = 0; i < count; i++)
		to[begins[((from[i] - lowest) >> shift) % DIGITS]++] = from[i];
}

static bool is_sorted(const struct session_walk *w)
{
	for (size_t i = 1; i < w->count; i++)
		if (w->numbers[i - 1] > w->numbers[i])
			return false;
	return true;
}

/* Digit by digit, the last first; they are mostly near each other and have few. */
void session_walk_sort(struct session_walk *w)
{
	uint64_t lowest = UINT64_MAX;
	uint64_t highest = 0;
	uint64_t *other;

	assert(w->is_on && w->at == 0 && w->numbers != NULL);
	if (is_sorted(w))
		return;
	for (size_t i = 0; i < w->count; i++) {
		lowest = w->numbers[i] < lowest ? w->numbers[i] : lowest;
		highest = w->numbers[i] > highest ? w->numbers[i] : highest;
	}
	other = mem_alloc(w->count * sizeof(*other));
	for (unsigned int shift = 0; shift < 64 && w->count > 0 && (highest - lowest) >> shift > 0;
	     shift += DIGIT_BITS) {
		uint64_t *sorted = other;

		sort_by_digit(w->numbers, sorted, w->count, lowest, shift);
		other = w->numbers;
		w->numbers = sorted;
	}
	free(other);
}

bool session_walk_renew(struct session_walk *w, const struct session_list *o, int64_t pause_ns)
{
	int64_t least_ns = pause_ns > AGAIN_NS ? pause_ns : AGAIN_NS;

	if (w->is_on || (w->is_known && clock_monotonic_ns() - w->begun_ns < least_ns))
		return false;
	session_walk_begin_shown(w, o);
	return true;
}

/* NULL: one that has gone meanwhile, or the end. */
static struct connection *next(struct session_walk *w, const struct engine *e)
{
	struct connection *c;

	if (w->numbers != NULL)
		return engine_connection(e, w->numbers[w->at++]);
	c = engine_next_connection(e, w->at);
	w->at = c != NULL && c->session->number < w->count ? c->session->number : w->count;
	return c != NULL && c->session->number <= w->count ? c : NULL;
}

bool session_walk_some(struct session_walk *w, const struct engine *e, size_t max,
		       void (*visit)(void *ctx, struct connection *c), void *ctx)
{
	assert(w->is_on && w->at <= w->count);
	for (; max > 0 && w->at < w->count; max--) {
		struct connection *c = next(w, e);

		if (c != NULL)
			visit(ctx, c);
	}
	w->is_on = w->at < w->count;
	if (!w->is_on) {
		free(w->numbers);
		w->numbers = NULL;
	}
	return w->is_on;
}
