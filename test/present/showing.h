/*
 * showing: everything that the program can show of an engine's sessions, as one text: the rows of all views, opened
 * packets with their bytes, JSON of all datasets, lines, report, tickets, names of files.
 */
#ifndef TEST_PRESENT_SHOWING_H
#define TEST_PRESENT_SHOWING_H

#include "../engine/wire.h"
#include "output/lines.h"
#include "output/records.h"
#include "output/save.h"
#include "present/compare.h"
#include "present/finding_list.h"
#include "present/rows.h"
#include "present/rows_mail.h"
#include "snapshot/snapshot.h"

static struct wire w;
static struct session_detail f;
static struct buffer shown;
static struct records *records[2]; /* those that show secrets second */

static void show_begin(void)
{
	wire_init(&w, true);
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	f = (struct session_detail){.session = 0};
	shown = (struct buffer){.limit = 0};
	for (int i = 0; i < 2; i++)
		records[i] = records_new(&(struct record_origin){.observer = "sensor", .version = "0"}, i == 1);
}

static void show_end(void)
{
	session_detail_fini(&f);
	buffer_fini(&shown);
	records_free(records[0]);
	records_free(records[1]);
	wire_fini(&w);
}

static void add(const char *text)
{
	buffer_append_text(&shown, text);
	buffer_append_byte(&shown, '\n');
}

static void show_panes(uint32_t session, bool show_secrets)
{
	struct snapshot_timeline_row timeline;
	struct snapshot_stream_row stream;

	session_detail_update(&f, w.engine, session);
	while (session_detail_work(&f, w.engine))
		continue;
	for (size_t i = 0; i < f.item_count; i++) {
		char said[4096];

		rows_said(&f, w.engine, i, show_secrets, said, sizeof(said));
		add(said);
		rows_timeline(&f, w.engine, i, show_secrets, &timeline);
		add(timeline.text);
		add(timeline.detail);
	}
	for (size_t i = 0; i < f.line_count; i++) {
		rows_stream(&f, w.engine, i, show_secrets, &stream);
		add(stream.text);
	}
}

/* Beside the first session: each row of both. */
static void show_compared(uint32_t session, bool show_secrets)
{
	struct compare c = {.serial = 1, .choice = {.is_done = true, .sides = {session, 1}}};
	struct snapshot_compare *head = calloc(1, sizeof(*head));
	struct snapshot_compare_row row = {.is_fact = false};
	const struct query q = {.show_secrets = show_secrets};
	uint64_t total = compare_fill_head(&c, w.engine, &(struct session_list){.seen = 0}, &q, head);

	add(head->why);
	for (uint64_t i = 0; i < total; i++) {
		compare_fill(&c, w.engine, &(struct snapshot_window){i, total, 1}, show_secrets, &row);
		for (int side = 0; side < SNAPSHOT_COMPARED; side++) {
			add(row.sides[side].row.text);
			add(row.sides[side].row.detail);
		}
	}
	compare_fini(&c);
	free(head);
}

static void show_packets(bool show_secrets)
{
	struct snapshot_packet_row packet;
	struct snapshot_packet_detail *detail = calloc(1, sizeof(*detail));

	for (uint32_t number = 1; number <= w.number; number++) {
		rows_packet(&f, w.engine, number, &(struct query){.show_secrets = show_secrets}, &packet);
		add(packet.info);
		rows_packet_detail(w.engine, number, show_secrets, detail);
		for (size_t i = 0; i < detail->field_count; i++)
			add(detail->fields[i].value);
		buffer_append(&shown, slice_of(detail->bytes, detail->byte_count));
	}
	free(detail);
}

static void show_findings(struct connection *v)
{
	struct session *s = v->session;
	struct snapshot_line *lines = calloc(200, sizeof(*lines));
	struct snapshot_finding_row row;
	char ticket[4096];
	uint32_t count = finding_list_lines(&f, v, 100, lines, 200);

	for (uint32_t i = 0; i < count; i++)
		add(lines[i].text);
	for (uint32_t i = 0; i < diagnosis_count(s); i++) {
		const struct sorter_item place = {.session = s->number, .number = i};

		finding_list_row(&f, w.engine, &place, &row);
		add(row.message);
		finding_list_ticket(w.engine, v, &(struct query){.finding = i}, ticket, sizeof(ticket));
		add(ticket);
		records_diagnosis(records[0], &shown, s, diagnosis_finding(s, i));
	}
	lines_report_findings(&shown, s);
	free(lines);
}

static void show_mails(struct connection *v)
{
	struct snapshot_mail_row row;
	char name[SAVE_NAME_SIZE];

	for (size_t i = 0; i < v->session->mail_count; i++) {
		struct mail *m = v->session->mails[i];
		const struct record_fields *fields = engine_fields(w.engine, v, m);

		rows_mail(w.engine, v, m, &row);
		add(row.from);
		add(row.to);
		add(row.subject);
		records_mail(records[0], &shown, v->session, m, fields);
		lines_mail(&shown, v->session, m, fields);
		lines_report_mail(&shown, m, fields);
		save_name(name, &(struct save_title){.time_ns = m->first.time_ns,
						     .session = v->session->number,
						     .mail = m->number,
						     .subject = buffer_slice(&fields->subject)});
		add(name);
	}
}

static void show_session(struct connection *v, bool show_secrets)
{
	struct snapshot_session_row row;
	enum snapshot_meaning meaning;
	char sentence[512];

	rows_session(w.engine, v, &(struct query){.show_secrets = show_secrets}, &row);
	add(row.user);
	add(row.result);
	for (uint32_t i = 0; i <= diagnosis_count(v->session); i++) {
		rows_sentence(v, i == diagnosis_count(v->session) ? UINT32_MAX : i, sentence, sizeof(sentence),
			      &meaning);
		add(sentence);
	}
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		rows_side(v->session, side, sentence, sizeof(sentence));
		add(sentence);
	}
	records_session(records[0], &shown, v->session, (const char *const[SIDES]){NULL, NULL});
	lines_report_head(&shown, v->session);
	lines_report_commands(&shown, v->session, show_secrets);
	for (size_t i = 0; i < v->session->command_count; i++) {
		const struct command *c = &v->session->commands[i];

		if (!c->reported)
			continue;
		records_command(records[show_secrets], &shown, v->session, c);
		lines_command(&shown, v->session, c, show_secrets);
	}
	show_findings(v);
	show_mails(v);
}

static inline void show_all(bool show_secrets)
{
	struct connection *v;

	buffer_clear(&shown);
	for (uint32_t number = 1; (v = engine_connection(w.engine, number)) != NULL; number++) {
		show_panes(number, show_secrets);
		show_session(v, show_secrets);
		show_compared(number, show_secrets);
	}
	show_packets(show_secrets);
}

#endif
