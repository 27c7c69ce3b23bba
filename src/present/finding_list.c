#include "present/finding_list.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
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

static void add(struct item_list *l, const struct session *s)
{
	const struct finding_list *f = (const struct finding_list *)l;

	for (size_t i = 0; i < diagnosis_count(s); i++) {
		const struct finding *found = diagnosis_finding(s, i);

		if (found->severity == SEVERITY_INFO && !f->has_infos)
			continue;
		sorter_add(&l->next, (struct sorter_item){
					     .session = s->number,
					     .number = (uint32_t)i,
					     .tag = (uint16_t)(found->severity << 1 | (found == diagnosis_root(s)))});
	}
}

static const struct finding *finding_of(const struct engine *e, const struct sorter_item *item)
{
	struct connection *v = engine_connection(e, item->session);

	return v != NULL ? diagnosis_finding(v->session, item->number) : NULL;
}

static void take_key(void *ctx, const struct sorter_item *item, struct sorter_key *key)
{
	const struct item_list_scene *scene = ctx;
	const struct finding *f = finding_of(scene->engine, item);

	if (f == NULL)
		return;
	switch (scene->sort) {
	case QUERY_SORT_SEVERITY: /* the worst first */
		key->rank = (uint64_t)(SEVERITIES - f->severity);
		break;
	case QUERY_SORT_NUMBER:
		key->rank = item->session;
		break;
	case QUERY_SORT_START:
		key->rank = (uint64_t)f->time_ns;
		break;
	case QUERY_SORT_RULE:
		sorter_key_name(key, rule_row((enum rule)f->rule)->id);
		break;
	case QUERY_SORT_NAME:
		sorter_key_name(key, finding_name(f));
		break;
	case QUERY_SORT_MESSAGE:
		sorter_key_text(key, f->message);
		break;
	default:
		break;
	}
}

const struct item_list_kind finding_list_kind = {.add = add, .key = take_key};

void finding_list_want_infos(struct finding_list *f, bool has_infos)
{
	if (f->has_infos == has_infos)
		return;
	f->has_infos = has_infos;
	item_list_forget(&f->list);
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

void finding_list_row(const struct session_detail *focus, struct engine *e, const struct sorter_item *item,
		      struct snapshot_finding_row *row)
{
	struct connection *v = engine_connection(e, item->session);
	const struct finding *f = finding_of(e, item);

	*row = (struct snapshot_finding_row){.session = item->session, .number = item->number};
	if (f == NULL)
		return;
	row->marked = v->session->marked;
	row->is_root = f == diagnosis_root(v->session);
	row->time_ns = f->time_ns;
	culprit_of_finding(focus, v, f, &row->place);
	row->meaning = finding_list_meaning((enum severity)f->severity);
	rowtext_printf(row->id, sizeof(row->id), "%s", rule_row((enum rule)f->rule)->id);
	rowtext_printf(row->severity, sizeof(row->severity), "%s", severity_name((enum severity)f->severity));
	rowtext_printf(row->name, sizeof(row->name), "%s", finding_name(f));
	rowtext_put(row->message, sizeof(row->message), f->message);
}

/* ---- its row among the lists ---- */

static bool work(void *list, const struct shown_list_scene *s, size_t max)
{
	return item_list_work(list, &finding_list_kind, s->order, s->engine, max);
}

static bool fill(const struct shown_list_scene *s, uint64_t row, struct snapshot *out, uint32_t at)
{
	finding_list_row(s->focus, s->engine, shown_list_item(s, row), &out->finding_rows[at]);
	return true;
}

static bool matches(const struct shown_list_scene *s, const struct pattern *p, uint64_t row, uint64_t *session,
		    uint32_t *item)
{
	static const struct session_detail nowhere;
	struct snapshot_finding_row r;

	finding_list_row(&nowhere, s->engine, shown_list_item(s, row), &r);
	*session = r.session;
	*item = r.number;
	return pattern_finds_text(p, r.id) || pattern_finds_text(p, r.name) || pattern_finds_text(p, r.message) ||
	       pattern_finds_text(p, r.severity);
}

const struct shown_list_ops shown_list_finding = {
	.has_items = true,
	.more = sizeof(struct finding_list) - sizeof(struct item_list),
	.work = work,
	.count = shown_list_item_count,
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
