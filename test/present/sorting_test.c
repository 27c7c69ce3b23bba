/* Every list by every column of it, both ways, as its rows show it. */
#include <inttypes.h>
#include <stdio.h>

#include "../engine/wire.h"
#include "../main.h"
#include "present/viewer.h"

enum {
	SESSIONS = 40,
};

static struct wire w;
static struct viewer *v;
static struct snapshot *s;
static struct query q;

static void setup(void)
{
	wire_init(&w, true);
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	w.options.observer_names[1] = "north";
	w.options.observer_names[2] = "south";
	wire_begin(&w);
	v = viewer_new(false);
	s = snapshot_new();
	q = (struct query){.list_rows = {.count = QUERY_ROWS_MAX}, .session_mails = true, .infos = true};
}

static void teardown(void)
{
	viewer_free(v);
	snapshot_free(s);
	wire_fini(&w);
}

/* ---- a capture in which each column has something to say ---- */

static void play_mail(int i)
{
	static const char *const banners[] = {"ns1 ESMTP Postfix", "ns1 ESMTP Exim 4.96", "ns1"};
	static const char *const subjects[] = {"", "one", "one two three", "one two", "Zwei", "one two threw"};
	static const char *const replies[] = {"250 2.0.0 queued", "554 5.7.1 spam", "451 4.3.0 later"};
	char script[1024];

	snprintf(script, sizeof(script),
		 "S: 220 %s\nC: EHLO host%d\nS: 250 ns1\nC: MAIL FROM:<u%d@example.org>\nS: 250 ok\n"
		 "C: RCPT TO:<v%d@example.net>\nS: 250 ok\nC: DATA\nS: 354 go\nC: From: <u%d@example.org>\n"
		 "C: To: <v%d@example.net>\nC: Subject: %s\nC: \nC: %.*s\nC: .\nS: %s\nC: QUIT\nS: 221 bye\n",
		 banners[i % 3], i * 3 % 7, i % 4, i % 5, i % 4, i % 5, subjects[i % 6], i * 5 % 60,
		 "so many bytes, and some more so that it is longer than the rest", replies[i % 4 % 3]);
	wire_play(&w, script);
}

static void play_imap(int i)
{
	static const char *const boxes[] = {"INBOX", "Archive/2026", "Drafts"};
	char script[1024];

	snprintf(script, sizeof(script),
		 "S: * OK ready\nC: a LOGIN user%d pw\nS: a OK in\nC: b SELECT %s\nS: * 2 EXISTS\nS: b OK [READ-WRITE] "
		 "done\n"
		 "C: c UID FETCH %d BODY[]\nS: * 1 FETCH (UID %d BODY[] {16}\nS: Subject: in\nS: \nS: )\nS: c OK done\n"
		 "C: d LOGOUT\nS: * BYE\nS: d OK\n",
		 i % 3, boxes[i / 5 % 3], i, i);
	w.server_port = 143;
	wire_play(&w, script);
}

static void play(void)
{
	for (int i = 0; i < SESSIONS; i++) {
		w.client_host = (uint8_t)(1 + i * 3 % 5);
		w.server_host = (uint8_t)(1 + i % 3);
		w.server_port = i % 7 == 6 ? 110 : 25;
		w.now_ns += (i * 37 % 11) * CLOCK_NS_PER_S / 10;
		if (i % 5 == 4)
			play_imap(i);
		else if (i % 7 == 6)
			wire_play(&w, WIRE_POP3);
		else if (i % 7 == 3)
			wire_play(&w, i % 2 ? WIRE_REFUSED : "S: 421 4.3.2 busy\n");
		else
			play_mail(i);
	}
	engine_finish(w.engine);
	for (uint64_t i = 0; i < SESSIONS; i++) {
		struct session *session = engine_connection(w.engine, i + 1)->session;

		session->observer = (uint8_t)(i % 3);
		session_make_flaws(&session->side[SIDE_SERVER])->retransmitted = i * 7 % 4;
		session->tls = i % 4 == 1;
	}
	for (uint8_t i = 1; i < 4; i++) {
		char name[32];

		snprintf(name, sizeof(name), "host%d.example", i * 5 % 7);
		engine_add_name(w.engine, (uint8_t[]){10, 0, 0, i}, false, name);
		if (i < 3)
			engine_add_name(w.engine, (uint8_t[]){10, 0, 1, i}, false, name);
	}
}

