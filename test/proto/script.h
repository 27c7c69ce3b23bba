/*
 * script: plays a dialogue written as text to the parser and writes down what it says, as text.
 *
 * A script has one line for each line of the dialogue:
 *   C: text     the client says the line; \r, \n, \0, \\ and \xHH are understood; CRLF is added
 *   C| text     the same without CRLF
 *   C~ 12       12 bytes of the client are missing
 *   C#          no more comes from the client
 * and the same with S for the server. Lines of one side that follow each other arrive at once, unless they are split.
 * What the parser did not take is kept and given again, as the engine does. Each event is checked for what holds of
 * every dialogue.
 */
#ifndef TEST_PROTO_SCRIPT_H
#define TEST_PROTO_SCRIPT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "common/address.h"
#include "proto/dialogue.h"

/* A dialogue and what is said about it. */
struct script_vector {
	const char *name;
	enum protocol protocol;
	bool midstream;
	const char *script;
	const char *said;
};

/* How the bytes arrive. */
struct script_split {
	size_t piece_len; /* 0: as the script has them */
	size_t at;	  /* or, when not 0: in two at this byte of the script */
};

enum script_op {
	SCRIPT_SAY,
	SCRIPT_GAP,
	SCRIPT_END,
};

struct script_step {
	enum script_op op;
	enum side side;
	struct buffer bytes;
	uint64_t gap_len;
};

struct script {
	struct script_step *steps;
	size_t count;
	size_t bytes;
};

struct script_player {
	struct dialogue dialogue;
	struct buffer rest[SIDES];   /* arrived, not taken */
	struct buffer stream[SIDES]; /* everything, missing bytes as '?' */
	struct buffer out;
	uint32_t commands;
	bool mail_open[SIDES];
	uint64_t unstuffed[SIDES]; /* of the open mail's ranges */
};

static int script_hex(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static const char *script_text(struct buffer *out, const char *from)
{
	for (; *from != '\0' && *from != '\n'; from++) {
		if (*from != '\\') {
			buffer_append_byte(out, (uint8_t)*from);
			continue;
		}
		from++;
		if (*from == 'x') {
			buffer_append_byte(out, (uint8_t)(script_hex(from[1]) * 16 + script_hex(from[2])));
			from += 2;
		} else {
			char byte = *from == 'r' ? '\r' : *from == 'n' ? '\n' : *from == '0' ? '\0' : *from;

			buffer_append_byte(out, (uint8_t)byte);
		}
	}
	return from;
}

static struct script_step *script_step(struct script *s, enum script_op op, enum side side)
{
	struct script_step *last = s->count > 0 ? &s->steps[s->count - 1] : NULL;

	if (last && op == SCRIPT_SAY && last->op == SCRIPT_SAY && last->side == side)
		return last;
	s->steps = realloc(s->steps, (s->count + 1) * sizeof(*s->steps));
	ck_assert_ptr_nonnull(s->steps);
	s->steps[s->count] = (struct script_step){.op = op, .side = side};
	return &s->steps[s->count++];
}

static const char *script_parse_line(struct script *s, const char *at)
{
	enum side side = at[0] == 'C' ? SIDE_CLIENT : SIDE_SERVER;
	const char *text = at[1] == '#' ? at + 2 : at + 3;
	struct script_step *step;

	ck_assert(at[0] == 'C' || at[0] == 'S');
	if (at[1] == '#') {
		script_step(s, SCRIPT_END, side);
	} else if (at[1] == '~') {
		step = script_step(s, SCRIPT_GAP, side);
		step->gap_len = strtoull(text, NULL, 10);
	} else {
		ck_assert(at[1] == ':' || at[1] == '|');
		step = script_step(s, SCRIPT_SAY, side);
		script_text(&step->bytes, text);
		if (at[1] == ':')
			buffer_append_text(&step->bytes, "\r\n");
	}
	return strchr(text, '\n');
}

static struct script script_parse(const char *text)
{
	struct script s = {.steps = NULL};

	while (text != NULL && *text != '\0') {
		text = script_parse_line(&s, text);
		if (text)
			text++;
	}
	for (size_t i = 0; i < s.count; i++)
		s.bytes += s.steps[i].bytes.len;
	return s;
}

static void script_free(struct script *s)
{
	for (size_t i = 0; i < s->count; i++)
		buffer_fini(&s->steps[i].bytes);
	free(s->steps);
}

static void script_print(struct buffer *out, struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] < 0x20 || s.data[i] > 0x7e)
			buffer_printf(out, "\\x%02x", s.data[i]);
		else
			buffer_append_byte(out, s.data[i]);
	}
}

