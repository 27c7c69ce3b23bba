/*
 * play: a session made from a script as test/proto/script.h writes it: the dialogue is parsed, its events are given to
 * the session, and what the session reports is written down as text, a line for each:
 *
 *   EHLO me: 250 ns1|PIPELINING          its replies, or (none); several: "; " between
 *   PASS secret: +OK {USER me/secret ok}
 *   mail 1 sent accepted <a@b> to c@d+ e@f-550 "bytes" reply 250
 *   a1 SELECT {5}: OK done {5 INBOX} +1 [EXISTS 1, OK 2] / 3 EXISTS     literals, continuations, untagged answers
 *   mail 1 fetched retrieved "bytes" reply OK number 3 uid 7 (\Seen) in INBOX BODY[]
 *
 * Each step of the script is a packet, step_ns (mostly a millisecond) after the one before.
 */
#ifndef TEST_MAIL_PLAY_H
#define TEST_MAIL_PLAY_H

#include "../proto/script.h"
#include "base/clock.h"
#include "base/mem.h"
#include "mail/observer.h"
#include "mail/session_imap.h"

enum {
	PLAY_STEPS_MAX = 4096,
};

#define PLAY_START_NS (1000 * CLOCK_NS_PER_S)

struct player {
	struct session *session;
	struct observers observers; /* play_observer, and others */
	struct dialogue dialogue;
	struct buffer stream[SIDES];		  /* everything, missing bytes as '?' */
	uint64_t step_end[SIDES][PLAY_STEPS_MAX]; /* of the stream, after each step */
	uint32_t steps;
	int64_t step_ns;
	struct buffer out;
	bool forget; /* after every step, as without a screen */
	uint32_t forgotten;
};

static struct stamp play_stamp(const struct player *p, enum side side, uint64_t offset)
{
	uint32_t step = 0;

	while (step + 1 < p->steps && p->step_end[side][step] <= offset)
		step++;
	return (struct stamp){.time_ns = PLAY_START_NS + step * p->step_ns, .packet = step + 1};
}

static void play_print_login(struct buffer *out, const struct command_extra *x)
{
	buffer_append_text(out, " {");
	script_print(out, x->mechanism);
	buffer_append_text(out, " ");
	script_print(out, x->user.data != NULL ? x->user : slice_from_text("?"));
	buffer_append_text(out, "/");
	script_print(out, x->secret);
	buffer_append_text(out, x->login_success ? " ok}" : " refused}");
}

static void play_print_imap(struct buffer *out, const struct command_imap *imap)
{
	for (const struct imap_literal *l = imap->literals; l != NULL; l = l->next) {
		buffer_printf(out, " {%llu", (unsigned long long)l->size);
		buffer_append_text(out, l->text.data != NULL ? " " : "");
		script_print(out, l->text);
		buffer_append_text(out, "}");
	}
	if (imap->continuations > 0)
		buffer_printf(out, " +%u", imap->continuations);
	for (const struct imap_count *u = imap->untagged; u != NULL; u = u->next)
		buffer_printf(out, "%s%s %u%s", u == imap->untagged ? " [" : ", ", u->name, u->count,
			      u->next == NULL ? "]" : "");
	for (const struct session_line *l = imap->data; l != NULL; l = l->next) {
		buffer_append_text(out, " / ");
		script_print(out, l->text);
	}
	ck_assert_uint_le(imap->first_reply.packet != 0, imap->untagged_count + 1);
}

static void play_command_done(void *ctx, struct session *s, struct command *c)
{
	struct player *p = ctx;
	struct buffer *out = &p->out;

	ck_assert_ptr_eq(s, p->session);
	ck_assert(c->reported);
	script_print(out, session_imap_tag(c));
	buffer_append_text(out, session_imap_tag(c).len > 0 ? " " : "");
	script_print(out, command_verb(c));
	buffer_append_text(out, c->arguments_len > 0 ? " " : "");
	script_print(out, command_arguments(c));
	buffer_append_text(out, c->replies == NULL ? ": (none)" : ": ");
	for (const struct reply *r = c->replies; r != NULL; r = r->next) {
		struct slice rest = reply_text(r);
		struct slice line;
		bool started = false;

		script_print(out, reply_code(r));
		for (char separator = ' '; reply_next_line(&rest, &started, &line); separator = '|') {
			buffer_append_byte(out, (uint8_t)separator);
			script_print(out, line);
		}
		buffer_append_text(out, r->next != NULL ? "; " : "");
	}
	if (c->extra != NULL && c->extra->is_login)
		play_print_login(out, c->extra);
	for (struct session_line *l = c->extra && !c->extra->is_login ? c->extra->lines : NULL; l; l = l->next) {
		buffer_append_text(out, " / ");
		script_print(out, l->text);
	}
	if (session_imap_command(c) != NULL)
		play_print_imap(out, session_imap_command(c));
	buffer_append_text(out, "\n");
}

