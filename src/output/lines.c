#include "output/lines.h"

#include <inttypes.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "common/address.h"
#include "diagnosis/diagnosis.h"
#include "mail/mask.h"
#include "mail/told.h"
#include "output/lines_imap.h"
#include "output/tls_words.h"

static void put_clock(struct buffer *out, int64_t time_ns, bool with_date)
{
	time_t seconds = (time_t)(time_ns / CLOCK_NS_PER_S);
	struct tm tm;
	char text[64];

	localtime_r(&seconds, &tm);
	if (with_date)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	else
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	buffer_printf(out, "%s.%03d", text, (int)(time_ns % CLOCK_NS_PER_S / CLOCK_NS_PER_MS));
}

static void put_end_points(struct buffer *out, const struct session *s)
{
	char client[ADDRESS_PORT_TEXT_SIZE];
	char server[ADDRESS_PORT_TEXT_SIZE];
	char told[ADDRESS_PORT_TEXT_SIZE];

	if (told_of(s)->ends[SIDE_CLIENT].has_address) {
		told_text(told, &told_of(s)->ends[SIDE_CLIENT]);
		buffer_printf(out, "%s through ", told);
	}
	address_port_text(client, s->side[SIDE_CLIENT].address, s->is_ipv6, s->side[SIDE_CLIENT].port);
	address_port_text(server, s->side[SIDE_SERVER].address, s->is_ipv6, s->side[SIDE_SERVER].port);
	buffer_printf(out, "%s > %s", client, server);
}

static void put_command(struct buffer *out, const struct command *c, bool show_secrets)
{
	struct buffer arguments = {0};

	mask_arguments(c, show_secrets, &arguments);
	text_append_visible(out, session_imap_tag(c));
	if (session_imap_tag(c).len > 0)
		buffer_append_byte(out, ' ');
	text_append_visible(out, command_verb(c));
	if (arguments.len > 0) {
		buffer_append_byte(out, ' ');
		text_append_visible(out, buffer_slice(&arguments));
	}
	buffer_fini(&arguments);
	if (c->injected)
		buffer_append_text(out, " (in clear behind STARTTLS)");
	if (c->truncated)
		buffer_append_text(out, " (cut)");
}

/* The first line of a reply, and how many more there are. */
static void put_reply(struct buffer *out, const struct session *s, const struct command *c, const struct reply *r,
		      bool show_secrets)
{
	struct slice rest = reply_said(s, r, show_secrets);
	struct slice line = {0};
	bool started = false;

	reply_next_line(&rest, &started, &line);
	buffer_append_text(out, "  ");
	buffer_append(out, reply_code(r));
	if (line.len > 0)
		buffer_append_byte(out, ' ');
	text_append_visible(out, line);
	if (r->line_count > 1)
		buffer_printf(out, " (+%d line%s)", r->line_count - 1, r->line_count == 2 ? "" : "s");
	if (c->packet != 0 && r->time_ns >= session_imap_asked_ns(c))
		buffer_printf(out, "  %.1f ms",
			      (double)(r->time_ns - session_imap_asked_ns(c)) / (double)CLOCK_NS_PER_MS);
}

static void put_login(struct buffer *out, const struct command *c, bool show_secrets)
{
	const struct command_extra *extra = c->extra;

	if (extra == NULL || !extra->is_login || extra->user.data == NULL)
		return;
	buffer_append_text(out, "  [user ");
	text_append_visible(out, extra->user);
	if (extra->secret.len > 0) {
		buffer_append_text(out, ", password ");
		text_append_visible(out, show_secrets ? extra->secret : slice_from_text(MASK_TEXT));
	}
	buffer_append_text(out, extra->login_success	? ", logged in]"
				: c->last_reply == NULL ? ", unanswered]"
							: ", refused]");
}

void lines_command(struct buffer *out, const struct session *s, const struct command *c, bool show_secrets)
{
	put_clock(out, c->packet == 0 && c->replies != NULL ? c->replies->time_ns : c->time_ns, false);
	buffer_printf(out, " #%" PRIu64 " %s ", s->number, protocol_name(s->protocol));
	put_end_points(out, s);
	buffer_append_text(out, "  ");
	put_command(out, c, show_secrets);
	if (c->replies == NULL)
		buffer_append_text(out, "  (no answer)");
	for (const struct reply *r = c->replies; r != NULL; r = r->next)
		put_reply(out, s, c, r, show_secrets);
	lines_imap_untagged(out, c, "  [", "]");
	put_login(out, c, show_secrets);
	buffer_append_byte(out, '\n');
}

