#include "proto/dialogue_parts.h"

#include <assert.h>

#include "proto/auth.h"
#include "proto/eod_ambiguity.h"
#include "proto/imap_state.h"
#include "proto/pending.h"
#include "proto/protocol_ops.h"
#include "proto/suspect.h"
#include "proto/talk.h"
#include "proto/tls.h"
#include "proto/transfer.h"

_Static_assert(sizeof(struct dialogue) <= 256, "a million sessions are open at once");

/* What a step did with the bytes it was given. */
enum step {
	STEP_ON,   /* it took some, or sees them in another light now */
	STEP_STOP, /* more must come first: of a long line its end, or much more */
	STEP_BYTE, /* likewise: each byte may tell */
};

const struct protocol_ops *dialogue_parts_ops(const struct dialogue *d)
{
	assert(d->protocol != PROTOCOL_UNKNOWN);
	return protocol_ops(d->protocol);
}

/* Whether what is seen first is the middle of a dialogue. */
static void begin_at(struct dialogue *d, bool midstream)
{
	d->greeted = d->has_hole = d->login_hidden = d->hole_before = d->mail_began_before = midstream;
	d->lost[SIDE_CLIENT] = d->lost[SIDE_SERVER] = midstream;
}

void dialogue_init(struct dialogue *d, enum protocol protocol, bool midstream)
{
	*d = (struct dialogue){.protocol = protocol,
			       .pending_max = pending_max(protocol),
			       .pending_cap = DIALOGUE_PENDING_FEW,
			       .fresh = {true, true},
			       .stray_index = DIALOGUE_NO_COMMAND};
	begin_at(d, midstream);
}

void dialogue_fini(struct dialogue *d)
{
	pending_fini(d);
	imap_state_fini(d);
}

void dialogue_copy(struct dialogue *copy, const struct dialogue *d)
{
	*copy = *d;
	pending_copy_room(copy);
	imap_state_copy(copy);
}

size_t dialogue_memory(const struct dialogue *d)
{
	return sizeof(*d) + (d->room != NULL ? sizeof(*d->room) : 0) + imap_state_memory(d);
}

/* After an accepted STARTTLS no TLS follows, or another thing than TLS followed a STARTTLS without a reply. */
static void go_on_in_clear(struct talk *t)
{
	struct dialogue *d = t->d;
	struct line here = {.begin = d->offset[SIDE_CLIENT], .end = d->offset[SIDE_CLIENT]};

	d->client_state = TALK_COMMAND;
	if (d->tls_accepted)
		talk_note(t, SIDE_CLIENT, DIALOGUE_NO_COMMAND, &here, DIALOGUE_NOTE_CLEAR_AFTER_TLS);
}

static void take_rest(struct talk *t, enum side side, struct slice in)
{
	struct dialogue *d = t->d;
	uint64_t begin = d->offset[side];
	bool whole;
	size_t len = line_rest(in, &whole);

	d->offset[side] += len;
	d->skip_line[side] = !whole;
	if (dialogue_parts_ops(d)->take_rest != NULL && !d->lost[side])
		dialogue_parts_ops(d)->take_rest(t, side, slice_sub(in, 0, len), begin, whole);
}

/* Takes the line at the front of `in`, or the rest of one that was too long. */
static enum step take_line(struct talk *t, enum side side, struct slice in, struct line *line, bool *is_rest)
{
	struct dialogue *d = t->d;

	*is_rest = d->skip_line[side];
	if (*is_rest) {
		take_rest(t, side, in);
		return STEP_ON;
	}
	if (!line_split(in, d->offset[side], line))
		return STEP_STOP;
	d->offset[side] = line->end;
	d->skip_line[side] = line->overlong;
	d->fresh[side] = false;
	return STEP_ON;
}

enum {
	SKIPPED_LOGIN_MAX = 3, /* a login has no more lines */
};

static bool is_one_word(struct slice text)
{
	struct slice rest;

	return verb_word(text, &rest).len > 0 && rest.len == 0;
}

/* After a hole, or where the capture begins: not understood, and perhaps not to be seen. The first line may be the
 * rest of one that was a password's. */
