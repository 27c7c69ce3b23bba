#include "mail/session.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/commands.h"
#include "base/mem.h"
#include "mail/diagnosis.h"
#include "mail/facts.h"
#include "mail/kinds.h"
#include "mail/login.h"
#include "mail/mailbox.h"
#include "mail/mask.h"
#include "mail/told.h"
#include "mail/transaction.h"
#include "proto/verb.h"

enum {
	UNFINISHED_MAX = 512, /* kept of a line that never ended */
};

static void begin(struct session *s, uint32_t number)
{
	s->number = number;
	s->rtt_ns = -1;
	s->connect_ns = -1;
	s->failed_index = s->listing = DIALOGUE_NO_COMMAND;
	s->tls_begin[SIDE_CLIENT] = s->tls_begin[SIDE_SERVER] = UINT64_MAX;
}

void session_init(struct session *s, uint32_t number)
{
	*s = (struct session){0};
	begin(s, number);
}

void session_reuse(struct session *s, uint32_t number)
{
	struct session kept = *s;

	*s = (struct session){.commands = kept.commands,
			      .command_cap = kept.command_cap,
			      .mails = kept.mails,
			      .mail_cap = kept.mail_cap,
			      .messages = kept.messages,
			      .message_cap = kept.message_cap,
			      .facts = {.text = kept.facts.text},
			      .arena = kept.arena};
	buffer_clear(&s->facts.text);
	arena_reset(&s->arena);
	diagnosis_free(kept.diagnosis);
	begin(s, number);
}

void session_fini(struct session *s)
{
	diagnosis_free(s->diagnosis);
	arena_fini(&s->arena);
	free(s->commands);
	free(s->mails);
	free(s->messages);
	buffer_fini(&s->facts.text);
}

struct command *session_command(const struct session *s, uint32_t index)
{
	if (index < s->first_index || index - s->first_index >= s->command_count)
		return NULL;
	return &s->commands[index - s->first_index];
}

struct mail *session_mail(const struct session *s, uint32_t number)
{
	for (size_t i = s->mail_count; i > 0; i--)
		if (s->mails[i - 1]->number == number)
			return s->mails[i - 1];
	return NULL;
}

size_t session_memory(const struct session *s)
{
	return sizeof(*s) + s->arena.held + s->command_cap * sizeof(*s->commands) +
	       s->mail_cap * sizeof(struct mail *) + s->message_cap * sizeof(*s->messages) + s->facts.text.cap;
}

bool reply_is_positive(const struct reply *r)
{
	return r->code[0] == '2' || r->code[0] == '3' || r->code[0] == '+';
}

const struct reply *command_refusal(const struct command *c)
{
	const struct reply *refusal = NULL;

	for (const struct reply *r = c->replies; r != NULL; r = r->next)
		if (r->code[0] == '4' || r->code[0] == '5' || r->code[0] == '-')
			refusal = r;
	return refusal;
}

bool reply_next_line(struct slice *rest, bool *started, struct slice *line)
{
	size_t len;

	if (*started && rest->len == 0)
		return false;
	if (*started)
		*rest = slice_after(*rest, 1); /* the LF between */
	*started = true;
	len = slice_find(*rest, '\n');
	*line = slice_sub(*rest, 0, len);
	*rest = slice_after(*rest, len);
	return true;
}

/* ---- commands and replies ---- */

/* Text that a table holds need not be copied. */
static struct slice keep_verb(struct session *s, struct slice verb, enum command_kind kind)
{
	const struct command_row *row;
	const char *known = kinds_verb(kind);

	if (known != NULL && slice_equals(verb, slice_from_text(known)))
		return slice_from_text(known);
	row = commands_lookup(s->protocol, verb);
	if (row != NULL && slice_equals(verb, slice_from_text(row->verb)))
		return slice_from_text(row->verb);
	return arena_copy(&s->arena, verb);
}

static struct command *add_command(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	enum command_kind kind = kinds_lookup(event->verb);
	struct slice verb = keep_verb(s, event->verb, kind);
	struct slice arguments = arena_copy(&s->arena, event->arguments);
	struct command *c;

	assert(event->index == s->first_index + s->command_count);
	s->commands = mem_grow(s->commands, &s->command_cap, s->command_count + 1, sizeof(*s->commands));
	c = &s->commands[s->command_count++];
	*c = (struct command){.time_ns = last->time_ns,
			      .begin = event->begin,
			      .verb = verb.data,
			      .verb_len = (uint32_t)verb.len,
			      .arguments = arguments.data,
			      .arguments_len = (uint32_t)arguments.len,
			      .packet = last->packet,
			      .truncated = event->truncated,
			      .secret = event->secret,
			      .kind = (uint8_t)kind};
	return c;
}

