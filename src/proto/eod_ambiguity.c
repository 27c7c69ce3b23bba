#include "proto/eod_ambiguity.h"

#include <assert.h>

#include "proto/dialogue.h"
#include "proto/protocol_ops.h"
#include "proto/transfer.h"

/* A way that makes the server answer commands as no server would is wrong. */

enum {
	VERBS_MAX = 64, /* commands after that place whose replies are judged */
	/* there is no need to read on */
	FAULTS_MAX = 8,	    /* with so many a way is wrong */
	OPEN_MAX = 4,	    /* so many lines that are no command and have no answer are text */
	COMMANDS_MAX = 128, /* so many commands without an answer tell nothing new */
	BLOCK_LEN = 256,    /* read before that is asked again */
	/* steps of work */
	STEPS_OF_COMMAND = 8,
	STEP_BYTES = 512, /* of a mail's data are one; so is a line where it may end at each */
};

struct trial {
	enum protocol protocol;
	uint32_t first_index;
	uint8_t verbs[VERBS_MAX]; /* enum verb */
	uint32_t due;		  /* number of the command that should be answered next, from first_index */
	unsigned int replies;
	unsigned int faults;
	unsigned int open; /* lines that are no known command, and have no answer yet */
	unsigned int commands;
	uint64_t server_lines; /* so many answers it may have given */
	uint64_t bytes;
	uint64_t steps;
	bool mail_open;
	bool wants_yes; /* the first command does not fit a refusal: that may be the mail's once more */
};

static void note_command(struct trial *t, const struct dialogue_event *event)
{
	uint32_t number = event->index - t->first_index;

	enum verb verb = event->row != NULL ? (enum verb)event->row->verb : VERB_UNKNOWN;
	bool is_empty = verb == VERB_UNPARSED && event->arguments.len == 0;

	t->commands++;
	t->faults += verb == VERB_UNSOLICITED || (verb == VERB_UNPARSED && !is_empty);
	t->faults += t->mail_open && verb == VERB_MESSAGE; /* servers rarely answer a mail before its end */
	if (number >= VERBS_MAX)
		return;
	if (is_empty)
		verb = VERB_DONE;
	else if (verb == VERB_UNPARSED || verb == VERB_UNSOLICITED || verb == VERB_GREETING)
		verb = VERB_UNKNOWN;
	t->verbs[number] = (uint8_t)verb;
	t->open += t->verbs[number] == VERB_UNKNOWN && event->side == SIDE_CLIENT;
}

static void note_reply(struct trial *t, const struct dialogue_event *event)
{
	const struct reply reply = {.code = event->code, .enhanced = event->enhanced};
	uint32_t number = event->index - t->first_index;
	enum verb verb;

	t->replies++;
	if (number >= VERBS_MAX)
		return;
	for (; t->due < number; t->due++)
		t->faults += t->verbs[t->due] != VERB_DONE; /* no server leaves a command without its answer */
	t->due = number + 1;
	verb = (enum verb)t->verbs[number];
	t->faults += number == 0 && t->wants_yes && event->code.data[0] >= '4';
	t->faults += verb == VERB_UNKNOWN ? event->code.data[0] == '2'
					  : !protocol_ops(t->protocol)->may_answer(verb, &reply);
	t->open -= verb == VERB_UNKNOWN && t->open > 0;
}

static void note_event(void *ctx, const struct dialogue_event *event)
{
	struct trial *t = ctx;

	if (event->kind == DIALOGUE_COMMAND)
		note_command(t, event);
	else if (event->kind == DIALOGUE_REPLY && event->last)
		note_reply(t, event);
	else if (event->kind == DIALOGUE_MAIL_BEGIN || event->kind == DIALOGUE_MAIL_END)
		t->mail_open = event->kind == DIALOGUE_MAIL_BEGIN;
	else if (event->kind == DIALOGUE_NOTE &&
		 (event->note == DIALOGUE_NOTE_BAD_REPLY || event->note == DIALOGUE_NOTE_MIXED_CODES))
		t->faults++;
}