static void script_print_range(struct script_player *p, const struct dialogue_event *e)
{
	struct slice stream = buffer_slice(&p->stream[e->side]);
	struct slice bytes = slice_sub(stream, e->begin, e->end - e->begin);
	struct dotstuff dotstuff;
	size_t used;

	ck_assert_uint_eq(bytes.len, e->end - e->begin);
	buffer_append_text(&p->out, "\"");
	script_print(&p->out, slice_sub(bytes, 0, 40));
	buffer_append_text(&p->out, bytes.len > 40 ? "...\"" : "\"");
	if (!e->stuffing) {
		p->unstuffed[e->side] += bytes.len;
		return;
	}
	dotstuff_init(&dotstuff, e->stuffing);
	ck_assert_int_eq(dotstuff_feed(&dotstuff, bytes, &used, &p->unstuffed[e->side], NULL, NULL), DOTSTUFF_MORE);
	dotstuff_finish(&dotstuff, &p->unstuffed[e->side], NULL, NULL);
}

static void script_print_end(struct buffer *out, const struct endpoint *e)
{
	char text[ADDRESS_PORT_TEXT_SIZE];

	if (!e->has_address)
		return;
	address_port_text(text, e->address, e->is_ipv6, e->port);
	buffer_printf(out, " %s", text);
}

static const char *script_section(const struct dialogue_event *e)
{
	static const char *const names[] = {"", " rfc822", " chunk", " header", " text"};

	return names[e->section];
}

/* What only IMAP has. */
static void script_print_imap_event(struct buffer *out, const struct dialogue_event *e)
{
	switch (e->kind) {
	case DIALOGUE_COMMAND_MORE:
		buffer_printf(out, "%s ", e->last ? "ends" : "more");
		break;
	case DIALOGUE_LITERAL:
		buffer_printf(out, "literal %llu ", (unsigned long long)e->literal_size);
		break;
	case DIALOGUE_CONTINUATION:
		buffer_append_text(out, "+ ");
		break;
	case DIALOGUE_UNTAGGED:
		buffer_printf(out, "*%s%s ", e->first ? " " : "", e->last ? "" : "...");
		script_print(out, e->verb);
		buffer_append_text(out, " | ");
		break;
	case DIALOGUE_FETCHED:
		buffer_printf(out, "fetched %u uid %u size %lld flags ", e->fetched->number, e->fetched->uid,
			      e->fetched->has_size ? (long long)e->fetched->size : -1);
		script_print(out, e->fetched->flags.data != NULL ? e->fetched->flags : slice_from_text("none"));
		buffer_append_text(out, e->fetched->arrived.data != NULL ? " arrived " : "");
		script_print(out, e->fetched->arrived);
		break;
	case DIALOGUE_COMPRESSED:
		buffer_printf(out, "compressed %c", e->side == SIDE_CLIENT ? 'C' : 'S');
		break;
	default:
		buffer_append_text(out, "done");
		break;
	}
	script_print(out, e->text);
}

