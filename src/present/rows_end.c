#include "present/rows_end.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/rowtext.h"
#include "output/lines.h"

void rows_end(const struct session *s, struct snapshot_timeline_row *row)
{
	if (s->abandoned) {
		rowtext_printf(row->text, sizeof(row->text), LINES_NOT_FOLLOWED);
		row->meaning = MEANING_MUTED;
		return;
	}
	switch (s->state) {
	case SESSION_REFUSED:
		rowtext_printf(row->text, sizeof(row->text), "connection refused (RST)");
		row->meaning = MEANING_ERROR;
		break;
	case SESSION_NO_ANSWER:
		rowtext_printf(row->text, sizeof(row->text), "no answer");
		row->meaning = MEANING_ERROR;
		break;
	case SESSION_RESET:
		rowtext_printf(row->text, sizeof(row->text), "reset (RST)");
		row->meaning = MEANING_WARNING;
		break;
	default:
		rowtext_printf(row->text, sizeof(row->text), "closed");
		row->meaning = MEANING_MUTED;
		break;
	}
}

/* How long after the last byte that its side said; nothing where that is not known. */
static void append_after(struct connection *v, const struct detail_item *item, char *out, size_t size)
{
	const struct extents *x = connection_wire(v, item->side);
	const struct extent *last = x->count > x->forgotten ? &x->items[x->count - 1] : NULL;
	int64_t after_ns = last != NULL ? item->time_ns - last->time_ns : -1;
	int64_t us = after_ns / CLOCK_NS_PER_US;
	char text[64];

	if (after_ns < 0 || last->place == EXTENT_MISSING || last->packet > item->packet)
		return;
	if (last->packet == item->packet)
		snprintf(text, sizeof(text), ", with its last byte");
	else if (us < 1000)
		snprintf(text, sizeof(text), ", %" PRId64 " us after its last byte", us);
	else if (us < 10000)
		snprintf(text, sizeof(text), ", %.1f ms after its last byte", (double)us / 1e3);
	else if (us < 1000000)
		snprintf(text, sizeof(text), ", %" PRId64 " ms after its last byte", us / 1000);
	else
		snprintf(text, sizeof(text), ", %.1f s after its last byte", (double)us / 1e6);
	rowtext_append(out, size, slice_from_text(text));
}

/* A mail of its own that it did not send to the end. */
static bool leaves_mail(const struct session *s, enum side side)
{
	const struct mail *m = s->mail_count > 0 ? s->mails[s->mail_count - 1] : NULL;

	return m != NULL && m->has_data && !m->data_ended && !m->is_unread && m->side == side;
}

void rows_end_close(struct connection *v, const struct detail_item *item, struct snapshot_timeline_row *row)
{
	const struct session *s = v->session;
	bool is_reset = item->kind == FOCUS_RST;

	rowtext_printf(row->text, sizeof(row->text), "%s from the %s", is_reset ? "RST" : "FIN",
		       item->side == SIDE_CLIENT ? "client" : "server");
	append_after(v, item, row->text, sizeof(row->text));
	row->arrow = item->side == SIDE_CLIENT ? ARROW_TO_SERVER : ARROW_TO_CLIENT;
	row->meaning = leaves_mail(s, item->side)  ? MEANING_ERROR
		       : is_reset		   ? MEANING_WARNING
		       : item->side == SIDE_CLIENT ? MEANING_CLIENT
						   : MEANING_SERVER;
	rowtext_printf(row->detail, sizeof(row->detail), "%s. %s", row->text,
		       is_reset ? "The connection is torn down: what was on its way is lost."
				: "This side has nothing more to say; what the other says may still come.");
}
