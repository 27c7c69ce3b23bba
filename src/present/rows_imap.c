#include "present/rows_imap.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/rowtext.h"
#include "mail/mask.h"

enum {
	SHORT_ANSWER = 24, /* bytes of one that stands in a row beside others */
	LITERAL_SHOWN = 60,
};

#define TIMES "\u00d7"

static void append_text(char *out, size_t size, const char *text)
{
	rowtext_append(out, size, slice_from_text(text));
}

static void append_number(char *out, size_t size, const char *before, uint64_t number, const char *after)
{
	char text[24];

	append_text(out, size, before);
	snprintf(text, sizeof(text), "%" PRIu64, number);
	append_text(out, size, text);
	append_text(out, size, after);
}

static void append_duration(char *out, size_t size, int64_t ns)
{
	double seconds = (double)ns / (double)CLOCK_NS_PER_S;
	char text[32];

	if (seconds < 120)
		snprintf(text, sizeof(text), "%.1f s", seconds);
	else
		snprintf(text, sizeof(text), "%.0f min", seconds / 60);
	append_text(out, size, text);
}

void rows_imap_put_tag(const struct session *s, const struct command *c, char *out, size_t size)
{
	const struct command_imap *imap = session_imap_command(c);
	struct slice tag = session_imap_tag(c);

	out[0] = '\0';
	if (!protocol_has(s->protocol, PROTOCOL_TAGGED))
		return;
	if (tag.len > 0)
		rowtext_put(out, size, tag);
	else if (c->kind == KIND_GREETING || c->kind == KIND_UNSOLICITED)
		append_text(out, size, "*");
	append_text(out, size, out[0] != '\0' ? " " : "");
	if (c->kind == KIND_UNSOLICITED && imap != NULL && imap->data != NULL)
		rowtext_append(out, size, slice_sub(imap->data->text, 0, slice_find(imap->data->text, ' ') + 1));
}

static bool is_named(struct slice line, const char *name)
{
	size_t blank = slice_find(line, ' ');
	struct slice word = slice_sub(line, 0, blank);

	if (word.len > 0 && word.data[0] >= '0' && word.data[0] <= '9') {
		line = slice_after(line, blank + 1);
		word = slice_sub(line, 0, slice_find(line, ' '));
	}
	return slice_equals_nocase(word, name);
}

static struct slice said(const struct session_line *l, bool show_secrets)
{
	return l->secret && !show_secrets ? slice_from_text(MASK_TEXT) : l->text;
}

/* ---- names of mailboxes ---- */

/* Takes the next word off the front, a quoted one without its quotes. */
static struct slice next_word(struct slice *text)
{
	bool is_quoted = text->data[0] == '"';
	struct slice inside = slice_after(*text, is_quoted);
	struct slice word = slice_sub(inside, 0, slice_find(inside, is_quoted ? '"' : ' '));

	*text = slice_after(inside, word.len + 1);
	return word;
}

/* As the text of a base64 line: "&ZeVnLIqe-  = ...". */
static void append_names(const struct session *s, struct slice text, char *out, size_t size)
{
	const char *before = "  = ";
	struct buffer name = {0};
	struct slice word;

	while (text.len > 0) {
		word = next_word(&text);
		if (slice_find(word, '&') == word.len)
			continue;
		buffer_clear(&name);
		session_imap_append_name(s, word, &name);
		if (slice_equals(buffer_slice(&name), word))
			continue;
		append_text(out, size, before);
		rowtext_append(out, size, buffer_slice(&name));
		before = ", ";
	}
	buffer_fini(&name);
}

void rows_imap_append_names(const struct session *s, const struct command *c, struct slice arguments, char *out,
			    size_t size)
{
	bool has_names = c->kind != KIND_AUTH && c->kind != KIND_LOGIN && c->kind != KIND_ID &&
			 c->kind != KIND_SEARCH && c->kind != KIND_FETCH && c->kind != KIND_STORE;

	if (protocol_has(s->protocol, PROTOCOL_TAGGED) && has_names && !c->secret)
		append_names(s, arguments, out, size);
}

static bool has_name(struct slice line)
{
	return is_named(line, "LIST") || is_named(line, "LSUB") || is_named(line, "XLIST") || is_named(line, "STATUS");
}

