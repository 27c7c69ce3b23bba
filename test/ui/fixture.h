/*
 * fixture: a state and a snapshot filled by hand, and a worker's answers to its queries, for the tests of the screen.
 * Times are in UTC; the clock stands still.
 */
#ifndef TEST_UI_FIXTURE_H
#define TEST_UI_FIXTURE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ui/action.h"
#include "ui/copy.h"
#include "ui/frame.h"
#include "ui/pane.h"
#include "ui/state.h"

#define FIXTURE_START (INT64_C(1795437062) * CLOCK_NS_PER_S) /* 2026-11-23 12:31:02 */

enum {
	FIXTURE_SESSIONS = 6,
	FIXTURE_TIMELINE = 12,
	FIXTURE_PACKETS = 9,
	FIXTURE_COMPARE = 7,
};

struct fixture {
	struct options options;
	struct state st;
	struct snapshot *s;
	struct snapshot_session_row sessions[FIXTURE_SESSIONS];
	uint32_t session_count; /* the first ones are in the list */
	uint32_t hidden;	/* number of a session that the filter takes away */
	struct grid grid;
};

static const struct {
	enum protocol protocol;
	const char *client;
	const char *server;
	const char *user;
	uint32_t mails;
	uint64_t bytes;
	enum snapshot_meaning meaning;
	const char *result;
} fixture_sessions[FIXTURE_SESSIONS] = {
	{PROTOCOL_SMTP, "wangym:51420", "ns1.example.com:25", "test1@example.com", 1, 4123, MEANING_GOOD, "accepted"},
	{PROTOCOL_SMTP, "wangym:51422", "ns1.example.com:25", "test1@example.com", 0, 812, MEANING_ERROR, "550 5.1.1"},
	{PROTOCOL_POP3, "[2001:db8::17]:40112", "pop.a-very-long-host-name.example.org:1110", "王一鸣", 12, 19234567,
	 MEANING_GOOD, "retrieved"},
	{PROTOCOL_SMTP, "10.0.0.9:3301", "192.0.2.25:587", "", 0, 2211, MEANING_MUTED, "encrypted"},
	{PROTOCOL_SMTP, "10.0.0.9:3302", "192.0.2.25:25", "", 2, 998877, MEANING_WARNING, "451 4.7.1"},
	{PROTOCOL_UNKNOWN, "10.0.0.9:3303", "192.0.2.25:26", "", 0, 0, MEANING_PLAIN, "open"},
};

static inline void fixture_fill_sessions(struct fixture *f)
{
	for (uint32_t i = 0; i < FIXTURE_SESSIONS; i++) {
		struct snapshot_session_row *r = &f->sessions[i];

		r->number = i + 1;
		r->protocol = fixture_sessions[i].protocol;
		r->tls = i == 3;
		r->start_ns = FIXTURE_START + i * 38 * CLOCK_NS_PER_S;
		r->duration_ns = (i + 1) * 123 * CLOCK_NS_PER_MS;
		snprintf(r->client, sizeof(r->client), "%s", fixture_sessions[i].client);
		snprintf(r->server, sizeof(r->server), "%s", fixture_sessions[i].server);
		snprintf(r->client_address, sizeof(r->client_address), "10.0.0.%u", i + 5);
		snprintf(r->server_address, sizeof(r->server_address), "192.0.2.25");
		r->client_port = (uint16_t)(51420 + i);
		r->server_port = i == 2 ? 1110 : 25;
		snprintf(r->user, sizeof(r->user), "%s", fixture_sessions[i].user);
		r->mails = fixture_sessions[i].mails;
		r->bytes = fixture_sessions[i].bytes;
		r->packets = 10 * (i + 1);
		r->packet_bytes = 1000 * (i + 1);
		r->meaning = fixture_sessions[i].meaning;
		snprintf(r->result, sizeof(r->result), "%s", fixture_sessions[i].result);
	}
}

