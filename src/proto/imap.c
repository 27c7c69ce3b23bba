/* What the client says. */
#include "proto/imap.h"

#include <assert.h>

#include "proto/auth.h"
#include "proto/recognise.h"

/* ---- commands ---- */

void imap_tell_continuation(struct talk *t, uint32_t index, struct slice text, uint64_t begin, uint64_t end)
{
	struct dialogue_event event = {.kind = DIALOGUE_CONTINUATION,
				       .side = SIDE_SERVER,
				       .index = index,
				       .begin = begin,
				       .end = end,
				       .text = text,
				       .text_begin = begin};

	event.secret = text.len > 0 && t->d->auth_open;
	talk_emit(t, &event);
}

/* "+" was said before this was seen. */
static bool take_early(struct talk *t, uint32_t index)
{
	struct dialogue_imap *imap = t->d->imap;

	if (imap->early_count == 0)
		return false;
	imap->early_count--;
	imap_tell_continuation(t, index, slice_of(NULL, 0), imap->early_begin, imap->early_end);
	return true;
}

void imap_begin_literal(struct talk *t)
{
	struct dialogue_imap *imap = t->d->imap;
	bool is_mail = imap->takes_mails && imap->has_mailbox && !imap->is_catenating;

	imap->has_mailbox = true; /* else it was the mailbox's name */
	imap->octets[SIDE_CLIENT].index = imap->index;
	imap_begin_octets(t, SIDE_CLIENT, imap->announced.size, is_mail, MAIL_SECTION_WHOLE, 0);
}

static void close_command(struct dialogue *d)
{
	d->imap->is_open = false;
	d->client_state = TALK_COMMAND;
}

/* The line just taken ends in the announcement of a literal. */
static void announce(struct talk *t)
{
	struct dialogue *d = t->d;
	struct dialogue_imap *imap = d->imap;

	if (imap->announced.is_plus) {
		imap_begin_literal(t);
	} else if (pending_at(d, imap->index) == NULL) { /* it was answered before it was said */
		imap->awaits = IMAP_AWAITS_LITERAL;
		d->client_state = TALK_GUESS_OCTETS;
	} else {
		imap->awaits = IMAP_AWAITS_LITERAL;
		talk_wait(t, TALK_WAIT_OCTETS, TALK_GUESS_OCTETS);
		if (imap->early_count > 0)
			d->client_state = TALK_GUESS_OCTETS;
	}
}

static bool scan(struct dialogue_imap *imap, const struct line *line)
{
	literal_init(&imap->announced);
	literal_scan(&imap->announced, line->text);
	return !line->truncated && literal_is_announced(&imap->announced);
}

/* The arguments of APPEND, without the literal that the line announces: whether they name the mailbox. */
static bool names_mailbox(struct slice verb, struct slice arguments)
{
	struct slice rest = arguments;

	if (!slice_equals_nocase(verb, "APPEND")) /* REPLACE has a number before it */
		verb_word(arguments, &rest);
	return rest.len > 0 && rest.data[0] != '{';
}

/* "CATENATE (" and the bracket behind it, neither of them in a quoted string. */
static void note_catenate(struct dialogue_imap *imap, struct slice text)
{
	bool is_quoted = false;

	for (size_t i = 0; imap->takes_mails && i < text.len; i++) {
		if (is_quoted && text.data[i] == '\\')
			i++;
		else if (text.data[i] == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && text.data[i] == ')')
			imap->is_catenating = false;
		else if (!is_quoted && slice_begins_nocase(slice_after(text, i), "CATENATE ("))
			imap->is_catenating = true;
	}
}

static void tell_more(struct talk *t, const struct line *line, struct slice text)
{
	struct dialogue_event event = talk_event(DIALOGUE_COMMAND_MORE, SIDE_CLIENT, t->d->imap->index, line);

	event.last = !t->d->imap->is_open;
	event.text = event.last ? slice_trim_right(text) : text;
	event.text_begin = line->begin;
	event.secret = t->d->imap->is_secret;
	talk_emit(t, &event);
}

/* The command goes on behind a literal. */
static void go_on(struct talk *t, const struct line *line)
{
	struct dialogue_imap *imap = t->d->imap;
	bool is_announced = scan(imap, line);

	imap->is_open = is_announced || line->overlong;
	note_catenate(imap, line->text);
	tell_more(t, line, line->text);
	if (is_announced && !line->overlong)
		announce(t);
}

