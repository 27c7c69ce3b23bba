#include "present/search.h"

#include <stdio.h>

#include "base/rowtext.h"
#include "present/rows.h"

enum {
	WORK_ROWS = 256, /* looked at in one go; making a row's text takes a few microseconds */
};

void search_start(struct search *f, const struct query *query)
{
	*f = (struct search){.serial = query->find_serial,
			     .busy = query->find != QUERY_FIND_NONE && query->find_text[0] != '\0'};
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

static bool list_row_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	f->anchor = row;
	return shown_list_get(s->shown.query->list)->matches(&s->shown, row, &f->session, &f->item);
}

static bool packet_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	uint64_t number = s->shown.query->all_packets ? row : s->shown.focus->packets[row];
	const char *text = s->shown.query->find_text;
	struct snapshot_packet_row packet;

	if (!rows_packet(s->shown.focus, s->shown.engine, number, s->shown.query, &packet))
		return false;
	f->anchor = number;
	return rowtext_contains(packet.info, text) || rowtext_contains(packet.remark, text) ||
	       rowtext_contains(packet.source, text) || rowtext_contains(packet.destination, text);
}

static bool mail_line_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	size_t start = s->mail_lines[row];
	size_t end = row + 1 < s->mail_line_count ? s->mail_lines[row + 1] : s->mail_text.len;
	char text[SNAPSHOT_LINE_SIZE];

	rowtext_put(text, sizeof(text), slice_sub(s->mail_text, start, end - start));
	f->anchor = row;
	return rowtext_contains(text, s->shown.query->find_text);
}

static bool row_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	struct snapshot_timeline_row timeline;
	struct snapshot_stream_row stream;

	switch (s->shown.query->find) {
	case QUERY_FIND_LIST:
		return list_row_matches(f, s, row);
	case QUERY_FIND_TIMELINE:
		rows_timeline(s->shown.focus, s->shown.engine, row, s->shown.query->show_secrets, &timeline);
		f->anchor = row;
		return rowtext_contains(timeline.text, s->shown.query->find_text) ||
		       rowtext_contains(timeline.detail, s->shown.query->find_text);
	case QUERY_FIND_STREAM:
		rows_stream(s->shown.focus, s->shown.engine, row, s->shown.query->show_secrets,
			    s->shown.query->find_text, &stream);
		f->anchor = stream.position;
		return stream.matches;
	case QUERY_FIND_PACKETS:
		return packet_matches(f, s, row);
	case QUERY_FIND_MAIL:
		return mail_line_matches(f, s, row);
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

bool search_work(struct search *f, const struct search_scene *scene)
{
	uint64_t total = row_count(scene);

	if (!f->started) {
		f->row = start_row(scene);
		f->started = true;
	}
	for (int i = 0; i < WORK_ROWS && f->busy; i++) {
		if (total == 0 || f->looked >= total) {
			f->busy = false;
			break;
		}
		f->row = next_row(f, scene, total);
		f->looked++;
		if (row_matches(f, scene, f->row)) {
			f->found = true;
			f->busy = false;
		}
	}
	f->permille = total > 0 ? (int)(f->looked * 1000 / total) : 1000;
	return f->busy;
}