static void ask(enum query_list list, enum query_sort sort, bool is_descending)
{
	q.list = list;
	q.sort = sort;
	q.sort_descending = is_descending;
	q.serial++;
	viewer_set_query(v, &q);
	while (viewer_work(v, w.engine))
		continue;
	viewer_fill(v, w.engine, s);
	ck_assert(!s->filter_busy);
}

/* ---- what the columns show ---- */

/* What must rise: a number, then a text. */
struct shown {
	uint64_t number;
	const char *text;
};

static struct shown of_number(uint64_t number)
{
	return (struct shown){number, ""};
}

static struct shown of_text(const char *text)
{
	return (struct shown){0, text};
}

/* Such an address and port as a number. */
static struct shown of_end(const char *address, uint16_t port)
{
	unsigned int bytes[4];

	ck_assert_int_eq(sscanf(address, "%u.%u.%u.%u", &bytes[0], &bytes[1], &bytes[2], &bytes[3]), 4);
	return of_number((uint64_t)bytes[2] << 32 | (uint64_t)bytes[3] << 16 | port);
}

static struct shown of_session(const struct snapshot_session_row *r, enum query_sort sort)
{
	switch (sort) {
	case QUERY_SORT_START:
		return of_number((uint64_t)r->start_ns);
	case QUERY_SORT_PROTOCOL:
		return of_number(r->protocol);
	case QUERY_SORT_CLIENT:
		return of_end(r->client_address, r->client_port);
	case QUERY_SORT_SERVER:
		return of_end(r->server_address, r->server_port);
	case QUERY_SORT_USER:
		return of_text(r->user);
	case QUERY_SORT_MAILS:
		return of_number(r->mails);
	case QUERY_SORT_SIZE:
		return of_number(r->bytes);
	case QUERY_SORT_DURATION:
		return of_number((uint64_t)r->duration_ns);
	case QUERY_SORT_RESULT:
		return of_number(r->meaning == MEANING_ERROR ? 0 : r->meaning == MEANING_WARNING ? 1 : 2);
	case QUERY_SORT_FROM:
		return of_text(r->from);
	case QUERY_SORT_TO:
		return of_text(r->to);
	case QUERY_SORT_SUBJECT:
		return of_text(r->subject);
	case QUERY_SORT_HELO:
		return of_text(r->helo);
	case QUERY_SORT_TLS:
		return of_text(r->tls_version);
	case QUERY_SORT_SLOWEST:
		return of_number((uint64_t)r->slowest_ns);
	case QUERY_SORT_RESENT:
		return of_number(r->resent);
	case QUERY_SORT_PROGRAM:
		return of_text(r->program);
	case QUERY_SORT_OBSERVER:
		return of_text(r->observer);
	case QUERY_SORT_CLIENT_NAME:
		return of_text(r->client_name);
	case QUERY_SORT_SERVER_NAME:
		return of_text(r->server_name);
	case QUERY_SORT_MAILBOX:
		return of_text(r->mailbox);
	default:
		return of_number(r->number);
	}
}

static struct shown of_mail(const struct snapshot_mail_row *r, enum query_sort sort)
{
	static char place[QUERY_ROWS_MAX][100];

	switch (sort) {
	case QUERY_SORT_START:
		return of_number((uint64_t)r->time_ns);
	case QUERY_SORT_FROM:
		return of_text(r->from);
	case QUERY_SORT_TO:
		return of_text(r->to);
	case QUERY_SORT_SUBJECT:
		return of_text(r->subject);
	case QUERY_SORT_MAILBOX:
		snprintf(place[r - s->mail_rows], sizeof(place[0]), "%s %09u", r->mailbox, (unsigned int)r->uid);
		return of_text(place[r - s->mail_rows]);
	case QUERY_SORT_SIZE:
		return of_number(r->size);
	case QUERY_SORT_STATE:
		return of_number(r->complete ? 2 : r->size > 0 ? 0 : 1);
	case QUERY_SORT_RESULT:
		return (struct shown){r->meaning == MEANING_ERROR ? 0 : 1, r->outcome};
	default:
		return of_number(r->session << 32 | r->mail);
	}
}

