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
	switch (s->query->find) {
	case QUERY_FIND_LIST:
		return s->query->list == QUERY_LIST_MAILS      ? s->mails->count
		       : s->query->list == QUERY_LIST_FINDINGS ? s->findings->count
							       : s->order->count;
	case QUERY_FIND_TIMELINE:
		return s->focus->item_count;
	case QUERY_FIND_STREAM:
		return s->focus->line_count;
	case QUERY_FIND_PACKETS:
		return s->query->all_packets ? index_last(engine_index(s->engine)) : s->focus->packet_count;
	case QUERY_FIND_MAIL:
		return s->mail_line_count;
	case QUERY_FIND_NONE:
		break;
	}
	return 0;
}

/* The row that the pane's anchor names. */
static uint64_t start_row(const struct search_scene *s)
{
	switch (s->query->find) {
	case QUERY_FIND_STREAM:
		return session_detail_line_of(s->focus, s->query->find_from);
	case QUERY_FIND_PACKETS:
		if (s->query->all_packets)
			return s->query->find_from > 0 ? s->query->find_from - 1 : 0;
		return session_detail_packet_row(s->focus, (uint32_t)s->query->find_from);
	default:
		return s->query->find_from;
	}
}

static bool mail_matches(const struct search_scene *s, struct connection *v, struct mail *m)
{
	const char *text = s->query->find_text;
	struct snapshot_mail_row row;

	rows_mail(s->engine, v, m, &row);
	return rowtext_contains(row.subject, text) || rowtext_contains(row.from, text) ||
	       rowtext_contains(row.to, text) || rowtext_contains(row.outcome, text);
}

static bool session_matches(struct search *f, const struct search_scene *s, struct connection *v)
{
	struct snapshot_session_row row;
	const char *text = s->query->find_text;

	rows_session(s->engine, v, s->query, &row);
	if (rowtext_contains(protocol_name(row.protocol), text) || rowtext_contains(row.client, text) ||
	    rowtext_contains(row.server, text) || rowtext_contains(row.user, text) ||
	    rowtext_contains(row.result, text))
		return true;
	for (size_t i = 0; i < v->session->mail_count; i++) {
		if (mail_matches(s, v, v->session->mails[i])) {
			f->mail = v->session->mails[i]->number;
			return true;
		}
	}
	return false;
}

static bool session_row_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	struct connection *v = engine_connection(s->engine, s->order->numbers[row]);

	if (v == NULL || !session_matches(f, s, v))
		return false;
	f->session = v->session->number;
	f->anchor = row;
	return true;
}

static bool mail_row_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	const struct mail_place *place = &s->mails->places[row];
	struct connection *v = engine_connection(s->engine, place->session);
	struct mail *m = v != NULL ? session_mail(v->session, place->mail) : NULL;

	if (m == NULL || !mail_matches(s, v, m))
		return false;
	f->session = place->session;
	f->mail = place->mail;
	f->anchor = row;
	return true;
}

static bool finding_row_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	const struct finding_place *place = &s->findings->places[row];

	if (!finding_list_row_contains(s->engine, place, s->query->find_text))
		return false;
	f->session = place->session;
	f->mail = place->number;
	f->anchor = row;
	return true;
}

static bool list_row_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	switch (s->query->list) {
	case QUERY_LIST_MAILS:
		return mail_row_matches(f, s, row);
	case QUERY_LIST_FINDINGS:
		return finding_row_matches(f, s, row);
	case QUERY_LIST_SESSIONS:
	case QUERY_LISTS:
		break;
	}
	return session_row_matches(f, s, row);
}

static bool packet_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	uint32_t number = s->query->all_packets ? (uint32_t)row + 1 : s->focus->packets[row];
	const char *text = s->query->find_text;
	struct snapshot_packet_row packet;

	if (!rows_packet(s->focus, s->engine, number, s->query, &packet))
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
	return rowtext_contains(text, s->query->find_text);
}

static bool row_matches(struct search *f, const struct search_scene *s, uint64_t row)
{
	struct snapshot_timeline_row timeline;
	struct snapshot_stream_row stream;

	switch (s->query->find) {
	case QUERY_FIND_LIST:
		return list_row_matches(f, s, row);
	case QUERY_FIND_TIMELINE:
		rows_timeline(s->focus, s->engine, row, s->query->show_secrets, &timeline);
		f->anchor = row;
		return rowtext_contains(timeline.text, s->query->find_text) ||
		       rowtext_contains(timeline.detail, s->query->find_text);
	case QUERY_FIND_STREAM:
		rows_stream(s->focus, s->engine, row, s->query->show_secrets, s->query->find_text, &stream);
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
		if (scene->query->find_backwards)
			f->row = f->row == 0 || f->row > total ? total - 1 : f->row - 1;
		else
			f->row = f->row + 1 >= total ? 0 : f->row + 1;
		f->looked++;
		if (row_matches(f, scene, f->row)) {
			f->found = true;
			f->busy = false;
		}
	}
	f->permille = total > 0 ? (int)(f->looked * 1000 / total) : 1000;
	return f->busy;
}