static void script_print_event(struct script_player *p, const struct dialogue_event *e)
{
	static const char *const notes[DIALOGUE_NOTES] = {"bare-lf",   "bare-cr",     "long-line",    "nul",
							  "loose",     "early-talk",  "data-assumed", "clear-after-tls",
							  "bad-reply", "mixed-codes", "loose-dot"};
	struct buffer *out = &p->out;
	char side = e->side == SIDE_CLIENT ? 'C' : 'S';

	switch (e->kind) {
	case DIALOGUE_COMMAND:
		if (e->tag.len > 0)
			buffer_printf(out, "[%.*s] ", (int)e->tag.len, (const char *)e->tag.data);
		script_print(out, e->verb);
		buffer_append_text(out, e->arguments.len ? " " : "");
		script_print(out, e->arguments);
		break;
	case DIALOGUE_REPLY:
		script_print(out, e->code);
		buffer_append_text(out, e->last ? " " : "-");
		script_print(out, e->text);
		if (e->enhanced.len)
			buffer_printf(out, " {%.*s}", (int)e->enhanced.len, (const char *)e->enhanced.data);
		break;
	case DIALOGUE_DATA_LINE:
		buffer_append_text(out, "line ");
		script_print(out, e->text);
		break;
	case DIALOGUE_AUTH_LINE:
	case DIALOGUE_UNFINISHED:
		buffer_printf(out, "%s %c ", e->kind == DIALOGUE_AUTH_LINE ? "auth" : "unfinished", side);
		script_print(out, e->text);
		break;
	case DIALOGUE_SKIPPED:
		buffer_append_text(out, "skipped ");
		script_print(out, e->text);
		break;
	case DIALOGUE_MAIL_BEGIN:
		buffer_printf(out, "mail begins %c%s%s%s", side, e->stuffing ? "" : " counted", script_section(e),
			      e->truncated ? " before" : "");
		break;
	case DIALOGUE_MAIL_RANGE:
		script_print_range(p, e);
		break;
	case DIALOGUE_MAIL_END:
		buffer_printf(out, "mail %s size %llu", e->last ? "ends" : "is cut", (unsigned long long)e->mail_size);
		if (e->missing_len)
			buffer_printf(out, " missing %llu", (unsigned long long)e->missing_len);
		break;
	case DIALOGUE_PROXY:
		buffer_printf(out, "proxy v%u%s", e->proxy->version, e->proxy->is_local ? " local" : "");
		for (int end = 0; end < SIDES; end++)
			script_print_end(out, &e->proxy->ends[end]);
		break;
	case DIALOGUE_TLS:
	case DIALOGUE_RESYNC:
		buffer_printf(out, "%s %c", e->kind == DIALOGUE_TLS ? "tls" : "resync", side);
		break;
	case DIALOGUE_NOTE:
		buffer_printf(out, "note %s", notes[e->note]);
		break;
	case DIALOGUE_COMMAND_MORE:
	case DIALOGUE_LITERAL:
	case DIALOGUE_CONTINUATION:
	case DIALOGUE_DONE:
	case DIALOGUE_UNTAGGED:
	case DIALOGUE_FETCHED:
	case DIALOGUE_COMPRESSED:
		script_print_imap_event(out, e);
		break;
	}
}

static void script_check_event(struct script_player *p, const struct dialogue_event *e)
{
	ck_assert_uint_le(e->begin, e->end);
	ck_assert_uint_le(e->end, p->stream[e->side].len);
	if (e->kind == DIALOGUE_COMMAND)
		ck_assert_uint_eq(e->index, p->commands++);
	if (e->index != DIALOGUE_NO_COMMAND)
		ck_assert_uint_lt(e->index, p->commands);
	if (e->kind == DIALOGUE_MAIL_BEGIN) {
		ck_assert(!p->mail_open[e->side]);
		p->mail_open[e->side] = true;
		p->unstuffed[e->side] = 0;
	}
	if (e->kind == DIALOGUE_MAIL_RANGE || e->kind == DIALOGUE_MAIL_END)
		ck_assert(p->mail_open[e->side]);
	if (e->kind == DIALOGUE_MAIL_END) {
		p->mail_open[e->side] = false;
		if (e->missing_len == 0)
			ck_assert_uint_eq(e->mail_size, p->unstuffed[e->side]);
	}
}

static void script_sink(void *ctx, const struct dialogue_event *e)
{
	struct script_player *p = ctx;

	script_check_event(p, e);
	if (e->index != DIALOGUE_NO_COMMAND)
		buffer_printf(&p->out, "%u%s ", e->index, e->kind == DIALOGUE_REPLY ? "<" : "");
	script_print_event(p, e);
	if (e->truncated)
		buffer_append_text(&p->out, " !truncated");
	if (e->secret)
		buffer_append_text(&p->out, " !secret");
	buffer_append_text(&p->out, "\n");
}