static void append_said(const struct session *s, const struct session_line *l, bool show_secrets, char *out,
			size_t size)
{
	struct slice text = said(l, show_secrets);

	rowtext_append(out, size, text);
	if (has_name(text))
		append_names(s, text, out, size);
}

/* ---- untagged answers ---- */

/* The line of an answer that came once; NULL: it was not kept. */
static const struct session_line *find_line(const struct command_imap *imap, const char *name)
{
	for (const struct session_line *l = imap->data; l != NULL; l = l->next)
		if (is_named(l->text, name))
			return l;
	return NULL;
}

/* "3 EXISTS", "FETCH x7". */
static void append_count(const struct session *s, const struct command_imap *imap, const struct imap_count *u,
			 bool show_secrets, char *out, size_t size)
{
	const struct session_line *l = u->count == 1 ? find_line(imap, u->name) : NULL;
	bool is_alone = imap->untagged->next == NULL;

	if (l != NULL && (is_alone || l->text.len <= SHORT_ANSWER)) {
		append_said(s, l, show_secrets, out, size);
		return;
	}
	append_text(out, size, u->name);
	if (u->count > 1)
		append_number(out, size, " " TIMES, u->count, "");
}

struct brought {
	uint32_t mails;
	uint32_t headers; /* of these, without their text */
	uint32_t partial; /* not whole */
	uint64_t bytes;
};

/* The mails that a command brought, those of the session that are not forgotten. */
static struct brought count_mails(const struct session *s, const struct command *c)
{
	uint32_t index = s->first_index + (uint32_t)(c - s->commands);
	struct brought b = {0};

	for (size_t i = 0; i < s->mail_count; i++)
		if (s->mails[i]->begin_index == index && s->mails[i]->side == SIDE_SERVER) {
			b.mails++;
			b.headers += s->mails[i]->direction == MAIL_PREVIEWED;
			b.partial += !s->mails[i]->complete;
			b.bytes += s->mails[i]->size;
		}
	return b;
}

static void append_mails(const struct session *s, const struct command *c, char *out, size_t size)
{
	const struct mail *m = c->mail != 0 ? session_mail(s, c->mail) : NULL;
	struct brought b = count_mails(s, c);
	bool is_headers = b.headers == b.mails;

	if (c->kind != KIND_FETCH || b.mails == 0)
		return;
	if (b.mails == 1)
		append_text(out, size, is_headers ? ": a header" : ": a mail");
	else
		append_number(out, size, ": ", b.mails, is_headers ? " headers" : " mails");
	append_number(out, size, ", ", b.bytes, b.bytes == 1 ? " byte" : " bytes");
	if (b.partial > 0)
		append_text(out, size, b.partial == b.mails ? ", partial" : ", some partial");
	if (m == NULL || session_imap_mail(m) == NULL || session_imap_mail(m)->mailbox.data == NULL)
		return;
	append_text(out, size, ", ");
	rowtext_append(out, size, session_imap_mail(m)->mailbox);
	if (b.mails == 1 && session_imap_mail(m)->uid != 0)
		append_number(out, size, " UID ", session_imap_mail(m)->uid, "");
}

/* A login that was taken: the capabilities after it are others (RFC 9051 section 6.1.1). */
static bool is_after_login(const struct session *s, const struct command *c)
{
	for (const struct command *at = s->commands; at <= c; at++)
		if (at->extra != NULL && at->extra->is_login && at->extra->login_success)
			return true;
	return false;
}

static void put_lines(const struct session *s, const struct command *c, bool show_secrets, char *out, size_t size)
{
	const struct command_imap *imap = session_imap_command(c);
	const char *before = "Answers to ";

	if (find_line(imap, "CAPABILITY") != NULL)
		before = is_after_login(s, c) ? "Capabilities after the login, in answers to "
					      : "Capabilities before the login, in answers to ";
	rowtext_put(out, size, slice_from_text(before));
	rowtext_append(out, size, command_verb(c));
	for (const struct session_line *l = imap->data; l != NULL; l = l->next) {
		append_text(out, size, l == imap->data ? ": " : "; ");
		append_said(s, l, show_secrets, out, size);
	}
	if (imap->data == NULL)
		append_number(out, size, ": ", imap->untagged_count, "");
}

