#include "proto/talk.h"

#include <assert.h>

#include "proto/auth.h"
#include "proto/pending.h"
#include "proto/sasl.h"
#include "proto/suspect.h"

struct dialogue_event talk_event(enum dialogue_event_kind kind, enum side side, uint32_t index, const struct line *line)
{
	return (struct dialogue_event){
		.kind = kind,
		.side = side,
		.index = index,
		.begin = line->begin,
		.end = line->end,
		.truncated = line->truncated,
	};
}

uint64_t talk_place(const struct line *line, struct slice part)
{
	bool is_part = part.data != NULL && line->text.data != NULL && part.data >= line->text.data &&
		       part.data <= line->text.data + line->text.len;

	return line->begin + (is_part ? (uint64_t)(part.data - line->text.data) : 0);
}

void talk_emit(struct talk *t, const struct dialogue_event *event)
{
	t->sink(t->ctx, event);
}

void talk_note(struct talk *t, enum side side, uint32_t index, const struct line *line, enum dialogue_note note)
{
	struct dialogue_event event = talk_event(DIALOGUE_NOTE, side, index, line);

	event.note = note;
	event.text = line->text;
	event.text_begin = line->begin;
	event.secret = note == DIALOGUE_NOTE_BAD_REPLY && t->d->login_near;
	talk_emit(t, &event);
}

void talk_note_line(struct talk *t, enum side side, uint32_t index, const struct line *line)
{
	if (line->bare_lf)
		talk_note(t, side, index, line, DIALOGUE_NOTE_BARE_LF);
	if (line->overlong)
		talk_note(t, side, index, line, DIALOGUE_NOTE_LONG_LINE);
	if (slice_find(line->text, '\r') < line->text.len)
		talk_note(t, side, index, line, DIALOGUE_NOTE_BARE_CR);
	if (slice_find(line->text, '\0') < line->text.len)
		talk_note(t, side, index, line, DIALOGUE_NOTE_NUL);
}

static uint32_t tell(struct talk *t, enum side side, const struct line *line, const struct verb_line *command,
		     bool secret)
{
	struct dialogue_event event = talk_event(DIALOGUE_COMMAND, side, t->d->next_index++, line);

	event.row = command->row;
	event.verb = command->name;
	event.arguments = command->arguments;
	event.tag = command->tag;
	event.last = !command->is_open;
	event.secret = secret;
	talk_emit(t, &event);
	return event.index;
}

uint32_t talk_special(struct talk *t, enum side side, const struct line *line, enum verb verb)
{
	const struct command_row *row = commands_of_verb(t->d->protocol, verb);

	return tell(t, side, line, &(struct verb_line){.row = row, .name = commands_name(row)}, false);
}

/* A line that cannot be a command. */
static uint32_t unparsed(struct talk *t, const struct line *line, bool secret)
{
	const struct command_row *row = commands_of_verb(t->d->protocol, VERB_UNPARSED);

	return tell(
		t, SIDE_CLIENT, line,
		&(struct verb_line){.row = row, .name = commands_name(row), .arguments = slice_trim_right(line->text)},
		secret);
}

/* The first word of a line that no RFC knows is a verb when it is printable; other lines are no commands. */
static bool is_word(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] < 0x21 || s.data[i] > 0x7e)
			return false;
	return s.len > 0;
}

/* Of a command that no RFC knows; with UID before it, where commands have tags. */
static bool is_verb(const struct dialogue *d, const struct verb_line *command)
{
	struct slice second;
	struct slice first = verb_word(command->name, &second);

	if (!protocol_has(d->protocol, PROTOCOL_TAGGED))
		return is_word(command->name);
	return verb_is_tag(command->tag) && is_word(first) && (second.len == 0 || is_word(second));
}

static bool has_controls(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.data[i] < 0x20 && s.data[i] != '\t') || s.data[i] == 0x7f)
			return true;
	return false;
}

static uint32_t unknown_command(struct talk *t, const struct line *line, const struct verb_line *command, bool secret)
{
	uint8_t upper[DIALOGUE_LINE_MAX];

	if (!is_verb(t->d, command) || has_controls(command->arguments) || command->name.len > sizeof(upper))
		return unparsed(t, line, secret);
	for (size_t i = 0; i < command->name.len; i++)
		upper[i] = slice_upper_byte(command->name.data[i]);
	return tell(t, SIDE_CLIENT, line,
		    &(struct verb_line){.tag = command->tag,
					.name = slice_of(upper, command->name.len),
					.arguments = command->arguments,
					.is_open = command->is_open},
		    secret);
}

