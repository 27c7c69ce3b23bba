#include "present/mail_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mail/session_imap.h"
#include "mime/message.h"
#include "mime/render.h"
#include "snapshot/snapshot.h"

enum {
	LINE_BYTES_MAX = SNAPSHOT_LINE_SIZE - 32, /* what a row of the snapshot can hold */
	SIGN_COLUMNS = 8,			  /* of a control character made visible, at most */
	TAB_COLUMNS = 8,
	WIDTH_UNKNOWN = 120,
	RECIPIENTS_SHOWN = 50,
};

void mail_page_close(struct mail_page *o)
{
	styled_text_fini(&o->styled);
	free(o->lines);
	for (size_t i = 0; i < o->part_count; i++)
		free(o->parts[i].name);
	free(o->parts);
	memset(o, 0, sizeof(*o));
}

/* ---- lines ---- */

static void add_line(struct mail_page *o, size_t start)
{
	o->lines = mem_grow(o->lines, &o->line_cap, o->line_count + 1, sizeof(*o->lines));
	o->lines[o->line_count++] = start;
}

static size_t columns_of(uint32_t character)
{
	if (character < ' ' || character == 0x7f)
		return 1; /* a picture of it */
	return text_is_control(character) ? SIGN_COLUMNS : (size_t)text_width(character);
}

/* How much of a line fits into a row: up to a blank, if there is one in the second half; else up to a character. */
static size_t part_of(struct slice line, size_t width)
{
	size_t columns = 0;
	size_t at = 0;
	size_t blank = 0;

	while (at < line.len) {
		size_t len;
		uint32_t character = text_decode(slice_after(line, at), &len);
		size_t needed = columns_of(character);

		if (character == ' ' && columns == width)
			return at + 1; /* it may stand in the margin */
		if (at > 0 && (columns + needed > width || at + len > LINE_BYTES_MAX))
			return blank > at / 2 ? blank : at;
		at += len;
		columns += needed;
		if (character == ' ')
			blank = at;
	}
	return at;
}

static void cut_lines(struct mail_page *o)
{
	size_t width = o->width > 8 ? o->width : WIDTH_UNKNOWN;
	size_t start = 0;

	while (start < o->styled.text.len) {
		struct slice rest = slice_after(buffer_slice(&o->styled.text), start);
		struct slice line = slice_sub(rest, 0, slice_find(rest, '\n'));
		size_t part = part_of(line, width);

		add_line(o, start);
		start += part < line.len ? part : line.len + 1;
	}
}

struct slice mail_page_line(const struct mail_page *o, size_t number)
{
	size_t start = o->lines[number];
	size_t end = number + 1 < o->line_count ? o->lines[number + 1] : o->styled.text.len;
	struct slice line = slice_sub(buffer_slice(&o->styled.text), start, end - start);

	while (line.len > 0 && (line.data[line.len - 1] == '\n' || line.data[line.len - 1] == '\r'))
		line.len--;
	return line;
}

bool mail_page_continues(const struct mail_page *o, size_t number)
{
	return number > 0 && o->styled.text.data[o->lines[number] - 1] != '\n';
}

/* ---- the envelope ---- */

static void put_recipient(struct styled_text *page, const struct recipient *r)
{
	static const struct {
		enum styled_text_kind kind;
		const char *words;
	} fates[] = {
		[RECIPIENT_UNKNOWN] = {STYLED_WARNING, "no answer"},
		[RECIPIENT_ACCEPTED] = {STYLED_GOOD, "accepted"},
		[RECIPIENT_REJECTED] = {STYLED_ERROR, "refused"},
		[RECIPIENT_UNANSWERED] = {STYLED_ERROR, "taken, but its mail was not answered"},
	};

	styled_text_begin(page, fates[r->fate].kind);
	buffer_append_text(&page->text, "Envelope to: <");
	text_append_utf8(&page->text, r->address);
	buffer_printf(&page->text, ">  %s %.3s\n", fates[r->fate].words,
		      r->fate == RECIPIENT_UNANSWERED ? "" : r->code);
}

static void put_final_reply(struct styled_text *page, const struct mail *m)
{
	const struct reply *r = m->final_reply;
	struct slice rest;
	struct slice line = {0};
	bool started = false;

	styled_text_begin(page, m->outcome == MAIL_ACCEPTED    ? STYLED_GOOD
				: m->outcome == MAIL_UNDECIDED ? STYLED_NOTE
							       : STYLED_ERROR);
	buffer_printf(&page->text, "Outcome: %s", mail_outcome_name(m->outcome));
	if (r != NULL) {
		rest = reply_text(r);
		reply_next_line(&rest, &started, &line);
		buffer_append_text(&page->text, ": ");
		text_append_utf8(&page->text, reply_code(r));
		buffer_append_byte(&page->text, ' ');
		text_append_utf8(&page->text, line);
	}
	buffer_append_byte(&page->text, '\n');
}