static void tell_done(struct talk *t, const struct line *line)
{
	struct dialogue_event event = talk_event(DIALOGUE_DONE, SIDE_CLIENT, t->d->imap->idle_index, line);

	talk_emit(t, &event);
	talk_note_line(t, SIDE_CLIENT, event.index, line);
}

static void expect(struct talk *t, uint32_t index, const struct verb_line *command)
{
	struct dialogue *d = t->d;
	enum verb verb = command->name.len > 0 ? command->verb : VERB_UNPARSED;
	uint8_t flags = d->hole_before ? PENDING_BEHIND_HOLE : 0;

	d->hole_before = false;
	d->unseen_len = 0;
	if (verb_is_tag(command->tag))
		pending_push_tagged(d, index, verb, flags, command->tag);
	else
		pending_push(d, index, VERB_DONE, 0); /* nothing answers it */
}

/* A command that is said whole. */
static void await_answer(struct talk *t, uint32_t index, const struct verb_line *command, const struct line *line)
{
	struct dialogue *d = t->d;
	struct dialogue_imap *imap = d->imap;

	if (command->verb == VERB_AUTH && command->arguments.len > 0) {
		auth_begin(t, index, command->arguments, line);
		if (take_early(t, index))
			d->client_state = TALK_GUESS_AUTH;
	} else if (command->verb == VERB_STARTTLS) {
		talk_wait(t, TALK_WAIT_TLS, TALK_PEEK_TLS);
	} else if (command->verb == VERB_COMPRESS) {
		imap->awaits = IMAP_AWAITS_COMPRESS;
		talk_wait(t, TALK_WAIT_OCTETS, TALK_GUESS_OCTETS);
	} else if (command->verb == VERB_IDLE) {
		imap->is_idle = true;
		imap->idle_index = index;
		imap->idle_began = take_early(t, index);
	}
}

static void begin_command(struct talk *t, const struct line *line)
{
	struct dialogue_imap *imap = t->d->imap;
	struct verb_line command;
	bool is_announced = scan(imap, line);

	verb_read(PROTOCOL_IMAP, line->text, &command);
	imap->is_open = is_announced || (line->overlong && command.verb != VERB_AUTH);
	imap->is_secret = command.row != NULL ? command.row->secrecy != SECRECY_NONE : auth_holds_secret(&command);
	imap->takes_mails = command.verb == VERB_APPEND;
	imap->has_mailbox = names_mailbox(command.name, command.arguments);
	imap->is_catenating = false;
	note_catenate(imap, command.arguments);
	command.is_open = imap->is_open;
	imap->index = talk_client_command(t, line, &command, auth_holds_secret(&command));
	if (imap->is_secret)
		auth_come_near(t->d, imap->index);
	expect(t, imap->index, &command);
	if (is_announced)
		announce(t);
	else
		await_answer(t, imap->index, &command, line);
}

static void client_line(struct talk *t, const struct line *line)
{
	struct dialogue_imap *imap = imap_state(t->d);

	if (imap->is_open)
		go_on(t, line);
	else if (imap->is_idle && slice_equals_nocase(slice_trim(line->text), "DONE"))
		tell_done(t, line);
	else
		begin_command(t, line);
}

void imap_compress(struct talk *t)
{
	struct dialogue *d = t->d;

	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		struct line here = {.begin = d->offset[side], .end = d->offset[side]};
		struct dialogue_event event = talk_event(DIALOGUE_COMPRESSED, side, DIALOGUE_NO_COMMAND, &here);

		talk_emit(t, &event);
	}
	d->client_state = TALK_CLIENT_OPAQUE;
	d->server_state = TALK_SERVER_OPAQUE;
}

static void guess_octets(struct talk *t, bool is_command)
{
	struct dialogue_imap *imap = t->d->imap;

	if (is_command) {
		close_command(t->d);
	} else if (imap->awaits == IMAP_AWAITS_LITERAL) {
		take_early(t, imap->index);
		imap_begin_literal(t);
	} else {
		imap_compress(t);
	}
}

static bool goes_on(const struct dialogue *d)
{
	return d->imap != NULL && d->imap->is_open;
}