static struct shown of_finding(const struct snapshot_finding_row *r, enum query_sort sort)
{
	switch (sort) {
	case QUERY_SORT_SEVERITY:
		return of_number(r->meaning == MEANING_ERROR	 ? 0
				 : r->meaning == MEANING_WARNING ? 1
				 : r->meaning == MEANING_NOTICE	 ? 2
								 : 3);
	case QUERY_SORT_START:
		return of_number((uint64_t)r->time_ns);
	case QUERY_SORT_RULE:
		return of_text(r->id);
	case QUERY_SORT_NAME:
		return of_text(r->name);
	case QUERY_SORT_MESSAGE:
		return of_text(r->message);
	default:
		return of_number(r->session);
	}
}

static struct shown shown_at(uint32_t row, uint64_t *number)
{
	switch (q.list) {
	case QUERY_LIST_MAILS:
		*number = s->mail_rows[row].session << 32 | s->mail_rows[row].mail;
		return of_mail(&s->mail_rows[row], q.sort);
	case QUERY_LIST_FINDINGS:
		*number = s->finding_rows[row].session << 32 | s->finding_rows[row].number;
		return of_finding(&s->finding_rows[row], q.sort);
	default:
		*number = s->session_rows[row].number;
		return of_session(&s->session_rows[row], q.sort);
	}
}

/* Returns at how many places the column changes. */
static uint32_t check_rows(void)
{
	uint32_t changes = 0;
	uint64_t before_number = 0;
	struct shown before = shown_at(0, &before_number);

	for (uint32_t row = 1; row < s->list.count; row++) {
		uint64_t number;
		struct shown after = shown_at(row, &number);
		int order = strcmp(before.text, after.text);

		if (before.number != after.number)
			order = before.number < after.number ? -1 : 1;
		ck_assert_msg(q.sort_descending ? order >= 0 : order <= 0,
			      "column %d, row %u: %" PRIu64 "%s, %" PRIu64 "%s", (int)q.sort, row, before.number,
			      before.text, after.number, after.text);
		if (order == 0)
			ck_assert_uint_lt(before_number, number);
		changes += order != 0;
		before = after;
		before_number = number;
	}
	return changes;
}

static const enum query_sort of_sessions[] = {
	QUERY_SORT_NUMBER,	QUERY_SORT_START,   QUERY_SORT_PROTOCOL, QUERY_SORT_CLIENT,   QUERY_SORT_SERVER,
	QUERY_SORT_USER,	QUERY_SORT_MAILS,   QUERY_SORT_SIZE,	 QUERY_SORT_DURATION, QUERY_SORT_RESULT,
	QUERY_SORT_FROM,	QUERY_SORT_TO,	    QUERY_SORT_SUBJECT,	 QUERY_SORT_HELO,     QUERY_SORT_TLS,
	QUERY_SORT_SLOWEST,	QUERY_SORT_RESENT,  QUERY_SORT_PROGRAM,	 QUERY_SORT_OBSERVER, QUERY_SORT_CLIENT_NAME,
	QUERY_SORT_SERVER_NAME, QUERY_SORT_MAILBOX,
};

static const enum query_sort of_mails[] = {
	QUERY_SORT_NUMBER,  QUERY_SORT_START, QUERY_SORT_FROM,	QUERY_SORT_TO,	   QUERY_SORT_SUBJECT,
	QUERY_SORT_MAILBOX, QUERY_SORT_SIZE,  QUERY_SORT_STATE, QUERY_SORT_RESULT,
};

static const enum query_sort of_findings[] = {
	QUERY_SORT_SEVERITY, QUERY_SORT_NUMBER, QUERY_SORT_START, QUERY_SORT_RULE, QUERY_SORT_NAME, QUERY_SORT_MESSAGE,
};

static const struct {
	const enum query_sort *columns;
	size_t count;
} lists[] = {
	[QUERY_LIST_SESSIONS] = {of_sessions, sizeof(of_sessions) / sizeof(of_sessions[0])},
	[QUERY_LIST_MAILS] = {of_mails, sizeof(of_mails) / sizeof(of_mails[0])},
	[QUERY_LIST_FINDINGS] = {of_findings, sizeof(of_findings) / sizeof(of_findings[0])},
};

