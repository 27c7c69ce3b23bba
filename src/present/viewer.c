#include "present/viewer.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/rowtext.h"
#include "mail/told.h"
#include "present/compare.h"
#include "present/culprit.h"
#include "present/finding_list.h"
#include "present/mail_page.h"
#include "present/rows.h"
#include "present/rows_mail.h"
#include "present/search.h"
#include "present/session_detail.h"
#include "present/session_list.h"
#include "present/shown_list.h"
#include "present/statistics_list.h"
#include "present/tally.h"
#include "present/value_list.h"

enum {
	WORK_SESSIONS = 4096, /* whose mails or findings are listed in one go: under 2 ms */
};

struct viewer {
	struct query query;
	bool never_secrets;
	struct expression *filter;
	char filter_text[QUERY_TEXT_SIZE];
	char filter_error[QUERY_TEXT_SIZE];
	char filter_asked[QUERY_TEXT_SIZE]; /* what the error is about */
	uint32_t filter_error_at;
	uint32_t filter_error_len;
	bool filter_busy;
	struct session_list order;
	bool has_users;			      /* one of the sessions that were listed */
	struct item_list *lists[QUERY_LISTS]; /* NULL: it keeps none */
	struct session_detail focus;
	struct mail_page opened;
	struct search finder;
	struct tally tally;
	struct value_list values;
	struct statistics_list statistics;
	struct compare compare;
};

struct viewer *viewer_new(bool never_secrets)
{
	struct viewer *v = mem_zalloc(sizeof(*v));

	v->never_secrets = never_secrets;
	for (int i = 0; i < QUERY_LISTS; i++)
		if (shown_list_get((enum query_list)i)->has_items)
			v->lists[i] = mem_zalloc(sizeof(*v->lists[i]) + shown_list_get((enum query_list)i)->more);
	return v;
}

static void begin_session(void *ctx, struct session *s)
{
	struct viewer *v = ctx;

	session_list_begin_late(&v->order, s);
}

const struct observer viewer_observer = {.name = "viewer", .session_begin = begin_session};

void viewer_clear(struct viewer *v)
{
	session_list_restart(&v->order);
	v->has_users = false;
	v->order.evicted = 0;
	for (int i = 0; i < QUERY_LISTS; i++)
		if (v->lists[i] != NULL)
			item_list_fini(v->lists[i]);
	session_detail_fini(&v->focus);
	statistics_list_fini(&v->statistics);
	compare_fini(&v->compare);
	mail_page_close(&v->opened);
	v->tally = (struct tally){0};
	v->values = (struct value_list){0};
}

void viewer_free(struct viewer *v)
{
	if (v == NULL)
		return;
	viewer_clear(v);
	session_list_fini(&v->order);
	for (int i = 0; i < QUERY_LISTS; i++)
		free(v->lists[i]);
	expression_free(v->filter);
	search_fini(&v->finder);
	free(v);
}

const struct query *viewer_query(const struct viewer *v)
{
	return &v->query;
}

static void forget_lists(struct viewer *v)
{
	for (int i = 0; i < QUERY_LISTS; i++)
		if (v->lists[i] != NULL)
			item_list_forget(v->lists[i]);
}

/* Of the list that is shown; each keeps its own. */
static void set_order(struct viewer *v, const struct query *q)
{
	if (q->list == QUERY_LIST_SESSIONS)
		session_list_set_order(&v->order, q->sort, q->sort_descending);
	else
		item_list_want(v->lists[q->list], q->sort, q->sort_descending);
}

static struct shown_list_scene scene_of(const struct viewer *v, struct engine *e)
{
	return (struct shown_list_scene){e, &v->query, &v->order, &v->focus, v->lists[v->query.list]};
}

/* The session of the last row as it is now. */
static void follow(struct viewer *v, struct engine *e)
{
	const struct shown_list_ops *ops = shown_list_get(v->query.list);
	struct shown_list_scene scene = scene_of(v, e);
	uint64_t total;

	if (!v->query.follows || ops->session == NULL)
		return;
	total = ops->count(&scene);
	v->query.session = total > 0 ? ops->session(&scene, total - 1) : 0;
}

