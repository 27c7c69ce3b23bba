#include "present/compare_steps.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "mail/session_tls.h"
#include "proto/address.h"
#include "proto/parameter.h"

/* What a unit stands for, in the lowest bits of its key. */
enum unit_kind {
	UNIT_ITEM, /* one row that no command stands for: the kind of the item and its side */
	UNIT_KIND, /* a command, by what it is for */
	UNIT_VERB, /* by the command's row in the table */
	UNIT_WORD, /* by the word itself, which no table has */
	UNIT_BITS = 2,
};

void compare_steps_fini(struct compare_steps *t)
{
	free(t->steps);
	free(t->units);
	*t = (struct compare_steps){.count = 0};
}

/* ---- what was said ---- */

/* A mail's size, and names that are made anew for each, tell nothing. */
static bool is_of_one_mail(struct slice keyword)
{
	return slice_equals_nocase(keyword, "SIZE") || slice_equals_nocase(keyword, "ENVID") ||
	       slice_equals_nocase(keyword, "ORCPT");
}

static void append_parameters(const struct command *c, struct slice rest, struct buffer *out)
{
	struct parameter p;

	while (parameter_next(command_verb(c), &rest, &p)) {
		buffer_append_byte(out, ' ');
		parameter_append_keyword(&p, out);
		if (p.has_value && !is_of_one_mail(p.keyword))
			parameter_append_value(&p, out);
	}
}

void compare_steps_arguments(const struct command *c, struct buffer *out)
{
	struct slice arguments = command_arguments(c);
	struct address_path path;

	switch ((enum command_kind)c->kind) {
	case KIND_AUTH: /* the mechanism is no secret */
		buffer_append(out, slice_sub(arguments, 0, slice_find(arguments, ' ')));
		return;
	case KIND_BDAT:
	case KIND_MESSAGE:
		return;
	case KIND_MAIL:
	case KIND_RCPT:
		if (!address_read_path(arguments, &path))
			break;
		buffer_append(out, path.address);
		append_parameters(c, path.parameters, out);
		return;
	default:
		break;
	}
	if (!c->secret)
		buffer_append(out, slice_trim(arguments));
}

static uint64_t word_key(struct slice word)
{
	struct buffer upper = {0};
	uint64_t key;

	for (size_t i = 0; i < word.len; i++)
		buffer_append_byte(&upper, slice_upper_byte(word.data[i]));
	key = hash_bytes(upper.data, upper.len) << UNIT_BITS | UNIT_WORD;
	buffer_fini(&upper);
	return key;
}

static uint64_t verb_key(const struct command *c)
{
	const struct command_row *row = command_row(c);

	return row != NULL && row->verb != VERB_UNPARSED ? (uint64_t)commands_number(row) << UNIT_BITS | UNIT_VERB
							 : word_key(command_verb(c));
}

static void set_command_keys(struct compare_unit *u, const struct command *c)
{
	struct buffer said = {0};
	uint64_t verb = verb_key(c);

	buffer_append(&said, slice_of(&verb, sizeof(verb)));
	compare_steps_arguments(c, &said);
	u->exact = hash_bytes(said.data, said.len);
	u->kind = c->kind == KIND_OTHER ? verb : (uint64_t)c->kind << UNIT_BITS | UNIT_KIND;
	buffer_fini(&said);
}

static void set_item_keys(struct compare_unit *u, enum session_detail_kind kind, enum side side)
{
	u->kind = u->exact = ((uint64_t)kind << 8 | (uint64_t)side) << UNIT_BITS | UNIT_ITEM;
}

/* ---- units ---- */

static bool is_of_command(const struct detail_item *i)
{
	return i->kind == FOCUS_COMMAND || i->kind == FOCUS_REPLY || i->kind == FOCUS_AUTH_LINE ||
	       i->kind == FOCUS_UNTAGGED || i->kind == FOCUS_DONE;
}

/* Two of the same kind in a unit stand in their order. */
static uint64_t step_key(const struct session *s, const struct detail_item *i)
{
	uint64_t step = i->kind == FOCUS_TLS_STEP ? (uint64_t)session_tls_of(s)->steps[i->index].kind : 0;

	return step << 16 | (uint64_t)i->kind << 8 | (uint64_t)i->side;
}

static uint32_t add_unit(struct compare_steps *t)
{
	t->units = mem_grow(t->units, &t->unit_cap, t->unit_count + 1, sizeof(*t->units));
	t->units[t->unit_count] = (struct compare_unit){.count = 0};
	return (uint32_t)t->unit_count++;
}

/* Which units there are while the items are gone through. */
struct units {
	uint32_t *of_command; /* and 1, by the command's place in the session; 0: none yet */
	uint32_t tls;	      /* likewise */
};

static uint32_t *place_of(struct units *u, const struct session *s, const struct detail_item *i)
{
	if (is_of_command(i) && i->index >= s->first_index && i->index - s->first_index < s->command_count)
		return &u->of_command[i->index - s->first_index];
	return i->kind == FOCUS_TLS || i->kind == FOCUS_TLS_STEP ? &u->tls : NULL;
}

/* The unit of an item, which may be a new one. */
static uint32_t unit_of(struct compare_steps *t, struct units *u, const struct session *s, const struct detail_item *i)
{
	uint32_t *place = place_of(u, s, i);
	uint32_t number;

	if (place != NULL && *place != 0)
		return *place - 1;
	number = add_unit(t);
	if (place != NULL)
		*place = number + 1;
	if (place == &u->tls)
		set_item_keys(&t->units[number], FOCUS_TLS, SIDE_CLIENT);
	else if (place != NULL)
		set_command_keys(&t->units[number], session_command(s, i->index));
	else
		set_item_keys(&t->units[number], i->kind, i->side);
	return number;
}

/* One unit after the other; in a unit in the order of the timeline. */
static void sort_steps(struct compare_steps *t, const struct session_detail *f, const struct session *s,
		       const uint32_t *unit)
{
	uint32_t begin = 0;

	for (size_t i = 0; i < t->unit_count; i++) {
		t->units[i].begin = begin;
		begin += t->units[i].count;
		t->units[i].count = 0;
	}
	for (uint32_t i = 0; i < t->count; i++) {
		struct compare_unit *u = &t->units[unit[i]];

		t->steps[u->begin + u->count++] = (struct compare_step){.key = step_key(s, &f->items[i]), .item = i};
	}
}

void compare_steps_make(struct compare_steps *t, const struct session_detail *f, const struct session *s)
{
	struct units u = {.of_command = mem_zalloc((s->command_count + 1) * sizeof(uint32_t))};
	uint32_t *unit;

	t->unit_count = 0;
	t->count = f->item_count < COMPARE_STEPS_MAX ? f->item_count : COMPARE_STEPS_MAX;
	t->left_out = f->item_count - t->count;
	t->steps = mem_grow(t->steps, &t->cap, t->count + 1, sizeof(*t->steps));
	unit = mem_alloc((t->count + 1) * sizeof(*unit));
	for (size_t i = 0; i < t->count; i++) {
		unit[i] = unit_of(t, &u, s, &f->items[i]);
		t->units[unit[i]].count++;
	}
	sort_steps(t, f, s, unit);
	free(unit);
	free(u.of_command);
}