static void take_command_rest(struct talk *t, struct slice text, uint64_t begin, bool whole)
{
	struct dialogue_imap *imap = imap_state(t->d);
	struct line line = {.text = slice_of(NULL, 0), .begin = begin, .end = begin + text.len};

	if (!imap->is_open)
		return;
	literal_scan(&imap->announced, text);
	if (whole && literal_is_announced(&imap->announced)) {
		announce(t);
	} else if (whole) {
		imap->is_open = false;
		tell_more(t, &line, line.text);
	}
}

static void take_rest(struct talk *t, enum side side, struct slice text, uint64_t begin, bool whole)
{
	if (side == SIDE_CLIENT)
		take_command_rest(t, text, begin, whole);
	else
		imap_take_answer_rest(t, text, begin, whole);
}

static void cut_command(struct talk *t)
{
	struct dialogue *d = t->d;
	struct line here = {
		.begin = d->offset[SIDE_CLIENT], .end = d->offset[SIDE_CLIENT], .truncated = !d->ended[SIDE_CLIENT]};

	if (!d->imap->is_open)
		return;
	d->imap->is_open = false;
	if (d->client_state == TALK_WAIT_OCTETS || d->client_state == TALK_GUESS_OCTETS)
		d->client_state = TALK_COMMAND;
	tell_more(t, &here, slice_of(NULL, 0));
}

static void cut_off(struct talk *t, enum side side)
{
	imap_state(t->d)->is_doubtful = true;
	imap_cut_octets(t, side);
	if (side == SIDE_CLIENT)
		cut_command(t);
	else
		imap_cut_answer(t);
}

static void restart(struct dialogue *d, enum side side)
{
	struct dialogue_imap *imap = imap_state(d);

	if (side == SIDE_CLIENT)
		imap->is_open = imap->is_idle = false;
	else
		imap->has_answer = false;
	imap->early_count = 0;
}

/* ---- which protocol it is ---- */

/* "AUTH LOGIN" would have a tag, too. */
static bool is_others(struct slice text)
{
	return verb_certain(PROTOCOL_SMTP, text) != NULL || verb_certain(PROTOCOL_POP3, text) != NULL;
}

/* One of the commands that may come first, whoever says it. */
static bool is_first_command(const struct verb_line *line)
{
	static const char *const names[] = {"CAPABILITY", "LOGIN",  "AUTHENTICATE", "STARTTLS", "ID",
					    "NOOP",	  "LOGOUT", "SELECT",	    "EXAMINE"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equals_nocase(line->name, names[i]))
			return true;
	return slice_begins_nocase(line->name, "UID ");
}

static bool is_command(struct slice text)
{
	struct verb_line line;

	verb_read(PROTOCOL_IMAP, text, &line);
	return line.row != NULL && line.tag.len <= 16 && verb_is_tag(line.tag) && !is_others(text) &&
	       (is_first_command(&line) || verb_certain(PROTOCOL_IMAP, text) != NULL);
}

/* "* 5 FETCH (FLAGS (\Seen))" where the capture begins. */
static bool is_message_data(struct slice text)
{
	static const char *const names[] = {"EXISTS", "RECENT", "EXPUNGE", "FETCH"};
	size_t digits;
	struct slice rest;
	struct slice name;

	slice_decimal(slice_after(text, 2), &digits);
	if (!slice_begins_nocase(text, "* ") || digits == 0)
		return false;
	name = verb_word(slice_trim_left(slice_after(text, 2 + digits)), &rest);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equals_nocase(name, names[i]))
			return true;
	return false;
}

static bool is_greeting(struct slice text)
{
	return slice_begins_nocase(text, "* OK") || slice_begins_nocase(text, "* PREAUTH") ||
	       slice_begins_nocase(text, "* BYE") || slice_begins_nocase(text, "* CAPABILITY") || is_message_data(text);
}

static enum recognition recognise(enum side side, struct slice text)
{
	bool is_ours = side == SIDE_CLIENT ? is_command(text) : is_greeting(text);

	return is_ours ? RECOGNISE_YES : RECOGNISE_NOT;
}

const struct protocol_ops imap_ops = {
	.recognise = recognise,
	.client_line = client_line,
	.server_line = imap_server_line,
	.guess_octets = guess_octets,
	.take_octets = imap_take_octets,
	.lose_octets = imap_lose_octets,
	.take_rest = take_rest,
	.goes_on = goes_on,
	.cut_off = cut_off,
	.restart = restart,
	.greeting = "* OK",
};