void viewer_set_query(struct viewer *v, const struct query *query)
{
	bool is_new_search = query->find_serial != v->query.find_serial;

	v->query = *query;
	v->query.show_secrets = query->show_secrets && !v->never_secrets;
	set_order(v, query);
	if (is_new_search)
		search_start(&v->finder, &v->query);
	finding_list_want_infos((struct finding_list *)v->lists[QUERY_LIST_FINDINGS], query->infos);
	if (!query->tallies)
		v->tally = (struct tally){0};
}

void viewer_set_filter(struct viewer *v, struct expression *filter, const char *text)
{
	struct expression *before = v->filter;

	v->filter = filter;
	session_list_set_filter(&v->order, filter);
	expression_free(before);
	rowtext_put(v->filter_text, sizeof(v->filter_text), slice_from_text(text));
	v->filter_error[0] = '\0';
	v->filter_busy = false;
	forget_lists(v);
	statistics_list_forget(&v->statistics);
}

void viewer_set_filter_error(struct viewer *v, const char *text, const struct expression_fault *fault)
{
	rowtext_put(v->filter_asked, sizeof(v->filter_asked), slice_from_text(text));
	rowtext_put(v->filter_error, sizeof(v->filter_error), slice_from_text(fault->why.text));
	v->filter_error_at = (uint32_t)fault->at;
	v->filter_error_len = (uint32_t)fault->len;
	v->filter_busy = false;
}

void viewer_set_filter_busy(struct viewer *v)
{
	v->filter_error[0] = '\0';
	v->filter_busy = true;
}

bool viewer_walk_shown(struct viewer *v, struct engine *e, struct session_walk *walk)
{
	if (v->order.seen < engine_last_session(e))
		session_list_work(&v->order, e);
	if (v->order.seen < engine_last_session(e))
		return false;
	session_walk_begin_shown(walk, &v->order);
	return true;
}

static struct endpoint end_of(const struct session *s, enum side side)
{
	struct endpoint end = {.port = s->side[side].port, .has_port = true};

	endpoint_set_address(&end, s->side[side].address, s->is_ipv6);
	return end;
}

static void visit_ends(const struct connection *c, void (*visit)(void *ctx, const struct annotation_subject *about),
		       void *ctx)
{
	struct annotation_subject about = {.side = SIDE_CLIENT};

	if (c == NULL)
		return;
	about.ends[SIDE_CLIENT] = told_of(c->session)->ends[SIDE_CLIENT];
	if (about.ends[SIDE_CLIENT].has_address)
		visit(ctx, &about);
	about.session = c->session->number;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		about.ends[side] = end_of(c->session, side);
	for (about.side = SIDE_CLIENT; about.side < SIDES; about.side++)
		visit(ctx, &about);
}

void viewer_each_end(struct viewer *v, struct engine *e,
		     void (*visit)(void *ctx, const struct annotation_subject *about), void *ctx)
{
	const struct shown_list_ops *ops = shown_list_get(v->query.list);
	struct shown_list_scene scene = scene_of(v, e);
	struct snapshot_window w = rows_window(v->query.list_rows, ops->session != NULL ? ops->count(&scene) : 0);

	for (uint32_t i = 0; ops->session != NULL && i < w.count; i++)
		visit_ends(engine_connection(e, ops->session(&scene, w.first + i)), visit, ctx);
	visit_ends(engine_connection(e, v->query.session), visit, ctx);
}

/* ---- windows ---- */

/* Rows around row `anchor` of `total`; `*anchor_row` is its place among them. */
static struct snapshot_window window_around(struct query_around around, uint64_t anchor, uint64_t total,
					    uint32_t *anchor_row)
{
	uint64_t before = around.before < QUERY_ROWS_MAX / 2 ? around.before : QUERY_ROWS_MAX / 2;
	uint64_t after = around.after < QUERY_ROWS_MAX / 2 ? around.after : QUERY_ROWS_MAX / 2;
	struct snapshot_window w = {.total = total};

	if (total == 0) {
		*anchor_row = 0;
		return w;
	}
	if (anchor >= total)
		anchor = total - 1;
	w.first = anchor > before ? anchor - before : 0;
	w.count = (uint32_t)((anchor + after < total ? anchor + after : total) - w.first);
	if (w.count == 0)
		w.count = 1;
	*anchor_row = (uint32_t)(anchor - w.first);
	return w;
}