static void put_sent(struct styled_text *page, const struct mail *m)
{
	uint32_t count = 0;

	styled_text_begin(page, STYLED_FIELD);
	if (m->from.data != NULL) {
		buffer_append_text(&page->text, "Envelope from: <");
		text_append_utf8(&page->text, m->from);
		buffer_append_text(&page->text, ">\n");
	}
	for (const struct recipient *r = m->recipients; r != NULL; r = r->next, count++)
		if (count < RECIPIENTS_SHOWN || r->fate == RECIPIENT_REJECTED)
			put_recipient(page, r);
	styled_text_begin(page, STYLED_NOTE);
	if (m->recipient_count > RECIPIENTS_SHOWN)
		buffer_printf(&page->text, "%" PRIu32 " recipients in all, %" PRIu32 " accepted\n", m->recipient_count,
			      m->accepted_count);
	put_final_reply(page, m);
}

static void put_retrieved(struct styled_text *page, const struct mail *m)
{
	styled_text_begin(page, STYLED_FIELD);
	buffer_printf(&page->text, "%s: number %" PRIu32, m->direction == MAIL_PREVIEWED ? "Previewed" : "Retrieved",
		      session_mail_pop3(m)->number);
	if (session_mail_pop3(m)->uid.len > 0) {
		buffer_append_text(&page->text, ", unique-id ");
		text_append_utf8(&page->text, session_mail_pop3(m)->uid);
	}
	buffer_append_text(&page->text, m->pop3_committed ? ", deleted on the server\n"
					: m->pop3_deleted ? ", marked to be deleted, but not yet deleted by QUIT\n"
							  : ", stays on the server\n");
}

static void put_number(struct styled_text *page, const char *what, uint32_t number)
{
	if (number != 0)
		buffer_printf(&page->text, ", %s %" PRIu32, what, number);
}

/* "Fetched: from INBOX, UID 5, number 3, BODY[], flags \\Seen" */
static void put_imap(struct styled_text *page, const struct mail *m, const struct mail_imap *imap)
{
	const char *section = session_imap_section_name((enum imap_section)imap->section);

	styled_text_begin(page, STYLED_FIELD);
	buffer_append_text(&page->text, m->direction == MAIL_APPENDED	 ? "Appended: to "
					: m->direction == MAIL_PREVIEWED ? "Previewed: in "
									 : "Fetched: from ");
	if (imap->mailbox.data != NULL)
		text_append_utf8(&page->text, imap->mailbox);
	else
		buffer_append_text(&page->text, "a mailbox that is not known");
	put_number(page, "UID", imap->uid);
	put_number(page, "number", imap->number);
	if (section != NULL)
		buffer_printf(&page->text, ", %s", section);
	if (imap->chunks > 1)
		buffer_printf(&page->text, " in %" PRIu32 " pieces", imap->chunks);
	if (imap->flags.len > 0) {
		buffer_append_text(&page->text, ", flags ");
		text_append_utf8(&page->text, imap->flags);
	}
	if (imap->arrived.len > 0) {
		buffer_append_text(&page->text, ", arrived ");
		text_append_utf8(&page->text, imap->arrived);
	}
	buffer_append_byte(&page->text, '\n');
	if (m->direction == MAIL_APPENDED)
		put_final_reply(page, m);
}

static void put_envelope(struct styled_text *page, const struct mail *m)
{
	if (m->direction == MAIL_SENT)
		put_sent(page, m);
	else if (session_imap_mail(m) != NULL)
		put_imap(page, m, session_imap_mail(m));
	else
		put_retrieved(page, m);
	styled_text_begin(page, STYLED_WARNING);
	if (m->has_data && !m->complete) {
		buffer_append_text(&page->text, "This mail is incomplete");
		if (m->missing_len > 0)
			buffer_printf(&page->text, ": %" PRIu64 " byte%s of it %s", m->missing_len,
				      text_plural(m->missing_len),
				      m->gone_len > 0	    ? "are missing, or gone since they were captured"
				      : m->missing_len == 1 ? "was not captured"
							    : "were not captured");
		if (!m->data_ended)
			buffer_printf(&page->text, "%s it %s", m->missing_len > 0 ? ", and" : ":",
				      m->outcome == MAIL_UNDECIDED ? "is still on its way" : "was cut off");
		if (session_imap_is_part(m))
			buffer_printf(&page->text, "%s the client fetched no more of it",
				      m->missing_len > 0 ? ", and" : ":");
		else if (m->is_piece && m->data_ended)
			buffer_append_text(&page->text, ", or may not be: what began it was not captured");
		buffer_append_text(&page->text, ".\n");
	}
	if (m->conflicts > 0)
		buffer_printf(&page->text,
			      "The bytes of %" PRIu32
			      " places in it were sent in copies that differ. Shown are those that "
			      "the receiver read, if it does as Linux.\n",
			      m->conflicts);
	styled_text_begin(page, STYLED_BODY);
	buffer_append_byte(&page->text, '\n');
}

/* ---- reading ---- */

