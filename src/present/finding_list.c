#include "present/finding_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rowtext.h"
#include "base/text.h"
#include "diagnosis/diagnosis.h"
#include "present/rows.h"

enum {
	INDENT = 4,
};

/* ---- the list of all ---- */

void finding_list_fini(struct finding_list *f)
{
	free(f->places);
	*f = (struct finding_list){0};
}

void finding_list_forget(struct finding_list *f)
{
	f->known = UINT64_MAX;
	f->made_ns = 0;
}

static int by_severity(const void *a, const void *b)
{
	const struct finding_place *left = a;
	const struct finding_place *right = b;

	if (left->severity != right->severity)
		return right->severity - left->severity;
	if (left->session != right->session)
		return left->session < right->session ? -1 : 1;
	return (left->number > right->number) - (left->number < right->number);
}

static void add_session(struct finding_list *f, const struct session *s)
{
	for (size_t i = 0; i < diagnosis_count(s); i++) {
		const struct finding *found = diagnosis_finding(s, i);

		f->places = mem_grow(f->places, &f->cap, f->count + 1, sizeof(*f->places));
		f->places[f->count++] = (struct finding_place){.session = s->number,
							       .number = (uint32_t)i,
							       .severity = found->severity,
							       .is_root = found == diagnosis_root(s)};
	}
}

void finding_list_update(struct finding_list *f, const struct session_list *o, const struct engine *e)
{
	int64_t now_ns = clock_monotonic_ns();
	uint64_t known = 0;

	if (f->made_ns != 0 && now_ns - f->made_ns < CLOCK_NS_PER_S / 5)
		return;
	for (size_t i = 0; i < o->count; i++) {
		const struct conversation *v = engine_conversation(e, o->numbers[i]);

		known += v != NULL ? 1 + diagnosis_count(v->session) : 0;
	}
	f->made_ns = now_ns;
	if (known == f->known)
		return;
	f->known = known;
	f->count = 0;
	for (size_t i = 0; i < o->count; i++) {
		const struct conversation *v = engine_conversation(e, o->numbers[i]);

		if (v != NULL)
			add_session(f, v->session);
	}
	if (f->count > 0)
		qsort(f->places, f->count, sizeof(*f->places), by_severity);
}

/* ---- a row ---- */

enum snapshot_meaning finding_list_meaning(enum severity severity)
{
	switch (severity) {
	case SEVERITY_CRITICAL:
		return MEANING_ERROR;
	case SEVERITY_WARNING:
		return MEANING_WARNING;
	case SEVERITY_NOTICE:
		return MEANING_NOTICE;
	case SEVERITY_INFO:
	case SEVERITIES:
		break;
	}
	return MEANING_MUTED;
}

void finding_list_row(const struct session_detail *focus, struct engine *e, const struct finding_place *place,
		      struct snapshot_finding_row *row)
{
	struct conversation *v = engine_conversation(e, place->session);
	const struct finding *f = v != NULL ? diagnosis_finding(v->session, place->number) : NULL;

	*row = (struct snapshot_finding_row){.session = place->session, .number = place->number};
	if (f == NULL)
		return;
	row->marked = v->session->marked;
	row->is_root = place->is_root;
	row->time_ns = f->time_ns;
	row->packet = f->packet_count > 0 ? f->packets[0] : 0;
	row->meaning = finding_list_meaning((enum severity)f->severity);
	rowtext_printf(row->id, sizeof(row->id), "%s", rule_row((enum rule)f->rule)->id);
	rowtext_printf(row->severity, sizeof(row->severity), "%s", severity_name((enum severity)f->severity));
	rowtext_printf(row->name, sizeof(row->name), "%s", rule_row((enum rule)f->rule)->name);
	rowtext_put(row->message, sizeof(row->message), f->message);
	if (focus->session != place->session || row->packet == 0)
		return;
	row->timeline_row = session_detail_item_of_packet(focus, row->packet);
	if (row->timeline_row < focus->item_count)
		row->position = session_detail_position(focus, v, focus->items[row->timeline_row].side,
							focus->items[row->timeline_row].offset);
}

bool finding_list_row_contains(struct engine *e, const struct finding_place *place, const char *text)
{
	static const struct session_detail nowhere;
	struct snapshot_finding_row row;

	finding_list_row(&nowhere, e, place, &row);
	return rowtext_contains(row.id, text) || rowtext_contains(row.name, text) ||
	       rowtext_contains(row.message, text) || rowtext_contains(row.severity, text);
}

/* ---- the lines of a diagnosis ---- */

