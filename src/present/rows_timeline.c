#include "present/rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/rowtext.h"
#include "base/text.h"
#include "diagnosis/codes.h"
#include "diagnosis/latency.h"
#include "engine/duplicates.h"
#include "mail/mask.h"
#include "output/lines.h"
#include "present/rows_end.h"
#include "present/rows_imap.h"
#include "present/rows_marks.h"
#include "present/rows_phase.h"
#include "present/rows_tls.h"
#include "present/rows_wait.h"
#include "proto/parameter.h"
#include "proto/sasl.h"

/* How long the server took to answer the SYN, and what TCP tells of both sides. */
static void put_connect_detail(const struct session *s, char *out, size_t size)
{
	char line[120];

	out[0] = '\0';
	if (s->connect_ns >= 0)
		rowtext_printf(out, size, "SYN answered after %.3f ms. ",
			       (double)s->connect_ns / (double)CLOCK_NS_PER_MS);
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		rows_side(s, side, line, sizeof(line));
		rowtext_append(out, size, slice_from_text(line));
		rowtext_append(out, size, slice_from_text(side == SIDE_CLIENT ? ". " : "."));
	}
	if (lines_has_proxy(s)) {
		struct buffer proxy = {0};

		lines_proxy(&proxy, s);
		rowtext_append(out, size, slice_from_text(" Through a proxy ("));
		rowtext_append(out, size, buffer_slice(&proxy));
		rowtext_append(out, size, slice_from_text(")."));
		buffer_fini(&proxy);
	}
	if (s->tunnel != NULL) {
		struct buffer tunnel = {0};

		lines_tunnel(&tunnel, s->tunnel);
		rowtext_append(out, size, slice_from_text(" Came "));
		rowtext_append(out, size, buffer_slice(&tunnel));
		rowtext_append(out, size, slice_from_text("."));
		buffer_fini(&tunnel);
	}
}

static void put_connect(const struct engine *e, const struct connection *v, struct snapshot_timeline_row *row)
{
	const struct session *s = v->session;
	size_t len = rows_seen(e, s, row->detail, sizeof(row->detail));

	put_connect_detail(s, row->detail + len, sizeof(row->detail) - len);
	rows_imap_append_session(s, row->detail, sizeof(row->detail));
	rows_annotations(&v->annotations, row->detail, sizeof(row->detail));
	switch (s->handshake) {
	case SESSION_HANDSHAKE_COMPLETE:
		if (s->rtt_ns < 0)
			rowtext_printf(row->text, sizeof(row->text), "connected");
		else if (s->rtt_ns < CLOCK_NS_PER_MS)
			rowtext_printf(row->text, sizeof(row->text), "connected, round trip %lld us",
				       (long long)(s->rtt_ns / CLOCK_NS_PER_US));
		else
			rowtext_printf(row->text, sizeof(row->text), "connected, round trip %.1f ms",
				       (double)s->rtt_ns / (double)CLOCK_NS_PER_MS);
		row->meaning = MEANING_MUTED;
		break;
	case SESSION_HANDSHAKE_MIDSTREAM:
		rowtext_printf(row->text, sizeof(row->text), "the connection began before the capture");
		row->meaning = MEANING_NOTICE;
		break;
	case SESSION_HANDSHAKE_FAILED:
		rowtext_printf(row->text, sizeof(row->text), "connection attempt");
		row->meaning = MEANING_ERROR;
		break;
	}
}

static void put_meaning_of(const struct session *s, const struct command *c, char *out, size_t size)
{
	const struct command_row *about = command_row(c);

	rowtext_append(out, size, command_verb(c));
	if (about == NULL || !commands_is_spoken(about, s->protocol))
		return;
	rowtext_append(out, size, slice_from_text(": "));
	rowtext_append(out, size, slice_from_text(about->meaning));
	if (about->source[0] == '\0')
		return;
	rowtext_append(out, size, slice_from_text(" ("));
	rowtext_append(out, size, slice_from_text(about->source));
	rowtext_append(out, size, slice_from_text(")"));
}

