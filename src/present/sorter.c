#include "present/sorter.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
	LOOK_KEYS = 4, /* between two looks at the clock: mails may have to be read for them */
	LOOK_ITEMS = 1024,
	RELEASE_ITEMS = 16384, /* well under a millisecond */
	RANK_BYTES = sizeof(uint64_t),
};

void sorter_fini(struct sorter *s)
{
	free(s->from);
	free(s->to);
	buffer_fini(&s->texts);
	*s = (struct sorter){0};
}

void sorter_begin(struct sorter *s, bool is_descending, size_t expected)
{
	sorter_fini(s);
	s->from = mem_grow_from(NULL, &s->cap, expected, sizeof(*s->from), expected);
	s->is_descending = is_descending;
	s->is_on = true;
	s->width = 1;
}

void sorter_add(struct sorter *s, struct sorter_item item)
{
	s->from = mem_grow(s->from, &s->cap, s->count + 1, sizeof(*s->from));
	s->from[s->count++] = item;
}

/* ---- keys ---- */

/* Most differ by what the rank has of it. */
void sorter_key_text(struct sorter_key *key, struct slice text)
{
	struct slice rest = slice_sub(text, RANK_BYTES < text.len ? RANK_BYTES : text.len, SORTER_TEXT_MAX);

	key->rank = 0;
	for (size_t i = 0; i < RANK_BYTES; i++)
		key->rank = key->rank << 8 | (i < text.len ? text.data[i] : 0);
	key->len = rest.len;
	if (rest.len > 0)
		memcpy(key->text, rest.data, rest.len);
}

void sorter_key_name(struct sorter_key *key, const char *name)
{
	sorter_key_text(key, slice_from_text(name != NULL ? name : ""));
}

/* Of IPv4 all is in the rank. */
void sorter_key_end(struct sorter_key *key, const uint8_t *address, bool is_ipv6, uint16_t port)
{
	sorter_key_text(key, slice_of(address, is_ipv6 ? 16 : 4));
	if (!is_ipv6) {
		key->rank |= port;
		return;
	}
	key->text[key->len++] = (uint8_t)(port >> 8);
	key->text[key->len++] = (uint8_t)(port & 0xff);
}

static void take_keys(struct sorter *s, sorter_key_fn *take, void *ctx)
{
	struct sorter_key key;

	for (size_t n = 0; n < LOOK_KEYS && s->keyed < s->count; n++, s->keyed++) {
		struct sorter_item *item = &s->from[s->keyed];

		key.rank = 0;
		key.len = 0;
		take(ctx, item, &key);
		item->rank = key.rank;
		item->text_len = (uint16_t)key.len;
		item->text_at = s->texts.len;
		if (key.len > 0)
			buffer_append(&s->texts, slice_of(key.text, key.len));
	}
}

static int compare_keys(const struct sorter *s, const struct sorter_item *a, const struct sorter_item *b)
{
	size_t len = a->text_len < b->text_len ? a->text_len : b->text_len;
	int by_text;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	by_text = len > 0 ? memcmp(s->texts.data + a->text_at, s->texts.data + b->text_at, len) : 0;
	return by_text != 0 ? by_text : (int)a->text_len - (int)b->text_len;
}

static bool goes_before(const struct sorter *s, const struct sorter_item *a, const struct sorter_item *b)
{
	int by_key = compare_keys(s, a, b);

	if (by_key != 0)
		return (by_key < 0) != s->is_descending;
	return a->session != b->session ? a->session < b->session : a->number < b->number;
}

/* ---- merging ---- */

static size_t within(const struct sorter *s, size_t at)
{
	return at < s->count ? at : s->count;
}

static void begin_pair(struct sorter *s, size_t left)
{
	s->left = s->i = left;
	s->j = within(s, left + s->width);
}

/* All is in runs of twice the width, in `to`. */
static void end_pass(struct sorter *s)
{
	struct sorter_item *sorted = s->to;
	size_t sorted_cap = s->to_cap;

	s->to = s->from;
	s->to_cap = s->cap;
	s->from = sorted;
	s->cap = sorted_cap;
	s->width *= 2;
	begin_pair(s, 0);
}

static void begin_merge(struct sorter *s)
{
	s->to_cap = s->count;
	s->to = mem_alloc(s->to_cap * sizeof(*s->to));
	begin_pair(s, 0);
}

static void merge_some(struct sorter *s)
{
	size_t middle = within(s, s->left + s->width);
	size_t end = within(s, s->left + 2 * s->width);

	for (size_t n = 0; n < LOOK_ITEMS && (s->i < middle || s->j < end); n++) {
		size_t at = s->i + s->j - middle;
		bool is_right = s->i == middle || (s->j < end && goes_before(s, &s->from[s->j], &s->from[s->i]));

		s->to[at] = s->from[is_right ? s->j++ : s->i++];
	}
	if (s->i < middle || s->j < end)
		return;
	if (end < s->count)
		begin_pair(s, end);
	else
		end_pass(s);
}

/* Shrunk where it stands; whether there is more of it. */
static bool release(struct sorter_item **items, size_t *cap)
{
	if (*cap > RELEASE_ITEMS) {
		struct sorter_item *kept = realloc(*items, (*cap - RELEASE_ITEMS) * sizeof(**items));

		*items = kept != NULL ? kept : *items;
		*cap -= RELEASE_ITEMS;
		return true;
	}
	free(*items);
	*items = NULL;
	*cap = 0;
	return false;
}

bool sorter_release(struct sorter *s)
{
	return release(&s->to, &s->to_cap) || release(&s->from, &s->cap);
}

static void end(struct sorter *s)
{
	if (release(&s->to, &s->to_cap))
		return;
	buffer_fini(&s->texts);
	s->is_on = false;
}

bool sorter_work(struct sorter *s, sorter_key_fn *key, void *ctx, int64_t until_ns)
{
	while (s->is_on && clock_monotonic_ns() < until_ns) {
		if (s->keyed < s->count)
			take_keys(s, key, ctx);
		else if (s->width >= s->count)
			end(s);
		else if (s->to == NULL)
			begin_merge(s);
		else
			for (size_t n = 0; n < LOOK_ITEMS && s->width < s->count; n += 2 * s->width)
				merge_some(s);
	}
	return s->is_on;
}

int sorter_permille(const struct sorter *s)
{
	size_t width = 1;
	int passes = 0;
	int done = 0;

	if (!s->is_on)
		return 1000;
	for (; width < s->count; width *= 2) {
		passes++;
		done += width < s->width;
	}
	return (int)((s->keyed + s->count * (size_t)done) * 999 / (s->count * (size_t)(passes + 1) + 1));
}
