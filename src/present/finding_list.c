#include "present/finding_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rowtext.h"
#include "base/text.h"
#include "diagnosis/diagnosis.h"
#include "present/culprit.h"
#include "present/rows.h"
#include "present/shown_list.h"

enum {
	INDENT = 4,
};

/* ---- the list of all ---- */

void finding_list_fini(struct finding_list *f)
{
	session_walk_fini(&f->walk);
	free(f->places);
	for (size_t i = 0; i < SEVERITIES; i++)
		free(f->next[i].items);
	*f = (struct finding_list){0};
}

void finding_list_forget(struct finding_list *f)
{
	session_walk_fini(&f->walk);
}

static void add_session(void *ctx, struct connection *c)
{
	struct finding_list *f = ctx;
	const struct session *s = c->session;

	for (size_t i = 0; i < diagnosis_count(s); i++) {
		const struct finding *found = diagnosis_finding(s, i);
		struct finding_places *p = &f->next[found->severity];

		if (found->severity == SEVERITY_INFO && !f->has_infos)
			continue;
		p->items = mem_grow(p->items, &p->cap, p->count + 1, sizeof(*p->items));
		p->items[p->count++] = (struct finding_place){.session = s->number,
							      .number = (uint32_t)i,
							      .severity = found->severity,
							      .is_root = found == diagnosis_root(s)};
	}
}

static bool is_same_place(const struct finding_place *a, const struct finding_place *b)
{
	return a->session == b->session && a->number == b->number && a->severity == b->severity &&
	       a->is_root == b->is_root;
}

/* The new list takes the place of the old one. Whether they differ. */
static bool finish(struct finding_list *f)
{
	size_t count = 0;
	bool is_same = true;

	for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--) {
		const struct finding_places *p = &f->next[severity];

		f->places = mem_grow(f->places, &f->cap, count + p->count, sizeof(*f->places));
		for (size_t i = 0; i < p->count; i++, count++) {
			is_same = is_same && count < f->count && is_same_place(&f->places[count], &p->items[i]);
			f->places[count] = p->items[i];
		}
	}
	is_same = is_same && count == f->count;
	f->count = count;
	return !is_same;
}

void finding_list_want_infos(struct finding_list *f, bool has_infos)
{
	if (f->has_infos == has_infos)
		return;
	f->has_infos = has_infos;
	finding_list_forget(f);
}

bool finding_list_work(struct finding_list *f, const struct session_list *o, const struct engine *e, size_t max)
{
	if (session_walk_renew(&f->walk, o)) {
		session_walk_sort(&f->walk);
		for (size_t i = 0; i < SEVERITIES; i++)
			f->next[i].count = 0;
	}
	if (!f->walk.is_on)
		return false;
	return session_walk_some(&f->walk, e, max, add_session, f) || finish(f);
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
	struct connection *v = engine_connection(e, place->session);
	const struct finding *f = v != NULL ? diagnosis_finding(v->session, place->number) : NULL;

	*row = (struct snapshot_finding_row){.session = place->session, .number = place->number};
	if (f == NULL)
		return;
	row->marked = v->session->marked;
	row->is_root = place->is_root;
	row->time_ns = f->time_ns;
	culprit_of_finding(focus, v, f, &row->place);
	row->meaning = finding_list_meaning((enum severity)f->severity);
	rowtext_printf(row->id, sizeof(row->id), "%s", rule_row((enum rule)f->rule)->id);
	rowtext_printf(row->severity, sizeof(row->severity), "%s", severity_name((enum severity)f->severity));
	rowtext_printf(row->name, sizeof(row->name), "%s", finding_name(f));
	rowtext_put(row->message, sizeof(row->message), f->message);
}

/* ---- its row among the lists ---- */

static void end(void *list)
{
	finding_list_fini(list);
}

static void forget(void *list)
{
	finding_list_forget(list);
}

static bool work(void *list, const struct session_list *o, const struct engine *e, size_t max)
{
	return finding_list_work(list, o, e, max);
}

static uint64_t count(const struct shown_list_scene *s)
{
	return ((const struct finding_list *)s->list)->count;
}

static const struct finding_place *place_of(const struct shown_list_scene *s, uint64_t row)
{
	return &((const struct finding_list *)s->list)->places[row];
}

static bool fill(const struct shown_list_scene *s, uint64_t row, struct snapshot *out, uint32_t at)
{
	finding_list_row(s->focus, s->engine, place_of(s, row), &out->finding_rows[at]);
	return true;
}

static bool matches(const struct shown_list_scene *s, const struct pattern *p, uint64_t row, uint64_t *session,
		    uint32_t *item)
{
	static const struct session_detail nowhere;
	struct snapshot_finding_row r;

	finding_list_row(&nowhere, s->engine, place_of(s, row), &r);
	*session = r.session;
	*item = r.number;
	return pattern_finds_text(p, r.id) || pattern_finds_text(p, r.name) || pattern_finds_text(p, r.message) ||
	       pattern_finds_text(p, r.severity);
}