static void add_line(struct session *s, struct command *c, const struct dialogue_event *event, const struct stamp *at,
		     uint32_t max)
{
	struct command_extra *extra = login_extra(s, c);
	struct session_line *line;

	extra->has_hole |= event->truncated && event->side == SIDE_CLIENT;
	if (extra->line_count++ >= max)
		return;
	line = arena_alloc(&s->arena, sizeof(*line));
	*line = (struct session_line){.text = arena_copy(&s->arena, event->text),
				      .from = event->side,
				      .secret = event->secret,
				      .at = *at,
				      .begin = event->begin};
	*(extra->last_line != NULL ? &extra->last_line->next : &extra->lines) = line;
	extra->last_line = line;
}

/* Of the lines of one reply the last one's code counts: a server that changes its mind says so there. */
static void set_code(struct reply *r, const struct dialogue_event *event)
{
	if (slice_equals(event->code, reply_code(r)))
		return;
	r->code_len = (uint8_t)(event->code.len < sizeof(r->code) ? event->code.len : sizeof(r->code));
	memcpy(r->code, event->code.data, r->code_len);
	r->enhanced_len = 0;
	if (event->enhanced.len <= sizeof(r->enhanced) && event->enhanced.len > 0) {
		r->enhanced_len = (uint8_t)event->enhanced.len;
		memcpy(r->enhanced, event->enhanced.data, event->enhanced.len);
	}
}

static struct reply *add_reply(struct session *s, struct command *c, const struct dialogue_event *event,
			       const struct stamp *first)
{
	struct reply *r = arena_alloc(&s->arena, sizeof(*r));

	*r = (struct reply){.time_ns = first->time_ns, .packet = first->packet, .begin = event->begin};
	*(c->last_reply != NULL ? &c->last_reply->next : &c->replies) = r;
	c->last_reply = r;
	return r;
}

/* Adds a line to a reply's text. The lines of one reply come one after the other, so its text is mostly extended once
 * or twice. */
static void add_reply_line(struct session *s, struct reply *r, struct slice text)
{
	size_t len = r->text_len + (r->line_count > 0) + text.len;
	uint8_t *joined;

	if (len > SESSION_REPLY_TEXT_MAX || r->line_count == UINT16_MAX)
		return;
	if (r->line_count == 0) {
		struct slice copy = arena_copy(&s->arena, text);

		r->text = copy.data;
	} else {
		joined = arena_alloc(&s->arena, len);
		if (r->text_len > 0)
			memcpy(joined, r->text, r->text_len);
		joined[r->text_len] = '\n';
		if (text.len > 0)
			memcpy(joined + r->text_len + 1, text.data, text.len);
		r->text = joined;
	}
	r->text_len = (uint32_t)len;
	r->line_count++;
}

/* ---- what is done ---- */

static void report(struct session *s, struct command *c, const struct session_events *events, void *ctx)
{
	if (c->reported)
		return;
	c->reported = true;
	diagnosis_command(s, c);
	events->command_done(ctx, s, c);
}

/* Commands are taken by the transaction in order, each once it is done; `force`: also those that have no answer. */
static void resolve(struct session *s, uint32_t until, bool force, const struct session_events *events, void *ctx)
{
	struct command *c;

	while (s->resolved < until && (c = session_command(s, s->resolved)) != NULL && (c->done || force)) {
		s->resolved++;
		transaction_step(s, c, events, ctx);
	}
}

/* Replies come in order: commands before `index` that have none, or not all of one, will get no more. */
static void give_up_before(struct session *s, uint32_t index, const struct session_events *events, void *ctx)
{
	struct command *c;

	resolve(s, index, true, events, ctx);
	while (s->unreported < index && (c = session_command(s, s->unreported)) != NULL) {
		s->unreported++;
		if (c->reported)
			continue;
		if (!c->done)
			login_note(s, c);
		report(s, c, events, ctx);
	}
}

/* `has_lines`: those of a POP3 answer follow. */
static void command_is_done(struct session *s, struct command *c, bool has_lines, const struct session_events *events,
			    void *ctx)
{
	uint32_t index = s->first_index + (uint32_t)(c - s->commands);

	c->done = true;
	login_note(s, c);
	mailbox_note(s, c);
	told_note_command(s, c);
	if (s->wants_facts)
		facts_note(s, c);
	if (command_refusal(c) != NULL)
		s->failed_index = index;
	give_up_before(s, index, events, ctx);
	resolve(s, index + 1, false, events, ctx);
	if (has_lines)
		s->listing = index; /* they follow */
	else
		report(s, c, events, ctx);
}

static void end_listing(struct session *s, const struct session_events *events, void *ctx)
{
	struct command *c = session_command(s, s->listing);

	s->listing = DIALOGUE_NO_COMMAND;
	if (c == NULL)
		return;
	if (s->wants_facts && c->kind == KIND_CAPA)
		facts_note_capabilities(s, c);
	report(s, c, events, ctx);
}

