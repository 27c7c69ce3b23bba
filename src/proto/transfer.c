#include "proto/transfer.h"

#include <assert.h>

#include "proto/pending.h"

static struct dialogue_event mail_event(const struct dialogue *d, enum dialogue_event_kind kind, enum side side)
{
	return (struct dialogue_event){
		.kind = kind,
		.side = side,
		.index = d->mail_index,
		.stuffing = d->mail_stuffing,
		.mail_size = d->mail_size,
		.missing_len = d->missing_len,
	};
}

/* The side that sends the mail talks again. */
static void end_octets(struct dialogue *d, enum side side)
{
	if (side == SIDE_CLIENT)
		d->client_state = TALK_COMMAND;
	else
		d->server_state = TALK_REPLY;
}

/* Another mail is still open: nobody sends two at a time, so it is over. */
static void end_open(struct talk *t)
{
	enum side side = (enum side)t->d->mail_side;

	transfer_cut(t, side, false);
	end_octets(t->d, side);
}

void transfer_begin(struct talk *t, enum side side, uint32_t index, uint64_t begin, enum dotstuff_kind stuffing)
{
	struct dialogue *d = t->d;
	struct dialogue_event event;

	assert(begin <= d->offset[side]);
	if (d->mail_open)
		end_open(t);
	d->mail_open = true;
	d->mail_side = (uint8_t)side;
	d->mail_answered = d->mail_accepted = d->at_command = false;
	d->mail_stuffing = (uint8_t)stuffing;
	d->mail_index = index;
	d->mail_begin = begin;
	d->range_begin = begin;
	d->mail_size = 0;
	d->missing_len = 0;
	dotstuff_init(&d->dotstuff, stuffing);
	d->dotstuff.stops_loosely =
		side == SIDE_CLIENT && !d->never_ambiguous && protocol_has(d->protocol, PROTOCOL_TRANSFERS);
	event = mail_event(d, DIALOGUE_MAIL_BEGIN, side);
	event.begin = begin;
	event.end = begin;
	event.truncated = d->mail_began_before && side == SIDE_CLIENT;
	d->mail_began_before = false;
	talk_emit(t, &event);
}

static void tell_range(struct talk *t, enum side side, uint64_t end)
{
	struct dialogue_event event = mail_event(t->d, DIALOGUE_MAIL_RANGE, side);

	event.begin = t->d->range_begin;
	event.end = end;
	if (event.begin < event.end)
		talk_emit(t, &event);
	t->d->range_begin = end;
}

static void note_oddities(struct talk *t, enum side side)
{
	const struct dialogue *d = t->d;
	struct line all = {.begin = d->mail_begin, .end = d->offset[side]};

	if (d->dotstuff.oddities & DOTSTUFF_BARE_LF)
		talk_note(t, side, d->mail_index, &all, DIALOGUE_NOTE_BARE_LF);
	if (d->dotstuff.oddities & DOTSTUFF_LOOSE_DOT)
		talk_note(t, side, d->mail_index, &all, DIALOGUE_NOTE_LOOSE_DOT);
}

static void tell_end(struct talk *t, enum side side, bool last, bool is_loose)
{
	struct dialogue_event event = mail_event(t->d, DIALOGUE_MAIL_END, side);

	event.begin = t->d->mail_begin;
	event.end = t->d->offset[side];
	event.last = last;
	event.is_loose = is_loose;
	t->d->mail_open = false;
	talk_emit(t, &event);
	note_oddities(t, side);
}

size_t transfer_feed(struct talk *t, enum side side, struct slice in, bool *ended)
{
	struct dialogue *d = t->d;
	size_t used;
	enum dotstuff_status status = dotstuff_feed(&d->dotstuff, in, &used, &d->mail_size, NULL, NULL);

	*ended = status == DOTSTUFF_END;
	d->is_ambiguous = status == DOTSTUFF_LOOSE;
	d->offset[side] += used;
	if (*ended) {
		tell_range(t, side, d->offset[side] - d->dotstuff.end_len);
		tell_end(t, side, true, false);
	}
	return used;
}

void transfer_end_loosely(struct talk *t)
{
	struct dialogue *d = t->d;

	assert(d->dotstuff.loose_in_len > 0 && d->mail_size >= d->dotstuff.loose_out_len);
	d->mail_size -= d->dotstuff.loose_out_len;
	tell_range(t, SIDE_CLIENT, d->offset[SIDE_CLIENT] - d->dotstuff.loose_in_len);
	tell_end(t, SIDE_CLIENT, true, true);
}

static bool is_in_chunk(const struct dialogue *d)
{
	return d->chunk_left > 0 && d->client_state == TALK_CHUNK;
}

static void end_chunk(struct talk *t)
{
	struct dialogue *d = t->d;

	d->client_state = TALK_COMMAND;
	tell_range(t, SIDE_CLIENT, d->offset[SIDE_CLIENT]);
	if (d->chunk_last)
		tell_end(t, SIDE_CLIENT, true, false);
}

void transfer_begin_chunk(struct talk *t, uint64_t len, bool last)
{
	struct dialogue *d = t->d;

	assert(d->mail_open && d->mail_side == SIDE_CLIENT);
	d->chunk_left = len;
	d->chunk_last = last;
	d->range_begin = d->offset[SIDE_CLIENT];
	d->client_state = TALK_CHUNK;
	d->mail_answered = d->at_command = false;
	if (len == 0)
		end_chunk(t);
}

size_t transfer_feed_chunk(struct talk *t, struct slice in)
{
	struct dialogue *d = t->d;
	size_t len = in.len < d->chunk_left ? in.len : (size_t)d->chunk_left;

	assert(is_in_chunk(d));
	d->chunk_left -= len;
	d->mail_size += len;
	d->offset[SIDE_CLIENT] += len;
	if (d->chunk_left == 0)
		end_chunk(t);
	return len;
}