static bool may_hide(const struct dialogue *d, const struct line *line)
{
	if (line->text.len == 0)
		return false;
	if (auth_may_begin(d))
		return true;
	if (d->skipped_lines[SIDE_CLIENT] >= SKIPPED_LOGIN_MAX)
		return false;
	if (suspect_is_login(line->text))
		return true;
	if (line->truncated)
		return !verb_may_become(d->protocol, line->text);
	return (d->skipped_lines[SIDE_CLIENT] == 0 && line->begin > 0) || is_one_word(line->text);
}

void dialogue_parts_skip_line(struct talk *t, const struct line *line)
{
	talk_skip(t, SIDE_CLIENT, line, may_hide(t->d, line));
}

void dialogue_parts_client_line(struct talk *t, const struct line *line)
{
	struct dialogue *d = t->d;

	if (d->client_state == TALK_AUTH ||
	    (d->client_state == TALK_GUESS_AUTH && !verb_is_certain(d->protocol, line->text))) {
		auth_client_line(t, line);
		return;
	}
	auth_give_up(t);
	if (d->lost[SIDE_CLIENT] && !verb_is_certain(d->protocol, line->text) &&
	    !(d->is_answered && verb_is_possible(d->protocol, line->text))) {
		dialogue_parts_skip_line(t, line);
		return;
	}
	talk_found(t, SIDE_CLIENT, line->begin);
	dialogue_parts_ops(d)->client_line(t, line);
}

/* Whether a line at the front of `in` is a command beyond doubt; `*decided` false while that is not known. */
static bool is_command_ahead(const struct dialogue *d, struct slice in, bool *decided)
{
	struct line line;

	*decided = true;
	if (line_split(in, 0, &line))
		return verb_is_certain(d->protocol, line.text);
	*decided = !verb_may_become(d->protocol, in);
	return false;
}

/* The reply to DATA is missing: a command now means that it was refused. */
static enum step guess_data(struct talk *t, struct slice in)
{
	bool decided;
	bool is_command = is_command_ahead(t->d, in, &decided);

	if (!decided)
		return STEP_STOP;
	if (is_command)
		t->d->client_state = TALK_COMMAND;
	else
		transfer_begin_data(t, true);
	return STEP_ON;
}

/* Likewise the reply to what announced octets. */
static enum step guess_octets(struct talk *t, struct slice in)
{
	bool decided;
	bool is_command = is_command_ahead(t->d, in, &decided);

	if (!decided)
		return STEP_STOP;
	dialogue_parts_ops(t->d)->guess_octets(t, is_command);
	return STEP_ON;
}

/* In a mail that has its answer, at the start of a line: whether it is ambiguous here, or that is not decided yet. */
static bool stops_at_command(struct dialogue *d, struct slice in)
{
	bool decided;

	if (!d->dotstuff.stops_loosely)
		return false;
	d->is_ambiguous = d->ambiguous_at_command = is_command_ahead(d, in, &decided);
	d->at_command = !decided;
	return d->is_ambiguous || !decided;
}

/* How much of a mail is taken at once: all, but a line at a time when it has its answer. */
static struct slice piece_of_mail(const struct dialogue *d, struct slice in)
{
	size_t end = d->mail_answered ? slice_find(in, '\n') : in.len;

	return end < in.len ? slice_sub(in, 0, end + 1) : in;
}

/* A command right after a gap in a mail: the mail has ended in the gap. */
static enum step client_data(struct talk *t, struct slice in)
{
	struct dialogue *d = t->d;
	bool decided = true;
	bool ended;
	size_t used;

	if (d->fresh[SIDE_CLIENT] && d->missing_len > 0 && is_command_ahead(d, in, &decided)) {
		transfer_end_data(t, true);
		return STEP_ON;
	}
	if (!decided)
		return STEP_STOP;
	if (d->at_command && stops_at_command(d, in))
		return d->is_ambiguous ? STEP_ON : STEP_STOP;
	d->fresh[SIDE_CLIENT] = false;
	in = piece_of_mail(d, in);
	used = transfer_feed(t, SIDE_CLIENT, in, &ended);
	d->at_command = d->mail_answered && used > 0 && in.data[used - 1] == '\n';
	if (ended)
		transfer_end_data(t, false);
	return STEP_ON;
}

static enum step client_chunk(struct talk *t, struct slice in)
{
	struct dialogue *d = t->d;
	size_t used;

	if (d->at_command && stops_at_command(d, in))
		return d->is_ambiguous ? STEP_ON : STEP_STOP;
	in = piece_of_mail(d, in);
	used = transfer_feed_chunk(t, in);
	d->at_command = d->mail_answered && used > 0 && in.data[used - 1] == '\n';
	return STEP_ON;
}