/* One order after the other, as somebody clicks on the headings. */
START_TEST(every_column_sorts_both_ways)
{
	enum query_list list = (enum query_list)_i;

	play();
	for (size_t i = 0; i < 2 * lists[list].count; i++) {
		ask(list, lists[list].columns[i / 2], i % 2);
		ck_assert_uint_gt(s->list.total, 20);
		ck_assert_uint_eq(s->list.total, s->list.count);
		ck_assert_msg(check_rows() > 0, "column %d is the same everywhere", (int)q.sort);
	}
}
END_TEST

/* What the cursor is on is told where it went. */
START_TEST(an_item_is_found_in_every_order)
{
	enum query_list list = (enum query_list)_i;

	play();
	q.session = 1;
	q.item = list == QUERY_LIST_MAILS ? 1 : 0;
	for (size_t i = 0; i < 2 * lists[list].count; i++) {
		const struct snapshot_mail_row *mail;
		const struct snapshot_finding_row *finding;

		ask(list, lists[list].columns[i / 2], i % 2);
		if (list == QUERY_LIST_SESSIONS) {
			ck_assert_uint_eq(s->item_row, UINT64_MAX);
			ck_assert_uint_eq(s->session_rows[s->session_row].number, 1);
			continue;
		}
		ck_assert_uint_lt(s->item_row, s->list.count);
		mail = &s->mail_rows[s->item_row];
		finding = &s->finding_rows[s->item_row];
		ck_assert_uint_eq(list == QUERY_LIST_MAILS ? mail->session : finding->session, 1);
		ck_assert_uint_eq(list == QUERY_LIST_MAILS ? mail->mail : finding->number, q.item);
	}
	q.item = 99;
	ask(list, QUERY_SORT_NUMBER, false);
	ck_assert_uint_eq(s->item_row, UINT64_MAX);
}
END_TEST

/* The order of one list is none of the others'. */
START_TEST(each_list_keeps_its_order)
{
	play();
	ask(QUERY_LIST_SESSIONS, QUERY_SORT_CLIENT, true);
	ask(QUERY_LIST_MAILS, QUERY_SORT_SUBJECT, false);
	ask(QUERY_LIST_FINDINGS, QUERY_SORT_RULE, false);
	q.serial++;
	q.list = QUERY_LIST_SESSIONS;
	q.sort = QUERY_SORT_CLIENT;
	q.sort_descending = true;
	viewer_set_query(v, &q);
	viewer_fill(v, w.engine, s); /* at once */
	ck_assert(!s->filter_busy);
	ck_assert_uint_gt(check_rows(), 0);
}
END_TEST

/* While another order is made the one before is shown, and it says that it works. */
START_TEST(another_order_takes_its_time)
{
	play();
	ask(QUERY_LIST_MAILS, QUERY_SORT_NUMBER, false);
	q.serial++;
	q.sort_descending = true;
	viewer_set_query(v, &q);
	viewer_fill(v, w.engine, s);
	ck_assert(s->filter_busy);
	ck_assert_uint_eq(s->mail_rows[0].session, 1);
}
END_TEST

/* A name may be learnt when all is sorted. */
START_TEST(names_that_come_are_put_in_order)
{
	play();
	ask(QUERY_LIST_SESSIONS, QUERY_SORT_CLIENT_NAME, true);
	check_rows();
	engine_add_name(w.engine, (uint8_t[]){10, 0, 0, 5}, false, "zulu.example");
	while (viewer_work(v, w.engine))
		continue;
	viewer_fill(v, w.engine, s);
	ck_assert_str_eq(s->session_rows[0].client_name, "zulu.example");
	check_rows();
	q.numeric = true; /* not wanted */
	ask(QUERY_LIST_SESSIONS, QUERY_SORT_NUMBER, false);
	for (uint32_t i = 0; i < s->list.count; i++)
		ck_assert_str_eq(s->session_rows[i].client_name, "");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, every_column_sorts_both_ways, 0, QUERY_LISTS);
	tcase_add_loop_test(t, an_item_is_found_in_every_order, 0, QUERY_LISTS);
	tcase_add_test(t, each_list_keeps_its_order);
	tcase_add_test(t, another_order_takes_its_time);
	tcase_add_test(t, names_that_come_are_put_in_order);
}
