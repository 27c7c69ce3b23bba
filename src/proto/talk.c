#include "proto/talk.h"

#include "proto/pending.h"

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

void talk_emit(struct talk *t, const struct dialogue_event *event)
{
	t->sink(t->ctx, event);
}

void talk_note(struct talk *t, enum side side, uint32_t index, const struct line *line, enum dialogue_note note)
{
	struct dialogue_event event = talk_event(DIALOGUE_NOTE, side, index, line);

	event.note = note;
	event.text = line->text;
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

uint32_t talk_command(struct talk *t, enum side side, const struct line *line, struct slice verb,
		      struct slice arguments, bool secret)
{
	struct dialogue_event event = talk_event(DIALOGUE_COMMAND, side, t->d->next_index++, line);

	event.verb = verb;
	event.arguments = arguments;
	event.secret = secret;
	talk_emit(t, &event);
	return event.index;
}

/* The first word of a line that no RFC knows is a verb when it is printable; other lines are no commands. */
static bool is_word(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] < 0x21 || s.data[i] > 0x7e)
			return false;
	return s.len > 0;
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

	if (!is_word(command->name) || has_controls(command->arguments) || command->name.len > sizeof(upper))
		return talk_command(t, SIDE_CLIENT, line, slice_from_text("(unparsed)"), slice_trim_right(line->text),
				    secret);
	for (size_t i = 0; i < command->name.len; i++)
		upper[i] = slice_upper_byte(command->name.data[i]);
	return talk_command(t, SIDE_CLIENT, line, slice_of(upper, command->name.len), command->arguments, secret);
}

/* Some clients say user and password though AUTH was refused: nothing shows that but that they are base64. */
static bool is_refused_login(const struct dialogue *d, const struct verb_line *command)
{
	struct slice word = command->name;

	if (!d->auth_refused || command->verb != VERB_UNKNOWN || command->arguments.len > 0 || word.len % 4 != 0)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		uint8_t upper = slice_upper_byte(word.data[i]);

		if (!(upper >= 'A' && upper <= 'Z') && !(upper >= '0' && upper <= '9') && upper != '+' &&
		    upper != '/' && upper != '=')
			return false;
	}
	return word.len > 0;
}

uint32_t talk_client_command(struct talk *t, const struct line *line, const struct verb_line *command, bool secret)
{
	uint32_t index;

	talk_greet(t, NULL);
	if (is_refused_login(t->d, command))
		index = talk_command(t, SIDE_CLIENT, line, slice_from_text("(unparsed)"), command->name, true);
	else if (command->verb == VERB_UNKNOWN)
		index = unknown_command(t, line, command, secret);
	else
		index = talk_command(t, SIDE_CLIENT, line, command->name, command->arguments, secret);
	if (command->verb != VERB_UNKNOWN)
		t->d->auth_refused = false;
	talk_note_line(t, SIDE_CLIENT, index, line);
	if (command->indented)
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
	talk_expect(t,
		    talk_command(t, SIDE_SERVER, line ? line : &nothing, slice_from_text("(greeting)"),
				 slice_of(NULL, 0), false),
		    VERB_GREETING, 0);
}

void talk_reply(struct talk *t, uint32_t index, const struct line *line, const struct reply *reply, bool last)
{
	struct dialogue_event event = talk_event(DIALOGUE_REPLY, SIDE_SERVER, index, line);

	event.code = reply->code;
	event.enhanced = reply->enhanced;
	event.text = reply->text;
	event.has_lines = reply->has_lines;
	event.last = last;
	talk_emit(t, &event);
	talk_note_line(t, SIDE_SERVER, index, line);
	if (reply->loose)
		talk_note(t, SIDE_SERVER, index, line, DIALOGUE_NOTE_LOOSE_GRAMMAR);
}

/* Its number stands among those of commands that may still be pending, so it takes a place there. */
uint32_t talk_unsolicited(struct talk *t, const struct line *line)
{
	uint32_t index = talk_command(t, SIDE_SERVER, line, slice_from_text("(unsolicited)"), slice_of(NULL, 0), false);

	if (t->d->pending_count > 0)
		pending_push(t->d, index, VERB_DONE, 0);
	return index;
}

void talk_found(struct talk *t, enum side side, uint64_t begin)
{
	struct dialogue_event event = {.kind = DIALOGUE_RESYNC, .side = side, .index = DIALOGUE_NO_COMMAND};

	if (!t->d->lost[side])
		return;
	t->d->lost[side] = false;
	event.begin = begin;
	event.end = begin;
	talk_emit(t, &event);
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
	case TALK_GUESS_OCTETS:
	case TALK_SKIP:
	case TALK_AUTH:
	case TALK_GUESS_AUTH:
	case TALK_PEEK_TLS:
	case TALK_CLIENT_TLS:
		break;
	}
	return false;
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