/* A proxy's header is at the front: takes it, or the part of it that is here. */
static void take_proxy(struct talk *t, struct slice in, const struct proxy_header *header, bool is_good)
{
	struct dialogue *d = t->d;
	size_t here = header->len > 0 && header->len < in.len ? (size_t)header->len : in.len;
	struct line line = {.text = slice_sub(in, 0, here), .end = here};
	struct dialogue_event event = talk_event(DIALOGUE_PROXY, SIDE_CLIENT, DIALOGUE_NO_COMMAND, &line);

	assert(here > 0 && d->offset[SIDE_CLIENT] == 0);
	event.proxy = header;
	if (is_good)
		talk_emit(t, &event);
	else
		talk_note(t, SIDE_CLIENT, DIALOGUE_NO_COMMAND, &line, DIALOGUE_NOTE_LOOSE_GRAMMAR);
	d->skip_line[SIDE_CLIENT] = header->len == 0;
	transfer_skip(t, header->len > here ? header->len - here : 0);
	d->offset[SIDE_CLIENT] += here;
}

/* The client's first bytes; `*has_proxy` when they were a proxy's header. */
static enum step client_begin(struct talk *t, struct slice in, bool *has_proxy)
{
	struct proxy_header header;
	enum proxy_status status = proxy_read(in, &header);

	if (status == PROXY_MORE && !t->d->ended[SIDE_CLIENT])
		return STEP_STOP;
	*has_proxy = status == PROXY_HEADER || (status == PROXY_BAD && !t->d->lost[SIDE_CLIENT]);
	if (status == PROXY_HEADER && t->d->offset[SIDE_SERVER] == 0)
		begin_at(t->d, false); /* it stands nowhere else, whether the handshake was captured or not */
	if (*has_proxy)
		take_proxy(t, in, &header, status == PROXY_HEADER);
	return STEP_ON;
}

static enum step client_text(struct talk *t, struct slice in)
{
	struct dialogue *d = t->d;
	struct line line;
	bool decided;
	bool is_rest;
	bool has_proxy = false;

	if (d->offset[SIDE_CLIENT] == 0 && (client_begin(t, in, &has_proxy) == STEP_STOP || has_proxy))
		return has_proxy ? STEP_ON : STEP_BYTE;
	if (tls_may_begin(d, SIDE_CLIENT)) {
		if (tls_is_record(in, &decided)) {
			tls_begin(t, SIDE_CLIENT);
			return STEP_ON;
		}
		if (!decided)
			return STEP_STOP;
	}
	if (d->client_state == TALK_PEEK_TLS)
		go_on_in_clear(t);
	if (d->client_state == TALK_GUESS_DATA)
		return guess_data(t, in);
	if (d->client_state == TALK_GUESS_OCTETS)
		return guess_octets(t, in);
	if (take_line(t, SIDE_CLIENT, in, &line, &is_rest) == STEP_STOP)
		return STEP_STOP;
	if (!is_rest)
		dialogue_parts_client_line(t, &line);
	return STEP_ON;
}

static enum step client_step(struct talk *t, struct slice in)
{
	struct dialogue *d = t->d;

	if (d->is_ambiguous || talk_client_waits(d) || d->client_state == TALK_CLIENT_OPAQUE)
		return STEP_STOP;
	if (d->client_state == TALK_OCTETS)
		return dialogue_parts_ops(d)->take_octets(t, SIDE_CLIENT, in) > 0 ? STEP_ON : STEP_STOP;
	if (d->client_state == TALK_DATA)
		return client_data(t, in);
	else if (d->client_state == TALK_CHUNK)
		return client_chunk(t, in);
	else if (d->client_state == TALK_SKIP)
		transfer_feed_skip(t, in);
	else
		return client_text(t, in);
	return STEP_ON;
}

/* A reply right after a gap in a mail, while commands wait for theirs: the mail has ended in the gap. */
static enum step server_mail(struct talk *t, struct slice in)
{
	struct dialogue *d = t->d;
	bool ended;