static bool has_bad_news(const struct command_imap *imap)
{
	static const char *const names[] = {"BYE", "NO", "BAD"};

	for (const struct imap_count *u = imap->untagged; u != NULL; u = u->next)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (strcmp(u->name, names[i]) == 0)
				return true;
	return false;
}

void rows_imap_untagged(const struct session *s, const struct command *c, bool show_secrets,
			struct snapshot_timeline_row *row)
{
	const struct command_imap *imap = session_imap_command(c);

	rowtext_put(row->text, sizeof(row->text), slice_from_text("* "));
	for (const struct imap_count *u = imap->untagged; u != NULL; u = u->next) {
		if (u != imap->untagged)
			append_text(row->text, sizeof(row->text), ", ");
		append_count(s, imap, u, show_secrets, row->text, sizeof(row->text));
	}
	append_mails(s, c, row->text, sizeof(row->text));
	row->arrow = ARROW_TO_CLIENT;
	row->meaning = has_bad_news(imap) && c->kind != KIND_QUIT ? MEANING_WARNING : MEANING_SERVER;
	row->mail = c->kind == KIND_FETCH ? c->mail : 0;
	put_lines(s, c, show_secrets, row->detail, sizeof(row->detail));
}

/* ---- IDLE ---- */

void rows_imap_done(const struct command *c, struct snapshot_timeline_row *row)
{
	const struct command_imap *imap = session_imap_command(c);
	int64_t waited_ns = imap->done.time_ns > c->time_ns ? imap->done.time_ns - c->time_ns : 0;

	rowtext_put(row->text, sizeof(row->text), slice_from_text("DONE after "));
	append_duration(row->text, sizeof(row->text), waited_ns);
	append_text(row->text, sizeof(row->text), " in IDLE");
	row->arrow = ARROW_TO_SERVER;
	row->meaning = MEANING_CLIENT;
	rowtext_put(row->detail, sizeof(row->detail), slice_from_text("The client ends IDLE (RFC 9051 6.3.13)."));
}

static const struct imap_idle *find_idle(const struct session *s, const struct command *c)
{
	const struct session_imap *imap = session_imap(s);

	for (uint32_t i = imap != NULL ? imap->idle_count : 0; i > 0; i--) {
		const struct imap_idle *idle = session_imap_idle_at(s, i - 1);

		if (idle == NULL)
			return NULL;
		if (idle->begin.packet == c->packet)
			return idle;
	}
	return NULL;
}

static void append_idle(const struct session *s, const struct command *c, char *out, size_t size)
{
	const struct imap_idle *idle = find_idle(s, c);
	int64_t end_ns;

	if (idle == NULL)
		return;
	end_ns = idle->end.packet != 0 ? idle->end.time_ns : s->end_ns;
	append_text(out, size, idle->end.packet != 0 ? "  It waited " : "  It has waited ");
	append_duration(out, size, end_ns > idle->begin.time_ns ? end_ns - idle->begin.time_ns : 0);
	append_number(out, size, "; meanwhile ", idle->arrived, " EXISTS");
	append_number(out, size, ", ", idle->expunged, " EXPUNGE");
	append_number(out, size, ", ", idle->fetched, " FETCH");
}

/* ---- details ---- */

static void append_literals(const struct command *c, bool show_secrets, char *out, size_t size)
{
	const struct command_imap *imap = session_imap_command(c);

	for (const struct imap_literal *l = imap->literals; l != NULL; l = l->next) {
		append_number(out, size, l == imap->literals ? "  Literals: " : ", ", l->size, " bytes");
		if (l->text.len == 0 || l->text.len > LITERAL_SHOWN)
			continue;
		append_text(out, size, " \"");
		rowtext_append(out, size, c->secret && !show_secrets ? slice_from_text(MASK_TEXT) : l->text);
		append_text(out, size, "\"");
	}
}