/* "  SIZE 1000, BODY 8BITMIME", xtext decoded. */
static void put_parameters(const struct command *c, char *out, size_t size)
{
	struct slice verb = command_verb(c);
	struct slice rest = parameter_find(verb, command_arguments(c));
	const char *separator = "  ";
	struct parameter p;

	while (parameter_next(verb, &rest, &p)) {
		struct buffer text = {0};

		parameter_append_keyword(&p, &text);
		if (p.has_value)
			buffer_append_byte(&text, ' ');
		parameter_append_value(&p, &text);
		rowtext_append(out, size, slice_from_text(separator));
		rowtext_append(out, size, buffer_slice(&text));
		buffer_fini(&text);
		separator = ", ";
	}
}

/* Whether the client said it twice, and where else the mail was seen. */
static void put_kin(const struct engine *e, const struct session *s, const struct mail *m, char *out, size_t size)
{
	struct record_link links[DUPLICATES_LINKS_MAX];
	size_t count = m != NULL ? engine_same_mails(e, s, m, links) : 0;
	char text[96];

	if (m != NULL && m->repeats != 0) {
		snprintf(text, sizeof(text), "; the client repeats mail %u", m->repeats);
		rowtext_append(out, size, slice_from_text(text));
	}
	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "; the same as mail %u of session %" PRIu64, links[i].mail,
			 links[i].session);
		rowtext_append(out, size, slice_from_text(text));
	}
}

static void put_login(const struct command *c, bool show_secrets, char *out, size_t size)
{
	const struct command_extra *extra = c->extra;

	if (extra == NULL || !extra->is_login || extra->user.data == NULL)
		return;
	rowtext_append(out, size, slice_from_text("  user "));
	rowtext_append(out, size, extra->user);
	if (extra->secret.len == 0)
		return;
	rowtext_append(out, size, slice_from_text(", password "));
	rowtext_append(out, size, show_secrets ? extra->secret : slice_from_text(MASK_TEXT));
}

static void put_command(const struct engine *e, const struct session *s, const struct command *c, bool show_secrets,
			struct snapshot_timeline_row *row)
{
	struct buffer arguments = {0};
	const struct mail *m = c->mail != 0 ? session_mail(s, c->mail) : NULL;

	rows_imap_put_tag(s, c, row->text, sizeof(row->text));
	rowtext_append(row->text, sizeof(row->text), command_verb(c));
	if (c->kind == KIND_MESSAGE && m != NULL) {
		rowtext_printf(row->text, sizeof(row->text), "(message) %llu byte%s", (unsigned long long)m->size,
			       text_plural(m->size));
	} else {
		mask_arguments(c, show_secrets, &arguments);
		if (arguments.len > 0)
			rowtext_append(row->text, sizeof(row->text), slice_from_text(" "));
		rowtext_append(row->text, sizeof(row->text), buffer_slice(&arguments));
		rows_imap_append_names(s, c, buffer_slice(&arguments), row->text, sizeof(row->text));
		buffer_fini(&arguments);
	}
	if (c->truncated)
		rowtext_append(row->text, sizeof(row->text), slice_from_text(" (cut)"));
	if (c->injected)
		rowtext_append(row->text, sizeof(row->text), slice_from_text(" (in clear behind STARTTLS)"));
	row->meaning = c->secret ? MEANING_SECRET : MEANING_CLIENT;
	row->arrow = ARROW_TO_SERVER;
	row->mail = c->mail;
	put_meaning_of(s, c, row->detail, sizeof(row->detail));
	put_parameters(c, row->detail, sizeof(row->detail));
	put_kin(e, s, m, row->detail, sizeof(row->detail));
	put_login(c, show_secrets, row->detail, sizeof(row->detail));
	rows_imap_append_detail(s, c, show_secrets, row->detail, sizeof(row->detail));
}