	if (d->fresh[SIDE_SERVER] && d->missing_len > 0 && d->pending_count > 0) {
		struct line line;
		bool whole = line_split(in, 0, &line);

		if (whole && dialogue_parts_ops(d)->is_reply(line.text)) {
			dialogue_parts_ops(d)->end_mail(t, true);
			return STEP_ON;
		}
		if (!whole && dialogue_parts_ops(d)->may_become_reply(in))
			return STEP_STOP;
	}
	d->fresh[SIDE_SERVER] = false;
	transfer_feed(t, SIDE_SERVER, in, &ended);
	if (ended)
		dialogue_parts_ops(d)->end_mail(t, false);
	return STEP_ON;
}

static enum step server_text(struct talk *t, struct slice in)
{
	struct line line;
	bool decided;
	bool is_rest;

	if (tls_may_begin(t->d, SIDE_SERVER)) {
		if (tls_is_record(in, &decided)) {
			tls_begin(t, SIDE_SERVER);
			return STEP_ON;
		}
		if (!decided)
			return STEP_STOP;
	}
	if (dialogue_parts_ops(t->d)->holds_greeting != NULL && !t->d->has_spoken &&
	    dialogue_parts_ops(t->d)->holds_greeting(t, in))
		return STEP_STOP;
	if (take_line(t, SIDE_SERVER, in, &line, &is_rest) == STEP_STOP)
		return STEP_STOP;
	if (!is_rest)
		dialogue_parts_ops(t->d)->server_line(t, &line);
	return STEP_ON;
}

static bool server_waits(const struct dialogue *d)
{
	return d->client_stalled && !talk_client_waits(d);
}

static enum step server_step(struct talk *t, struct slice in)
{
	struct dialogue *d = t->d;

	if (d->is_ambiguous || server_waits(d) || d->server_state == TALK_SERVER_OPAQUE)
		return STEP_STOP;
	if (d->server_state == TALK_GUESS_MAIL)
		return dialogue_parts_ops(d)->guess_mail(t, in) ? STEP_ON : STEP_STOP;
	if (d->server_state == TALK_SERVER_OCTETS)
		return dialogue_parts_ops(d)->take_octets(t, SIDE_SERVER, in) > 0 ? STEP_ON : STEP_STOP;
	return d->server_state == TALK_MAIL ? server_mail(t, in) : server_text(t, in);
}

/* What a side says may be seen in another light from now on. */
void dialogue_parts_look_again(struct dialogue *d)
{
	d->awaits_line[SIDE_CLIENT] = d->awaits_line[SIDE_SERVER] = false;
}

static bool is_long_line(struct slice rest)
{
	return rest.len >= DIALOGUE_LINE_SEEN &&
	       memchr(rest.data + rest.len - DIALOGUE_LINE_SEEN, '\n', DIALOGUE_LINE_SEEN) == NULL;
}

/* Takes what can be taken, returns how much that was. */
size_t dialogue_parts_feed(struct talk *t, enum side side, struct slice in)
{
	struct dialogue *d = t->d;
	uint64_t begin = d->offset[side];
	enum step step = STEP_ON;
	size_t used = 0;

	while (used < in.len) {
		struct slice rest = slice_after(in, used);

		step = side == SIDE_CLIENT ? client_step(t, rest) : server_step(t, rest);
		if (step != STEP_ON)
			break;
		used = (size_t)(d->offset[side] - begin);
		assert(used <= in.len);
	}
	if (used > 0)
		dialogue_parts_look_again(d);
	d->awaits_line[side] = step == STEP_STOP && is_long_line(slice_after(in, used));
	if (side == SIDE_CLIENT)
		d->client_stalled = used < in.len && talk_client_waits(d);
	return used;
}

size_t dialogue_feed(struct dialogue *d, enum side side, struct slice in, dialogue_sink *sink, void *ctx)
{
	struct talk t = {.d = d, .sink = sink, .ctx = ctx};

	if (d->protocol != PROTOCOL_UNKNOWN)
		return dialogue_parts_feed(&t, side, in);
	d->offset[side] += in.len;
	return in.len;
}

bool dialogue_is_opaque(const struct dialogue *d, enum side side)
{
	return side == SIDE_CLIENT ? d->client_state == TALK_CLIENT_OPAQUE : d->server_state == TALK_SERVER_OPAQUE;
}

void dialogue_skip(struct dialogue *d, enum side side, uint64_t len)
{
	assert(dialogue_is_opaque(d, side));
	d->offset[side] += len;
}

