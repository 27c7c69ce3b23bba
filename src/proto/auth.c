#include "proto/auth.h"

#include <assert.h>

#include "proto/pending.h"
#include "proto/protocol_ops.h"
#include "proto/sasl.h"
#include "proto/suspect.h"

bool auth_is_secret(struct slice arguments)
{
	struct slice response;
	struct slice mechanism = verb_word(arguments, &response);

	if (!sasl_is_mechanism(mechanism))
		return arguments.len > 0;
	return response.len > 0 && (sasl_shown_lines(mechanism) == 0 || !suspect_is_name(response));
}

/* "USER ann secret": a name is one word. */
static bool is_more_than_a_name(struct slice arguments)
{
	struct slice rest;

	verb_word(arguments, &rest);
	return rest.len > 0;
}

/* "LOGIN ann secret", where the tag is missing; "a1 XLOGIN ann secret". */
static bool names_login(const struct verb_line *command)
{
	const struct command_row *row = commands_find_any(command->tag);

	return (row != NULL && row->secrecy != SECRECY_NONE) || suspect_is_login(command->name);
}

bool auth_holds_secret(const struct verb_line *command)
{
	if (command->row == NULL && command->tag.len > 0)
		return names_login(command);
	switch (command->row != NULL ? (enum command_secrecy)command->row->secrecy : SECRECY_NONE) {
	case SECRECY_ARGUMENTS:
		return true;
	case SECRECY_REST:
		return is_more_than_a_name(command->arguments);
	case SECRECY_RESPONSE:
		return auth_is_secret(command->arguments);
	case SECRECY_NONE:
		break;
	}
	return false;
}

void auth_come_near(struct dialogue *d, uint32_t index)
{
	d->login_near = true;
	d->login_index = index;
}

void auth_go_on(struct dialogue *d, enum verb verb, uint32_t index, bool accepted)
{
	if (!accepted || d->auth_open || (d->login_near && index <= d->login_index))
		return;
	switch (verb) {
	case VERB_UNKNOWN:
	case VERB_DONE:
	case VERB_GREETING:
	case VERB_AUTH:
	case VERB_USER:
	case VERB_PASS:
	case VERB_APOP:
	case VERB_LOGIN:
		return;
	default:
		d->login_near = d->login_has_hole = d->login_hidden = false;
	}
}

bool auth_may_begin(const struct dialogue *d)
{
	return d->login_near || (d->login_hidden && protocol_ops(d->protocol)->has_plain_passwords);
}

bool auth_may_echo(const struct dialogue *d, uint32_t index)
{
	return d->login_near && (d->login_has_hole || d->client_stalled || index == d->stray_index ||
				 (d->auth_open && d->client_state == TALK_AUTH));
}

static void say(struct talk *t, const struct line *line, struct slice text)
{
	struct dialogue *d = t->d;
	struct dialogue_event event = talk_event(DIALOGUE_AUTH_LINE, SIDE_CLIENT, d->auth_index, line);

	event.text = text;
	event.truncated |= d->auth_has_hole;
	event.secret = (d->auth_lines >= d->auth_shown_lines || !suspect_is_name(text)) && text.len > 0 &&
		       !slice_equals_nocase(text, "*");
	if (d->auth_lines < UINT8_MAX)
		d->auth_lines++;
	talk_emit(t, &event);
}

void auth_begin(struct talk *t, uint32_t index, struct slice arguments, const struct line *line)
{
	struct dialogue *d = t->d;
	struct slice response;
	struct slice mechanism = verb_word(arguments, &response);

	assert(!d->auth_open);
	d->auth_open = true;
	d->auth_has_hole = false;
	d->auth_early_ok = false;
	auth_come_near(d, index);
	d->auth_shown_lines = sasl_shown_lines(mechanism);
	d->auth_any_order = slice_equals_nocase(mechanism, "LOGIN");
	d->auth_lines = 0;
	d->auth_index = index;
	d->challenge_begin = 0;
	d->challenge_end = 0;
	d->auth_begins_by_client = response.len == 0 && sasl_begins_by_client(mechanism);
	if (response.len > 0)
		say(t, line, response);
	talk_wait(t, TALK_WAIT_AUTH, TALK_GUESS_AUTH);
}

void auth_lose(struct dialogue *d)
{
	d->auth_has_hole = d->auth_open;
	d->login_has_hole = d->login_near;
	d->auth_shown_lines = 0;
}

void auth_lose_challenge(struct dialogue *d)
{
	if (d->auth_open && d->auth_any_order)
		d->auth_shown_lines = 0;
}

void auth_client_line(struct talk *t, const struct line *line)
{
	assert(t->d->auth_open);
	say(t, line, slice_trim_right(line->text));
	talk_note_line(t, SIDE_CLIENT, t->d->auth_index, line);
	if (t->d->client_state == TALK_AUTH || t->d->auth_early_ok)
		talk_wait(t, TALK_WAIT_AUTH, TALK_GUESS_AUTH);
}

void auth_challenge(struct talk *t, const struct line *line, struct slice text, bool last)
{
	struct dialogue *d = t->d;
	struct dialogue_event event = talk_event(DIALOGUE_AUTH_LINE, SIDE_SERVER, d->auth_index, line);

	assert(d->auth_open);
	event.text = text;
	event.text_begin = talk_place(line, text);
	event.secret = sasl_is_proof(text);
	if (d->auth_shown_lines > 0 && sasl_asks_password(text)) /* what comes is no name */
		d->auth_shown_lines = 0;
	d->challenge_begin = line->begin;
	d->challenge_end = line->end;
	talk_emit(t, &event);
	talk_note_line(t, SIDE_SERVER, d->auth_index, line);
	if (last && d->auth_open)
		d->client_state = TALK_AUTH;
}

static void close_login(struct dialogue *d)
{
	d->auth_open = false;
	if (d->client_state == TALK_AUTH || d->client_state == TALK_WAIT_AUTH || d->client_state == TALK_GUESS_AUTH)
		d->client_state = TALK_COMMAND;
}

void auth_answer(struct talk *t)
{
	if (t->d->auth_open)
		close_login(t->d);
}

/* What it said next shows that it takes the login for done. */
static void take_early_ok(struct talk *t, const struct line *line)
{
	struct reply reply = {.code = slice_from_text("+OK")};
	struct dialogue *d = t->d;

	if (pending_head(d) != NULL && d->first_pending == d->auth_index)
		pending_pop(d);
	talk_reply(t, d->auth_index, line, &reply, true);
}

void auth_give_up(struct talk *t)
{
	struct dialogue *d = t->d;
	struct line line = {.begin = d->challenge_begin, .end = d->challenge_end};
	const char *challenge = protocol_ops(d->protocol)->challenge;
	struct reply reply = {.code = slice_from_text(challenge != NULL ? challenge : "")};

	if (!d->auth_open)
		return;
	close_login(d);
	if (d->auth_early_ok && d->auth_lines == 0)
		take_early_ok(t, &line);
	else if (d->challenge_end > 0 && challenge != NULL)
		talk_reply(t, d->auth_index, &line, &reply, true);
}
