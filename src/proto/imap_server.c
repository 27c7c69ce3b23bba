/* What the server says. */
#include <assert.h>

#include "proto/auth.h"
#include "proto/imap.h"
#include "proto/untagged.h"

/* ---- mails in quoted strings of FETCH ---- */

/* Places in what is read are counted from here. */
struct place {
	struct talk *talk;
	uint64_t begin;
};

static struct dialogue_event quoted_event(const struct talk *t, enum dialogue_event_kind kind, uint64_t end)
{
	const struct dialogue_imap *imap = t->d->imap;

	return (struct dialogue_event){.kind = kind,
				       .side = SIDE_SERVER,
				       .index = imap->octets[SIDE_SERVER].index,
				       .section = imap->fetch.section,
				       .origin = imap->fetch.origin,
				       .begin = imap->quoted_begin,
				       .end = end,
				       .literal_size = imap->quoted_size,
				       .mail_size = imap->quoted_size};
}

static void take_quoted(void *ctx, enum fetch_quoted what, size_t begin, size_t end)
{
	struct place *p = ctx;
	struct dialogue_imap *imap = p->talk->d->imap;
	struct dialogue_event event;

	if (what == FETCH_QUOTED_BEGIN) {
		imap->quoted_begin = p->begin + begin;
		imap->quoted_size = 0;
		event = quoted_event(p->talk, DIALOGUE_MAIL_BEGIN, p->begin + begin);
	} else if (what == FETCH_QUOTED_BYTES) {
		imap->quoted_size += end - begin;
		event = quoted_event(p->talk, DIALOGUE_MAIL_RANGE, p->begin + end);
		event.begin = p->begin + begin;
	} else {
		event = quoted_event(p->talk, DIALOGUE_MAIL_END, p->begin + end);
		event.last = true;
	}
	talk_emit(p->talk, &event);
}

/* ---- untagged answers ---- */

static bool is_fetch(const struct dialogue_imap *imap)
{
	return slice_equals_nocase(slice_from_text(imap->answer_name), "FETCH");
}

/* Which command an answer, or a mail in one, belongs to. */
static uint32_t find_asker(struct dialogue *d, enum verb verb)
{
	uint32_t index;

	if (verb != VERB_UNKNOWN && pending_oldest(d, verb, &index))
		return index;
	return pending_oldest(d, VERB_UNKNOWN, &index) ? index : DIALOGUE_NO_COMMAND;
}

static void read_answer(struct talk *t, struct slice text, uint64_t begin)
{
	struct dialogue_imap *imap = t->d->imap;
	struct place place = {.talk = t, .begin = begin};

	if (!untagged_is_text(imap->answer_name))
		literal_scan(&imap->answer_literal, text);
	if (!is_fetch(imap))
		return;
	imap->octets[SIDE_SERVER].index = find_asker(t->d, VERB_FETCH);
	fetch_read(&imap->fetch, text, take_quoted, &place);
}

/* An answer is over; a mail in a string that was not closed ends with it. */
static void tell_fetched(struct talk *t, const struct line *line)
{
	struct dialogue_event cut = quoted_event(t, DIALOGUE_MAIL_END, line->end);
	struct fetched fetched = fetch_result(&t->d->imap->fetch);
	struct dialogue_event event =
		talk_event(DIALOGUE_FETCHED, SIDE_SERVER, t->d->imap->octets[SIDE_SERVER].index, line);

	if (fetch_is_in_mail(&t->d->imap->fetch))
		talk_emit(t, &cut);
	event.fetched = &fetched;
	talk_emit(t, &event);
}

static void tell_line(struct talk *t, const struct line *line, struct slice text, bool last)
{
	struct dialogue_imap *imap = t->d->imap;
	struct dialogue_event event = talk_event(DIALOGUE_UNTAGGED, SIDE_SERVER, find_asker(t->d, VERB_UNKNOWN), line);

	event.verb = slice_from_text(imap->answer_name);
	event.number = imap->answer_number;
	event.first = imap->is_first;
	event.last = last;
	event.text = text;
	event.text_begin = talk_place(line, text);
	imap->is_first = false;
	talk_emit(t, &event);
}

/* Nobody asked for it. */
static void tell_unsolicited(struct talk *t, const struct line *line, struct slice behind)
{
	struct reply reply = {.code = slice_from_text(t->d->imap->answer_name), .text = behind, .last = true};
	uint32_t index;

	if (find_asker(t->d, VERB_UNKNOWN) != DIALOGUE_NO_COMMAND)
		return;
	index = talk_unsolicited(t, line);
	talk_reply(t, index, line, &reply, true);
}

/* A line of an answer was read; `behind`: what stands behind the answer's name. */
static void end_line(struct talk *t, const struct line *line, struct slice text, struct slice behind)
{
	struct dialogue_imap *imap = t->d->imap;
	bool goes_on = line->overlong || line->truncated;
	bool is_announced = literal_is_announced(&imap->answer_literal);

	if (!goes_on && !is_announced && is_fetch(imap))
		tell_fetched(t, line);
	tell_line(t, line, text, !goes_on && !is_announced);
	if (goes_on)
		return;
	if (!is_announced) {
		imap->has_answer = false;
		tell_unsolicited(t, line, behind);
		return;
	}
	imap_begin_octets(t, SIDE_SERVER, imap->answer_literal.size, is_fetch(imap) && fetch_is_mail(&imap->fetch),
			  imap->fetch.section, imap->fetch.origin);
}