const struct shown_list_ops shown_list_finding = {
	.size = sizeof(struct finding_list),
	.fini = end,
	.forget = forget,
	.work = work,
	.count = count,
	.fill = fill,
	.matches = matches,
};

/* ---- the lines of a diagnosis ---- */

struct page {
	const struct session_detail *focus;
	struct connection *v;
	struct snapshot_place place; /* of the lines that follow */
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
		line->place = p->place;
		rowtext_printf(line->text, sizeof(line->text), "%s", indent);
		rowtext_append(line->text, sizeof(line->text), slice_sub(text, 0, len));
		text = slice_trim_left(slice_after(text, len));
		meaning = MEANING_PLAIN;
	}
}

/* Lines that are to be set stand on lines of their own. */
static void put_text(struct page *p, const char *indent, const char *text)
{
	struct slice rest = slice_from_text(text);

	while (rest.len > 0) {
		size_t len = slice_find(rest, '\n');

		put_paragraph(p, MEANING_PLAIN, indent, slice_sub(rest, 0, len));
		rest = slice_after(rest, len + 1);
	}
}

static void put_finding(struct page *p, const struct finding *f, bool is_root)
{
	const struct rule_row *row = rule_row((enum rule)f->rule);
	const char *phase = phase_name((enum phase)f->phase);
	char text[256];
	size_t len;

	culprit_of_finding(p->focus, p->v, f, &p->place);
	snprintf(text, sizeof(text), "%s  %s%s  (%s)", row->id, finding_name(f), is_root ? " - the cause" : "",
		 severity_name((enum severity)f->severity));
	put_paragraph(p, finding_list_meaning((enum severity)f->severity), "", slice_from_text(text));
	put_paragraph(p, MEANING_PLAIN, "    ", f->message);
	put_text(p, "    ", row->meaning);
	put_text(p, "    ", finding_advice(f));
	len = (size_t)snprintf(text, sizeof(text), "%s%s", phase != NULL ? "while " : "", phase != NULL ? phase : "");
	for (size_t i = 0; i < f->packet_count && len < sizeof(text) - 32; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s%" PRIu64, i == 0 && len > 0 ? "; " : "",
					i > 0		       ? ", "
					: f->packet_count == 1 ? "packet "
							       : "packets ",
					f->packets[i]);
	if (row->source[0] != '\0' && len < sizeof(text) - 4)
		snprintf(text + len, sizeof(text) - len, "%s%s", len > 0 ? "; " : "", row->source);
	if (f->packet_count > 0) /* this line is theirs */
		p->place = (struct snapshot_place){.packet = f->packets[0]};
	if (text[0] != '\0')
		put_paragraph(p, MEANING_MUTED, "    ", slice_from_text(text));
	p->place = (struct snapshot_place){.mail = f->mail};
	if (f->mail != 0) {
		snprintf(text, sizeof(text), "mail %" PRIu32, f->mail);
		put_paragraph(p, MEANING_MUTED, "    ", slice_from_text(text));
	}
	if (p->count < p->max)
		p->lines[p->count++] = (struct snapshot_line){.meaning = MEANING_PLAIN};
}

uint32_t finding_list_lines(const struct session_detail *focus, struct connection *v, uint32_t width,
			    struct snapshot_line *lines, uint32_t max)
{
	struct page p = {.focus = focus, .v = v, .lines = lines, .max = max, .width = width};
	const struct session *s = v->session;
	const struct finding *root = diagnosis_root(s);

	if (root != NULL) /* what was found may be the cause of nothing */
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

void finding_list_ticket(struct engine *e, struct connection *v, const struct query *q, char *out, size_t size)
{
	const struct finding *f =
		q->finding == UINT32_MAX ? diagnosis_root(v->session) : diagnosis_finding(v->session, q->finding);
	struct snapshot_session_row row;
	char time[CLOCK_RFC3339_SIZE];
	char message[512];
	size_t len;

	out[0] = '\0';
	if (f == NULL)
		return;
	rows_session(e, v, q, &row);
	time[clock_rfc3339(time, f->time_ns, 3)] = '\0';
	rowtext_put(message, sizeof(message), f->message);
	len = (size_t)snprintf(out, size, "%s %s (%s)\n%s\n%s\n%s\nAt %s, session %" PRIu64 ": %s > %s\n",
			       rule_row((enum rule)f->rule)->id, finding_name(f),
			       severity_name((enum severity)f->severity), message,
			       rule_row((enum rule)f->rule)->meaning, finding_advice(f), time, v->session->number,
			       row.client, row.server);
	for (size_t i = 0; i < f->packet_count && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%" PRIu64,
					i > 0		       ? ", "
					: f->packet_count == 1 ? "Packet "
							       : "Packets ",
					f->packets[i]);
}