static void fill_list(struct viewer *v, struct engine *e, struct snapshot *s)
{
	const struct shown_list_ops *ops = shown_list_get(v->query.list);
	struct shown_list_scene scene = scene_of(v, e);
	uint32_t filled = 0;

	s->list = rows_window(v->query.list_rows, ops->count(&scene));
	for (uint32_t i = 0; i < s->list.count; i++)
		if (ops->fill(&scene, s->list.first + i, s, filled))
			filled++;
	s->list.count = filled;
}

/* Where the cursor goes when what it is on is not in the window. */
static void fill_item_row(struct viewer *v, struct snapshot *s)
{
	struct item_list *list = v->lists[v->query.list];

	s->item_row = UINT64_MAX;
	if (list != NULL && s->session != 0)
		s->item_row = item_list_row_of(list, v->query.session, v->query.item);
}

/* A column that was once needed stays. */
static void note_users(struct viewer *v, struct snapshot *s)
{
	for (uint32_t i = 0; v->query.list == QUERY_LIST_SESSIONS && !v->has_users && i < s->list.count; i++)
		v->has_users = s->session_rows[i].user[0] != '\0';
	s->has_users = v->has_users;
}

static void fill_diagnosis(struct viewer *v, struct engine *e, struct connection *c, struct snapshot *s)
{
	s->ticket[0] = '\0';
	s->diagnosis_lines = (struct snapshot_window){0};
	if (c == NULL)
		return;
	finding_list_ticket(e, c, &v->query, s->ticket, sizeof(s->ticket));
	if (v->query.diagnosis)
		s->diagnosis_lines.count =
			finding_list_lines(&v->focus, c, v->query.text_width, s->diagnosis_line_rows, QUERY_ROWS_MAX);
	s->diagnosis_lines.total = s->diagnosis_lines.count;
}

static void fill_timeline(struct viewer *v, struct engine *e, struct snapshot *s)
{
	uint32_t anchor_row;

	s->timeline = window_around(v->query.timeline, v->query.timeline.anchor, v->focus.item_count, &anchor_row);
	for (uint32_t i = 0; i < s->timeline.count; i++)
		rows_timeline(&v->focus, e, s->timeline.first + i, v->query.show_secrets, &s->timeline_rows[i]);
	s->said[0] = '\0';
	s->said_row = s->timeline.first + anchor_row;
	if (s->timeline.count > 0)
		rows_said(&v->focus, e, s->said_row, v->query.show_secrets, s->said, sizeof(s->said));
}

static void fill_stream(struct viewer *v, struct engine *e, struct snapshot *s)
{
	const struct session_detail *f = &v->focus;
	struct snapshot_window w;

	w = window_around(v->query.stream, session_detail_line_of(f, v->query.stream.anchor), f->line_count,
			  &s->stream_anchor_row);
	s->stream = (struct snapshot_window){.total = f->end, .count = w.count};
	s->stream.first = w.count > 0 ? f->lines[w.first].position : 0;
	for (uint32_t i = 0; i < w.count; i++)
		rows_stream(f, e, w.first + i, v->query.show_secrets, &s->stream_rows[i]);
}

/* Of all packets, those that are still there are counted: there may be few left at the beginning. */
static void fill_packets(struct viewer *v, struct engine *e, struct snapshot *s)
{
	const struct session_detail *f = &v->focus;
	const struct index *x = engine_index(e);
	bool all = v->query.all_packets;
	uint64_t total = all ? index_count(x) : f->packet_count;
	uint64_t anchor = v->query.packets.anchor;
	uint64_t number = 0;
	uint32_t filled = 0;

	s->packets_gone = engine_counters(e)->packets - index_count(x);
	if (anchor == UINT64_MAX)
		anchor = total;
	else
		anchor = all ? index_rank(x, anchor) : session_detail_packet_row(f, anchor);
	s->packet_window = window_around(v->query.packets, anchor, total, &s->packet_anchor_row);
	for (uint32_t i = 0; i < s->packet_window.count; i++) {
		uint64_t row = s->packet_window.first + i;

		if (all)
			number = i == 0 ? index_at(x, row) : index_next(x, number);
		else
			number = f->packets[row];
		if (rows_packet(f, e, number, &v->query, &s->packet_rows[filled]))
			rows_packet_ends(e, &s->packet_rows[filled++]);
		else if (i < s->packet_anchor_row)
			s->packet_anchor_row--;
	}
	s->packet_window.count = filled;
}