void imap_go_on_with_answer(struct talk *t)
{
	struct dialogue_imap *imap = t->d->imap;

	literal_init(&imap->answer_literal);
	if (imap->has_answer && is_fetch(imap))
		fetch_end_literal(&imap->fetch);
}

void imap_take_answer_rest(struct talk *t, struct slice text, uint64_t begin, bool whole)
{
	struct dialogue_imap *imap = imap_state(t->d);
	struct line line = {.begin = begin, .end = begin + text.len};
	size_t len = text.len;

	if (!imap->has_answer)
		return;
	while (whole && len > 0 && (text.data[len - 1] == '\n' || text.data[len - 1] == '\r'))
		len--;
	read_answer(t, slice_sub(text, 0, len), begin);
	if (whole)
		end_line(t, &line, line.text, line.text);
}

void imap_cut_answer(struct talk *t)
{
	struct dialogue *d = t->d;
	struct dialogue_imap *imap = d->imap;
	struct line here = {.begin = d->offset[SIDE_SERVER], .end = d->offset[SIDE_SERVER], .truncated = true};

	if (!imap->has_answer)
		return;
	imap->has_answer = false;
	if (is_fetch(imap))
		tell_fetched(t, &here);
}

/* What the server says first. Another thing than a greeting tells that there was none, or that it is missing. */
static bool take_greeting(struct talk *t, const struct line *line, struct slice text, const char *name)
{
	struct dialogue *d = t->d;
	bool greets = strcmp(name, "OK") == 0 || strcmp(name, "PREAUTH") == 0 || strcmp(name, "BYE") == 0;
	const struct dialogue_pending *head;
	struct reply reply = {.code = slice_from_text(name), .text = text, .last = true};

	talk_greet(t, greets ? line : NULL);
	head = pending_head(d);
	if (head == NULL || head->verb != VERB_GREETING)
		return false;
	greets = greets && !(head->flags & PENDING_DOUBTFUL);
	d->reply_index = d->first_pending;
	if (greets && d->pending_count > 1)
		talk_note(t, SIDE_SERVER, d->first_pending + 1, line, DIALOGUE_NOTE_EARLY_TALK);
	pending_pop(d);
	if (greets)
		talk_reply(t, d->reply_index, line, &reply, true);
	return greets;
}

static void untagged(struct talk *t, const struct line *line)
{
	struct dialogue_imap *imap = t->d->imap;
	struct slice text = slice_after(line->text, 2);
	struct untagged answer;

	if (!untagged_read(text, &answer) && t->d->lost[SIDE_SERVER]) {
		talk_skip_answer(t, line);
		return;
	}
	talk_found(t, SIDE_SERVER, line->begin);
	if (take_greeting(t, line, answer.rest, answer.name))
		return;
	imap->has_answer = imap->is_first = true;
	imap->answer_name = answer.name;
	imap->answer_number = answer.number;
	literal_init(&imap->answer_literal);
	if (is_fetch(imap))
		fetch_init(&imap->fetch, answer.number);
	read_answer(t, answer.rest, talk_place(line, answer.rest));
	end_line(t, line, text, answer.rest);
}

/* ---- "+" ---- */

static bool awaits_challenge(struct dialogue *d)
{
	bool may_wait =
		d->client_state == TALK_WAIT_AUTH || d->client_state == TALK_GUESS_AUTH || d->client_state == TALK_AUTH;

	return d->auth_open && may_wait && pending_at(d, d->auth_index) != NULL;
}

static bool awaits_literal(const struct dialogue *d)
{
	return d->client_state == TALK_WAIT_OCTETS && d->imap->awaits == IMAP_AWAITS_LITERAL && d->imap->is_open;
}

static void note_early(struct dialogue_imap *imap, const struct line *line)
{
	if (imap->early_count < UINT8_MAX)
		imap->early_count++;
	imap->early_begin = line->begin;
	imap->early_end = line->end;
}

static void continuation(struct talk *t, const struct line *line)
{
	struct dialogue *d = t->d;
	struct dialogue_imap *imap = d->imap;
	struct slice text = slice_after(line->text, 2);
	bool is_awaited = awaits_challenge(d) || (imap->is_idle && !imap->idle_began) || imap->is_open;

	if (d->lost[SIDE_SERVER] && !is_awaited) {
		talk_skip_answer(t, line);
		return;
	}
	talk_found(t, SIDE_SERVER, line->begin);
	if (awaits_challenge(d)) {
		imap_tell_continuation(t, d->auth_index, slice_of(NULL, 0), line->begin, line->end);
		auth_challenge(t, line, text, true);
	} else if (awaits_literal(d) && !imap->is_doubtful) {
		imap_tell_continuation(t, imap->index, text, line->begin, line->end);
		imap_begin_literal(t);
	} else if (imap->is_idle && !imap->idle_began) {
		imap->idle_began = true;
		imap_tell_continuation(t, imap->idle_index, text, line->begin, line->end);
	} else {
		note_early(imap, line);
		if (awaits_literal(d)) /* what the client says will tell */
			d->client_state = TALK_GUESS_OCTETS;
	}
}