/* IMAP: NO is a refusal, and may be a part of what is usual; BAD and BYE never are. */
static enum snapshot_meaning meaning_of_reply(const struct reply *r)
{
	if (slice_equals_nocase(reply_code(r), "NO") || slice_equals_nocase(reply_code(r), "BYE"))
		return MEANING_WARNING;
	if (slice_equals_nocase(reply_code(r), "BAD"))
		return MEANING_ERROR;
	return r->code[0] == '4'			? MEANING_WARNING
	       : r->code[0] == '5' || r->code[0] == '-' ? MEANING_ERROR
							: MEANING_SERVER;
}

int64_t rows_latency(const struct session *s, const struct command *c, const struct reply *r)
{
	int64_t asked_ns = s->start_ns;

	if (c->packet != 0)
		asked_ns = session_imap_asked_ns(c);
	else if (c->kind != KIND_GREETING || s->handshake != SESSION_HANDSHAKE_COMPLETE)
		return -1;
	return r->time_ns > asked_ns ? r->time_ns - asked_ns : 0;
}

static void put_reply(const struct session *s, const struct command *c, const struct reply *r, bool show_secrets,
		      struct snapshot_timeline_row *row)
{
	struct slice said = reply_said(s, r, show_secrets);
	struct slice rest = said;
	struct slice line = {0};
	bool started = false;

	reply_next_line(&rest, &started, &line);
	rows_imap_put_tag(s, c, row->text, sizeof(row->text));
	rowtext_append(row->text, sizeof(row->text), reply_code(r));
	if (line.len > 0)
		rowtext_append(row->text, sizeof(row->text), slice_from_text(" "));
	rowtext_append(row->text, sizeof(row->text), line);
	if (r->line_count > 1) {
		char more[32];

		snprintf(more, sizeof(more), " (+%d line%s)", r->line_count - 1, r->line_count == 2 ? "" : "s");
		rowtext_append(row->text, sizeof(row->text), slice_from_text(more));
	}
	row->meaning = meaning_of_reply(r);
	row->arrow = ARROW_TO_CLIENT;
	row->mail = c->mail;
	row->latency_ns = rows_latency(s, c, r);
	rowtext_put(row->detail, sizeof(row->detail), slice_from_text("Answer to "));
	rowtext_append(row->detail, sizeof(row->detail), command_verb(c));
	if (codes_explain(r) != NULL) {
		rowtext_append(row->detail, sizeof(row->detail), slice_from_text(": "));
		rowtext_append(row->detail, sizeof(row->detail), slice_from_text(codes_explain(r)));
	}
	rows_end_sentence(row->detail, sizeof(row->detail));
	rowtext_append(row->detail, sizeof(row->detail), said);
}

/* When the server gave the answer before, of another command, after this one was said; 0: there is none. */
static int64_t done_before(const struct session_detail *f, const struct command *c, size_t item)
{
	for (size_t i = item; i > 0 && f->items[i - 1].time_ns > c->time_ns; i--)
		if (f->items[i - 1].kind == FOCUS_REPLY && f->items[i - 1].index != f->items[item].index)
			return f->items[i - 1].time_ns;
	return 0;
}

/* By the limits, and by the wait, that the diagnoses go by. */
static enum snapshot_meaning pace_of(const struct session_detail *f, const struct session *s, const struct command *c,
				     size_t item)
{
	struct latency_limit limit = latency_limit_of(s, c);
	int64_t wait_ns;

	if (limit.slow_ns == INT64_MAX)
		return MEANING_MUTED;
	wait_ns = latency_wait_ns(s, c, f->items[item].reply, done_before(f, c, item));
	return wait_ns < limit.slow_ns ? MEANING_GOOD : wait_ns < limit.bad_ns ? MEANING_WARNING : MEANING_ERROR;
}