/* LMTP answers a mail once for each recipient that was accepted (RFC 2033 section 4.2). So does a server that has said
 * 353, and once more for the whole (PRDR). XEXCH50 gets 354 first. */
static bool expects_more(const struct session *s, const struct command *c)
{
	bool is_message = c->kind == KIND_MESSAGE || (c->kind == KIND_BDAT && transaction_is_last_chunk(c));
	bool is_announced = transaction_is_announced(c);
	uint32_t answers = 0;

	if (c->kind == KIND_XEXCH50)
		return c->last_reply->code[0] == '3';
	if (!is_message || s->transaction == NULL || (s->protocol != PROTOCOL_LMTP && !is_announced))
		return false;
	for (const struct reply *r = c->replies; r != NULL; r = r->next)
		answers++;
	return answers < s->transaction->accepted_count + (is_announced ? 2 : 0);
}

static void apply_reply(struct session *s, const struct dialogue_event *event, const struct stamp *first,
			const struct session_events *events, void *ctx)
{
	struct command *c;
	struct reply *r;

	if (s->listing != DIALOGUE_NO_COMMAND && event->index != s->listing)
		end_listing(s, events, ctx);
	c = session_command(s, event->index);
	if (c == NULL)
		return;
	r = c->last_reply;
	if (r == NULL || r->whole)
		r = add_reply(s, c, event, first);
	set_code(r, event);
	add_reply_line(s, r, event->text);
	r->whole = event->last;
	if (event->last && !expects_more(s, c))
		command_is_done(s, c, event->has_lines, events, ctx);
}

static void apply_data_line(struct session *s, const struct dialogue_event *event, const struct stamp *first)
{
	struct command *c = session_command(s, event->index);

	if (c == NULL)
		return;
	add_line(s, c, event, first, SESSION_LINES_MAX);
	mailbox_note_line(s, c, event->text);
}

enum {
	REST_MAX = 1 << 30, /* of a secret line that was cut off */
};

/* The latest secret is not over with its line. */
static void open_secret(struct session *s, const struct dialogue_event *event)
{
	if (s->secrets == NULL || s->secrets->side != event->side || s->secrets->end != event->end)
		return;
	s->secrets->open = true;
	s->secrets->end += REST_MAX;
}

static void close_secret(struct session *s, const struct dialogue_event *event)
{
	struct session_secret *secret = s->secrets;

	if (secret == NULL || !secret->open || secret->side != event->side || event->begin <= secret->begin)
		return;
	secret->open = false;
	secret->end = event->begin;
}

void session_hide(struct session *s, enum side side, uint64_t begin, uint64_t end)
{
	struct session_secret *secret;

	for (secret = s->secrets; secret != NULL; secret = secret->next)
		if (secret->side == side && secret->begin == begin && secret->end == end)
			return;
	secret = arena_alloc(&s->arena, sizeof(*secret));
	*secret = (struct session_secret){.next = s->secrets, .begin = begin, .end = end, .side = side};
	s->secrets = secret;
}

/* The event's bytes from `begin` on. Those that follow a line that was cut off belong to it, whatever they are. */
static void add_secret(struct session *s, const struct dialogue_event *event, uint64_t begin)
{
	struct session_secret *secret;

	if (begin >= event->end)
		return;
	secret = arena_alloc(&s->arena, sizeof(*secret));
	*secret = (struct session_secret){.next = s->secrets, .begin = begin, .end = event->end, .side = event->side};
	s->secrets = secret;
	if (event->truncated)
		open_secret(s, event);
}

/* The part of a command's line that must be hidden: all behind the verb, but not the mechanism of AUTH or the user of
 * APOP. A line that is no command is hidden whole. */
static void hide_arguments(struct session *s, const struct command *c, const struct dialogue_event *event)
{
	uint64_t begin = event->begin;

	if (c->kind != KIND_OTHER)
		begin += c->verb_len + 1 + mask_shown_len(c);
	add_secret(s, event, begin);
}

static void apply_command(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	struct command *c = add_command(s, event, last);

	if (c->kind == KIND_GREETING || c->kind == KIND_UNSOLICITED)
		c->packet = 0;
	if (c->kind == KIND_USER)
		s->pop3_user = command_arguments(c);
	if (c->secret)
		hide_arguments(s, c, event);
}