/* ---- tagged answers ---- */

static const char *read_status(struct slice word)
{
	static const char *const names[] = {"OK", "NO", "BAD"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equals_nocase(word, names[i]))
			return names[i];
	return NULL;
}

static void settle_tls(struct dialogue *d, bool accepted)
{
	if (d->client_state != TALK_WAIT_TLS && d->client_state != TALK_PEEK_TLS)
		return;
	d->tls_accepted = accepted;
	d->client_state = accepted ? TALK_PEEK_TLS : TALK_COMMAND;
}

/* What the answer means for what the client says next; `is_doubtful`: something is missing between. */
static void settle(struct talk *t, enum verb verb, uint32_t index, bool accepted, bool is_doubtful)
{
	struct dialogue *d = t->d;
	struct dialogue_imap *imap = d->imap;
	bool waits = d->client_state == TALK_WAIT_OCTETS || d->client_state == TALK_GUESS_OCTETS;

	auth_go_on(d, verb, index, accepted);
	if (verb == VERB_AUTH && index == d->auth_index)
		auth_answer(t);
	if (verb == VERB_STARTTLS)
		settle_tls(d, accepted);
	if (imap->is_idle && index == imap->idle_index)
		imap->is_idle = false;
	if (!waits || index != imap->index)
		return;
	if (imap->awaits == IMAP_AWAITS_LITERAL &&
	    (accepted || is_doubtful || (imap->is_doubtful && d->client_stalled))) {
		d->client_state = TALK_GUESS_OCTETS; /* "+" is missing: what the client said will tell */
		return;
	}
	imap->is_open = false; /* the literal was refused */
	d->client_state = TALK_COMMAND;
	if (verb == VERB_COMPRESS && accepted)
		imap_compress(t);
}

static void answers_nothing(struct talk *t, const struct line *line, struct slice tag, const struct reply *reply)
{
	const struct command_row *row = commands_of_verb(PROTOCOL_IMAP, VERB_UNSOLICITED);
	struct verb_line command = {.row = row, .tag = tag, .name = commands_name(row)};
	uint32_t index = talk_unsolicited_as(t, line, &command);

	talk_reply(t, index, line, reply, true);
}

static bool is_numbered(struct slice tag)
{
	for (size_t i = 0; i < tag.len; i++)
		if (tag.data[i] >= '0' && tag.data[i] <= '9')
			return true;
	return false;
}

/* False where the line is none, or not one beyond doubt while the place in what the server says is lost. */
static bool tagged(struct talk *t, const struct line *line)
{
	struct dialogue *d = t->d;
	struct slice rest;
	struct slice text;
	struct slice tag = verb_word(line->text, &rest);
	const char *status = read_status(verb_word(rest, &text));
	struct dialogue_pending *pending = NULL;
	struct reply reply;
	bool is_doubtful;
	uint32_t index;
	enum verb verb;

	if (status == NULL || !verb_is_tag(tag))
		return false;
	pending = pending_find(d, tag, &index);
	if (pending == NULL && d->lost[SIDE_SERVER] && !is_numbered(tag))
		return false;
	reply = (struct reply){.code = slice_from_text(status), .text = text, .last = true};
	talk_found(t, SIDE_SERVER, line->begin);
	take_greeting(t, line, text, "");
	d->imap->early_count = 0;
	d->is_answered = true;
	if (pending == NULL) {
		d->imap->is_doubtful = true;
		answers_nothing(t, line, tag, &reply);
		return true;
	}
	pending = pending_find(d, tag, &index);
	verb = (enum verb)pending->verb;
	is_doubtful = (pending->flags & PENDING_DOUBTFUL) != 0;
	d->reply_index = index;
	pending_pass(d, index);
	pending_settle(d, pending);
	talk_reply(t, index, line, &reply, true);
	settle(t, verb, index, status[0] == 'O', is_doubtful);
	return true;
}

static void bad_line(struct talk *t, const struct line *line)
{
	if (t->d->lost[SIDE_SERVER] || line->truncated)
		talk_skip_answer(t, line);
	else
		talk_note(t, SIDE_SERVER, find_asker(t->d, VERB_UNKNOWN), line, DIALOGUE_NOTE_BAD_REPLY);
}

void imap_server_line(struct talk *t, const struct line *line)
{
	struct dialogue_imap *imap = imap_state(t->d);

	if (imap->has_answer) {
		read_answer(t, line->text, line->begin);
		end_line(t, line, line->text, slice_of(NULL, 0));
	} else if (slice_begins_nocase(line->text, "* ")) {
		untagged(t, line);
	} else if (line->text.len > 0 && line->text.data[0] == '+' &&
		   (line->text.len == 1 || line->text.data[1] == ' ')) {
		continuation(t, line);
	} else if (!tagged(t, line)) {
		bad_line(t, line);
	}
}
