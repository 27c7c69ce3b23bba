#include "mail/imap_commands.h"

#include <assert.h>

#include "mail/hide.h"
#include "mail/imap_facts.h"
#include "mail/login.h"

static struct command_imap *make(struct session *s, struct command *c)
{
	struct command_extra *extra = login_extra(s, c);

	if (extra->imap == NULL) {
		extra->imap = arena_alloc(&s->arena, sizeof(*extra->imap));
		*extra->imap = (struct command_imap){.literals = NULL};
	}
	return extra->imap;
}

/* The answer that was told last. */
static void add_data(struct session *s, struct command_imap *imap, uint64_t begin)
{
	struct session_line *line = arena_alloc(&s->arena, sizeof(*line));

	*line = (struct session_line){.text = arena_copy(&s->arena, buffer_slice(&s->imap->line)),
				      .from = SIDE_SERVER,
				      .secret = s->imap->line_is_secret,
				      .begin = begin};
	*(imap->last_data != NULL ? &imap->last_data->next : &imap->data) = line;
	imap->last_data = line;
}

/* The number before the name of an answer that nobody asked for stands in no reply. */
void imap_commands_begin(struct session *s, struct command *c, const struct dialogue_event *event)
{
	if (event->tag.len > 0) {
		make(s, c)->tag = arena_copy(&s->arena, event->tag);
		c->extra->imap->is_whole = event->last;
	} else if (c->kind == KIND_UNSOLICITED && s->imap != NULL && s->imap->line_has_number) {
		add_data(s, make(s, c), event->begin);
	}
}

/* How much room the arguments of a command have that goes on: those of very many pieces are not copied for each. */
static size_t room_of(size_t len)
{
	size_t room = 64;

	while (room < len)
		room *= 2;
	return room;
}

/* At most as long as a line may be. */
static void append_arguments(struct session *s, struct command *c, struct slice text)
{
	struct command_imap *imap = make(s, c);
	size_t len = c->arguments_len;
	size_t left = DIALOGUE_LINE_MAX - c->verb_len - len;
	uint8_t *room = (uint8_t *)(uintptr_t)c->arguments;

	assert(len + c->verb_len <= DIALOGUE_LINE_MAX);
	text = slice_sub(text, 0, left);
	if (text.len == 0)
		return;
	if (len + text.len > imap->text_room) {
		imap->text_room = (uint32_t)room_of(len + text.len);
		room = arena_alloc(&s->arena, imap->text_room);
		if (len > 0)
			memcpy(room, c->arguments, len);
	}
	memcpy(room + len, text.data, text.len);
	c->arguments = room;
	c->arguments_len = (uint16_t)(len + text.len);
}

/* Missing bytes of a message are told with the mail. */
static void move_on(struct command *c, const struct dialogue_event *event, const struct stamp *last)
{
	c->time_ns = last->time_ns;
	c->packet = last->packet;
	c->truncated |= event->truncated && (event->kind != DIALOGUE_LITERAL || c->kind != KIND_APPEND);
	c->secret |= event->secret;
}

void imap_commands_go_on(struct session *s, struct command *c, const struct dialogue_event *event,
			 const struct stamp *last)
{
	if (c == NULL)
		return;
	move_on(c, event, last);
	append_arguments(s, c, event->last ? slice_trim_right(event->text) : event->text);
	make(s, c)->is_whole = event->last;
	if (c->secret || event->secret)
		hide_more(s, c, event);
}

void imap_commands_add_literal(struct session *s, struct command *c, const struct dialogue_event *event,
			       const struct stamp *last)
{
	struct command_imap *imap;
	struct imap_literal *literal;

	if (c == NULL)
		return;
	move_on(c, event, last);
	imap = make(s, c);
	if (imap->literal_count++ < IMAP_LITERALS_MAX) {
		literal = arena_alloc(&s->arena, sizeof(*literal));
		*literal = (struct imap_literal){.size = event->literal_size};
		if (event->text.data != NULL && !event->truncated)
			literal->text = event->text.len > 0 ? arena_copy(&s->arena, event->text) : slice_from_text("");
		*(imap->last_literal != NULL ? &imap->last_literal->next : &imap->literals) = literal;
		imap->last_literal = literal;
	}
	if (event->secret)
		hide_literal(s, c, event);
}

void imap_commands_continue(struct session *s, struct command *c)
{
	if (c != NULL)
		make(s, c)->continuations++;
}

void imap_commands_end_idle(struct session *s, struct command *c, const struct stamp *last)
{
	if (c == NULL)
		return;
	make(s, c)->done = *last;
	imap_facts_end_idle(s, c, last);
}

static void count(struct session *s, struct command_imap *imap, const char *name)
{
	struct imap_count *counted = imap->untagged;

	while (counted != NULL && strcmp(counted->name, name) != 0)
		counted = counted->next;
	if (counted == NULL) {
		counted = arena_alloc(&s->arena, sizeof(*counted));
		*counted = (struct imap_count){.name = name};
		*(imap->last_untagged != NULL ? &imap->last_untagged->next : &imap->untagged) = counted;
		imap->last_untagged = counted;
	}
	counted->count++;
	imap->untagged_count++;
}

/* FETCH would fill it: what it says is told with the mails. */
static void keep(struct session *s, struct command_imap *imap, const struct dialogue_event *event)
{
	if (!slice_equals_nocase(event->verb, "FETCH") && imap->data_count++ < IMAP_DATA_MAX)
		add_data(s, imap, event->begin);
}

static void put_together(struct session *s, const struct dialogue_event *event)
{
	struct session_imap *facts = session_imap_make(s);

	facts->line.limit = IMAP_DATA_LINE_MAX;
	if (event->first) {
		buffer_clear(&facts->line);
		facts->line_is_secret = false;
	}
	buffer_append(&facts->line, event->text);
	facts->line_is_secret |= event->secret;
	facts->line_has_number = event->number != 0 && !slice_equals_nocase(event->verb, "FETCH");
}

void imap_commands_add_untagged(struct session *s, struct command *c, const struct dialogue_event *event,
				const struct stamp *first)
{
	struct command_imap *imap;

	put_together(s, event);
	if (c == NULL)
		return;
	imap = make(s, c);
	if (imap->first_reply.packet == 0)
		imap->first_reply = *first;
	if (!event->last)
		return;
	count(s, imap, (const char *)event->verb.data);
	keep(s, imap, event);
}