static void put_size(struct buffer *out, const struct mail *m)
{
	if (!m->has_data) {
		buffer_append_text(out, "no data");
		return;
	}
	if (m->is_unread) {
		buffer_append_text(out, "encrypted");
		return;
	}
	buffer_printf(out, "%llu byte%s", (unsigned long long)m->size, m->size == 1 ? "" : "s");
	if (m->missing_len > 0)
		buffer_printf(out, ", %llu missing", (unsigned long long)m->missing_len);
	else if (!m->complete)
		buffer_append_text(out, m->is_piece ? ", may be a part" : ", cut off");
	if (m->conflicts > 0)
		buffer_append_text(out, ", sent in copies that differ");
}

static void put_envelope(struct buffer *out, const struct mail *m, const char *separator)
{
	if (m->from.data != NULL) {
		buffer_append_text(out, "from <");
		text_append_visible(out, m->from);
		buffer_append_byte(out, '>');
	}
	for (const struct recipient *r = m->recipients; r != NULL; r = r->next) {
		buffer_printf(out, "%sto <", separator);
		text_append_visible(out, r->address);
		buffer_append_byte(out, '>');
		if (r->fate == RECIPIENT_REJECTED)
			buffer_printf(out, " refused %.3s", r->code);
		else if (r->fate == RECIPIENT_UNANSWERED)
			buffer_append_text(out, " unanswered");
	}
}

static void put_kin(struct buffer *out, const struct mail *m, const struct record_fields *f, const char *separator)
{
	if (m->repeats != 0)
		buffer_printf(out, "%srepeats mail %u", separator, m->repeats);
	for (size_t i = 0; i < f->same_as_count; i++)
		buffer_printf(out, "%sthe same as mail %u of session %" PRIu64, separator, f->same_as[i].mail,
			      f->same_as[i].session);
}

void lines_mail(struct buffer *out, const struct session *s, const struct mail *m, const struct record_fields *f)
{
	put_clock(out, m->last.time_ns, false);
	buffer_printf(out, " #%" PRIu64 " %s ", s->number, protocol_name(s->protocol));
	put_end_points(out, s);
	buffer_printf(out, "  mail %u %s, ", m->number, mail_outcome_name(m->outcome));
	put_size(out, m);
	if (m->from.data != NULL || m->recipients != NULL)
		buffer_append_text(out, ", ");
	put_envelope(out, m, " ");
	lines_imap_place(out, m, ", ");
	if (f->subject.len > 0) {
		buffer_append_text(out, ", subject \"");
		text_append_visible(out, buffer_slice(&f->subject));
		buffer_append_byte(out, '"');
	}
	put_kin(out, m, f, ", ");
	if (m->saved_path != NULL) {
		buffer_append_text(out, ", saved as ");
		text_append_visible(out, slice_from_text(m->saved_path));
	}
	buffer_append_byte(out, '\n');
}

static void put_dropped(struct buffer *out, const struct record_drops *drops)
{
	buffer_printf(out,
		      "%" PRIu64 " packet%s lost: %" PRIu64 " before they reached mailtap, %" PRIu64
		      " because it did not keep up\n",
		      drops->kernel + drops->ring, text_plural(drops->kernel + drops->ring), drops->kernel,
		      drops->ring);
}

void lines_dropped(struct buffer *out, int64_t time_ns, const struct record_drops *drops)
{
	put_clock(out, time_ns, false);
	buffer_append_byte(out, ' ');
	put_dropped(out, drops);
}

void lines_report_dropped(struct buffer *out, const struct record_drops *drops)
{
	if (drops->kernel + drops->ring == 0)
		return;
	put_dropped(out, drops);
	buffer_append_byte(out, '\n');
}

void lines_tunnel(struct buffer *out, const struct session_tunnel *t)
{
	char text[ADDRESS_TEXT_SIZE];

	address_text(text, t->source, t->is_ipv6);
	buffer_printf(out, "through %s from %s", t->name, text);
	address_text(text, t->destination, t->is_ipv6);
	buffer_printf(out, " to %s", text);
	if (t->id != 0)
		buffer_printf(out, ", number %u", t->id);
}