static const struct {
	enum snapshot_arrow arrow;
	enum snapshot_meaning meaning;
	int64_t latency_ms;
	const char *text;
} fixture_timeline[FIXTURE_TIMELINE] = {
	{ARROW_TO_CLIENT, MEANING_PLAIN, 31, "220 ns1.example.com ESMTP Postfix"},
	{ARROW_TO_SERVER, MEANING_PLAIN, -1, "EHLO wangym"},
	{ARROW_TO_CLIENT, MEANING_PLAIN, 2,
	 "250 ns1.example.com PIPELINING SIZE 10240000 AUTH LOGIN PLAIN ENHANCEDSTATUSCODES"},
	{ARROW_TO_SERVER, MEANING_SECRET, -1, "AUTH LOGIN test1@example.com ********"},
	{ARROW_TO_CLIENT, MEANING_GOOD, 1204, "235 2.7.0 Authentication successful"},
	{ARROW_TO_SERVER, MEANING_PLAIN, -1, "MAIL FROM:<test1@example.com>"},
	{ARROW_TO_CLIENT, MEANING_PLAIN, 3, "250 2.1.0 Ok"},
	{ARROW_TO_SERVER, MEANING_PLAIN, -1, "RCPT TO:<bob@example.net>"},
	{ARROW_TO_CLIENT, MEANING_ERROR, 8, "550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown"},
	{ARROW_NONE, MEANING_WARNING, -1, "1,400 bytes were not captured"},
	{ARROW_TO_SERVER, MEANING_PLAIN, -1, "QUIT"},
	{ARROW_TO_CLIENT, MEANING_PLAIN, 0, "221 2.0.0 Bye"},
};

static inline void fixture_fill_timeline(struct snapshot *s)
{
	s->timeline = (struct snapshot_window){0, FIXTURE_TIMELINE, FIXTURE_TIMELINE};
	s->stream = (struct snapshot_window){0, FIXTURE_TIMELINE * 50, FIXTURE_TIMELINE};
	for (uint32_t i = 0; i < FIXTURE_TIMELINE; i++) {
		struct snapshot_timeline_row *t = &s->timeline_rows[i];
		struct snapshot_stream_row *r = &s->stream_rows[i];

		t->row = i;
		t->time_ns = i * i * 11 * CLOCK_NS_PER_MS;
		t->before_ns = i > 0 ? t->time_ns - t[-1].time_ns : -1;
		t->at_ns = FIXTURE_START + t->time_ns;
		t->latency_ns =
			fixture_timeline[i].latency_ms < 0 ? -1 : fixture_timeline[i].latency_ms * CLOCK_NS_PER_MS;
		t->arrow = fixture_timeline[i].arrow;
		t->meaning = fixture_timeline[i].meaning;
		t->packet = i < FIXTURE_PACKETS ? 61 + i : 0;
		t->position = i * 50;
		t->mail = i == 6 ? 1 : 0;
		snprintf(t->text, sizeof(t->text), "%s", fixture_timeline[i].text);
		snprintf(t->detail, sizeof(t->detail),
			 "What row %u is for, told in words that are too many for one line of a small terminal", i);
		r->position = i * 50;
		r->side = fixture_timeline[i].arrow == ARROW_TO_SERVER ? SIDE_CLIENT : SIDE_SERVER;
		r->meaning = fixture_timeline[i].meaning;
		r->packet = t->packet;
		r->timeline_row = i;
		snprintf(r->text, sizeof(r->text), "%s", fixture_timeline[i].text);
	}
}

static inline void fixture_fill_packets(struct snapshot *s)
{
	static const char *const remarks[FIXTURE_PACKETS] = {"handshake 1/3", "handshake 2/3", "handshake 3/3", "", "",
							     "retransmission"};

	s->packet_window = (struct snapshot_window){0, FIXTURE_PACKETS, FIXTURE_PACKETS};
	for (uint32_t i = 0; i < FIXTURE_PACKETS; i++) {
		struct snapshot_packet_row *r = &s->packet_rows[i];

		r->number = 61 + i;
		r->time_ns = i * 4321 * CLOCK_NS_PER_US;
		r->side = i % 2 ? SIDE_SERVER : SIDE_CLIENT;
		r->len = 66 + i * 17;
		r->meaning = i == 5 ? MEANING_WARNING : MEANING_PLAIN;
		r->timeline_row = i;
		r->position = i * 50;
		snprintf(r->source, sizeof(r->source), "%s", i % 2 ? "ns1.example.com:25" : "wangym:51422");
		snprintf(r->destination, sizeof(r->destination), "%s", i % 2 ? "wangym:51422" : "ns1.example.com:25");
		snprintf(r->protocol, sizeof(r->protocol), "%s", i < 3 ? "TCP" : "SMTP");
		snprintf(r->info, sizeof(r->info), "[PSH ACK] Seq=%u Len=%u %s", i * 50, 17 * i,
			 fixture_timeline[i].text);
		snprintf(r->remark, sizeof(r->remark), "%s", remarks[i] ? remarks[i] : "");
	}
}

