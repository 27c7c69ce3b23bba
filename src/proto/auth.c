#include "proto/auth.h"

#include "proto/sasl.h"

static bool is_one_word(struct slice s)
{
	struct slice rest;

	verb_word(s, &rest);
	return rest.len == 0;
}

bool auth_is_secret(struct slice arguments)
{
	struct slice response;
	struct slice mechanism = verb_word(arguments, &response);

	return response.len > 0 && (sasl_shown_lines(mechanism) == 0 || !is_one_word(response));
}

static void say(struct talk *t, const struct line *line, struct slice text)
{
	struct dialogue *d = t->d;
	struct dialogue_event event = talk_event(DIALOGUE_AUTH_LINE, SIDE_CLIENT, d->auth_index, line);

	event.text = text;
	event.truncated |= d->auth_has_hole;
	event.secret = (d->auth_lines >= d->auth_shown_lines || !is_one_word(text)) && text.len > 0 &&
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

	d->auth_open = true;
	d->auth_has_hole = false;
	d->auth_refused = false;
	d->auth_shown_lines = sasl_shown_lines(mechanism);
	d->auth_lines = 0;
	d->auth_index = index;
	d->challenge_begin = 0;
	d->challenge_end = 0;
	if (response.len > 0)
		say(t, line, response);
	talk_wait(t, TALK_WAIT_AUTH, TALK_GUESS_AUTH);
}

void auth_lose(struct dialogue *d)
{
	d->auth_has_hole = d->auth_open;
	d->auth_shown_lines = 0;
}

void auth_client_line(struct talk *t, const struct line *line)
{
	say(t, line, slice_trim_right(line->text));
	talk_note_line(t, SIDE_CLIENT, t->d->auth_index, line);
	if (t->d->client_state == TALK_AUTH)
		talk_wait(t, TALK_WAIT_AUTH, TALK_GUESS_AUTH);
}

void auth_challenge(struct talk *t, const struct line *line, struct slice text, bool last)
{
	struct dialogue *d = t->d;
	struct dialogue_event event = talk_event(DIALOGUE_AUTH_LINE, SIDE_SERVER, d->auth_index, line);

	event.text = text;
	event.secret = sasl_is_proof(text);
	if (slice_begins_nocase(text, "UGFzc3")) /* "Pass": what comes is no name */
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

void auth_answer(struct talk *t, bool accepted)
{
	if (!t->d->auth_open)
		return;
	close_login(t->d);
	t->d->auth_refused = !accepted;
}

void auth_give_up(struct talk *t)
{
	struct dialogue *d = t->d;
	struct line line = {.begin = d->challenge_begin, .end = d->challenge_end};
	struct reply reply = {.code = slice_from_text(d->protocol == PROTOCOL_POP3 ? "+" : "334")};

	if (!d->auth_open)
		return;
	close_login(d);
	if (d->challenge_end > 0)
		talk_reply(t, d->auth_index, &line, &reply, true);
}
