#include "present/rows_end.h"

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