static inline void fixture_fill_mails(struct snapshot *s)
{
	static const char *const subjects[] = {"Quarterly report",
					       "Re: 测试邮件：这是一个很长的中文主题，用来检查宽度是否正确",
					       "Héllo e\xcc\x81 ﾊﾝｶｸ 😀"};

	for (uint32_t i = 0; i < 3; i++) {
		struct snapshot_mail_row *r = &s->mail_rows[i];

		r->session = i * 2 + 1;
		r->mail = i + 1;
		r->marked = i == 1;
		r->saved = i == 0;
		r->complete = i != 2;
		r->time_ns = FIXTURE_START + i * CLOCK_NS_PER_S;
		r->size = 4123 * (i + 1) * (i + 1) * (i + 1);
		r->meaning = i == 2 ? MEANING_ERROR : MEANING_GOOD;
		snprintf(r->from, sizeof(r->from), "%s", i == 1 ? "王一鸣 <wangym@example.com>" : "test1@example.com");
		snprintf(r->to, sizeof(r->to), "bob@example.net");
		snprintf(r->subject, sizeof(r->subject), "%s", subjects[i]);
		snprintf(r->message_id, sizeof(r->message_id), "%u@example.com", i);
		snprintf(r->outcome, sizeof(r->outcome), "%s", i == 2 ? "rejected" : "accepted");
	}
}

static inline void fixture_fill_findings(struct snapshot *s)
{
	static const struct {
		uint32_t session;
		enum snapshot_meaning meaning;
		const char *severity;
		const char *id;
		const char *name;
		const char *message;
	} rows[] = {
		{2, MEANING_ERROR, "critical", "S12", "Unknown recipient",
		 "The server refused the recipient <bob@example.net>: 550 5.1.1 no such user"},
		{3, MEANING_WARNING, "warning", "N14", "Loss on the path",
		 "5 of the 40 packets of the client were sent again"},
		{1, MEANING_MUTED, "info", "S60", "Delivered", "The server took the mail: 250 2.0.0 queued"},
	};

	for (uint32_t i = 0; i < 3; i++) {
		struct snapshot_finding_row *r = &s->finding_rows[i];

		*r = (struct snapshot_finding_row){.session = rows[i].session,
						   .place = {.packet = 3 + i},
						   .is_root = i != 2,
						   .meaning = rows[i].meaning,
						   .time_ns = FIXTURE_START + i * CLOCK_NS_PER_S};
		snprintf(r->severity, sizeof(r->severity), "%s", rows[i].severity);
		snprintf(r->id, sizeof(r->id), "%s", rows[i].id);
		snprintf(r->name, sizeof(r->name), "%s", rows[i].name);
		snprintf(r->message, sizeof(r->message), "%s", rows[i].message);
		s->diagnosis_line_rows[i].meaning = i == 0 ? MEANING_ERROR : MEANING_PLAIN;
		snprintf(s->diagnosis_line_rows[i].text, sizeof(s->diagnosis_line_rows[i].text), "%s%s",
			 i == 0 ? "" : "    ", i == 0 ? rows[i].name : rows[i].message);
	}
	snprintf(s->ticket, sizeof(s->ticket), "S12 Unknown recipient");
}

static inline void fixture_fill_packet(struct snapshot_packet_detail *p)
{
	p->byte_count = p->total_len = 200;
	p->field_count = 20;
	for (uint32_t i = 0; i < p->field_count; i++) {
		struct snapshot_field *f = &p->fields[i];

		f->depth = i % 5 ? 1 : 0;
		f->offset = (uint16_t)(i / 5 * 35 + (i % 5 ? i % 5 * 7 : 0));
		f->len = i % 5 ? 7 : 35;
		snprintf(f->name, sizeof(f->name), "%s %u", i % 5 ? "Field" : "Layer", i);
		if (i % 5)
			snprintf(f->value, sizeof(f->value), "value %u", i * 3);
	}
	for (uint32_t i = 0; i < p->byte_count; i++)
		p->bytes[i] = (uint8_t)(i * 37);
}