static bool is_login_part(const struct dialogue *d, const struct verb_line *command, struct slice text)
{
	if (command->verb != VERB_UNKNOWN || text.len == 0 || slice_equals_nocase(text, "*"))
		return false;
	if (protocol_has(d->protocol, PROTOCOL_TAGGED) && command->name.len > 0 && verb_is_tag(command->tag))
		return false; /* it has a command's shape */
	return auth_may_begin(d) || suspect_is_login(text);
}

/* A known verb with what does not fit it, where a password may come that begins with such a word. */
static bool is_out_of_place(const struct dialogue *d, const struct line *line, const struct verb_line *command)
{
	bool is_login = command->row->secrecy != SECRECY_NONE; /* those know what is secret in them */

	return d->login_near && !is_login && command->arguments.len > 0 && command->tag.len == 0 &&
	       !verb_is_certain(d->protocol, line->text);
}

static uint32_t tell_command(struct talk *t, const struct line *line, const struct verb_line *command, bool secret)
{
	struct slice text = slice_trim_right(line->text);
	uint32_t index;

	if (is_login_part(t->d, command, text)) {
		index = unparsed(t, line, true);
		auth_come_near(t->d, index);
		return index;
	}
	if (command->row == NULL)
		return unknown_command(t, line, command, secret);
	return tell(t, SIDE_CLIENT, line, command, secret || is_out_of_place(t->d, line, command));
}

uint32_t talk_client_command(struct talk *t, const struct line *line, const struct verb_line *command, bool secret)
{
	uint32_t index;

	talk_greet(t, NULL);
	index = tell_command(t, line, command, secret);
	talk_note_line(t, SIDE_CLIENT, index, line);
	if (command->indented || command->glued)
		talk_note(t, SIDE_CLIENT, index, line, DIALOGUE_NOTE_LOOSE_GRAMMAR);
	return index;
}

void talk_expect(struct talk *t, uint32_t index, enum verb verb, uint8_t flags)
{
	if (t->d->hole_before)
		flags |= PENDING_BEHIND_HOLE;
	t->d->hole_before = false;
	t->d->unseen_len = 0;
	pending_push(t->d, index, verb, flags);
}

/* With no line of its own (`line` NULL) the client spoke first, or the greeting was lost. */
void talk_greet(struct talk *t, const struct line *line)
{
	struct line nothing = {.begin = 0};

	if (t->d->greeted)
		return;
	t->d->greeted = true;
	talk_expect(t, talk_special(t, SIDE_SERVER, line != NULL ? line : &nothing, VERB_GREETING), VERB_GREETING, 0);
}

/* A refusal that may repeat what nobody saw, or a proof that the server knows the password. */
static bool is_secret_reply(const struct dialogue *d, uint32_t index, const struct reply *reply)
{
	uint8_t first = reply->code.data[0];
	bool refuses = first == '4' || first == '5' || first == '-' || first == 'N' || first == 'B'; /* NO, BAD, BYE */

	return (refuses && auth_may_echo(d, index)) || sasl_is_proof(reply->text) ||
	       (d->login_near && !refuses && first != '3' && suspect_is_base64(reply->text));
}

void talk_reply(struct talk *t, uint32_t index, const struct line *line, const struct reply *reply, bool last)
{
	struct dialogue_event event = talk_event(DIALOGUE_REPLY, SIDE_SERVER, index, line);

	assert(index < t->d->next_index);
	event.code = reply->code;
	event.enhanced = reply->enhanced;
	event.text = reply->text;
	event.text_begin = talk_place(line, reply->text);
	event.secret = is_secret_reply(t->d, index, reply);
	event.doubtful = t->d->has_hole || index == t->d->stray_index;
	event.unseen_login = t->d->login_hidden || index == t->d->stray_index;
	event.is_early = (t->d->client_state == TALK_DATA && t->d->mail_answered) || talk_is_in_chunk(t->d, index);
	event.has_lines = reply->has_lines;
	event.last = last;
	talk_emit(t, &event);
	if (index == t->d->stray_index && suspect_is_login(reply->text)) /* it speaks of one that was not captured */
		auth_come_near(t->d, index);
	talk_note_line(t, SIDE_SERVER, index, line);
	if (reply->loose)
		talk_note(t, SIDE_SERVER, index, line, DIALOGUE_NOTE_LOOSE_GRAMMAR);
}