static void add_parts(struct mail_page *o, const struct message *message)
{
	struct message_part *parts;
	size_t count = message_list_parts(message, &parts);

	for (size_t i = 0; i < count; i++) {
		const struct message_part *p = &parts[i];

		if (!p->has_bytes)
			continue;
		o->parts = mem_grow(o->parts, &o->part_cap, o->part_count + 1, sizeof(*o->parts));
		o->parts[o->part_count++] = (struct mail_page_part){
			.name = mem_strdup(p->name[0] != '\0' ? p->name : p->type),
			.number = (uint32_t)i + 1,
			.is_mail = p->is_mail,
			.size = p->attachment != NULL ? p->attachment->size : 0,
		};
	}
	free(parts);
}

/* Tabs as blanks: a terminal gets no control characters. */
static void expand_tabs(struct styled_text *page)
{
	struct buffer wide = {0};
	struct slice rest = buffer_slice(&page->text);
	size_t run = 0;
	size_t columns = 0;
	size_t len;

	if (slice_find(rest, '\t') == rest.len)
		return;
	for (size_t at = 0; at < page->text.len; at += len) {
		uint32_t character = text_decode(slice_after(buffer_slice(&page->text), at), &len);

		for (; run < page->run_count && page->runs[run].begin <= at; run++)
			page->runs[run].begin = wide.len;
		if (character != '\t') {
			buffer_append(&wide, slice_sub(buffer_slice(&page->text), at, len));
			columns = character == '\n' ? 0 : columns + columns_of(character);
			continue;
		}
		do
			buffer_append_byte(&wide, ' ');
		while (++columns % TAB_COLUMNS != 0);
	}
	for (; run < page->run_count; run++)
		page->runs[run].begin = wide.len;
	buffer_fini(&page->text);
	page->text = wide;
}

/* Where each stands in the list of parts; the runs are in that order. */
static void find_lines(struct mail_page *o)
{
	size_t line = 0;
	size_t part = 0;

	for (size_t i = 0; i < o->styled.run_count && part < o->part_count; i++) {
		const struct styled_text_run *run = &o->styled.runs[i];

		if (run->part != o->parts[part].number)
			continue;
		while (line < o->line_count && o->lines[line] < run->begin)
			line++;
		o->parts[part++].line = line;
	}
	while (o->part_count > part) /* a mail of one text has no list */
		free(o->parts[--o->part_count].name);
}

static void read_for_people(struct mail_page *o, const struct mail *m, struct slice whole)
{
	struct message *message = message_parse(whole);

	if (o->part.count == 0)
		put_envelope(&o->styled, m);
	render_message(message, &o->styled);
	expand_tabs(&o->styled);
	add_parts(o, message);
	message_free(message);
}

/* What turns out to be gone is left out. */
static void read_whole(struct mail_page *o, struct engine *e, struct connection *v, struct mail *m,
		       struct buffer *whole)
{
	do {
		o->gone_len = m->gone_len;
		buffer_clear(whole);
		content_read(v, m, engine_store(e), UINT64_MAX, buffer_sink, whole);
		engine_check_mail(e, v, m);
	} while (o->gone_len != m->gone_len);
}

/* `bytes` become those of the mail within. False: there is none, which the page says. */
static bool enter_part(struct mail_page *o, struct buffer *bytes)
{
	struct message_found found;
	bool is_there;

	if (o->part.count == 0)
		return true;
	is_there = message_find(buffer_slice(bytes), &o->part, &found);
	buffer_fini(bytes);
	*bytes = found.bytes;
	found.bytes = (struct buffer){0};
	message_found_fini(&found);
	if (!is_there) {
		styled_text_begin(&o->styled, STYLED_WARNING);
		buffer_append_text(&o->styled.text, "The mail has no such part now.\n");
	}
	return is_there;
}

static bool is_read(const struct mail_page *o, const struct connection *v, const struct mail *m, const struct query *q)
{
	return o->session == v->session->number && o->mail == m->number && o->view == q->mail_view &&
	       part_path_equal(&o->part, &q->mail_part) && o->width == q->text_width && o->size == m->size &&
	       o->outcome == m->outcome && o->gone_len == m->gone_len && o->lines != NULL;
}

void mail_page_read(struct mail_page *o, struct engine *e, struct connection *v, struct mail *m, const struct query *q)
{
	struct buffer bytes = {0};

	if (is_read(o, v, m, q))
		return;
	mail_page_close(o);
	o->session = v->session->number;
	o->mail = m->number;
	o->part = q->mail_part;
	o->view = q->mail_view;
	o->width = q->text_width;
	o->size = m->size;
	o->outcome = m->outcome;
	read_whole(o, e, v, m, &bytes);
	if (enter_part(o, &bytes) && o->view == QUERY_MAIL_TEXT)
		read_for_people(o, m, buffer_slice(&bytes));
	else if (o->styled.text.len == 0)
		buffer_append(&o->styled.text, buffer_slice(&bytes));
	buffer_fini(&bytes);
	cut_lines(o);
	find_lines(o);
}