/* The mail's own bytes, put together from its ranges. */
static void play_print_bytes(struct player *p, const struct mail *m)
{
	struct buffer bytes = {0};
	struct dotstuff dotstuff;
	uint64_t size = 0;
	size_t used;

	dotstuff_init(&dotstuff, m->stuffing);
	for (const struct mail_range *r = m->ranges; r != NULL; r = r->next) {
		struct slice raw = slice_sub(buffer_slice(&p->stream[m->side]), r->begin, r->end - r->begin);

		if (m->stuffing)
			dotstuff_feed(&dotstuff, raw, &used, &size, buffer_sink, &bytes);
		else
			buffer_append(&bytes, raw);
	}
	if (m->stuffing)
		dotstuff_finish(&dotstuff, &size, buffer_sink, &bytes);
	if (m->missing_len == 0)
		ck_assert_uint_eq(bytes.len, m->size);
	buffer_append_text(&p->out, " \"");
	script_print(&p->out, buffer_slice(&bytes));
	buffer_append_text(&p->out, "\"");
	buffer_fini(&bytes);
}

static void play_print_place(struct buffer *out, const struct mail_imap *imap)
{
	const char *section = session_imap_section_name((enum imap_section)imap->section);

	if (imap->number != 0)
		buffer_printf(out, " number %u", imap->number);
	if (imap->uid != 0)
		buffer_printf(out, " uid %u", imap->uid);
	if (imap->flags.data != NULL)
		buffer_printf(out, " (%.*s)", (int)imap->flags.len, (const char *)imap->flags.data);
	if (imap->arrived.data != NULL)
		buffer_printf(out, " of %.*s", (int)imap->arrived.len, (const char *)imap->arrived.data);
	if (imap->mailbox.data != NULL)
		buffer_printf(out, " in %.*s", (int)imap->mailbox.len, (const char *)imap->mailbox.data);
	if (section != NULL)
		buffer_printf(out, " %s", section);
	if (imap->chunks > 0)
		buffer_printf(out, " %u", imap->chunks);
	if (imap->cut_len > 0)
		buffer_printf(out, " cut %u", (unsigned int)imap->cut_len);
}

static void play_mail_done(void *ctx, struct session *s, struct mail *m)
{
	struct player *p = ctx;
	struct buffer *out = &p->out;

	ck_assert_ptr_eq(session_mail(s, m->number), m);
	ck_assert(!m->reported);
	m->reported = true;
	buffer_printf(out, "mail %u %s %s", m->number, mail_direction_name(m->direction),
		      mail_outcome_name(m->outcome));
	if (m->from.data != NULL)
		buffer_printf(out, " <%.*s>", (int)m->from.len, (const char *)m->from.data);
	for (const struct recipient *r = m->recipients; r != NULL; r = r->next)
		buffer_printf(out, "%s%.*s%c%.3s", r == m->recipients ? " to " : " ", (int)r->address.len,
			      (const char *)r->address.data, "?+-!"[r->fate],
			      r -> fate == RECIPIENT_REJECTED ? r -> code : "");
	if (m->has_data)
		play_print_bytes(p, m);
	if (m->missing_len > 0)
		buffer_printf(out, " missing %u", (unsigned int)m->missing_len);
	buffer_append_text(out, m->has_data && !m->complete ? " incomplete" : "");
	if (m->final_reply != NULL)
		buffer_printf(out, " reply %.*s", m->final_reply->code_len, m->final_reply->word);
	if (m->pop3 != NULL)
		buffer_printf(out, " number %u", session_mail_pop3(m)->number);
	if (session_imap_mail(m) != NULL)
		play_print_place(out, session_imap_mail(m));
	if (session_mail_pop3(m)->uid.len > 0)
		buffer_printf(out, " uid %.*s", (int)session_mail_pop3(m)->uid.len,
			      (const char *)session_mail_pop3(m)->uid.data);
	buffer_append_text(out, m->pop3_deleted ? " deleted" : "");
	buffer_append_text(out, m->pop3_committed ? " committed" : "");
	if (m->repeats != 0)
		buffer_printf(out, " repeats %u", m->repeats);
	buffer_append_text(out, "\n");
}