static inline void fixture_fill_lines(struct snapshot *s)
{
	static const char *const lines[] = {
		"From:     王一鸣 <wangym@example.com>", "Subject:  测试邮件", "", "你好,", "", "second paragraph"};

	s->mail_lines = (struct snapshot_window){0, 40, 40};
	for (uint32_t i = 0; i < 40; i++) {
		snprintf(s->mail_line_rows[i].text, SNAPSHOT_LINE_SIZE, "%s", i < 6 ? lines[i] : "");
		if (i >= 6)
			snprintf(s->mail_line_rows[i].text, SNAPSHOT_LINE_SIZE, "line %u", i);
		s->mail_line_rows[i].meaning = i == 5 ? MEANING_WARNING : MEANING_PLAIN;
	}
}

static inline void fixture_fill_about(struct snapshot *s)
{
	struct snapshot_about *a = &s->about;

	a->first_ns = FIXTURE_START - 60 * CLOCK_NS_PER_S + 5 * CLOCK_NS_PER_MS;
	a->last_ns = FIXTURE_START;
	snprintf(a->links, sizeof(a->links), "Ethernet, Linux cooked v2");
	a->skipped_count = 2;
	a->skipped[0] = (struct snapshot_count){"udp", 12};
	a->skipped[1] = (struct snapshot_count){"cut short", 3400};
	a->given_up_count = 1;
	a->given_up[0] = (struct snapshot_count){"holes in streams", 2};
	a->memory = 3145728;
	a->memory_limit = 512 << 20;
	a->spool = 16777216;
	a->names = 34;
}

static const struct {
	const char *key;
	const char *term;
} fixture_statistics[] = {{"10.0.0.5", "host 10.0.0.5"}, {"10.0.0.6", "host 10.0.0.6"}, {"others (7)", ""}};

static inline void fixture_fill_statistics(struct snapshot *s)
{
	for (uint32_t i = 0; i < 3; i++) {
		struct snapshot_statistic_row *r = &s->statistic_rows[i];

		snprintf(r->key, sizeof(r->key), "%s", fixture_statistics[i].key);
		snprintf(r->term, sizeof(r->term), "%s", fixture_statistics[i].term);
		r->is_others = i == 2;
		r->sessions = r->replies = 100 - i;
		r->failed = i;
		r->median_ns = r->p95_ns = r->slowest_ns = i > 0 ? i * CLOCK_NS_PER_MS : -1;
		for (size_t k = 0; k < SNAPSHOT_HISTORY; k++)
			r->history[k] = (uint32_t)k;
		r->latencies[i + 2] = r->replies;
	}
	s->statistics_head.total.sessions = 1234;
	s->statistics_head.begin_ns = FIXTURE_START;
	s->statistics_head.column_ns = CLOCK_NS_PER_S;
	for (uint32_t i = 0; i < 40; i++)
		s->statistics_head.sessions[i] = i;
	s->statistics_head.failed[20] = 5;
}

/* One line on the whole sessions, 2 and 1; then rows of which three differ: the third and the fifth, and the last,
 * which only the second session has. */
static inline void fixture_fill_compare(struct snapshot *s)
{
	static const enum snapshot_meaning differences[FIXTURE_COMPARE] = {MEANING_ERROR,  MEANING_PLAIN, MEANING_PLAIN,
									   MEANING_NOTICE, MEANING_PLAIN, MEANING_ERROR,
									   MEANING_ERROR};
	static const uint64_t before[FIXTURE_COMPARE] = {0, 1, 2, 3, 3, 3, 5};
	static const uint64_t after[FIXTURE_COMPARE] = {3, 3, 3, 5, 5, 6, 6};

	for (uint32_t i = 0; i < FIXTURE_COMPARE; i++) {
		struct snapshot_compare_row *r = &s->compare_rows[i];

		*r = (struct snapshot_compare_row){.is_fact = i == 0,
						   .what = "Result",
						   .difference = differences[i],
						   .slower = i == 5 ? 0 : -1,
						   .before = before[i],
						   .after = after[i]};
		for (int side = 0; side < SNAPSHOT_COMPARED; side++) {
			r->sides[side].is_there = i < 6 || side == 1;
			r->sides[side].row = s->timeline_rows[i + 2];
			snprintf(r->sides[side].row.text, sizeof(r->sides[side].row.text), "%s %u of %d",
				 i == 0 ? "result" : "row", i, 2 - side);
		}
	}
	s->compare_rows[0].sides[0].row.latency_ns = s->compare_rows[0].sides[1].row.latency_ns = -1;
	s->compare_head.state = SNAPSHOT_COMPARE_READY;
	s->compare_head.first_row = 5;
	s->compare_head.differences = 2;
	s->compare_head.lesser = 1;
	s->compare_head.is_listed[0] = s->compare_head.is_listed[1] = true;
	snprintf(s->compare_head.why, sizeof(s->compare_head.why), "the good one most alike: same server");
}

