#include "present/search.h"

#include <stdio.h>

#include "base/rowtext.h"
#include "present/rows.h"

enum {
	WORK_ROWS = 256, /* looked at in one go; making a row's text takes a few microseconds */
};

void search_fini(struct search *f)
{
	pattern_free(f->pattern);
	*f = (struct search){.serial = 0};
}

/* What is no pattern is found nowhere; the screen has said why. */
void search_start(struct search *f, const struct query *query)
{
	bool is_wanted = query->find != QUERY_FIND_NONE && query->find_text[0] != '\0';
	struct error why;

	search_fini(f);
	f->serial = query->find_serial;
	f->pattern = is_wanted ? pattern_from_text(query->find_text, &why) : NULL;
	f->busy = f->pattern != NULL;
}

static uint64_t row_count(const struct search_scene *s)
{
	switch (s->shown.query->find) {
	case QUERY_FIND_LIST:
		return shown_list_get(s->shown.query->list)->count(&s->shown);
	case QUERY_FIND_TIMELINE:
		return s->shown.focus->item_count;
	case QUERY_FIND_STREAM:
		return s->shown.focus->line_count;
	case QUERY_FIND_PACKETS:
		return s->shown.query->all_packets ? index_count(engine_index(s->shown.engine))
						   : s->shown.focus->packet_count;
	case QUERY_FIND_MAIL:
		return s->mail_line_count;
	case QUERY_FIND_STATISTICS:
		return s->statistics->is_made ? s->statistics->item_count : 0;
	case QUERY_FIND_COMPARE:
		return compare_count(s->compare);
	case QUERY_FIND_NONE:
		break;
	}
	return 0;
}

/* The row that the pane's anchor names; among all packets the row is the number. */
static uint64_t start_row(const struct search_scene *s)
{
	switch (s->shown.query->find) {
	case QUERY_FIND_STREAM:
		return session_detail_line_of(s->shown.focus, s->shown.query->find_from);
	case QUERY_FIND_PACKETS:
		if (s->shown.query->all_packets)
			return s->shown.query->find_from;
		return session_detail_packet_row(s->shown.focus, s->shown.query->find_from);
	default:
		return s->shown.query->find_from;
	}
}

static bool list_row_matches(const struct pattern *p, const struct search_scene *s, uint64_t row,
			     struct search_match *match)
{
	match->anchor = row;
	return shown_list_get(s->shown.query->list)->matches(&s->shown, p, row, &match->session, &match->item);
}

static bool packet_matches(const struct pattern *p, const struct search_scene *s, uint64_t row,
			   struct search_match *match)
{
	uint64_t number = s->shown.query->all_packets ? row : s->shown.focus->packets[row];
	struct snapshot_packet_row packet;

	if (!rows_packet(s->shown.focus, s->shown.engine, number, s->shown.query, &packet))
		return false;
	match->anchor = number;
	return pattern_finds_text(p, packet.info) || pattern_finds_text(p, packet.remark) ||
	       pattern_finds_text(p, packet.source) || pattern_finds_text(p, packet.destination);
}

static bool mail_line_matches(const struct pattern *p, const struct search_scene *s, uint64_t row,
			      struct search_match *match)
{
	size_t start = s->mail_lines[row];
	size_t end = row + 1 < s->mail_line_count ? s->mail_lines[row + 1] : s->mail_text.len;
	char text[SNAPSHOT_LINE_SIZE];

	rowtext_put(text, sizeof(text), slice_sub(s->mail_text, start, end - start));
	match->anchor = row;
	return pattern_finds_text(p, text);
}

static bool compare_row_matches(const struct pattern *p, const struct search_scene *s, uint64_t row,
				struct search_match *match)
{
	const struct snapshot_window only = {.first = row, .count = 1};
	struct snapshot_compare_row text = {.what = ""};
	bool is_found;