static const struct observer play_observer = {.name = "play", .command = play_command_done, .mail = play_mail_done};

static void play_sink(void *ctx, const struct dialogue_event *e)
{
	struct player *p = ctx;
	struct stamp first = play_stamp(p, e->side, e->begin);
	struct stamp last = play_stamp(p, e->side, e->end > e->begin ? e->end - 1 : e->begin);

	session_apply(p->session, e, &first, &last, &p->observers);
}

static bool play_settle_ambiguity(struct player *p)
{
	struct slice rest[SIDES];

	for (int side = 0; side < SIDES; side++)
		rest[side] = slice_after(buffer_slice(&p->stream[side]), p->dialogue.offset[side]);
	return dialogue_is_ambiguous(&p->dialogue) &&
	       dialogue_settle(&p->dialogue, rest[SIDE_CLIENT], rest[SIDE_SERVER], p->dialogue.ended[SIDE_SERVER],
			       play_sink, p);
}

static void play_settle(struct player *p)
{
	bool progress = true;

	while (progress) {
		progress = false;
		for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
			struct slice rest = slice_after(buffer_slice(&p->stream[side]), p->dialogue.offset[side]);

			progress |= dialogue_feed(&p->dialogue, side, rest, play_sink, p) > 0;
			if (dialogue_is_opaque(&p->dialogue, side))
				dialogue_skip(&p->dialogue, side, p->stream[side].len - p->dialogue.offset[side]);
		}
		progress |= play_settle_ambiguity(p);
	}
}

static void play_step(struct player *p, const struct script_step *step)
{
	struct slice rest = slice_after(buffer_slice(&p->stream[step->side]), p->dialogue.offset[step->side]);
	struct buffer *stream = &p->stream[step->side];

	ck_assert_uint_lt(p->steps, PLAY_STEPS_MAX);
	p->steps++;
	if (step->op == SCRIPT_SAY) {
		buffer_append(stream, buffer_slice(&step->bytes));
	} else if (step->op == SCRIPT_GAP) {
		memset(buffer_room(stream, step->gap_len), '?', step->gap_len);
		rest = slice_after(buffer_slice(stream), p->dialogue.offset[step->side]);
		stream->len += step->gap_len;
	}
	for (int side = 0; side < SIDES; side++)
		p->step_end[side][p->steps - 1] = p->stream[side].len;
	if (step->op == SCRIPT_GAP)
		dialogue_gap(&p->dialogue, step->side, rest, step->gap_len, play_sink, p);
	if (step->op == SCRIPT_END)
		dialogue_end(&p->dialogue, step->side, play_sink, p);
	play_settle(p);
	p->session->protocol = p->dialogue.protocol;
	if (p->forget && session_forget(p->session))
		p->forgotten++;
}

static void play_finish(struct player *p)
{
	struct script_step end[SIDES] = {{.op = SCRIPT_END, .side = SIDE_SERVER},
					 {.op = SCRIPT_END, .side = SIDE_CLIENT}};
	struct slice rest[SIDES];

	play_step(p, &end[0]);
	play_step(p, &end[1]);
	for (int side = 0; side < SIDES; side++)
		rest[side] = slice_after(buffer_slice(&p->stream[side]), p->dialogue.offset[side]);
	dialogue_finish(&p->dialogue, rest, play_sink, p);
	session_finish(p->session, &p->observers);
}

/* Plays the whole script, and ends the connection unless it is to go on. */
static void play_script(struct player *p, const char *text, bool ends)
{
	struct script s = script_parse(text);

	for (size_t i = 0; i < s.count; i++)
		play_step(p, &s.steps[i]);
	script_free(&s);
	if (ends)
		play_finish(p);
}