void lines_proxy(struct buffer *out, const struct session *s)
{
	static const char *const names[SIDES] = {"client", "server"};
	const struct session_told *told = told_of(s);
	char text[ADDRESS_PORT_TEXT_SIZE];

	if (told->proxy.version != 0)
		buffer_printf(out, "PROXY protocol %u%s", told->proxy.version,
			      told->proxy.is_local ? ", the proxy for itself" : "");
	else if (told->relay.name != NULL)
		buffer_append_text(out, told->relay.name);
	else
		buffer_append_text(out, "reported by XCLIENT or XFORWARD");
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		if (!told->ends[side].has_address)
			continue;
		told_text(text, &told->ends[side]);
		buffer_printf(out, ", %s %s", names[side], text);
	}
	if (told->relay.host.len > 0) {
		buffer_append_text(out, ", server ");
		text_append_visible(out, told->relay.host);
		buffer_printf(out, ":%u", told->ends[SIDE_SERVER].port);
	}
}

bool lines_has_proxy(const struct session *s)
{
	const struct session_told *told = told_of(s);

	return told->proxy.version != 0 || told->relay.name != NULL || told->ends[SIDE_CLIENT].has_address ||
	       told->ends[SIDE_SERVER].has_address;
}

/* Its lines, with commas between. */
static void put_fact(struct buffer *out, const char *name, struct slice text)
{
	struct slice line;
	bool started = false;

	if (text.len == 0)
		return;
	buffer_printf(out, "  %s: ", name);
	for (const char *separator = ""; reply_next_line(&text, &started, &line); separator = ", ") {
		buffer_append_text(out, separator);
		text_append_visible(out, line);
	}
	buffer_append_byte(out, '\n');
}

static void put_mailbox(struct buffer *out, const struct session *s)
{
	const struct session_mailbox *box = session_mailbox(s);
	unsigned int retrieved = 0;
	unsigned int deleted = 0;

	for (size_t i = 0; i < box->list_count; i++) {
		retrieved += box->list[i].retrieved;
		deleted += box->list[i].deleted;
	}
	if (!box->known && retrieved == 0 && deleted == 0)
		return;
	buffer_append_text(out, "  mailbox: ");
	if (box->known)
		buffer_printf(out, "%llu mail%s, %llu octet%s, ", (unsigned long long)box->messages,
			      text_plural(box->messages), (unsigned long long)box->octets, text_plural(box->octets));
	buffer_printf(out, "%u retrieved, %u deleted", retrieved, deleted);
	if (deleted > 0)
		buffer_append_text(out, box->committed ? " by QUIT" : " but not committed by QUIT");
	buffer_append_byte(out, '\n');
}

void lines_report_head(struct buffer *out, const struct session *s)
{
	buffer_printf(out, "Session %" PRIu64 "  %s  ", s->number, protocol_name(s->protocol));
	put_end_points(out, s);
	buffer_append_text(out, "\n  ");
	put_clock(out, s->start_ns, true);
	buffer_printf(out, "  %s, %.3f s, %llu byte%s from the client, %llu from the server",
		      session_state_name(s->state),
		      s->end_ns > s->start_ns ? (double)(s->end_ns - s->start_ns) / (double)CLOCK_NS_PER_S : 0.0,
		      (unsigned long long)s->side[SIDE_CLIENT].bytes, text_plural(s->side[SIDE_CLIENT].bytes),
		      (unsigned long long)s->side[SIDE_SERVER].bytes);
	if (s->user.len > 0) {
		buffer_append_text(out, ", user ");
		text_append_visible(out, s->user);
	}
	if (s->tls) {
		buffer_append_text(out, ", ");
		tls_words_session(s, out);
	}
	if (s->handshake == SESSION_HANDSHAKE_MIDSTREAM)
		buffer_append_text(out, ", began before the capture");
	if (s->found_by_content)
		buffer_append_text(out, ", found by content");
	if (s->speaks != NULL)
		buffer_printf(out, ", speaks %s and not mail", s->speaks);
	if (s->abandoned)
		buffer_append_text(out, ", " LINES_NOT_FOLLOWED);
	if (s->tunnel != NULL) {
		buffer_append_text(out, ", ");
		lines_tunnel(out, s->tunnel);
	}
	buffer_append_byte(out, '\n');
	if (lines_has_proxy(s)) {
		buffer_append_text(out, "  ends: ");
		lines_proxy(out, s);
		buffer_append_byte(out, '\n');
	}
	put_fact(out, "server", session_banner(s));
	put_fact(out, "client", session_helo(s));
	put_fact(out, "offers", session_extensions(s));
	put_mailbox(out, s);
	lines_imap_session(out, s);
	buffer_append_byte(out, '\n');
}

static void put_since(struct buffer *out, const struct session *s, int64_t time_ns)
{
	int64_t since_ns = time_ns > s->start_ns ? time_ns - s->start_ns : 0;

	buffer_printf(out, "  +%.6f  ", (double)since_ns / (double)CLOCK_NS_PER_S);
}

