#include "proto/pending.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

enum {
	COMMAND_LEN_MIN = 6, /* "QUIT\r\n" */
};

_Static_assert(DIALOGUE_TAG_LEN <= sizeof(uint64_t), "a part of one hash");

uint8_t pending_max(enum protocol protocol)
{
	return protocol_has(protocol, PROTOCOL_TAGGED) ? DIALOGUE_TAGGED_MAX : DIALOGUE_PENDING_MAX;
}

void pending_fini(struct dialogue *d)
{
	free(d->room);
	d->room = NULL;
}

void pending_copy_room(struct dialogue *d)
{
	struct dialogue_room *room;

	if (d->room == NULL)
		return;
	room = mem_alloc(sizeof(*room));
	*room = *d->room;
	d->room = room;
}

static uint8_t place_of(const struct dialogue *d, size_t number)
{
	assert(number < d->pending_cap);
	return (uint8_t)((d->pending_head + number) & (d->pending_cap - 1U));
}

static const struct dialogue_pending *seen_at(const struct dialogue *d, size_t number)
{
	const struct dialogue_pending *all = d->room != NULL ? d->room->pending : d->few;

	return &all[place_of(d, number)];
}

static struct dialogue_pending *at(struct dialogue *d, size_t number)
{
	struct dialogue_pending *all = d->room != NULL ? d->room->pending : d->few;

	return &all[place_of(d, number)];
}

/* From now on there is room for all that may wait. */
static void make_room(struct dialogue *d)
{
	struct dialogue_room *room = mem_zalloc(sizeof(*room));

	for (size_t i = 0; i < d->pending_count; i++)
		room->pending[i] = *at(d, i);
	d->pending_head = 0;
	d->pending_cap = d->pending_max;
	d->room = room;
}

void pending_pop(struct dialogue *d)
{
	assert(d->pending_count > 0);
	d->pending_head = place_of(d, 1);
	d->pending_count--;
	d->first_pending++;
}

/* Places that wait for nothing are there only to keep the numbers in sequence. */
static void drop_done(struct dialogue *d)
{
	while (d->pending_count > 0 && at(d, 0)->verb == VERB_DONE)
		pending_pop(d);
}

static void push(struct dialogue *d, uint32_t index, enum verb verb, uint8_t flags, uint64_t tag)
{
	assert(index + 1 == d->next_index);
	if (d->pending_count == 0)
		d->first_pending = index;
	else if (d->pending_count == d->pending_max)
		pending_pop(d);
	assert(d->first_pending + d->pending_count == index);
	if (d->pending_count == d->pending_cap || (d->pending_max == DIALOGUE_TAGGED_MAX && d->room == NULL))
		make_room(d);
	*at(d, d->pending_count) = (struct dialogue_pending){.verb = (uint8_t)verb, .flags = flags};
	if (d->pending_max == DIALOGUE_TAGGED_MAX)
		memcpy(d->room->tag[place_of(d, d->pending_count)], &tag, DIALOGUE_TAG_LEN);
	d->pending_count++;
	drop_done(d);
}

void pending_push(struct dialogue *d, uint32_t index, enum verb verb, uint8_t flags)
{
	push(d, index, verb, flags, 0);
}

/* The oldest was passed over, and what was said last has its answer: it will get none. */
static bool is_forgotten(const struct dialogue *d)
{
	return d->pending_max == DIALOGUE_TAGGED_MAX && seen_at(d, d->pending_count - 1U)->verb == VERB_DONE;
}

bool pending_is_full(const struct dialogue *d)
{
	return d->pending_count == d->pending_max && !d->ended[SIDE_SERVER] &&
	       !(seen_at(d, 0)->flags & PENDING_DOUBTFUL) && !is_forgotten(d);
}

struct dialogue_pending *pending_head(struct dialogue *d)
{
	drop_done(d);
	return d->pending_count > 0 ? at(d, 0) : NULL;
}

const struct dialogue_pending *pending_second(const struct dialogue *d)
{
	assert(d->pending_count > 1);
	return seen_at(d, 1);
}

bool pending_is_overtaken(const struct dialogue *d)
{
	const struct dialogue_pending *next = seen_at(d, 1);

	return d->pending_count > 1 && (seen_at(d, 0)->flags & PENDING_DOUBTFUL) && !(next->flags & PENDING_DOUBTFUL) &&
	       next->verb != VERB_DONE;
}

static bool fits_behind(struct dialogue *d, const struct reply *reply, pending_may_answer *may_answer)
{
	for (size_t i = 1; i < d->pending_count; i++)
		if (at(d, i)->verb != VERB_DONE && !(at(d, i)->flags & PENDING_EMPTY) &&
		    may_answer((enum verb)at(d, i)->verb, reply))
			return true;
	return false;
}

/* What a server says to a line that is no command: 500 to 503, -ERR. */
static bool is_syntax_error(struct slice code)
{
	return code.data[0] == '-' || (code.data[0] == '5' && code.data[1] == '0');
}

/* A reply that only one kind of command gets: DATA, AUTH, QUIT. */
static bool tells_command(struct slice code)
{
	return code.data[0] == '3' || slice_equals(code, slice_from_text("221"));
}

/*
 * The oldest, which this reply does not fit, will get none: it may have had it in a gap, or it was no command at all
 * but text after a gap, or the reply belongs to another beyond doubt.
 */