static void fill_focus(struct viewer *v, struct engine *e, struct snapshot *s)
{
	struct connection *c = engine_connection(e, v->query.session);
	size_t row = session_list_row_of(&v->order, v->query.session);

	session_detail_show_records(&v->focus, v->query.records);
	session_detail_update(&v->focus, e, v->query.session);
	s->session = c != NULL ? v->query.session : 0;
	s->session_row = row == SIZE_MAX ? UINT64_MAX : row;
	s->session_awaits = c != NULL && row == SIZE_MAX && session_list_awaits(&v->order, v->query.session);
	s->session_line[0] = '\0';
	s->culprit = (struct snapshot_place){.is_known = false};
	if (c != NULL) {
		rows_session(e, c, &v->query, &s->session_head);
		for (enum side side = SIDE_CLIENT; side < SIDES; side++)
			rows_side(c->session, side, s->side_line[side], sizeof(s->side_line[side]));
		rows_sentence(c, v->query.finding, s->session_line, sizeof(s->session_line), &s->session_line_meaning);
		session_detail_work(&v->focus, e);
		culprit_find(&v->focus, c, &s->culprit);
	}
	fill_diagnosis(v, e, c, s);
	fill_timeline(v, e, s);
	fill_stream(v, e, s);
	fill_packets(v, e, s);
	if (v->query.packet != 0)
		rows_packet_detail(e, v->query.packet, v->query.show_secrets, &s->packet);
	else
		s->packet.number = 0;
}

/* ---- the opened mail ---- */

static enum snapshot_meaning meaning_of(enum styled_text_kind kind)
{
	switch (kind) {
	case STYLED_FIELD:
		return MEANING_CLIENT;
	case STYLED_PART:
		return MEANING_SERVER;
	case STYLED_NOTE:
		return MEANING_NOTICE;
	case STYLED_GOOD:
		return MEANING_GOOD;
	case STYLED_WARNING:
		return MEANING_WARNING;
	case STYLED_ERROR:
		return MEANING_ERROR;
	case STYLED_BODY:
		break;
	}
	return MEANING_PLAIN;
}

static void fill_lines(const struct mail_page *o, struct snapshot *s)
{
	for (uint32_t i = 0; i < s->mail_lines.count; i++) {
		size_t number = s->mail_lines.first + i;
		struct snapshot_line *row = &s->mail_line_rows[i];

		rowtext_put(row->text, sizeof(row->text), mail_page_line(o, number));
		row->continues = mail_page_continues(o, number);
		row->meaning = meaning_of(styled_text_kind_at(&o->styled, o->lines[number]));
	}
}

static void fill_parts(const struct mail_page *o, struct snapshot *s)
{
	s->mail_part = o->part;
	s->mail_part_count = (uint32_t)(o->part_count < SNAPSHOT_PARTS_MAX ? o->part_count : SNAPSHOT_PARTS_MAX);
	s->mail_parts_more = (uint32_t)o->part_count - s->mail_part_count;
	for (uint32_t i = 0; i < s->mail_part_count; i++) {
		const struct mail_page_part *from = &o->parts[i];
		struct snapshot_part *to = &s->mail_parts[i];

		to->number = from->number;
		to->line = from->line;
		to->is_mail = from->is_mail;
		to->size = from->size;
		rowtext_put(to->name, sizeof(to->name), slice_from_text(from->name));
	}
}

static void fill_mail(struct viewer *v, struct engine *e, struct snapshot *s)
{
	struct connection *c = engine_connection(e, v->query.session);
	struct mail *m =
		c != NULL && v->query.mail_view != QUERY_MAIL_NONE ? session_mail(c->session, v->query.mail) : NULL;

	s->mail = m != NULL ? m->number : 0;
	if (m == NULL) {
		s->mail_lines = (struct snapshot_window){0};
		s->mail_part_count = 0;
		mail_page_close(&v->opened);
		return;
	}
	rows_mail(e, c, m, &s->mail_head);
	mail_page_read(&v->opened, e, c, m, &v->query);
	s->mail_lines = rows_window(v->query.mail_lines, v->opened.line_count);
	fill_lines(&v->opened, s);
	fill_parts(&v->opened, s);
}

/* ---- statistics ---- */