/* Of a line that never ended and holds a secret only the verb is kept: the beginning of a password is of no use. */
static void keep_unfinished(struct session *s, const struct dialogue_event *event)
{
	struct slice rest;
	struct slice verb = verb_word(event->text, &rest);
	struct buffer masked = {0};

	if (event->secret)
		add_secret(s, event, event->begin);
	if (s->unfinished.len > 0)
		return;
	if (!event->secret) {
		s->unfinished = arena_copy(&s->arena, slice_sub(event->text, 0, UNFINISHED_MAX));
		return;
	}
	if (slice_equals_nocase(verb, "PASS") || slice_equals_nocase(verb, "APOP") ||
	    slice_equals_nocase(verb, "AUTH")) {
		buffer_append(&masked, verb);
		buffer_append_byte(&masked, ' ');
	}
	buffer_append_text(&masked, MASK_TEXT);
	s->unfinished = arena_copy(&s->arena, buffer_slice(&masked));
	buffer_fini(&masked);
}

void session_apply(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		   const struct stamp *last, const struct session_events *events, void *ctx)
{
	struct command *c;

	diagnosis_event(s, event, first, last);
	if (event->kind != DIALOGUE_NOTE && event->kind != DIALOGUE_RESYNC)
		close_secret(s, event);
	switch (event->kind) {
	case DIALOGUE_COMMAND:
		apply_command(s, event, last);
		break;
	case DIALOGUE_REPLY:
		apply_reply(s, event, first, events, ctx);
		break;
	case DIALOGUE_DATA_LINE:
		apply_data_line(s, event, first);
		break;
	case DIALOGUE_AUTH_LINE:
		c = session_command(s, event->index);
		if (c != NULL)
			add_line(s, c, event, last, SESSION_AUTH_LINES_MAX);
		/* an initial response stands in the command's own line: see hide_arguments */
		if (event->secret && (c == NULL || event->side == SIDE_SERVER || event->begin > c->begin))
			add_secret(s, event, event->begin);
		break;
	case DIALOGUE_MAIL_BEGIN:
		transaction_begin_data(s, event, first);
		break;
	case DIALOGUE_MAIL_RANGE:
		transaction_add_range(s, event);
		break;
	case DIALOGUE_MAIL_END:
		transaction_end_data(s, event, last, events, ctx);
		break;
	case DIALOGUE_PROXY:
		told_note_header(s, event->proxy);
		break;
	case DIALOGUE_TLS:
		s->tls = true;
		s->tls_begin[event->side] = event->begin;
		break;
	case DIALOGUE_UNFINISHED:
		keep_unfinished(s, event);
		break;
	case DIALOGUE_NOTE:
		s->notes |= 1U << event->note;
		if (event->note == DIALOGUE_NOTE_LONG_LINE)
			open_secret(s, event);
		if (event->note == DIALOGUE_NOTE_DATA_ASSUMED && event->index != DIALOGUE_NO_COMMAND)
			resolve(s, event->index + 1, true, events, ctx);
		break;
	case DIALOGUE_RESYNC:
		break;
	}
}

void session_finish(struct session *s, const struct session_events *events, void *ctx)
{
	s->over = true;
	end_listing(s, events, ctx);
	for (size_t i = 0; i < s->command_count; i++)
		if (!s->commands[i].done && !s->commands[i].reported)
			login_note(s, &s->commands[i]);
	resolve(s, UINT32_MAX, true, events, ctx);
	transaction_finish(s, events, ctx);
	for (size_t i = 0; i < s->command_count; i++)
		report(s, &s->commands[i], events, ctx);
}

void session_compact(struct session *s)
{
	s->commands = mem_shrink(s->commands, &s->command_cap, s->command_count, sizeof(*s->commands));
	s->mails = mem_shrink(s->mails, &s->mail_cap, s->mail_count, sizeof(struct mail *));
}

size_t session_first_unreported(struct session *s)
{
	while (s->mails_reported < s->mail_count && s->mails[s->mails_reported]->reported)
		s->mails_reported++;
	return s->mails_reported;
}

bool session_forget(struct session *s)
{
	struct buffer user = {0};
	struct buffer host = {0};

	if (s->protocol == PROTOCOL_POP3 || s->transaction != NULL || s->receiving != NULL || s->unbound != NULL ||
	    s->listing != DIALOGUE_NO_COMMAND || s->command_count == 0)
		return false;
	/* commands are resolved and reported in order: the last one speaks for all */
	if (s->resolved < s->first_index + s->command_count || !s->commands[s->command_count - 1].reported ||
	    session_first_unreported(s) < s->mail_count)
		return false;
	s->first_index += (uint32_t)s->command_count;
	s->unreported = s->first_index;
	s->command_count = s->mail_count = s->mails_reported = 0;
	s->failed_index = DIALOGUE_NO_COMMAND;
	buffer_append(&user, s->user);
	buffer_append(&host, s->relay.host);
	s->secrets = NULL;
	arena_reset(&s->arena);
	if (s->user.len > 0)
		s->user = arena_copy(&s->arena, buffer_slice(&user));
	s->relay.host = arena_copy(&s->arena, buffer_slice(&host));
	buffer_fini(&user);
	buffer_fini(&host);
	return true;
}