static size_t script_feed(struct script_player *p, enum side side)
{
	struct buffer *rest = &p->rest[side];
	size_t used = dialogue_feed(&p->dialogue, side, buffer_slice(rest), script_sink, p);

	if (dialogue_is_opaque(&p->dialogue, side)) {
		dialogue_skip(&p->dialogue, side, rest->len - used);
		used = rest->len;
	}

	ck_assert_uint_le(used, rest->len);
	if (used > 0)
		memmove(rest->data, rest->data + used, rest->len - used);
	rest->len -= used;
	ck_assert_uint_eq(p->dialogue.offset[side] + rest->len, p->stream[side].len);
	return used;
}

/* One side has something new; the other may have waited for it. */
static void script_take(struct script_player *p, enum side side)
{
	while (script_feed(p, side) > 0 && p->rest[side_other(side)].len > 0)
		side = side_other(side);
	if (!dialogue_is_waiting(&p->dialogue, side) && p->dialogue.protocol != PROTOCOL_UNKNOWN)
		ck_assert_uint_le(p->rest[side].len, DIALOGUE_LINE_MAX);
}

static void script_settle(struct script_player *p, enum side side)
{
	script_take(p, side);
	while (dialogue_is_ambiguous(&p->dialogue) &&
	       dialogue_settle(&p->dialogue, buffer_slice(&p->rest[SIDE_CLIENT]), buffer_slice(&p->rest[SIDE_SERVER]),
			       p->dialogue.ended[SIDE_SERVER], script_sink, p)) {
		script_take(p, SIDE_CLIENT);
		script_take(p, SIDE_SERVER);
		script_take(p, SIDE_CLIENT);
	}
}

/* In a copy, as a dialogue may be copied at any time. */
static void script_say(struct script_player *p, enum side side, struct slice bytes)
{
	struct dialogue copy;

	dialogue_copy(&copy, &p->dialogue);
	dialogue_fini(&p->dialogue);
	memset(&p->dialogue, 0xee, sizeof(p->dialogue));
	p->dialogue = copy;
	buffer_append(&p->stream[side], bytes);
	buffer_append(&p->rest[side], bytes);
	script_settle(p, side);
}

static void script_gap(struct script_player *p, enum side side, uint64_t len)
{
	struct slice rest = buffer_slice(&p->rest[side]);

	for (uint64_t i = 0; i < len; i++)
		buffer_append_byte(&p->stream[side], '?');
	dialogue_gap(&p->dialogue, side, rest, len, script_sink, p);
	p->rest[side].len = 0;
	ck_assert_uint_eq(p->dialogue.offset[side], p->stream[side].len);
	script_settle(p, side_other(side));
}

static void script_end(struct script_player *p, enum side side)
{
	dialogue_end(&p->dialogue, side, script_sink, p);
	script_settle(p, side_other(side));
}

static void script_begin(struct script_player *p, enum protocol protocol, bool midstream)
{
	*p = (struct script_player){.commands = 0};
	dialogue_init(&p->dialogue, protocol, midstream);
}

/* The connection is over: returns what was said about it, NUL-terminated; the caller frees it. */
static char *script_finish(struct script_player *p)
{
	struct slice rest[SIDES];

	script_end(p, SIDE_SERVER);
	script_end(p, SIDE_CLIENT);
	rest[SIDE_CLIENT] = buffer_slice(&p->rest[SIDE_CLIENT]);
	rest[SIDE_SERVER] = buffer_slice(&p->rest[SIDE_SERVER]);
	dialogue_finish(&p->dialogue, rest, script_sink, p);
	dialogue_fini(&p->dialogue);
	ck_assert(!p->mail_open[SIDE_CLIENT] && !p->mail_open[SIDE_SERVER]);
	buffer_append_byte(&p->out, '\0');
	for (int side = 0; side < SIDES; side++) {
		buffer_fini(&p->rest[side]);
		buffer_fini(&p->stream[side]);
	}
	return (char *)p->out.data;
}

static void script_say_split(struct script_player *p, const struct script_step *step, struct script_split split,
			     size_t place)
{
	struct slice bytes = buffer_slice(&step->bytes);
	size_t first = bytes.len;

	if (split.at > place && split.at < place + bytes.len)
		first = split.at - place;
	else if (split.piece_len > 0)
		first = split.piece_len;
	while (bytes.len > 0) {
		script_say(p, step->side, slice_sub(bytes, 0, first));
		bytes = slice_after(bytes, first);
	}
}