static void fill_statistics(const struct viewer *v, struct snapshot *s)
{
	bool is_wanted = v->query.statistics && v->statistics.is_made;

	s->statistics_head = v->statistics.head;
	s->statistics_head.is_known = is_wanted;
	s->statistics = (struct snapshot_window){.count = 0};
	if (is_wanted)
		s->statistics = statistics_list_fill(&v->statistics, s->statistic_rows);
}

/* ---- two sessions side by side ---- */

static void fill_compare(struct viewer *v, struct engine *e, struct snapshot *s)
{
	uint64_t total = compare_fill_head(&v->compare, e, &v->order, &v->query, &s->compare_head);

	s->compare = rows_window(v->query.compare_rows, total);
	compare_fill(&v->compare, e, &s->compare, v->query.show_secrets, s->compare_rows);
}

/* ---- all ---- */

static void focus_sessions(const struct viewer *v, struct engine *e)
{
	const uint64_t *compared = compare_sessions(&v->compare);

	engine_focus(e, (const uint64_t[ENGINE_FOCUS_MAX]){v->query.session, compared[0], compared[1]});
}

/* Of the sessions, then of the list that is made of them. */
static int permille(const struct viewer *v, const struct engine *e)
{
	const struct item_list *list = v->lists[v->query.list];
	int of_sessions = session_list_permille(&v->order, e);

	return of_sessions < 1000 || list == NULL ? of_sessions : item_list_permille(list);
}

bool viewer_work(struct viewer *v, struct engine *e)
{
	const struct shown_list_ops *ops = shown_list_get(v->query.list);
	struct shown_list_scene shown = scene_of(v, e);
	bool more = session_list_work(&v->order, e);

	follow(v, e);
	more = compare_work(&v->compare, e, &v->query) || more;
	focus_sessions(v, e);
	if (ops->work != NULL)
		more = ops->work(v->lists[v->query.list], &shown, WORK_SESSIONS) || more;
	if (v->query.statistics)
		more = statistics_list_work(&v->statistics, &v->order, e, &v->query) || more;
	more = value_list_work(&v->values, e, &v->query) || more;
	if (v->query.tallies)
		more = tally_work(&v->tally, &v->order, e, v->query.show_secrets) || more;
	if (v->query.session != 0) {
		session_detail_show_records(&v->focus, v->query.records);
		session_detail_update(&v->focus, e, v->query.session);
		more = session_detail_work(&v->focus, e) || more;
	}
	if (v->finder.busy) {
		struct search_scene scene = {.shown = shown,
					     .statistics = &v->statistics,
					     .compare = &v->compare,
					     .mail_text = buffer_slice(&v->opened.styled.text),
					     .mail_lines = v->opened.lines,
					     .mail_line_count = v->opened.line_count};

		more = search_work(&v->finder, &scene) || more;
	}
	return more;
}

void viewer_fill(struct viewer *v, struct engine *e, struct snapshot *s)
{
	follow(v, e);
	s->query_serial = v->query.serial;
	value_list_fill(&v->values, e, &v->query, s);
	memcpy(s->filter, v->filter_text, sizeof(s->filter));
	memcpy(s->filter_error, v->filter_error, sizeof(s->filter_error));
	memcpy(s->filter_asked, v->filter_asked, sizeof(s->filter_asked));
	s->filter_error_at = v->filter_error_at;
	s->filter_error_len = v->filter_error_len;
	s->shown_sessions = v->order.count;
	s->filter_permille = permille(v, e);
	s->filter_busy = v->filter_busy || s->filter_permille < 1000;
	fill_focus(v, e, s);
	fill_item_row(v, s);
	s->has_mailboxes = v->order.has_mailboxes;
	fill_list(v, e, s);
	note_users(v, s);
	fill_mail(v, e, s);
	fill_statistics(v, s);
	fill_compare(v, e, s);
	s->marked_tally = v->tally.marked;
	s->shown_tally = v->tally.shown;
	if (v->query.tallies)
		tally_one(engine_connection(e, v->query.tally_session), v->query.tally_mail, v->query.show_secrets,
			  &s->selected_tally);
	s->find_serial = v->finder.serial;
	s->find_busy = v->finder.busy;
	s->find_permille = v->finder.permille;
	s->find_found = v->finder.found;
	s->find_matches = v->finder.matches;
	s->find_before = v->finder.before;
	s->find_anchor = v->finder.match.anchor;
	s->find_session = v->finder.match.session;
	s->find_mail = v->finder.match.item;
}
