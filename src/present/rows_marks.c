#include "present/rows_marks.h"

#include <stdio.h>
#include <string.h>

#include "base/rowtext.h"

enum {
	ROWS_AFTER_MAX = 256, /* looked at for where a row's bytes end */
};

/* Whether the row begins at a known place of its side's stream, and what lies behind is its own, or the next one's. */
static bool has_bytes(const struct detail_item *i)
{
	return i->kind == FOCUS_COMMAND || i->kind == FOCUS_REPLY || i->kind == FOCUS_AUTH_LINE ||
	       i->kind == FOCUS_UNTAGGED || i->kind == FOCUS_DONE || i->kind == FOCUS_MAIL;
}

/* Where they end at the earliest, of the last row of a side. */
static uint64_t least_end(const struct session *s, const struct detail_item *i)
{
	const struct command *c = session_command(s, i->index);
	const struct mail *m = i->kind == FOCUS_MAIL ? session_mail(s, i->index)
			       : i->kind == FOCUS_COMMAND && c != NULL && c->kind == KIND_MESSAGE
				       ? session_mail(s, c->mail)
				       : NULL;

	if (m != NULL && m->side == i->side && m->last_range != NULL)
		return m->last_range->end;
	if (i->kind == FOCUS_COMMAND && c != NULL)
		return i->offset + c->verb_len + c->arguments_len;
	if (i->kind == FOCUS_REPLY)
		return i->offset + i->reply->code_len + i->reply->text_len;
	return i->kind == FOCUS_AUTH_LINE ? i->offset + i->line->text.len : i->offset;
}

static uint64_t end_of(const struct session_detail *f, struct connection *v, size_t item)
{
	const struct detail_item *i = &f->items[item];
	const struct session *s = v->session;
	uint64_t limit = s->tls ? s->tls_begin[i->side] : UINT64_MAX;
	uint64_t end;

	for (size_t next = item + 1; next < f->item_count && next - item <= ROWS_AFTER_MAX; next++) {
		const struct detail_item *after = &f->items[next];

		if (after->side == i->side && has_bytes(after) && after->offset > i->offset)
			return after->offset < limit ? after->offset : limit;
	}
	end = least_end(s, i);
	return end < limit ? end : limit;
}

static void append(struct snapshot_timeline_row *row, size_t count, const char *one, const char *many)
{
	char text[96];

	if (count == 0)
		return;
	if (row->detail[0] != '\0')
		rowtext_append(row->detail, sizeof(row->detail), slice_from_text("  "));
	if (count == 1)
		snprintf(text, sizeof(text), "%s", one);
	else
		snprintf(text, sizeof(text), "%zu %s", count, many);
	rowtext_append(row->detail, sizeof(row->detail), slice_from_text(text));
}

void rows_marks(const struct session_detail *f, struct connection *v, size_t item, struct snapshot_timeline_row *row)
{
	const struct detail_item *i = &f->items[item];
	size_t count[MARK_KINDS] = {0};
	uint64_t end;

	if (i->kind == FOCUS_CONNECT && v->session->syn_count > 1) {
		row->resent = v->session->syn_count - 1;
		return;
	}
	if (!has_bytes(i) || f->marks.count == 0)
		return;
	end = end_of(f, v, item);
	for (enum mark_kind kind = 0; kind < MARK_KINDS; kind++)
		count[kind] = marks_count(&f->marks, i->side, kind, i->offset, end);
	row->resent = (uint32_t)count[MARK_RESENT];
	row->disordered = (uint32_t)count[MARK_DISORDERED];
	row->closed_windows = (uint32_t)count[MARK_CLOSED];
	append(row, count[MARK_RESENT], "A packet of it was sent again.", "packets of it were sent again.");
	append(row, count[MARK_DISORDERED], "A packet of it came out of order.", "packets of it came out of order.");
	append(row, count[MARK_CLOSED], "Who gets it closed the window once.", "times who gets it closed the window.");
}