/* Both begin anew (RFC 3207 section 4.2); where TLS was there from the start the greeting is still to come. */
void dialogue_go_on(struct dialogue *d, enum side side)
{
	assert(dialogue_is_opaque(d, side));
	dialogue_parts_look_again(d);
	d->fresh[side] = d->lost[side] = d->tls_accepted = false;
	if (dialogue_parts_ops(d)->restart != NULL)
		dialogue_parts_ops(d)->restart(d, side);
	if (side == SIDE_CLIENT)
		d->client_state = TALK_COMMAND;
	else
		d->server_state = TALK_REPLY;
}

bool dialogue_is_waiting(const struct dialogue *d, enum side side)
{
	return d->is_ambiguous || (side == SIDE_CLIENT ? talk_client_waits(d) : server_waits(d));
}

bool dialogue_awaits_line(const struct dialogue *d, enum side side)
{
	return d->awaits_line[side] && !dialogue_is_waiting(d, side);
}

bool dialogue_is_ambiguous(const struct dialogue *d)
{
	return d->is_ambiguous;
}

bool dialogue_settle(struct dialogue *d, struct slice client, struct slice server, bool is_last, dialogue_sink *sink,
		     void *ctx)
{
	enum eod_way way = eod_ambiguity_weigh(d, client, server, is_last);

	if (way == EOD_OPEN && !is_last)
		return false;
	eod_ambiguity_choose(d, way == EOD_ENDS, sink, ctx);
	dialogue_parts_look_again(d);
	return true;
}

void dialogue_trust_ends(struct dialogue *d, dialogue_sink *sink, void *ctx)
{
	eod_ambiguity_choose(d, false, sink, ctx);
	dialogue_parts_look_again(d);
	d->never_ambiguous = true;
	d->dotstuff.stops_loosely = false;
}

void dialogue_end(struct dialogue *d, enum side side, dialogue_sink *sink, void *ctx)
{
	(void)sink;
	(void)ctx;
	dialogue_parts_look_again(d);
	d->ended[side] = true;
	d->client_stalled = false;
	if (side == SIDE_SERVER)
		talk_guess(d);
}

static void tell_unfinished(struct talk *t, enum side side, struct slice rest)
{
	struct dialogue *d = t->d;
	struct line line = line_cut(slice_sub(rest, 0, DIALOGUE_LINE_MAX), d->offset[side]);
	struct dialogue_event event = talk_event(DIALOGUE_UNFINISHED, side, DIALOGUE_NO_COMMAND, &line);

	if (rest.len == 0 || d->lost[side] || d->skip_line[side] || dialogue_is_opaque(d, side))
		return;
	event.truncated = false;
	event.text = line.text;
	event.text_begin = event.begin;
	event.secret = dialogue_find_secret(d, side, line.text) < line.text.len;
	talk_emit(t, &event);
}

void dialogue_finish(struct dialogue *d, const struct slice rest[SIDES], dialogue_sink *sink, void *ctx)
{
	struct talk t = {.d = d, .sink = sink, .ctx = ctx};

	assert(d->ended[SIDE_CLIENT] && d->ended[SIDE_SERVER]);
	if (d->protocol == PROTOCOL_UNKNOWN)
		return;
	if (d->client_state == TALK_DATA)
		dialogue_parts_take_cut_data(&t, SIDE_CLIENT, rest[SIDE_CLIENT]);
	else if (d->client_state == TALK_CHUNK)
		transfer_feed_chunk(&t, rest[SIDE_CLIENT]);
	else
		tell_unfinished(&t, SIDE_CLIENT, rest[SIDE_CLIENT]);
	if (d->server_state == TALK_MAIL)
		dialogue_parts_take_cut_data(&t, SIDE_SERVER, rest[SIDE_SERVER]);
	else
		tell_unfinished(&t, SIDE_SERVER, rest[SIDE_SERVER]);
	dialogue_parts_cut_off(&t, SIDE_CLIENT);
	dialogue_parts_cut_off(&t, SIDE_SERVER);
	if (d->mail_open)
		transfer_cut(&t, (enum side)d->mail_side, false);
	auth_give_up(&t);
}

uint64_t dialogue_mail_so_far(const struct dialogue *d, enum side side)
{
	if (d->imap != NULL && d->imap->octets[side].is_mail)
		return imap_octets_so_far(&d->imap->octets[side]);
	return d->mail_open && d->mail_side == side ? d->mail_size : 0;
}