static void put_reply_lines(struct buffer *out, const struct session *s, const struct reply *r, bool show_secrets)
{
	struct slice rest = reply_said(s, r, show_secrets);
	struct slice line;
	bool started = false;

	while (reply_next_line(&rest, &started, &line)) {
		put_since(out, s, r->time_ns);
		buffer_append_text(out, "S  ");
		buffer_append(out, reply_code(r));
		if (line.len > 0)
			buffer_append_byte(out, ' ');
		text_append_visible(out, line);
		buffer_append_byte(out, '\n');
	}
}

/* What IMAP has between a command and its answer. */
static void put_between(struct buffer *out, const struct session *s, const struct command *c)
{
	const struct command_imap *imap = session_imap_command(c);

	if (imap == NULL)
		return;
	if (imap->untagged != NULL) {
		put_since(out, s, imap->first_reply.time_ns);
		lines_imap_untagged(out, c, "S  [", "]\n");
	}
	if (imap->done.packet != 0) {
		put_since(out, s, imap->done.time_ns);
		buffer_append_text(out, "C  DONE\n");
	}
	if (c->kind == KIND_UNSOLICITED && imap->data != NULL && c->replies != NULL) {
		put_since(out, s, c->replies->time_ns);
		lines_imap_untagged(out, c, "S  [", "]\n");
	}
}

void lines_report_commands(struct buffer *out, const struct session *s, bool show_secrets)
{
	for (size_t i = 0; i < s->command_count; i++) {
		const struct command *c = &s->commands[i];

		if (c->packet != 0) {
			put_since(out, s, c->time_ns);
			buffer_append_text(out, "C  ");
			put_command(out, c, show_secrets);
			put_login(out, c, show_secrets);
			buffer_append_byte(out, '\n');
		}
		put_between(out, s, c);
		for (const struct reply *r = c->replies; r != NULL; r = r->next)
			put_reply_lines(out, s, r, show_secrets);
	}
	if (s->unfinished.len > 0) {
		buffer_append_text(out, "  never ended: ");
		text_append_visible(out, s->unfinished);
		buffer_append_byte(out, '\n');
	}
}

void lines_report_mail(struct buffer *out, const struct mail *m, const struct record_fields *f)
{
	buffer_printf(out, "\n  Mail %u  %s, ", m->number, mail_outcome_name(m->outcome));
	put_size(out, m);
	if (m->from.data != NULL)
		buffer_append_text(out, "\n    ");
	put_envelope(out, m, "\n    ");
	lines_imap_place(out, m, "\n    ");
	if (f->subject.len > 0) {
		buffer_append_text(out, "\n    subject: ");
		text_append_visible(out, buffer_slice(&f->subject));
	}
	put_kin(out, m, f, "\n    ");
	if (m->saved_path != NULL) {
		buffer_append_text(out, "\n    saved as ");
		text_append_visible(out, slice_from_text(m->saved_path));
	}
	buffer_append_byte(out, '\n');
}

/* It may have lines of its own. */
static void put_advice(struct buffer *out, const char *advice)
{
	struct slice rest = slice_from_text(advice);

	while (rest.len > 0) {
		size_t len = slice_find(rest, '\n');

		buffer_append_text(out, "\n      ");
		buffer_append(out, slice_sub(rest, 0, len));
		rest = slice_after(rest, len + 1);
	}
}

static void put_finding(struct buffer *out, const struct finding *f)
{
	const struct rule_row *row = rule_row((enum rule)f->rule);
	const char *phase = phase_name((enum phase)f->phase);

	buffer_printf(out, "\n  %s %s  %s", f->is_root ? "*" : " ", row->id, severity_name((enum severity)f->severity));
	buffer_printf(out, "  %s\n      ", finding_name(f));
	text_append_visible(out, f->message);
	put_advice(out, finding_advice(f));
	if (phase != NULL)
		buffer_printf(out, "\n      while %s", phase);
	for (size_t i = 0; i < f->packet_count; i++)
		buffer_printf(out, "%s%" PRIu64,
			      i > 0		     ? ", "
			      : f->packet_count == 1 ? "\n      packet "
						     : "\n      packets ",
			      f->packets[i]);
}

void lines_report_findings(struct buffer *out, const struct session *s)
{
	size_t count = diagnosis_count(s);

	if (count == 0)
		return;
	buffer_append_text(out, "\n  Findings, the cause marked");
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < count; i++)
			if (diagnosis_finding(s, i)->is_root == (pass == 0))
				put_finding(out, diagnosis_finding(s, i));
	buffer_append_byte(out, '\n');
}