static void append_place(const struct session *s, const struct command *c, char *out, size_t size)
{
	const struct mail *m = c->kind == KIND_APPEND && c->mail != 0 ? session_mail(s, c->mail) : NULL;
	const struct mail_imap *imap = m != NULL ? session_imap_mail(m) : NULL;

	if (imap == NULL || imap->mailbox.data == NULL)
		return;
	append_text(out, size, "  Appended to ");
	rowtext_append(out, size, imap->mailbox);
	if (imap->uid != 0)
		append_number(out, size, ", UID ", imap->uid, "");
}

void rows_imap_append_detail(const struct session *s, const struct command *c, bool show_secrets, char *out,
			     size_t size)
{
	if (session_imap_command(c) == NULL)
		return;
	append_literals(c, show_secrets, out, size);
	append_place(s, c, out, size);
	if (c->kind == KIND_IDLE)
		append_idle(s, c, out, size);
}

/* ---- sessions and mails ---- */

static void append_box(const struct session_imap *imap, char *out, size_t size)
{
	if (imap->mailbox.len == 0)
		return;
	append_text(out, size, " ");
	rowtext_append(out, size, buffer_slice(&imap->mailbox));
	if (!imap->has_mailbox)
		append_text(out, size, ", closed");
	if (imap->box.has_exists)
		append_number(out, size, ": ", imap->box.exists, imap->box.exists == 1 ? " message" : " messages");
	if (imap->box.uid_validity != 0)
		append_number(out, size, ", UIDVALIDITY ", imap->box.uid_validity, "");
	append_text(out, size, ".");
}

static void append_counts(const struct session_imap *imap, char *out, size_t size)
{
	const struct {
		uint32_t count;
		const char *what;
	} rows[] = {{imap->fetched, " fetched"},
		    {imap->appended, " appended"},
		    {imap->expunged, " expunged"},
		    {imap->flags_changed, " with other flags"}};
	const char *before = " ";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].count == 0)
			continue;
		append_number(out, size, before, rows[i].count, rows[i].what);
		before = ", ";
	}
	append_text(out, size, before[0] == ',' ? "." : "");
}

static void append_program(const char *whose, const struct imap_program *p, char *out, size_t size)
{
	if (p->name.len == 0)
		return;
	append_text(out, size, whose);
	rowtext_append(out, size, buffer_slice(&p->name));
	append_text(out, size, p->version.len > 0 ? " " : "");
	rowtext_append(out, size, buffer_slice(&p->version));
	append_text(out, size, ".");
}

void rows_imap_append_session(const struct session *s, char *out, size_t size)
{
	const struct session_imap *imap = session_imap(s);

	if (imap == NULL)
		return;
	append_box(imap, out, size);
	append_counts(imap, out, size);
	if (imap->idle_count > 0) {
		append_number(out, size, " ", imap->idle_count, imap->idle_count == 1 ? " IDLE, " : " times IDLE, ");
		append_duration(out, size, imap->idle_ns);
		append_text(out, size, ".");
	}
	append_program(" Client: ", &imap->programs[SIDE_CLIENT], out, size);
	append_program(" Server: ", &imap->programs[SIDE_SERVER], out, size);
}

bool rows_imap_result(const struct session *s, char *out, size_t size)
{
	const struct session_imap *imap = session_imap(s);

	if (imap == NULL || (imap->fetched == 0 && imap->appended == 0))
		return false;
	out[0] = '\0';
	if (imap->fetched > 0)
		append_number(out, size, "", imap->fetched, " fetched");
	if (imap->appended > 0)
		append_number(out, size, imap->fetched > 0 ? ", " : "", imap->appended, " appended");
	return true;
}

void rows_imap_mailbox(const struct session *s, char *out, size_t size)
{
	const struct session_imap *imap = session_imap(s);

	rowtext_put(out, size, imap != NULL ? buffer_slice(&imap->mailbox) : slice_of(NULL, 0));
}

void rows_imap_mail(const struct mail *m, struct snapshot_mail_row *row)
{
	const struct mail_imap *imap = session_imap_mail(m);

	if (imap == NULL)
		return;
	rowtext_put(row->mailbox, sizeof(row->mailbox), imap->mailbox);
	row->uid = imap->uid;
	if (m->outcome == MAIL_RETRIEVED_OUTCOME || m->outcome == MAIL_ACCEPTED)
		rowtext_put(row->outcome, sizeof(row->outcome), slice_from_text(mail_direction_name(m->direction)));
}
