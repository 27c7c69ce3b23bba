/* What is missing of a side, and what is left before it. */
#include "proto/auth.h"
#include "proto/dialogue_parts.h"
#include "proto/pending.h"
#include "proto/transfer.h"

/* The line end may have been cut in two. */
static struct slice without_cr(struct slice s)
{
	if (s.len > 0 && s.data[s.len - 1] == '\r')
		s.len--;
	return s;
}

/* Whether the beginning of a line, the rest of which is missing, is a command. */
static bool is_cut_command(const struct dialogue *d, struct slice cut)
{
	struct verb_line line;

	verb_read(d->protocol, cut, &line);
	return !d->lost[SIDE_CLIENT] && line.row != NULL;
}

static bool client_goes_on(const struct dialogue *d)
{
	return dialogue_parts_ops(d)->goes_on != NULL && dialogue_parts_ops(d)->goes_on(d);
}

void dialogue_parts_cut_off(struct talk *t, enum side side)
{
	if (dialogue_parts_ops(t->d)->cut_off != NULL)
		dialogue_parts_ops(t->d)->cut_off(t, side);
}

void dialogue_parts_take_cut_data(struct talk *t, enum side side, struct slice cut)
{
	bool ended;

	t->d->fresh[side] = false;
	t->d->dotstuff.stops_loosely = false;
	transfer_feed(t, side, cut, &ended);
	if (ended && side == SIDE_CLIENT)
		transfer_end_data(t, false);
	else if (ended)
		dialogue_parts_ops(t->d)->end_mail(t, false);
}

/* What is left of the client before a gap is not a whole line, or what could have been a command. */
static void client_cut(struct talk *t, struct slice cut)
{
	struct dialogue *d = t->d;
	struct line line = line_cut(without_cr(cut), d->offset[SIDE_CLIENT]);
	uint64_t end = d->offset[SIDE_CLIENT] + cut.len;

	if (d->client_state == TALK_GUESS_DATA && !verb_is_certain(d->protocol, line.text))
		transfer_begin_data(t, true);
	if (d->client_state == TALK_DATA) {
		dialogue_parts_take_cut_data(t, SIDE_CLIENT, cut);
		return;
	}
	if (d->client_state == TALK_GUESS_OCTETS && dialogue_parts_ops(d)->take_octets != NULL)
		dialogue_parts_ops(d)->guess_octets(
			t, true); /* what is here may become a command, else it would be taken */
	d->offset[SIDE_CLIENT] = end;
	line.end = end;
	if (d->skip_line[SIDE_CLIENT] || d->client_state == TALK_PEEK_TLS)
		return;
	if (d->client_state == TALK_AUTH || d->client_state == TALK_GUESS_AUTH)
		auth_client_line(t, &line);
	else if (is_cut_command(d, line.text) || client_goes_on(d))
		dialogue_parts_client_line(t, &line);
	else
		dialogue_parts_skip_line(t, &line);
}

static void server_cut(struct talk *t, struct slice cut)
{
	struct dialogue *d = t->d;
	struct line line = line_cut(without_cr(cut), d->offset[SIDE_SERVER]);

	if (d->server_state == TALK_MAIL) {
		dialogue_parts_take_cut_data(t, SIDE_SERVER, cut);
		return;
	}
	d->offset[SIDE_SERVER] += cut.len;
	line.end = d->offset[SIDE_SERVER];
	if (!d->skip_line[SIDE_SERVER])
		dialogue_parts_ops(t->d)->server_line(t, &line);
}

/* A mail does not end at the loose dot that was reached, nor at one that follows. */
static void stop_asking(struct dialogue *d)
{
	d->is_ambiguous = d->ambiguous_at_command = d->dotstuff.stops_loosely = false;
}

/* A gap forces what waited for the other side to be read as well as it can be. */
static struct slice force(struct talk *t, enum side side, struct slice rest)
{
	struct dialogue *d = t->d;