static char *script_play(const struct script *s, enum protocol protocol, bool midstream, struct script_split split)
{
	struct script_player p;
	size_t place = 0;

	script_begin(&p, protocol, midstream);
	for (size_t i = 0; i < s->count; i++) {
		const struct script_step *step = &s->steps[i];

		if (step->op == SCRIPT_SAY)
			script_say_split(&p, step, split, place);
		else if (step->op == SCRIPT_GAP)
			script_gap(&p, step->side, step->gap_len);
		else
			script_end(&p, step->side);
		place += step->bytes.len;
	}
	return script_finish(&p);
}

static void script_expect(const struct script *s, enum protocol protocol, bool midstream, struct script_split split,
			  const char *expected)
{
	char *said = script_play(s, protocol, midstream, split);

	if (strcmp(said, expected) != 0)
		fprintf(stderr, "piece %zu, split at %zu: expected\n%s\nbut was\n%s\n", split.piece_len, split.at,
			expected, said);
	ck_assert(strcmp(said, expected) == 0);
	free(said);
}

/* Plays the script whole, byte by byte, in small pieces, and split in two at every place: always the same comes out. */
static inline void script_test(const char *text, enum protocol protocol, bool midstream, const char *expected)
{
	struct script s = script_parse(text);

	script_expect(&s, protocol, midstream, (struct script_split){.piece_len = 0}, expected);
	for (size_t len = 1; len <= 7; len++)
		script_expect(&s, protocol, midstream, (struct script_split){.piece_len = len}, expected);
	for (size_t at = 1; at < s.bytes; at++)
		script_expect(&s, protocol, midstream, (struct script_split){.at = at}, expected);
	script_free(&s);
}

/* Plays one step with `len` bytes of it missing from `at` on. */
static void script_say_with_gap(struct script_player *p, const struct script_step *step, size_t at, size_t len)
{
	struct slice bytes = buffer_slice(&step->bytes);

	script_say(p, step->side, slice_sub(bytes, 0, at));
	script_gap(p, step->side, len < bytes.len - at ? len : bytes.len - at);
	if (at + len < bytes.len)
		script_say(p, step->side, slice_after(bytes, at + len));
}

static char *script_play_with_gap(const struct script *s, enum protocol protocol, size_t at, size_t len)
{
	struct script_player p;
	size_t place = 0;

	script_begin(&p, protocol, false);
	for (size_t i = 0; i < s->count; i++) {
		const struct script_step *step = &s->steps[i];

		if (step->op == SCRIPT_GAP)
			script_gap(&p, step->side, step->gap_len);
		else if (step->op == SCRIPT_END)
			script_end(&p, step->side);
		else if (at >= place && at < place + step->bytes.len)
			script_say_with_gap(&p, step, at - place, len);
		else
			script_say(&p, step->side, buffer_slice(&step->bytes));
		place += step->bytes.len;
	}
	return script_finish(&p);
}

/* Plays the script with a gap of several lengths at every place: what must hold always is checked with each event, and
 * `must` (may be NULL) must be said wherever the gap does not touch the script's last `tail_len` bytes. */
static inline void script_test_gaps(const char *text, enum protocol protocol, const char *must, size_t tail_len)
{
	static const size_t lengths[] = {1, 2, 3, 7, 20, 90, 100000};
	struct script s = script_parse(text);

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (size_t at = 0; at < s.bytes; at++) {
			char *said = script_play_with_gap(&s, protocol, at, lengths[i]);
			bool must_be = must && at + lengths[i] + tail_len <= s.bytes;

			if (must_be && strstr(said, must) == NULL)
				fprintf(stderr, "gap of %zu at %zu: no \"%s\" in\n%s\n", lengths[i], at, must, said);
			ck_assert(!must_be || strstr(said, must) != NULL);
			free(said);
		}
	}
	script_free(&s);
}

/* One row of a test file's table: always the same comes out, and no gap makes it break the rules. */
static inline void script_test_vector(const struct script_vector *v)
{
	script_test(v->script, v->protocol, v->midstream, v->said);
	script_test_gaps(v->script, v->protocol, NULL, 0);
}

#endif