/* Likewise, each step in pieces. */
static inline void play_in_pieces(struct player *p, const struct script *s, struct script_split split)
{
	size_t place = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct slice bytes = buffer_slice(&s->steps[i].bytes);
		size_t first = split.at > place && split.at < place + bytes.len ? split.at - place
			       : split.piece_len > 0				? split.piece_len
										: bytes.len;

		place += bytes.len;
		if (s->steps[i].op != SCRIPT_SAY)
			play_step(p, &s->steps[i]);
		for (; bytes.len > 0; bytes = slice_after(bytes, first)) {
			struct slice piece = slice_sub(bytes, 0, first);
			struct script_step step = {
				.op = SCRIPT_SAY,
				.side = s->steps[i].side,
				.bytes = {.data = (uint8_t *)(uintptr_t)piece.data, .len = piece.len}};

			play_step(p, &step);
		}
	}
	play_finish(p);
}

static void play_begin(struct player *p, enum protocol protocol, bool midstream)
{
	*p = (struct player){.session = mem_alloc(sizeof(*p->session)), .step_ns = CLOCK_NS_PER_MS};
	observers_add(&p->observers, &play_observer, p);
	session_init(p->session, 1);
	p->session->protocol = protocol;
	dialogue_init(&p->dialogue, protocol, midstream);
}

static void play_end(struct player *p)
{
	dialogue_fini(&p->dialogue);
	session_fini(p->session);
	free(p->session);
	buffer_fini(&p->stream[SIDE_CLIENT]);
	buffer_fini(&p->stream[SIDE_SERVER]);
	buffer_fini(&p->out);
}

/* What was reported since the last time. */
static inline void play_expect(struct player *p, const char *said)
{
	buffer_append_byte(&p->out, '\0');
	ck_assert_str_eq((const char *)p->out.data, said);
	buffer_clear(&p->out);
}

/* Plays a script from beginning to end and compares what was reported. */
static inline void play_test(enum protocol protocol, const char *script, const char *said)
{
	struct player p;

	play_begin(&p, protocol, false);
	play_script(&p, script, true);
	play_expect(&p, said);
	play_end(&p);
}

/* Likewise whole, in small pieces, and in two at every place: always the same is reported. */
static inline void play_test_pieces(enum protocol protocol, bool midstream, const char *text, const char *said)
{
	struct script s = script_parse(text);
	struct player p;

	for (size_t i = 0; i < s.bytes + 5; i++) {
		struct script_split split = {.piece_len = i < 5 ? i : 0, .at = i < 5 ? 0 : i - 4};

		play_begin(&p, protocol, midstream);
		play_in_pieces(&p, &s, split);
		play_expect(&p, said);
		play_end(&p);
	}
	script_free(&s);
}

static void play_step_with_gap(struct player *p, const struct script_step *step, size_t at, size_t len)
{
	struct slice bytes = buffer_slice(&step->bytes);
	struct slice parts[] = {slice_sub(bytes, 0, at), slice_after(bytes, at + len)};
	struct script_step gap = {
		.op = SCRIPT_GAP, .side = step->side, .gap_len = bytes.len - parts[0].len - parts[1].len};

	for (size_t i = 0; i < 2; i++) {
		struct script_step say = {.op = SCRIPT_SAY,
					  .side = step->side,
					  .bytes = {.data = (uint8_t *)(uintptr_t)parts[i].data, .len = parts[i].len}};

		if (parts[i].len > 0)
			play_step(p, &say);
		if (i == 0)
			play_step(p, &gap);
	}
}

/* Plays the script with a gap at every place: whatever is lost, each command and each mail is reported once. */
static inline void play_test_gaps(enum protocol protocol, const char *text)
{
	static const size_t lengths[] = {1, 4, 30};
	struct script s = script_parse(text);
	struct player p;

	for (size_t at = 0; at < s.bytes * 3; at++) {
		size_t place = 0;

		play_begin(&p, protocol, false);
		for (size_t i = 0; i < s.count; place += s.steps[i++].bytes.len)
			if (at / 3 >= place && at / 3 < place + s.steps[i].bytes.len)
				play_step_with_gap(&p, &s.steps[i], at / 3 - place, lengths[at % 3]);
			else
				play_step(&p, &s.steps[i]);
		play_finish(&p);
		for (size_t i = 0; i < p.session->mail_count; i++)
			ck_assert(p.session->mails[i]->reported);
		for (size_t i = 0; i < p.session->command_count; i++)
			ck_assert(p.session->commands[i].reported);
		play_end(&p);
	}
	script_free(&s);
}

#endif