/* Its number stands among those of commands that may still be pending, so it takes a place there. */
uint32_t talk_unsolicited_as(struct talk *t, const struct line *line, const struct verb_line *command)
{
	uint32_t index = tell(t, SIDE_SERVER, line, command, false);

	t->d->stray_index = index;
	if (t->d->pending_count > 0)
		pending_push(t->d, index, VERB_DONE, 0);
	return index;
}

uint32_t talk_unsolicited(struct talk *t, const struct line *line)
{
	const struct command_row *row = commands_of_verb(t->d->protocol, VERB_UNSOLICITED);

	return talk_unsolicited_as(t, line, &(struct verb_line){.row = row, .name = commands_name(row)});
}

void talk_skip(struct talk *t, enum side side, const struct line *line, bool hide)
{
	struct dialogue_event event = talk_event(DIALOGUE_SKIPPED, side, DIALOGUE_NO_COMMAND, line);

	event.text = line->text;
	event.secret = true;
	if (hide && line->text.len > 0)
		talk_emit(t, &event);
	if (t->d->skipped_lines[side] < UINT8_MAX)
		t->d->skipped_lines[side]++;
}

void talk_skip_answer(struct talk *t, const struct line *line)
{
	const struct dialogue *d = t->d;
	bool is_rest = d->login_hidden && d->skipped_lines[SIDE_SERVER] == 0;
	size_t begin;
	size_t end;

	talk_skip(t, SIDE_SERVER, line,
		  d->login_near ||
			  (is_rest &&
			   suspect_find(line->text, 0, SUSPECT_BASE64 | SUSPECT_QUOTED | SUSPECT_PASS, &begin, &end)));
}

static void tell_found(struct talk *t, enum side side, uint64_t begin)
{
	struct dialogue_event event = {
		.kind = DIALOGUE_RESYNC, .side = side, .index = DIALOGUE_NO_COMMAND, .begin = begin, .end = begin};

	t->d->lost[side] = false;
	talk_emit(t, &event);
}

void talk_found(struct talk *t, enum side side, uint64_t begin)
{
	assert(begin <= t->d->offset[side]);
	if (t->d->lost[side])
		tell_found(t, side, begin);
}

void talk_wait(struct talk *t, enum talk_client_state wait, enum talk_client_state guess)
{
	t->d->client_state = (uint8_t)(t->d->ended[SIDE_SERVER] ? guess : wait);
}

bool talk_client_waits(const struct dialogue *d)
{
	switch ((enum talk_client_state)d->client_state) {
	case TALK_WAIT_DATA:
	case TALK_WAIT_AUTH:
	case TALK_WAIT_TLS:
	case TALK_WAIT_OCTETS:
		return true;
	case TALK_COMMAND:
		return pending_is_full(d);
	case TALK_GUESS_DATA:
	case TALK_DATA:
	case TALK_CHUNK:
	case TALK_OCTETS:
	case TALK_GUESS_OCTETS:
	case TALK_SKIP:
	case TALK_AUTH:
	case TALK_GUESS_AUTH:
	case TALK_PEEK_TLS:
	case TALK_CLIENT_OPAQUE:
		break;
	}
	return false;
}

bool talk_is_in_chunk(const struct dialogue *d, uint32_t index)
{
	return d->client_state == TALK_CHUNK && d->chunk_index == index;
}

void talk_guess(struct dialogue *d)
{
	if (d->client_state == TALK_WAIT_DATA)
		d->client_state = TALK_GUESS_DATA;
	else if (d->client_state == TALK_WAIT_AUTH)
		d->client_state = TALK_GUESS_AUTH;
	else if (d->client_state == TALK_WAIT_TLS)
		d->client_state = TALK_PEEK_TLS;
	else if (d->client_state == TALK_WAIT_OCTETS)
		d->client_state = TALK_GUESS_OCTETS;
}