static bool is_passed_over(struct dialogue *d, const struct reply *reply, pending_may_answer *may_answer)
{
	uint8_t flags = at(d, 0)->flags;

	if (flags & (PENDING_DOUBTFUL | PENDING_EMPTY))
		return true;
	if (at(d, 0)->verb == VERB_GREETING && ((flags & PENDING_BEHIND_HOLE) || fits_behind(d, reply, may_answer)))
		return true; /* the server did not greet, or not where it was captured */
	return ((flags & PENDING_BEHIND_HOLE) || tells_command(reply->code) ||
		(d->has_hole && reply->enhanced.len > 0)) &&
	       fits_behind(d, reply, may_answer);
}

/* What follows such a command in its hole may belong to it. */
static bool has_more_than_a_line(enum verb verb)
{
	return verb == VERB_AUTH || verb == VERB_DATA || verb == VERB_XEXCH50 || verb == VERB_STARTTLS ||
	       verb == VERB_STLS || verb == VERB_GREETING;
}

/* Whether another command was said after the gap that made the only one doubtful, and not captured. */
static bool is_overtaken_unseen(const struct dialogue *d)
{
	const struct dialogue_pending *head = seen_at(d, 0);

	return d->pending_count == 1 && (head->flags & PENDING_DOUBTFUL) && d->hole_before &&
	       d->unseen_len >= COMMAND_LEN_MIN && !has_more_than_a_line((enum verb)head->verb);
}

/*
 * One doubtful command with a fresh one after it: who says a command at a time would not have gone on without a reply,
 * so it was in the hole. Several doubtful ones were said in a group, and the rest of their replies may still come.
 */
struct dialogue_pending *pending_match(struct dialogue *d, const struct reply *reply, pending_may_answer *may_answer)
{
	struct dialogue_pending *head;

	assert(d->pending_count == 0 || d->first_pending + d->pending_count == d->next_index);
	while ((head = pending_head(d)) != NULL) {
		bool fits = may_answer((enum verb)head->verb, reply) &&
			    (!(head->flags & PENDING_EMPTY) || is_syntax_error(reply->code));

		if (fits ? !pending_is_overtaken(d) && !is_overtaken_unseen(d) : !is_passed_over(d, reply, may_answer))
			return fits || !((head->flags & PENDING_BEHIND_HOLE) || d->has_hole) ? head : NULL;
		pending_pop(d);
	}
	return NULL;
}

void pending_push_tagged(struct dialogue *d, uint32_t index, enum verb verb, uint8_t flags, struct slice tag)
{
	assert(protocol_has(d->protocol, PROTOCOL_TAGGED) && verb != VERB_DONE);
	push(d, index, verb, flags, hash_bytes(tag.data, tag.len));
}

struct dialogue_pending *pending_find(struct dialogue *d, struct slice tag, uint32_t *index)
{
	uint64_t hash = hash_bytes(tag.data, tag.len);

	assert(protocol_has(d->protocol, PROTOCOL_TAGGED));
	for (size_t i = 0; i < d->pending_count; i++) {
		if (at(d, i)->verb == VERB_DONE || memcmp(d->room->tag[place_of(d, i)], &hash, DIALOGUE_TAG_LEN) != 0)
			continue;
		*index = d->first_pending + (uint32_t)i;
		return at(d, i);
	}
	return NULL;
}

void pending_settle(struct dialogue *d, struct dialogue_pending *pending)
{
	pending->verb = VERB_DONE;
	drop_done(d);
}

struct dialogue_pending *pending_at(struct dialogue *d, uint32_t index)
{
	uint32_t number = index - d->first_pending;

	if (index < d->first_pending || number >= d->pending_count || at(d, number)->verb == VERB_DONE)
		return NULL;
	return at(d, number);
}

static bool may_be_oldest(const struct dialogue_pending *p, enum verb verb)
{
	return p->verb != VERB_DONE && p->verb != VERB_UNPARSED && (verb == VERB_UNKNOWN || p->verb == verb);
}

bool pending_oldest(struct dialogue *d, enum verb verb, uint32_t *index)
{
	bool found = false;

	for (size_t i = d->pending_count; i > 0; i--) {
		const struct dialogue_pending *p = at(d, i - 1);

		if (!may_be_oldest(p, verb) || (found && (p->flags & PENDING_DOUBTFUL)))
			continue;
		*index = d->first_pending + (uint32_t)(i - 1);
		found = true;
	}
	return found;
}

/* Those were said, and could have been answered, before the hole; this one was said after it. */
void pending_pass(struct dialogue *d, uint32_t index)
{
	const struct dialogue_pending *answered = pending_at(d, index);

	if (answered == NULL || (answered->flags & PENDING_DOUBTFUL))
		return;
	for (size_t i = 0; d->first_pending + i < index; i++)
		if (at(d, i)->flags & PENDING_DOUBTFUL)
			at(d, i)->verb = VERB_DONE;
}

void pending_doubt(struct dialogue *d)
{
	while (!protocol_has(d->protocol, PROTOCOL_TAGGED) && pending_head(d) != NULL && pending_is_overtaken(d)) {
		if (d->first_pending == d->reply_index)
			d->reply_code[0] = '\0'; /* what was missing of it was in the hole, too */
		pending_pop(d);
	}
	for (size_t i = 0; i < d->pending_count; i++)
		at(d, i)->flags |= PENDING_DOUBTFUL;
}

void pending_trust(struct dialogue *d)
{
	for (size_t i = 0; i < d->pending_count; i++)
		at(d, i)->flags &= (uint8_t)~PENDING_DOUBTFUL;
}