void transfer_skip(struct talk *t, uint64_t len)
{
	t->d->skip_left = len;
	t->d->client_state = len > 0 ? TALK_SKIP : TALK_COMMAND;
}

static uint64_t skip(struct dialogue *d, uint64_t len)
{
	assert(d->client_state == TALK_SKIP && d->skip_left > 0);
	if (len > d->skip_left)
		len = d->skip_left;
	d->skip_left -= len;
	d->offset[SIDE_CLIENT] += len;
	if (d->skip_left == 0)
		d->client_state = TALK_COMMAND;
	return len;
}

void transfer_feed_skip(struct talk *t, struct slice in)
{
	skip(t->d, in.len);
}

static uint64_t gap_in_chunk(struct talk *t, uint64_t len)
{
	struct dialogue *d = t->d;

	assert(is_in_chunk(d));
	if (len > d->chunk_left)
		len = d->chunk_left;
	d->chunk_left -= len;
	d->missing_len += len;
	d->offset[SIDE_CLIENT] += len;
	if (d->chunk_left == 0)
		end_chunk(t);
	return len;
}

uint64_t transfer_gap(struct talk *t, enum side side, uint64_t len)
{
	struct dialogue *d = t->d;

	if (d->client_state == TALK_SKIP && side == SIDE_CLIENT)
		return skip(d, len);
	if (!d->mail_stuffing)
		return gap_in_chunk(t, len);
	dotstuff_finish(&d->dotstuff, &d->mail_size, NULL, NULL);
	dotstuff_gap(&d->dotstuff);
	d->missing_len += len;
	d->offset[side] += len;
	return len;
}

void transfer_cut(struct talk *t, enum side side, bool proven)
{
	struct dialogue *d = t->d;

	if (d->mail_stuffing)
		dotstuff_finish(&d->dotstuff, &d->mail_size, NULL, NULL);
	if (d->mail_stuffing || d->chunk_left > 0)
		tell_range(t, side, d->offset[side]);
	d->chunk_left = 0;
	tell_end(t, side, proven, false);
}

void transfer_await_data(struct talk *t, uint32_t index)
{
	t->d->awaited_index = index;
	t->d->early_hole = 0;
	talk_wait(t, TALK_WAIT_DATA, TALK_GUESS_DATA);
}

bool transfer_is_awaited(const struct dialogue *d)
{
	return d->awaited_index == d->reply_index &&
	       (d->client_state == TALK_WAIT_DATA || d->client_state == TALK_GUESS_DATA);
}

/* What a gap between DATA and the answer to it swallowed belongs to the mail. */
void transfer_begin_data(struct talk *t, bool assumed)
{
	struct dialogue *d = t->d;
	uint64_t begin = d->offset[SIDE_CLIENT] - d->early_hole;
	struct line here = {.begin = begin, .end = begin};

	assert(d->early_hole <= d->offset[SIDE_CLIENT]);
	talk_found(t, SIDE_CLIENT, d->offset[SIDE_CLIENT]);
	while (assumed && d->pending_count > 0)
		pending_pop(d); /* nobody sends data before DATA and all before it are answered */
	if (assumed)
		talk_note(t, SIDE_CLIENT, d->awaited_index, &here, DIALOGUE_NOTE_DATA_ASSUMED);
	transfer_begin(t, SIDE_CLIENT, d->awaited_index, begin, DOTSTUFF_CRLF);
	d->client_state = TALK_DATA;
	if (d->early_hole > 0)
		dotstuff_gap(&d->dotstuff);
	d->missing_len = d->early_hole;
}

static void tell_message(struct talk *t, bool in_hole)
{
	struct dialogue *d = t->d;
	struct line line = {.begin = d->mail_begin, .end = d->offset[SIDE_CLIENT], .truncated = in_hole};
	uint32_t index = talk_special(t, SIDE_CLIENT, &line, VERB_MESSAGE);

	talk_expect(t, index, VERB_MESSAGE,
		    protocol_has(d->protocol, PROTOCOL_EACH_RECIPIENT) ? PENDING_RECIPIENTS : 0);
}

static void note_answer(struct dialogue *d, bool accepted)
{
	assert(!d->mail_answered && (d->client_state == TALK_DATA || d->client_state == TALK_CHUNK));
	d->mail_answered = d->at_command = true;
	d->mail_accepted = accepted;
}

void transfer_answer_early(struct talk *t, bool accepted)
{
	note_answer(t->d, accepted);
	tell_message(t, false);
}

void transfer_refuse_chunk(struct talk *t)
{
	note_answer(t->d, false);
}

/* The server may have taken a dot between other line ends for the end: who has accepted the mail has seen one. */
void transfer_end_answered(struct talk *t)
{
	struct dialogue *d = t->d;
	uint8_t out_len;
	uint8_t line_len = d->mail_stuffing ? dotstuff_odd_end(&d->dotstuff, &out_len) : 0;

	assert(d->mail_answered);
	d->client_state = TALK_COMMAND;
	if (line_len == 0) {
		transfer_cut(t, SIDE_CLIENT, d->mail_accepted);
		return;
	}
	assert(d->mail_size >= out_len);
	d->mail_size -= out_len;
	tell_range(t, SIDE_CLIENT, d->offset[SIDE_CLIENT] - line_len);
	tell_end(t, SIDE_CLIENT, true, false);
}

void transfer_end_data(struct talk *t, bool in_hole)
{
	if (in_hole)
		transfer_cut(t, SIDE_CLIENT, true);
	t->d->client_state = TALK_COMMAND;
	if (!t->d->mail_answered)
		tell_message(t, in_hole);
}