	compare_fill(s->compare, s->shown.engine, &only, s->shown.query->show_secrets, &text);
	match->anchor = row;
	is_found = pattern_finds_text(p, text.what);
	for (int i = 0; i < SNAPSHOT_COMPARED; i++)
		is_found = is_found || (text.sides[i].is_there && (pattern_finds_text(p, text.sides[i].row.text) ||
								   pattern_finds_text(p, text.sides[i].row.detail)));
	return is_found;
}

static bool row_matches(const struct pattern *p, const struct search_scene *s, uint64_t row, struct search_match *match)
{
	struct snapshot_timeline_row timeline;
	char key[SNAPSHOT_KEY_SIZE];
	struct snapshot_stream_row stream;

	switch (s->shown.query->find) {
	case QUERY_FIND_LIST:
		return list_row_matches(p, s, row, match);
	case QUERY_FIND_TIMELINE:
		rows_timeline(s->shown.focus, s->shown.engine, row, s->shown.query->show_secrets, &timeline);
		match->anchor = row;
		return pattern_finds_text(p, timeline.text) || pattern_finds_text(p, timeline.detail);
	case QUERY_FIND_STREAM:
		rows_stream(s->shown.focus, s->shown.engine, row, s->shown.query->show_secrets, &stream);
		match->anchor = stream.position;
		return pattern_finds_text(p, stream.text);
	case QUERY_FIND_PACKETS:
		return packet_matches(p, s, row, match);
	case QUERY_FIND_MAIL:
		return mail_line_matches(p, s, row, match);
	case QUERY_FIND_STATISTICS:
		match->anchor = row;
		statistics_list_key(s->statistics, row, key);
		return pattern_finds_text(p, key);
	case QUERY_FIND_COMPARE:
		return compare_row_matches(p, s, row, match);
	case QUERY_FIND_NONE:
		break;
	}
	return false;
}

/* Rows of the index come and go while it is searched, so their places among the others are no help. */
static uint64_t next_packet(const struct index *x, uint64_t number, bool backwards)
{
	uint64_t before;
	uint64_t next;

	if (backwards) {
		before = index_rank(x, number);
		return index_at(x, (before > 0 ? before : index_count(x)) - 1);
	}
	next = index_next(x, number);
	return next != 0 ? next : index_at(x, 0);
}

static uint64_t next_row(const struct search *f, const struct search_scene *s, uint64_t total)
{
	const struct query *q = s->shown.query;

	if (q->find == QUERY_FIND_PACKETS && q->all_packets)
		return next_packet(engine_index(s->shown.engine), f->row, q->find_backwards);
	if (q->find_backwards)
		return f->row == 0 || f->row > total ? total - 1 : f->row - 1;
	return f->row + 1 >= total ? 0 : f->row + 1;
}

static uint64_t first_row(struct search *f, const struct search_scene *s, uint64_t total)
{
	const struct query *q = s->shown.query;

	f->row = start_row(s);
	if (!q->find_inclusive)
		return next_row(f, s, total);
	if (q->find == QUERY_FIND_PACKETS && q->all_packets)
		return next_packet(engine_index(s->shown.engine), f->row > 0 ? f->row - 1 : 0, false);
	return f->row < total ? f->row : 0;
}

/* The first one is what is looked for, the others are counted. */
static void look_at_row(struct search *f, const struct search_scene *s)
{
	struct search_match match = {.item = 0};

	f->looked++;
	if (!row_matches(f->pattern, s, f->row, &match))
		return;
	f->matches++;
	f->before += f->found && f->row < f->found_row;
	if (f->found)
		return;
	f->found = true;
	f->found_row = f->row;
	f->match = match;
}

bool search_work(struct search *f, const struct search_scene *scene)
{
	uint64_t total = row_count(scene);

	if (scene->shown.query->find == QUERY_FIND_COMPARE && scene->compare->is_busy)
		return true;
	for (int i = 0; i < WORK_ROWS && f->busy; i++) {
		if (f->looked >= total) {
			f->busy = false;
			break;
		}
		f->row = f->started ? next_row(f, scene, total) : first_row(f, scene, total);
		f->started = true;
		look_at_row(f, scene);
	}
	f->permille = total > 0 ? (int)(f->looked * 1000 / total) : 1000;
	return f->busy;
}