static inline void fixture_init(struct fixture *f, int columns, int rows)
{
	struct snapshot *s;

	memset(f, 0, sizeof(*f));
	setenv("TZ", "UTC", 1);
	f->options.file_count = 1; /* the cursor begins at the first row */
	f->options.files[0] = "/captures/night.pcap";
	f->options.save_dir = ".";
	f->s = s = snapshot_new();
	f->session_count = FIXTURE_SESSIONS;
	fixture_fill_sessions(f);
	fixture_fill_timeline(s);
	fixture_fill_packets(s);
	fixture_fill_mails(s);
	fixture_fill_findings(s);
	fixture_fill_packet(&s->packet);
	fixture_fill_lines(s);
	fixture_fill_about(s);
	fixture_fill_statistics(s);
	fixture_fill_compare(s);
	snprintf(s->side_line[SIDE_CLIENT], sizeof(s->side_line[0]), "Client 12 packets, 1134 bytes: 2 retransmitted");
	snprintf(s->side_line[SIDE_SERVER], sizeof(s->side_line[0]), "Server 9 packets, 2989 bytes");
	snprintf(s->source, sizeof(s->source), "any");
	s->capture = SNAPSHOT_LIVE;
	s->elapsed_ns = 192 * CLOCK_NS_PER_S;
	s->packets = 12408;
	s->bytes = 9123456;
	s->last_packet_ns = FIXTURE_START;
	s->has_users = true;
	s->marked_mails = 0;
	snprintf(s->ports, sizeof(s->ports), "smtp 25;465;587;2525 lmtp 24 pop3 110;995");
	snprintf(s->port_list[PROTOCOL_SMTP], sizeof(s->port_list[0]), "25;465;587;2525");
	snprintf(s->port_list[PROTOCOL_LMTP], sizeof(s->port_list[0]), "24");
	snprintf(s->port_list[PROTOCOL_POP3], sizeof(s->port_list[0]), "110;995");
	snprintf(s->port_list[PROTOCOL_IMAP], sizeof(s->port_list[0]), "143;993");
	state_init(&f->st, &f->options);
	f->st.columns = columns;
	f->st.rows = rows;
	f->st.now_ns = FIXTURE_START + 200 * CLOCK_NS_PER_S;
}

static inline void fixture_fini(struct fixture *f)
{
	snapshot_free(f->s);
	state_fini(&f->st);
	grid_fini(&f->grid);
}

/* The session under the cursor with the first. */
static inline void fixture_answer_compare(struct fixture *f)
{
	const struct query *q = &f->st.query;
	struct snapshot_compare *head = &f->s->compare_head;
	uint32_t count = q->compare_serial != 0 && head->state == SNAPSHOT_COMPARE_READY ? FIXTURE_COMPARE : 0;

	if (q->compare_serial != 0 && q->compare_serial != head->serial && q->compare_session != 0) {
		head->sides[0] = f->sessions[q->compare_session - 1];
		head->sides[1] = f->sessions[0];
	}
	head->serial = q->compare_serial;
	f->s->compare = (struct snapshot_window){.total = count, .count = q->compare_rows.count > 0 ? count : 0};
}

