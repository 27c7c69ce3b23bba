#include "mail/session.h"

#include <assert.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "mail/hide.h"
#include "mail/imap_commands.h"
#include "mail/imap_facts.h"
#include "mail/imap_mails.h"
#include "mail/login.h"
#include "mail/mail_data.h"
#include "mail/mailbox.h"
#include "mail/mask.h"
#include "mail/observer.h"
#include "mail/secrets.h"
#include "mail/server_info.h"
#include "mail/told.h"
#include "mail/transaction.h"

enum {
	UNFINISHED_MAX = 512, /* kept of a line that never ended */
	TEXT_ROOM_MIN = 64,
	COMMANDS_MIN = 1, /* of the many sessions open at once most wait for one answer */
};

/* ---- commands and replies ---- */

/* Where commands have tags, those of other protocols mean nothing. */
static const struct command_row *row_of(const struct session *s, const struct dialogue_event *event)
{
	if (event->row != NULL || protocol_has(s->protocol, PROTOCOL_TAGGED))
		return event->row;
	return commands_find_any(event->verb);
}

static struct command *add_command(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	const struct command_row *row = row_of(s, event);
	struct slice verb = row != NULL ? commands_name(row) : arena_copy(&s->arena, event->verb);
	struct slice arguments = arena_copy(&s->arena, event->arguments);
	struct command *c;

	assert(event->index == s->first_index + s->command_count);
	s->commands =
		mem_grow_from(s->commands, &s->command_cap, s->command_count + 1, sizeof(*s->commands), COMMANDS_MIN);
	c = &s->commands[s->command_count++];
	*c = (struct command){.time_ns = last->time_ns,
			      .begin = event->begin,
			      .verb = verb.data,
			      .verb_len = (uint16_t)verb.len,
			      .arguments = arguments.data,
			      .arguments_len = (uint16_t)arguments.len,
			      .packet = last->packet,
			      .truncated = event->truncated,
			      .secret = event->secret,
			      .kind = row != NULL ? row->kind : KIND_OTHER,
			      .row = row != NULL ? (uint8_t)commands_number(row) : UINT8_MAX};
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
	assert(event->code.len > 0);
	r->code_len = (uint8_t)(event->code.len < sizeof(r->word) ? event->code.len : sizeof(r->word));
	memcpy(r->word, event->code.data, r->code_len);
	r->enhanced_len = 0;
	if (event->enhanced.len <= sizeof(r->enhanced) && event->enhanced.len > 0) {
		assert(r->code_len <= sizeof(r->code));
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
	if (c->reply_count < UINT16_MAX)
		c->reply_count++;
	c->last_reply = r;
	set_code(r, event);
	return r;
}

/* How much room a text of several lines has: replies of very many lines are not copied for each. */
static size_t room_of(size_t len)
{
	size_t room = TEXT_ROOM_MIN;

	while (room < len)
		room *= 2;
	return room;
}

/* Adds a line to a text of `line_count` lines. A text of several stands in room of its own. */
static struct slice join(struct session *s, struct slice lines, uint16_t line_count, struct slice line)
{
	size_t len = lines.len + 1 + line.len;
	uint8_t *joined = (uint8_t *)(uintptr_t)lines.data;

	if (line_count == 0)
		return arena_copy(&s->arena, line);
	if (line_count == 1 || len > room_of(lines.len)) {
		joined = arena_alloc(&s->arena, room_of(len));
		if (lines.len > 0)
			memcpy(joined, lines.data, lines.len);
	}
	joined[lines.len] = '\n';
	if (line.len > 0)
		memcpy(joined + lines.len + 1, line.data, line.len);
	return slice_of(joined, len);
}

/* Of a reply that has a secret. */
static struct session_said *find_said(const struct session *s, const struct reply *r)
{
	struct session_said *said = s->said;

	while (said != NULL && said->reply != r)
		said = said->next;
	assert(said != NULL);
	return said;
}

static void add_said(struct session *s, struct reply *r)
{
	struct session_said *said = arena_alloc(&s->arena, sizeof(*said));

	*said = (struct session_said){.next = s->said, .reply = r};
	if (r->line_count > 1) /* from now on each grows by itself */
		said->text = slice_of(arena_alloc(&s->arena, room_of(r->text_len)), r->text_len);
	if (r->line_count > 1 && r->text_len > 0)
		memcpy((uint8_t *)(uintptr_t)said->text.data, r->text, r->text_len);
	if (r->line_count == 1)
		said->text = reply_text(r);
	s->said = said;
	r->has_secret = true;
}

/* The first line of a reply, when nothing in it is secret. */
static void begin_text(struct session *s, struct reply *r, struct slice line)
{
	struct slice text = arena_copy(&s->arena, line);

	r->text = text.data;
	r->text_len = (uint32_t)text.len;
	r->line_count = 1;
}

/* `shown`: the line without what is secret in it; data NULL: there is nothing. */
static void add_reply_line(struct session *s, struct reply *r, struct slice text, struct slice shown)
{
	struct slice joined;

	if (r->text_len + (r->line_count > 0) + text.len + shown.len > SESSION_REPLY_TEXT_MAX ||
	    r->line_count == UINT16_MAX)
		return;
	if (shown.data != NULL && !r->has_secret)
		add_said(s, r);
	if (r->has_secret) {
		struct session_said *said = find_said(s, r);

		said->text = join(s, said->text, r->line_count, text);
	}
	joined = join(s, reply_text(r), r->line_count, shown.data != NULL ? shown : text);
	r->text = joined.data;
	r->text_len = (uint32_t)joined.len;
	r->line_count++;
}

struct slice reply_said(const struct session *s, const struct reply *r, bool show_secrets)
{
	return show_secrets && r->has_secret ? find_said(s, r)->text : reply_text(r);
}

/* ---- what is done ---- */

static void report(struct session *s, struct command *c, const struct observers *observers)
{
	if (c->reported)
		return;
	c->reported = true;
	observers_command(observers, s, c);
	s->unsolicited += c->kind == KIND_UNSOLICITED;
}

/* Commands are taken by the transaction in order, each once it is done; `force`: also those that have no answer. */
static void resolve(struct session *s, uint32_t until, bool force, const struct observers *observers)
{
	struct command *c;

	while (s->resolved < until && (c = session_command(s, s->resolved)) != NULL && (c->done || force)) {
		s->resolved++;
		if (!protocol_has(s->protocol, PROTOCOL_TAGGED))
			transaction_step(s, c, observers);
	}
}

/* Where replies come in order: commands before `index` that have none, or not all of one, will get no more. */
static void give_up_before(struct session *s, uint32_t index, const struct observers *observers)
{
	struct command *c;

	assert(s->unreported >= s->first_index && s->resolved >= s->first_index);
	resolve(s, index, true, observers);
	while (s->unreported < index && (c = session_command(s, s->unreported)) != NULL) {
		s->unreported++;
		if (c->reported)
			continue;
		if (!c->done)
			login_note(s, c);
		report(s, c, observers);
	}
}

/* What the client said in clear behind STARTTLS has no answer, and means nothing. */
static void discard_injected(struct session *s, const struct observers *observers)
{
	size_t first = s->command_count;

	while (first > 0 && s->commands[first - 1].kind != KIND_STARTTLS)
		first--;
	if (first == 0)
		return;
	for (size_t i = first; i < s->command_count; i++) {
		s->commands[i].injected = s->commands[i].replies == NULL;
		s->commands[i].done |= s->commands[i].injected;
	}
	if (!protocol_has(s->protocol, PROTOCOL_TAGGED)) /* others wait for theirs by their tags */
		give_up_before(s, s->first_index + (uint32_t)s->command_count, observers);
	for (size_t i = first; i < s->command_count; i++)
		if (s->commands[i].injected)
			report(s, &s->commands[i], observers);
}

/* `has_lines`: those of a POP3 answer follow. */
static void command_is_done(struct session *s, struct command *c, bool has_lines, const struct stamp *at,
			    const struct observers *observers)
{
	uint32_t index = s->first_index + (uint32_t)(c - s->commands);

	c->done = true;
	login_note(s, c);
	mailbox_note(s, c);
	told_note_command(s, c);
	if (s->wants_server_info)
		server_info_note(s, c);
	if (command_refusal(c) != NULL)
		s->failed_index = index;
	if (protocol_has(s->protocol, PROTOCOL_TAGGED)) {
		imap_facts_note_answer(s, c, at, observers);
		imap_mails_note_answer(s, c, observers);
	} else {
		give_up_before(s, index, observers);
	}
	resolve(s, index + 1, false, observers);
	if (has_lines)
		s->listing = index; /* they follow */
	else
		report(s, c, observers);
}

static void end_listing(struct session *s, const struct observers *observers)
{
	struct command *c = session_command(s, s->listing);

	s->listing = DIALOGUE_NO_COMMAND;
	if (c == NULL)
		return;
	if (s->wants_server_info && c->kind == KIND_CAPA)
		server_info_note_capabilities(s, c);
	report(s, c, observers);
}

/* LMTP answers a mail once for each recipient that was accepted (RFC 2033 section 4.2). So does a server that has said
 * 353, and once more for the whole (PRDR). XEXCH50 gets 354 first. */
static bool expects_more(const struct session *s, const struct command *c)
{
	bool is_message = c->kind == KIND_MESSAGE || (c->kind == KIND_BDAT && transaction_is_last_chunk(c));
	bool is_announced;

	if (c->kind == KIND_XEXCH50)
		return c->last_reply->code[0] == '3';
	if (!is_message || s->transaction == NULL)
		return false;
	is_announced = transaction_is_announced(c);
	if (!protocol_has(s->protocol, PROTOCOL_EACH_RECIPIENT) && !is_announced)
		return false;
	return c->reply_count < UINT16_MAX &&
	       c->reply_count < s->transaction->accepted_count + s->transaction->unseen_count + (is_announced ? 2 : 0);
}

static void apply_reply(struct session *s, const struct dialogue_event *event, struct slice shown,
			const struct stamp *first, const struct observers *observers)
{
	struct command *c;
	struct reply *r;
	bool is_first;

	assert(event->index < s->first_index + s->command_count);
	if (s->listing != DIALOGUE_NO_COMMAND && event->index != s->listing)
		end_listing(s, observers);
	c = session_command(s, event->index);
	if (c == NULL)
		return;
	r = c->last_reply;
	is_first = r == NULL || r->whole;
	if (is_first)
		r = add_reply(s, c, event, first);
	else if (!slice_equals(event->code, reply_code(r)))
		set_code(r, event);
	if (is_first && shown.data == NULL && event->text.len <= SESSION_REPLY_TEXT_MAX)
		begin_text(s, r, event->text);
	else
		add_reply_line(s, r, event->text, shown);
	r->is_early = event->is_early;
	r->whole = event->last;
	if (event->last && !expects_more(s, c))
		command_is_done(s, c, event->has_lines, first, observers);
}

static void apply_data_line(struct session *s, const struct dialogue_event *event, const struct stamp *first)
{
	struct command *c = session_command(s, event->index);

	if (c == NULL)
		return;
	add_line(s, c, event, first, SESSION_LINES_MAX);
	mailbox_note_line(s, c, event->text);
}

static void apply_command(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	struct command *c = add_command(s, event, last);

	if (c->kind == KIND_GREETING || c->kind == KIND_UNSOLICITED)
		c->packet = 0;
	if (protocol_has(s->protocol, PROTOCOL_TAGGED)) {
		imap_commands_begin(s, c, event);
		imap_facts_begin_command(s, c);
	}
	if (c->kind == KIND_USER)
		mailbox_of(s)->user = slice_trim_right(slice_sub(command_arguments(c), 0, mask_shown_len(c)));
	c->secret |= c->kind == KIND_LOGIN && c->arguments_len > 0;
	if (c->secret)
		hide_command(s, c, event);
}

static void keep_unfinished(struct session *s, const struct dialogue_event *event, struct slice shown)
{
	struct buffer text = {0};

	if (shown.data != NULL)
		buffer_append(&text, shown);
	else
		hide_unfinished(s, event, &text);
	if (s->unfinished.len == 0)
		s->unfinished = arena_copy(&s->arena, slice_sub(buffer_slice(&text), 0, UNFINISHED_MAX));
	buffer_fini(&text);
}

static void apply_auth_line(struct session *s, const struct dialogue_event *event, const struct stamp *last)
{
	struct command *c = session_command(s, event->index);

	if (c != NULL)
		add_line(s, c, event, last, SESSION_AUTH_LINES_MAX);
	hide_auth_line(s, c, event);
}

static void apply_untagged(struct session *s, const struct dialogue_event *event, const struct stamp *first,
			   const struct observers *observers)
{
	struct command *c = session_command(s, event->index);

	imap_commands_add_untagged(s, c, event, first);
	if (event->last)
		imap_facts_note_untagged(s, c, event, observers);
}

/* What only IMAP has. */
static void apply_imap(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		       const struct stamp *last, const struct observers *observers)
{
	struct command *c = session_command(s, event->index);

	switch (event->kind) {
	case DIALOGUE_COMMAND_MORE:
		imap_commands_go_on(s, c, event, last);
		break;
	case DIALOGUE_LITERAL:
		imap_commands_add_literal(s, c, event, last);
		break;
	case DIALOGUE_CONTINUATION:
		imap_commands_continue(s, c);
		break;
	case DIALOGUE_DONE:
		imap_commands_end_idle(s, c, last);
		break;
	case DIALOGUE_UNTAGGED:
		apply_untagged(s, event, first, observers);
		break;
	case DIALOGUE_FETCHED:
		imap_facts_note_fetched(s, c, event->fetched);
		imap_mails_note_fetched(s, event, observers);
		break;
	case DIALOGUE_COMPRESSED:
		session_imap_make(s)->compressed = true;
		break;
	default:
		break;
	}
}

/* `shown`: the event's text without what is secret; data NULL: there is nothing. */
static void apply(struct session *s, const struct dialogue_event *event, struct slice shown, const struct stamp *first,
		  const struct stamp *last, const struct observers *observers)
{
	switch (event->kind) {
	case DIALOGUE_COMMAND:
		apply_command(s, event, last);
		break;
	case DIALOGUE_REPLY:
		apply_reply(s, event, shown, first, observers);
		break;
	case DIALOGUE_DATA_LINE:
		apply_data_line(s, event, first);
		break;
	case DIALOGUE_AUTH_LINE:
		apply_auth_line(s, event, last);
		break;
	case DIALOGUE_MAIL_BEGIN:
		mail_data_begin(s, event, first);
		break;
	case DIALOGUE_MAIL_RANGE:
		mail_data_add_range(s, event);
		break;
	case DIALOGUE_MAIL_END:
		mail_data_end(s, event, last, observers);
		break;
	case DIALOGUE_PROXY:
		told_note_header(s, event->proxy);
		break;
	case DIALOGUE_TLS:
		if (event->side == SIDE_CLIENT)
			discard_injected(s, observers);
		s->tls = true;
		s->tls_begin[event->side] = event->begin;
		break;
	case DIALOGUE_UNFINISHED:
		keep_unfinished(s, event, shown);
		break;
	case DIALOGUE_NOTE:
		assert(event->note < DIALOGUE_NOTES);
		s->notes |= 1U << event->note;
		if (event->note == DIALOGUE_NOTE_LONG_LINE)
			hide_rest(s, event);
		if (event->note == DIALOGUE_NOTE_DATA_ASSUMED && event->index != DIALOGUE_NO_COMMAND)
			resolve(s, event->index + 1, true, observers);
		break;
	case DIALOGUE_SKIPPED:
		hide_skipped(s, event);
		break;
	case DIALOGUE_RESYNC:
		break;
	default:
		apply_imap(s, event, first, last, observers);
		break;
	}
}

static void apply_masked(struct session *s, const struct dialogue_event *event, struct slice masked,
			 const struct stamp *first, const struct stamp *last, const struct observers *observers)
{
	struct dialogue_event shown = *event;

	shown.text = masked;
	shown.secret = true;
	observers_event(observers, s, &shown, first, last);
	if (event->kind == DIALOGUE_DATA_LINE || event->kind == DIALOGUE_AUTH_LINE || event->kind == DIALOGUE_UNTAGGED)
		shown.text = event->text; /* masked as a whole where it is shown */
	apply(s, event->kind == DIALOGUE_REPLY ? event : &shown, masked, first, last, observers);
}

void session_apply(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		   const struct stamp *last, const struct observers *observers)
{
	struct buffer masked = {0};

	assert(!s->over);
	if (event->kind != DIALOGUE_NOTE && event->kind != DIALOGUE_RESYNC)
		hide_no_more(s, event);
	if (hide_echo(s, event, &masked)) {
		apply_masked(s, event, buffer_slice(&masked), first, last, observers);
	} else {
		observers_event(observers, s, event, first, last);
		apply(s, event, slice_of(NULL, 0), first, last, observers);
	}
	if (secrets_are_costly(s->known) && session_flaws(&s->side[SIDE_SERVER])->hostile_packet == 0)
		session_make_flaws(&s->side[SIDE_SERVER])->hostile_packet = first->packet;
	buffer_fini(&masked);
}

void session_finish(struct session *s, const struct observers *observers)
{
	assert(!s->over);
	s->over = true;
	end_listing(s, observers);
	for (size_t i = 0; i < s->command_count; i++)
		if (!s->commands[i].done && !s->commands[i].reported)
			login_note(s, &s->commands[i]);
	resolve(s, UINT32_MAX, true, observers);
	transaction_finish(s, observers);
	imap_mails_finish(s, observers);
	for (size_t i = 0; i < s->command_count; i++)
		report(s, &s->commands[i], observers);
}