struct page {
	struct snapshot_line *lines;
	uint32_t count;
	uint32_t max;
	uint32_t width;
};

/* A paragraph, broken at blanks. */
static void put_paragraph(struct page *p, enum snapshot_meaning meaning, const char *indent, struct slice text)
{
	size_t width = p->width > 20 ? p->width - INDENT : 16;

	while (text.len > 0 && p->count < p->max) {
		struct snapshot_line *line = &p->lines[p->count++];
		size_t len = text.len;

		if (len > width) {
			len = width;
			while (len > width / 2 && text.data[len] != ' ')
				len--;
			if (len <= width / 2)
				len = width;
			while (len > 1 && (text.data[len] & 0xc0) == 0x80)
				len--;
		}
		line->meaning = meaning;
		rowtext_printf(line->text, sizeof(line->text), "%s", indent);
		rowtext_append(line->text, sizeof(line->text), slice_sub(text, 0, len));
		text = slice_trim_left(slice_after(text, len));
		meaning = MEANING_PLAIN;
	}
}

static void put_text(struct page *p, const char *indent, const char *text)
{
	put_paragraph(p, MEANING_PLAIN, indent, slice_from_text(text));
}

static void put_finding(struct page *p, const struct finding *f, bool is_root)
{
	const struct rule_row *row = rule_row((enum rule)f->rule);
	const char *phase = phase_name((enum phase)f->phase);
	char text[256];
	size_t len;

	snprintf(text, sizeof(text), "%s  %s%s  (%s)", row->id, row->name, is_root ? " - the cause" : "",
		 severity_name((enum severity)f->severity));
	put_paragraph(p, finding_list_meaning((enum severity)f->severity), "", slice_from_text(text));
	put_paragraph(p, MEANING_PLAIN, "    ", f->message);
	put_text(p, "    ", row->meaning);
	put_text(p, "    ", row->advice);
	len = (size_t)snprintf(text, sizeof(text), "%s%s", phase != NULL ? "while " : "", phase != NULL ? phase : "");
	for (size_t i = 0; i < f->packet_count && len < sizeof(text) - 16; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%" PRIu32,
					i > 0	  ? ", "
					: len > 0 ? "; packets "
						  : "packets ",
					f->packets[i]);
	if (row->source[0] != '\0' && len < sizeof(text) - 4)
		snprintf(text + len, sizeof(text) - len, "%s%s", len > 0 ? "; " : "", row->source);
	if (p->count < p->max && text[0] != '\0') {
		put_paragraph(p, MEANING_MUTED, "    ", slice_from_text(text));
	}
	if (p->count < p->max)
		p->lines[p->count++] = (struct snapshot_line){.meaning = MEANING_PLAIN};
}

uint32_t finding_list_lines(const struct session *s, uint32_t width, struct snapshot_line *lines, uint32_t max)
{
	struct page p = {.lines = lines, .max = max, .width = width};
	const struct finding *root = diagnosis_root(s);

	if (root == NULL)
		return 0;
	put_finding(&p, root, true);
	for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--)
		for (size_t i = 0; i < diagnosis_count(s); i++) {
			const struct finding *f = diagnosis_finding(s, i);

			if (f != root && f->severity == (uint8_t)severity)
				put_finding(&p, f, false);
		}
	return p.count;
}

/* ---- a ticket ---- */

void finding_list_ticket(struct engine *e, struct conversation *v, uint32_t number, char *out, size_t size)
{
	const struct finding *f =
		number == UINT32_MAX ? diagnosis_root(v->session) : diagnosis_finding(v->session, number);
	struct snapshot_session_row row;
	char time[CLOCK_RFC3339_SIZE];
	char message[512];
	size_t len;

	out[0] = '\0';
	if (f == NULL)
		return;
	rows_session(e, v, &row);
	time[clock_rfc3339(time, f->time_ns, 3)] = '\0';
	rowtext_put(message, sizeof(message), f->message);
	len = (size_t)snprintf(out, size, "%s %s (%s)\n%s\n%s\n%s\nAt %s, session %" PRIu32 ": %s > %s\n",
			       rule_row((enum rule)f->rule)->id, rule_row((enum rule)f->rule)->name,
			       severity_name((enum severity)f->severity), message,
			       rule_row((enum rule)f->rule)->meaning, rule_row((enum rule)f->rule)->advice, time,
			       v->session->number, row.client, row.server);
	for (size_t i = 0; i < f->packet_count && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%" PRIu32, i > 0 ? ", " : "Packets ", f->packets[i]);
}