/* Fills what follows from the query, as the worker would. */
static inline void fixture_answer(struct fixture *f)
{
	const struct query *q = &f->st.query;
	struct snapshot *s = f->s;

	s->query_serial = q->serial;
	s->sessions = f->session_count;
	s->list = (struct snapshot_window){0, 0, 0};
	s->session = 0;
	s->session_row = s->item_row = UINT64_MAX;
	for (uint32_t i = 0; i < f->session_count; i++) {
		uint32_t at = q->sort_descending ? f->session_count - 1 - i : i;
		bool is_shown = f->sessions[at].number != f->hidden;

		if (q->follows ? is_shown : f->sessions[at].number == q->session) {
			s->session = f->sessions[at].number;
			s->session_head = f->sessions[at];
			s->session_row = is_shown ? s->list.count : UINT64_MAX;
		}
		if (is_shown)
			s->session_rows[s->list.count++] = f->sessions[at];
	}
	if (q->list == QUERY_LIST_MAILS)
		s->list.count = f->session_count > 0 ? 3 : 0;
	if (q->list == QUERY_LIST_FINDINGS)
		s->list.count = f->session_count > 0 ? 3 : 0;
	s->diagnosis_lines = (struct snapshot_window){.total = q->diagnosis ? 3 : 0, .count = q->diagnosis ? 3 : 0};
	s->list.total = s->list.count;
	s->statistics = (struct snapshot_window){.total = q->statistics ? 3 : 0, .count = q->statistics ? 3 : 0};
	fixture_answer_compare(f);
	s->statistics_head.is_known = q->statistics;
	s->statistics_head.of = q->statistics_of;
	for (uint32_t i = 0; i < FIXTURE_PACKETS; i++)
		s->packet_rows[i].session = s->session;
	s->packet.number = q->packet;
	s->said_row = q->timeline.anchor;
	snprintf(s->said, sizeof(s->said), "250-whole %u\n250 text", (unsigned int)q->timeline.anchor);
	s->mail = q->mail;
	s->mail_head = s->mail_rows[0];
	snprintf(
		s->session_line, sizeof(s->session_line), "%s",
		s->session == 2
			? "The server refused the recipient bob@example.net: 550 5.1.1 no such user. Check the address."
			: "All went well.");
	s->session_line_meaning = s->session == 2 ? MEANING_ERROR : MEANING_GOOD;
}

/* Queries and answers, until nothing more is asked. */
static inline void fixture_settle(struct fixture *f)
{
	int rounds = 0;

	do {
		f->st.request_count = 0; /* taken, answered by the test where it matters */
		fixture_answer(f);
		state_update(&f->st, f->s);
		copy_update(&f->st, f->s);
		ck_assert_int_lt(rounds++, 10);
	} while (state_query(&f->st));
}

static inline void fixture_begin(struct fixture *f, int columns, int rows)
{
	fixture_init(f, columns, rows);
	state_query(&f->st);
	fixture_settle(f);
}

static inline void fixture_key(struct fixture *f, int key)
{
	struct input in = {.key = key};

	action_input(&f->st, f->s, &in);
	copy_update(&f->st, f->s);
	state_query(&f->st);
}

/* Each character is a key; the answers come after each. */
static inline void fixture_keys(struct fixture *f, const char *keys)
{
	for (; *keys != '\0'; keys++) {
		fixture_key(f, (unsigned char)*keys);
		if (f->st.request_count == 0)
			fixture_settle(f);
	}
}

/* The screen as text, in a buffer of the caller's with a NUL at its end. */
static inline void fixture_draw(struct fixture *f, struct buffer *out)
{
	frame_draw(&f->st, f->s, &f->grid);
	grid_text(&f->grid, out);
	buffer_append_byte(out, '\0');
}

static inline bool fixture_shows(struct fixture *f, const char *text)
{
	struct buffer screen = {0};
	bool found;

	fixture_draw(f, &screen);
	found = strstr((const char *)screen.data, text) != NULL;
	buffer_fini(&screen);
	return found;
}

/* The style where `text` is drawn first, -1 when it is not. The text is ASCII and does not follow wide characters. */
static inline int fixture_style(struct fixture *f, const char *text)
{
	int len = (int)strlen(text);

	frame_draw(&f->st, f->s, &f->grid);
	for (int row = 0; row < f->grid.rows; row++) {
		for (int column = 0; column + len <= f->grid.columns; column++) {
			int same = 0;

			while (same < len && grid_cell(&f->grid, column + same, row)->character == (uint32_t)text[same])
				same++;
			if (same == len)
				return grid_cell(&f->grid, column, row)->style;
		}
	}
	return -1;
}

#endif