	d->client_stalled = false;
	d->has_spoken |= side == SIDE_SERVER;
	while (rest.len > 0) {
		size_t used;

		stop_asking(d);
		if (side == SIDE_CLIENT) {
			talk_guess(d);
			if (pending_is_full(d))
				pending_pop(d);
		}
		used = dialogue_parts_feed(t, side, rest);
		rest = slice_after(rest, used);
		if (used == 0 && !dialogue_is_waiting(d, side))
			break;
	}
	stop_asking(d);
	d->client_stalled = false;
	return rest;
}

static void lose(struct dialogue *d, enum side side, uint64_t len)
{
	d->offset[side] += len;
	d->lost[side] = true;
	d->is_answered = d->is_answered && side == SIDE_SERVER;
	d->skip_line[side] = false;
	d->skipped_lines[side] = 0;
}

/* How much of a hole after DATA is the mail's. Where the line of DATA itself is cut, its end comes first; when that is
 * all, nothing is missing. */
static uint64_t early_hole(uint64_t len, struct slice cut)
{
	uint64_t line_end = cut.len == 0 ? 0 : cut.data[cut.len - 1] == '\r' ? 1 : 2;

	return len >= line_end ? len - line_end : len;
}

static void client_hole(struct talk *t, uint64_t len, struct slice cut)
{
	struct dialogue *d = t->d;
	bool awaits_data = d->client_state == TALK_WAIT_DATA || d->client_state == TALK_GUESS_DATA;

	if (d->client_state == TALK_DATA || d->client_state == TALK_CHUNK || d->client_state == TALK_SKIP)
		len -= transfer_gap(t, SIDE_CLIENT, len);
	else if (d->client_state == TALK_OCTETS)
		len -= dialogue_parts_ops(d)->lose_octets(t, SIDE_CLIENT, len);
	d->fresh[SIDE_CLIENT] = true;
	if (len == 0)
		return;
	dialogue_parts_cut_off(t, SIDE_CLIENT);
	if (awaits_data)
		d->early_hole += early_hole(len, cut);
	if (!awaits_data || cut.len > 0)
		d->hole_before = true;
	auth_lose(d);
	d->has_hole = d->login_hidden = true;
	d->unseen_len += cut.len + len;
	lose(d, SIDE_CLIENT, len);
}

static void server_hole(struct talk *t, uint64_t len)
{
	struct dialogue *d = t->d;

	d->fresh[SIDE_SERVER] = true;
	if (d->server_state == TALK_GUESS_MAIL)
		d->server_state = TALK_REPLY;
	if (d->server_state == TALK_MAIL)
		len -= transfer_gap(t, SIDE_SERVER, len);
	else if (d->server_state == TALK_SERVER_OCTETS)
		len -= dialogue_parts_ops(d)->lose_octets(t, SIDE_SERVER, len);
	if (len == 0 && protocol_has(d->protocol, PROTOCOL_TAGGED))
		return; /* nothing but a part of a literal is missing */
	if (len > 0) {
		dialogue_parts_cut_off(t, SIDE_SERVER);
		lose(d, SIDE_SERVER, len);
	}
	if (d->client_state != TALK_CLIENT_OPAQUE)
		talk_greet(t, NULL);
	auth_lose_challenge(d);
	pending_doubt(d);
	talk_guess(d);
}

void dialogue_gap(struct dialogue *d, enum side side, struct slice rest, uint64_t len, dialogue_sink *sink, void *ctx)
{
	struct talk t = {.d = d, .sink = sink, .ctx = ctx};
	struct slice cut;

	if (d->protocol == PROTOCOL_UNKNOWN) {
		d->offset[side] += rest.len + len;
		return;
	}
	cut = force(&t, side, rest);
	dialogue_parts_look_again(d);
	if (dialogue_is_opaque(d, side)) {
		dialogue_skip(d, side, cut.len + len);
	} else if (side == SIDE_CLIENT) {
		if (cut.len > 0)
			client_cut(&t, cut);
		client_hole(&t, len, cut);
	} else {
		if (cut.len > 0)
			server_cut(&t, cut);
		server_hole(&t, len);
	}
}