static void put_auth_line(const struct session_line *l, bool show_secrets, struct snapshot_timeline_row *row)
{
	struct buffer decoded = {0};
	bool masked = !show_secrets && l->secret;

	row->arrow = l->from == SIDE_CLIENT ? ARROW_TO_SERVER : ARROW_TO_CLIENT;
	row->meaning = masked ? MEANING_SECRET : l->from == SIDE_CLIENT ? MEANING_CLIENT : MEANING_SERVER;
	rowtext_put(row->text, sizeof(row->text),
		    masked	       ? slice_from_text(MASK_TEXT)
		    : l->text.len == 0 ? slice_from_text("(empty)")
				       : l->text);
	if (!masked && sasl_decode_line(l->text, &decoded) && decoded.len > 0) {
		rowtext_append(row->text, sizeof(row->text), slice_from_text("  = "));
		rowtext_append(row->text, sizeof(row->text), buffer_slice(&decoded));
	}
	buffer_fini(&decoded);
	rowtext_printf(row->detail, sizeof(row->detail), "Part of a login (%s)",
		       l->from == SIDE_CLIENT ? "client" : "server");
}

/* What a command, its answers and its exchange say. */
static void put_said(const struct session_detail *f, const struct engine *e, const struct session *s, size_t item,
		     bool show_secrets, struct snapshot_timeline_row *row)
{
	const struct detail_item *i = &f->items[item];
	const struct command *c = session_command(s, i->index);

	if (c == NULL)
		return;
	switch (i->kind) {
	case FOCUS_COMMAND:
		put_command(e, s, c, show_secrets, row);
		break;
	case FOCUS_REPLY:
		put_reply(s, c, i->reply, show_secrets, row);
		if (row->latency_ns >= 0)
			row->pace = pace_of(f, s, c, item);
		break;
	case FOCUS_AUTH_LINE:
		put_auth_line(i->line, show_secrets, row);
		break;
	case FOCUS_UNTAGGED:
		rows_imap_untagged(s, c, show_secrets, row);
		break;
	default:
		rows_imap_done(c, row);
		break;
	}
}

void rows_timeline(const struct session_detail *f, struct engine *e, size_t item, bool show_secrets,
		   struct snapshot_timeline_row *row)
{
	struct connection *v = engine_connection(e, f->session);
	const struct session *s = v->session;
	const struct detail_item *i = &f->items[item];
	const char *phase = rows_phase(f, s, item);

	*row = (struct snapshot_timeline_row){.row = item,
					      .time_ns = i->time_ns > s->start_ns ? i->time_ns - s->start_ns : 0,
					      .before_ns = item > 0 ? i->time_ns - i[-1].time_ns : -1,
					      .at_ns = i->time_ns,
					      .latency_ns = -1,
					      .packet = i->packet,
					      .position = session_detail_position(f, v, i->side, i->offset)};
	if (phase != NULL)
		rowtext_printf(row->phase, sizeof(row->phase), "%s", phase);
	switch (i->kind) {
	case FOCUS_CONNECT:
		put_connect(e, v, row);
		break;
	case FOCUS_COMMAND:
	case FOCUS_REPLY:
	case FOCUS_AUTH_LINE:
	case FOCUS_UNTAGGED:
	case FOCUS_DONE:
		put_said(f, e, s, item, show_secrets, row);
		break;
	case FOCUS_GAP:
		rowtext_printf(row->text, sizeof(row->text), "%u byte%s of the %s %s not captured", i->index,
			       i->index == 1 ? "" : "s", i->side == SIDE_CLIENT ? "client" : "server",
			       i->index == 1 ? "was" : "were");
		row->meaning = MEANING_WARNING;
		break;
	case FOCUS_TLS:
		rows_tls(s, row);
		break;
	case FOCUS_TLS_STEP:
		rows_tls_step(s, i->index, row);
		break;
	case FOCUS_MAIL:
		rows_wait_mail(v, session_mail(s, i->index), row);
		break;
	case FOCUS_WAIT:
		rows_wait(f, s, item, row);
		break;
	case FOCUS_FIN:
	case FOCUS_RST:
		rows_end_close(v, i, row);
		break;
	case FOCUS_END:
		rows_end(s, row);
		break;
	}
	rows_marks(f, v, item, row);
}