static uint64_t steps_of_line(const struct dialogue *d, enum side side)
{
	if (side == SIDE_SERVER || (d->client_state != TALK_DATA && d->client_state != TALK_CHUNK))
		return STEPS_OF_COMMAND;
	return d->mail_answered ? 1 : 0;
}

static uint64_t count_lines(struct slice in)
{
	uint64_t count = 0;

	for (; in.len > 0; in = slice_after(in, slice_find(in, '\n') + 1))
		count++;
	return count;
}

/* Whether there is nothing to learn from what a side says further. */
static bool is_enough(const struct trial *t, enum side side)
{
	if (t->faults >= FAULTS_MAX)
		return true;
	return side == SIDE_CLIENT &&
	       (t->open >= t->server_lines + OPEN_MAX || t->commands >= t->server_lines + COMMANDS_MAX);
}

/* Takes what can be taken of a side, a block after the other. */
static size_t take_blocks(struct trial *t, struct dialogue *d, enum side side, struct slice in)
{
	size_t len = BLOCK_LEN;
	size_t taken = 0;

	while (taken < in.len && !is_enough(t, side)) {
		struct slice block = slice_sub(slice_after(in, taken), 0, len);
		uint64_t steps = steps_of_line(d, side);
		size_t used = dialogue_feed(d, side, block, note_event, t);

		taken += used;
		t->bytes += used;
		t->steps += steps > 0 ? steps * count_lines(slice_sub(block, 0, used)) : 0;
		if (used == 0 && taken + block.len >= in.len)
			break;
		len = used > 0 ? BLOCK_LEN : 2 * len; /* a line may be long */
	}
	return taken;
}

static struct trial try_way(const struct dialogue *d, bool ends, struct slice client, struct slice server)
{
	struct trial t = {.protocol = d->protocol,
			  .first_index = d->next_index,
			  .server_lines = count_lines(server),
			  .mail_open = true,
			  .wants_yes = ends && d->ambiguous_at_command};
	struct dialogue copy;
	size_t used[SIDES];

	dialogue_copy(&copy, d);
	copy.never_ambiguous = true;
	copy.dotstuff.stops_loosely = false;
	eod_ambiguity_choose(&copy, ends, note_event, &t);
	do {
		used[SIDE_CLIENT] = take_blocks(&t, &copy, SIDE_CLIENT, client);
		used[SIDE_SERVER] = take_blocks(&t, &copy, SIDE_SERVER, server);
		client = slice_after(client, used[SIDE_CLIENT]);
		server = slice_after(server, used[SIDE_SERVER]);
	} while (used[SIDE_CLIENT] + used[SIDE_SERVER] > 0);
	dialogue_fini(&copy);
	return t;
}

static uint64_t steps_of(const struct trial *t)
{
	return 1 + t->bytes / STEP_BYTES + t->steps;
}

/* Lines that are no commands may still be refused; when nothing more comes they were not, and were text. Whoever gives
 * a mail up says no such lines. */
enum eod_way eod_ambiguity_weigh(struct dialogue *d, struct slice client, struct slice server, bool is_last)
{
	struct trial going_on = try_way(d, false, client, server);
	struct trial ending = try_way(d, true, client, server);
	bool judges_open = is_last || d->ambiguous_at_command;

	d->steps += steps_of(&going_on) + steps_of(&ending);
	if (ending.faults + ending.open < going_on.faults + (is_last ? going_on.open : 0))
		return EOD_ENDS;
	if (going_on.faults + going_on.open < ending.faults + (judges_open ? ending.open : 0))
		return EOD_GOES_ON;
	return going_on.replies > DIALOGUE_AMBIGUITY_REPLIES ? EOD_GOES_ON : EOD_OPEN;
}

void eod_ambiguity_choose(struct dialogue *d, bool ends, dialogue_sink *sink, void *ctx)
{
	struct talk t = {.d = d, .sink = sink, .ctx = ctx};

	bool is_at_command = d->ambiguous_at_command;

	assert(d->is_ambiguous);
	d->is_ambiguous = d->ambiguous_at_command = false;
	if (ends && is_at_command) {
		transfer_end_answered(&t);
	} else if (ends) {
		transfer_end_loosely(&t);
		transfer_end_data(&t, false);
	}
}
