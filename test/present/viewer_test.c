#include "present/viewer.h"

#include "../engine/wire.h"
#include "../main.h"
#include "base/mem.h"
#include "filters.h"

static struct wire w;
static struct viewer *v;
static struct snapshot *s;
static struct query q;

static void setup(void)
{
	wire_init(&w, true);
	wire_begin(&w);
	v = viewer_new(false);
	s = snapshot_new();
	q = (struct query){.list_rows = {.count = 50},
			   .timeline = {.before = 50, .after = 50},
			   .stream = {.before = 50, .after = 50},
			   .packets = {.before = 50, .after = 50},
			   .mail_lines = {.count = 100},
			   .numeric = true};
}

static void teardown(void)
{
	viewer_free(v);
	snapshot_free(s);
	wire_fini(&w);
}

static void ask(void)
{
	q.serial++;
	viewer_set_query(v, &q);
	while (viewer_work(v, w.engine))
		continue;
	viewer_fill(v, w.engine, s);
	ck_assert_uint_eq(s->query_serial, q.serial);
}

static void play_three(void)
{
	wire_play(&w, WIRE_MAIL);
	wire_play(&w, WIRE_REFUSED);
	w.server_port = 110;
	wire_play(&w, WIRE_POP3);
	engine_finish(w.engine);
}

/* ---- the list ---- */

START_TEST(an_empty_capture_has_empty_panes)
{
	ask();
	ck_assert_uint_eq(s->list.total + s->list.count + s->timeline.count + s->stream.count + s->packet_window.count,
			  0);
	ck_assert_uint_eq(s->session, 0);
	ck_assert_uint_eq(s->mail, 0);
	ck_assert(!s->filter_busy);
}
END_TEST

START_TEST(the_list_tells_what_became_of_each_session)
{
	play_three();
	ask();
	ck_assert_uint_eq(s->list.total, 3);
	ck_assert_uint_eq(s->list.count, 3);
	ck_assert_str_eq(s->session_rows[0].client, "10.0.0.1:40000");
	ck_assert_str_eq(s->session_rows[0].server, "10.0.1.1:25");
	ck_assert_str_eq(s->session_rows[0].client_address, "10.0.0.1");
	ck_assert_str_eq(s->session_rows[0].result, "accepted");
	ck_assert_int_eq(s->session_rows[0].meaning, MEANING_GOOD);
	ck_assert_uint_eq(s->session_rows[0].mails, 1);
	ck_assert_str_eq(s->session_rows[1].result, "550 5.1.1");
	ck_assert_int_eq(s->session_rows[1].meaning, MEANING_ERROR);
	ck_assert_int_eq(s->session_rows[2].protocol, PROTOCOL_POP3);
	ck_assert_str_eq(s->session_rows[2].user, "bob");
	ck_assert_str_eq(s->session_rows[2].result, "1 retrieved");
}
END_TEST

START_TEST(the_client_that_a_proxy_told_is_shown_with_a_sign)
{
	wire_play(&w, "C: PROXY TCP4 198.51.100.7 203.0.113.1 51000 25\n" WIRE_MAIL);
	engine_finish(w.engine);
	q.session = 1;
	ask();
	ck_assert_str_eq(s->session_rows[0].client, "~198.51.100.7:51000");
	ck_assert_str_eq(s->session_rows[0].client_address, "198.51.100.7");
	ck_assert_str_eq(s->session_rows[0].server, "10.0.1.1:25");
	ck_assert_uint_eq(s->session_rows[0].client_port, 40000);
	ck_assert_ptr_nonnull(strstr(s->timeline_rows[0].detail,
				     "Through a proxy (PROXY protocol 1, client 198.51.100.7:51000, server "
				     "203.0.113.1:25)."));
}
END_TEST

START_TEST(a_window_stays_within_the_list)
{
	for (int i = 0; i < 10; i++)
		wire_play(&w, WIRE_REFUSED);
	engine_finish(w.engine);
	q.list_rows = (struct query_rows){.first = 4, .count = 3};
	ask();
	ck_assert_uint_eq(s->list.first, 4);
	ck_assert_uint_eq(s->list.count, 3);
	ck_assert_uint_eq(s->session_rows[0].number, 5);
	q.list_rows = (struct query_rows){.first = UINT64_MAX, .count = 3};
	ask();
	ck_assert_uint_eq(s->list.first, 7);
	ck_assert_uint_eq(s->session_rows[2].number, 10);
	q.list_rows = (struct query_rows){.first = 9, .count = UINT32_MAX};
	ask();
	ck_assert_uint_eq(s->list.first, 0);
	ck_assert_uint_eq(s->list.count, 10);
}
END_TEST

/* Whichever is the last row, of the same snapshot. */
START_TEST(the_last_row_is_followed)
{
	q.follows = true;
	q.list_rows.first = UINT64_MAX;
	ask();
	ck_assert_uint_eq(s->session, 0);
	for (int i = 1; i <= 3; i++) {
		wire_play(&w, WIRE_MAIL);
		viewer_work(v, w.engine);
		viewer_fill(v, w.engine, s);
		ck_assert_uint_eq(s->session, s->session_rows[s->list.count - 1].number);
		ck_assert_uint_eq(s->session_row, s->list.total - 1);
		ck_assert_uint_gt(s->timeline.count, 0);
	}
	ck_assert_uint_eq(s->session, 3);
	q.list = QUERY_LIST_MAILS;
	ask();
	ck_assert_uint_eq(s->session, s->mail_rows[s->list.count - 1].session);
	q.follows = false;
	q.session = 2;
	ask();
	ck_assert_uint_eq(s->session, 2);
}
END_TEST

START_TEST(mails_of_all_sessions_are_a_list)
{
	play_three();
	q.list = QUERY_LIST_MAILS;
	ask();
	ck_assert_uint_eq(s->list.total, 3);
	ck_assert_str_eq(s->mail_rows[0].from, "a@b");
	ck_assert_str_eq(s->mail_rows[0].to, "c@d");
	ck_assert_str_eq(s->mail_rows[0].subject, "one two");
	ck_assert_str_eq(s->mail_rows[0].outcome, "accepted");
	ck_assert(s->mail_rows[0].complete);
	ck_assert_uint_eq(s->mail_rows[0].size, strlen(WIRE_MAIL_BYTES));
	ck_assert_uint_eq(s->mail_rows[1].session, 2);
	ck_assert_str_eq(s->mail_rows[1].outcome, "rejected");
	ck_assert_str_eq(s->mail_rows[2].subject, "pop");
}
END_TEST

START_TEST(a_filter_hides_sessions)
{
	play_three();
	viewer_set_filter_busy(v);
	viewer_fill(v, w.engine, s);
	ck_assert(s->filter_busy);
	viewer_set_filter(v, filter_of("port 110"), "port 110");
	q.session = 1;
	ask();
	ck_assert_uint_eq(s->list.total, 1);
	ck_assert_uint_eq(s->session_rows[0].number, 3);
	ck_assert_str_eq(s->filter, "port 110");
	ck_assert_uint_eq(s->session_row, UINT64_MAX);
	ck_assert_uint_eq(s->session, 1);
	viewer_set_filter_error(v, "por 25", &(struct expression_fault){.at = 3, .len = 2, .why = {"syntax error"}});
	ask();
	ck_assert_str_eq(s->filter_error, "syntax error");
	ck_assert_str_eq(s->filter_asked, "por 25");
	ck_assert_uint_eq(s->filter_error_at, 3);
	ck_assert_uint_eq(s->filter_error_len, 2);
	ck_assert_str_eq(s->filter, "port 110");
	ck_assert_uint_eq(s->list.total, 1);
	viewer_set_filter(v, NULL, "");
	ask();
	ck_assert_uint_eq(s->list.total, 3);
	ck_assert_str_eq(s->filter_error, "");
	ck_assert_uint_eq(s->session_row, 0);
}
END_TEST

START_TEST(another_order_is_another_list)
{
	play_three();
	q.sort = QUERY_SORT_PROTOCOL;
	q.sort_descending = true;
	q.session = 1;
	ask();
	ck_assert_uint_eq(s->session_rows[0].number, 3);
	ck_assert_uint_eq(s->session_rows[1].number, 1); /* what is alike stays in the order of numbers */
	ck_assert_uint_eq(s->session_row, 1);
}
END_TEST

static void count_visit(void *ctx, struct connection *c)
{
	uint64_t *sum = ctx;

	*sum = *sum * 10 + c->session->number;
}

START_TEST(each_shown_session_is_visited)
{
	struct session_walk walk = {0};
	uint64_t sum = 0;

	play_three();
	viewer_set_filter(v, filter_of("port 25"), "port 25");
	ck_assert(viewer_walk_shown(v, w.engine, &walk));
	ck_assert(session_walk_some(&walk, w.engine, 1, count_visit, &sum));
	ck_assert_uint_eq(sum, 1);
	ck_assert(!session_walk_some(&walk, w.engine, 1, count_visit, &sum));
	ck_assert_uint_eq(sum, 12);
	session_walk_fini(&walk);
}
END_TEST

/* ---- the focused session ---- */

START_TEST(the_timeline_explains_a_session)
{
	play_three();
	q.session = 2;
	ask();
	ck_assert_uint_eq(s->session, 2);
	ck_assert_uint_eq(s->session_row, 1);
	ck_assert_uint_eq(s->session_head.number, 2);
	ck_assert_str_eq(s->session_line, "The server refused RCPT TO:<x@y>: 550 5.1.1 no such");
	ck_assert_int_eq(s->session_line_meaning, MEANING_ERROR);
	ck_assert_uint_ge(s->timeline.total, 10);
	ck_assert_str_eq(s->timeline_rows[0].text, "connected, round trip 2.0 ms");
	ck_assert_str_eq(s->timeline_rows[1].text, "220 ns1");
	ck_assert_int_eq(s->timeline_rows[1].arrow, ARROW_TO_CLIENT);
	ck_assert_str_eq(s->timeline_rows[2].text, "EHLO me");
	ck_assert_ptr_nonnull(strstr(s->timeline_rows[2].detail, "RFC 5321"));
	ck_assert_int_eq(s->timeline_rows[3].latency_ns, CLOCK_NS_PER_MS);
	ck_assert_str_eq(s->timeline_rows[7].text, "550 5.1.1 no such");
	ck_assert_int_eq(s->timeline_rows[7].meaning, MEANING_ERROR);
	ck_assert_str_eq(s->timeline_rows[7].detail, "Answer to RCPT: there is no such mailbox. 5.1.1 no such");
}
END_TEST

/* The reply that refused; of what went well no row. */
START_TEST(the_row_that_failed_is_told)
{
	play_three();
	q.session = 2;
	ask();
	ck_assert(s->culprit.is_known);
	ck_assert_uint_eq(s->culprit.timeline_row, 7);
	ck_assert_uint_eq(s->culprit.packet, s->timeline_rows[7].packet);
	ck_assert_uint_eq(s->culprit.position, s->timeline_rows[7].position);
	q.session = 1;
	ask();
	ck_assert(!s->culprit.is_known);
}
END_TEST

START_TEST(panes_point_to_the_same_place)
{
	play_three();
	q.session = 1;
	ask();
	for (uint32_t i = 0; i < s->stream.count; i++) {
		const struct snapshot_stream_row *row = &s->stream_rows[i];
		const struct snapshot_timeline_row *at = &s->timeline_rows[row->timeline_row];

		ck_assert_uint_le(at->packet, row->packet);
		ck_assert_uint_le(at->position, row->position);
	}
	for (uint32_t i = 0; i < s->packet_window.count; i++) {
		ck_assert_uint_eq(s->packet_rows[i].session, 1);
		ck_assert_uint_lt(s->packet_rows[i].timeline_row, s->timeline.total);
		ck_assert_uint_le(s->packet_rows[i].position, s->stream.total);
	}
	q.stream.anchor = s->stream_rows[3].position + 1;
	q.packets.anchor = s->stream_rows[3].packet;
	ask();
	ck_assert_uint_eq(s->stream_anchor_row, 3);
	ck_assert_uint_eq(s->packet_rows[s->packet_anchor_row].number, s->stream_rows[3].packet);
	q.stream.anchor = UINT64_MAX;
	ask();
	ck_assert_uint_eq(s->stream_anchor_row, s->stream.count - 1);
}
END_TEST

START_TEST(windows_around_an_anchor_are_cut_at_the_ends)
{
	play_three();
	q.session = 1;
	q.timeline = (struct query_around){.anchor = 5, .before = 2, .after = 3};
	ask();
	ck_assert_uint_eq(s->timeline.first, 3);
	ck_assert_uint_eq(s->timeline.count, 5);
	ck_assert_uint_eq(s->timeline_rows[0].row, 3);
	q.timeline = (struct query_around){.anchor = UINT64_MAX, .before = 2, .after = 3};
	ask();
	ck_assert_uint_eq(s->timeline.first + s->timeline.count, s->timeline.total);
	q.timeline = (struct query_around){.anchor = 0, .before = UINT32_MAX, .after = UINT32_MAX};
	ask();
	ck_assert_uint_eq(s->timeline.first, 0);
	ck_assert_uint_eq(s->timeline.count, s->timeline.total);
}
END_TEST

START_TEST(packets_show_the_handshake_and_what_they_carry)
{
	play_three();
	q.session = 1;
	ask();
	ck_assert_str_eq(s->packet_rows[0].remark, "handshake 1/3");
	ck_assert_str_eq(s->packet_rows[0].info, "[SYN] len 0 seq 0 win 8192");
	ck_assert_str_eq(s->packet_rows[1].remark, "handshake 2/3");
	ck_assert_str_eq(s->packet_rows[2].remark, "handshake 3/3");
	ck_assert_str_eq(s->packet_rows[4].info, "[ACK] EHLO me  len 9 seq 1 ack 10 win 8192");
	ck_assert_str_eq(s->packet_rows[4].source, "10.0.0.1:40000");
	q.all_packets = true;
	q.packets.anchor = UINT64_MAX;
	ask();
	ck_assert_uint_eq(s->packet_window.total, w.number);
	ck_assert_uint_eq(s->packet_rows[s->packet_anchor_row].number, w.number);
}
END_TEST

START_TEST(an_opened_packet_shows_its_fields_and_bytes)
{
	bool found = false;

	play_three();
	q.session = 1;
	q.packet = 5;
	ask();
	ck_assert_uint_eq(s->packet.number, 5);
	ck_assert_uint_eq(s->packet.total_len, 49);
	ck_assert_uint_eq(s->packet.byte_count, 49);
	ck_assert_mem_eq(s->packet.bytes + 40, "EHLO me\r\n", 9);
	for (uint32_t i = 0; i < s->packet.field_count; i++) {
		ck_assert_uint_le(s->packet.fields[i].offset + s->packet.fields[i].len, 49);
		found |= strstr(s->packet.fields[i].value, "10.0.0.1") != NULL;
	}
	ck_assert(found);
	q.packet = 0;
	ask();
	ck_assert_uint_eq(s->packet.number, 0);
	q.packet = 100000;
	ask();
	ck_assert_uint_eq(s->packet.field_count, 0);
}
END_TEST

static const char *value_of(const char *name)
{
	for (uint32_t i = 0; i < s->packet.field_count; i++)
		if (strcmp(s->packet.fields[i].name, name) == 0)
			return s->packet.fields[i].value;
	return "";
}

START_TEST(fields_say_what_numbers_mean)
{
	wire_play(&w, WIRE_MAIL);
	q.session = 1;
	q.packet = 5;
	ask();
	ck_assert_str_eq(value_of("Protocol"), "6 (TCP)");
	ck_assert_str_eq(value_of("Header length"), "20 bytes");
	ck_assert_str_eq(value_of("Source"), "10.0.0.1");
	ck_assert_str_eq(value_of("Flags"), "0x10 ACK");
	ck_assert_str_eq(value_of("Sequence number"), "1001");
	ck_assert_str_eq(value_of("Acknowledgement valid"), "yes");
	ck_assert_str_eq(value_of("Window"), "8192 (the scale is not known)");
	ck_assert_str_eq(value_of("Checksum"), "0x0000 (left to the device, or not captured completely)");
	ck_assert_str_eq(value_of("Payload"), "9 bytes");
}
END_TEST

START_TEST(fragments_are_shown_as_such)
{
	wire_open(&w);
	w.fragment_len = 24;
	wire_say(&w, SIDE_SERVER, "220 a name that is long\r\n");
	q.session = 1;
	q.all_packets = true;
	q.packet = 4;
	ask();
	ck_assert_str_eq(s->packet_rows[3].info, "fragment: bytes 0 to 23 of id 0x0004, more follow");
	ck_assert_str_eq(s->packet_rows[4].info, "fragment: bytes 24 to 44 of id 0x0004, the last");
	ck_assert_str_eq(s->packet_rows[4].source, "10.0.1.1");
	ck_assert_str_eq(value_of("Payload"), s->packet_rows[3].info);
	ck_assert_str_eq(value_of("More fragments"), "yes");
}
END_TEST

/* ---- secrets ---- */

static bool shows(const char *text)
{
	bool found = false;

	for (uint32_t i = 0; i < s->timeline.count; i++)
		found |= strstr(s->timeline_rows[i].text, text) || strstr(s->timeline_rows[i].detail, text);
	for (uint32_t i = 0; i < s->stream.count; i++)
		found |= strstr(s->stream_rows[i].text, text) != NULL;
	for (uint32_t i = 0; i < s->packet_window.count; i++)
		found |= strstr(s->packet_rows[i].info, text) != NULL;
	for (uint32_t i = 0; i + strlen(text) <= s->packet.byte_count; i++)
		found |= memcmp(s->packet.bytes + i, text, strlen(text)) == 0;
	for (uint32_t i = 0; i < s->packet.field_count; i++)
		found |= strstr(s->packet.fields[i].value, text) != NULL;
	return found;
}

/* Where in a fragment it lies nobody knows. */
START_TEST(a_password_in_fragments_is_hidden_too)
{
	w.server_port = 110;
	w.fragment_len = 24;
	wire_play(&w, WIRE_POP3);
	engine_finish(w.engine);
	q.session = 1;
	for (q.packet = 1; q.packet <= w.number; q.packet++) {
		ask();
		ck_assert(!shows("secret"));
		ck_assert(!shows("PASS secr"));
	}
}
END_TEST

START_TEST(a_password_is_shown_only_when_asked_for)
{
	w.server_port = 110;
	wire_play(&w, WIRE_POP3);
	engine_finish(w.engine);
	q.session = 1;
	q.packet = 7;
	ask();
	ck_assert(shows("PASS"));
	ck_assert(!shows("secret"));
	q.show_secrets = true;
	ask();
	ck_assert(shows("PASS secret"));
	viewer_free(v);
	v = viewer_new(true);
	ask();
	ck_assert(!shows("secret"));
}
END_TEST

/* ---- the opened mail ---- */

static bool shows_line(const char *text, enum snapshot_meaning meaning)
{
	for (uint32_t i = 0; i < s->mail_lines.count; i++)
		if (strcmp(s->mail_line_rows[i].text, text) == 0 && s->mail_line_rows[i].meaning == meaning)
			return true;
	return false;
}

START_TEST(a_mail_is_shown_decoded_and_raw)
{
	play_three();
	q.session = 1;
	q.mail = 1;
	q.mail_view = QUERY_MAIL_TEXT;
	ask();
	ck_assert_uint_eq(s->mail, 1);
	ck_assert_str_eq(s->mail_head.subject, "one two");
	ck_assert_str_eq(s->mail_line_rows[0].text, "Envelope from: <a@b>");
	ck_assert_str_eq(s->mail_line_rows[1].text, "Envelope to: <c@d>  accepted 250");
	ck_assert_int_eq(s->mail_line_rows[1].meaning, MEANING_GOOD);
	ck_assert_str_eq(s->mail_line_rows[2].text, "Outcome: accepted: 250 2.0.0 queued");
	ck_assert_str_eq(s->mail_line_rows[3].text, "");
	ck_assert_str_eq(s->mail_line_rows[4].text, "From: Al <a@b>");
	ck_assert_str_eq(s->mail_line_rows[5].text, "Subject: one two");
	ck_assert_str_eq(s->mail_line_rows[6].text, "");
	ck_assert_str_eq(s->mail_line_rows[7].text, "Hi");
	ck_assert_str_eq(s->mail_line_rows[8].text, ".dot");
	ck_assert_uint_eq(s->mail_lines.total, 9);
	ck_assert_uint_eq(s->mail_part_count, 0); /* of one text there is no list */
	q.mail_view = QUERY_MAIL_SOURCE;
	q.mail_lines = (struct query_rows){.first = 1, .count = 2};
	ask();
	ck_assert_uint_eq(s->mail_lines.count, 2);
	ck_assert_str_eq(s->mail_line_rows[0].text, "Subject: one two");
	q.mail = 2;
	ask();
	ck_assert_uint_eq(s->mail, 0);
	ck_assert_uint_eq(s->mail_lines.total, 0);
}
END_TEST

/* What may still come is not cut off. */
START_TEST(a_mail_on_its_way_is_told_from_one_cut_off)
{
	wire_open(&w);
	wire_talk(&w,
		  "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: Subject: one\n");
	q.session = q.mail = 1;
	q.mail_view = QUERY_MAIL_TEXT;
	ask();
	ck_assert(shows_line("This mail is incomplete: it is still on its way.", MEANING_WARNING));
	ck_assert_str_eq(s->mail_head.subject, "");
	wire_close(&w);
	engine_finish(w.engine);
	ask();
	ck_assert(shows_line("This mail is incomplete: it was cut off.", MEANING_WARNING));
}
END_TEST

/* Who looked at it before its subject came sees it later. */
START_TEST(fields_of_a_mail_are_read_again_when_it_is_there)
{
	wire_open(&w);
	wire_talk(&w, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: X: y\n");
	q.session = q.mail = 1;
	q.mail_view = QUERY_MAIL_TEXT;
	ask();
	ck_assert_str_eq(s->mail_head.subject, "");
	wire_talk(&w, "C: Subject: one\nC: \nC: hi\nC: .\nS: 250\n");
	ask();
	ck_assert_str_eq(s->mail_head.subject, "one");
	wire_close(&w);
}
END_TEST

/* More than can be chosen: how many is told. */
START_TEST(many_parts_are_counted)
{
	struct buffer mail = {0};

	buffer_append_text(&mail, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\n"
				  "C: Content-Type: multipart/mixed; boundary=b\nC: \n");
	for (int i = 0; i < SNAPSHOT_PARTS_MAX + 2; i++)
		buffer_append_text(&mail, "C: --b\nC: \nC: note\n");
	buffer_append_text(&mail, "C: --b--\nC: .\nS: 250\n");
	buffer_append_byte(&mail, '\0');
	wire_play(&w, (const char *)mail.data);
	buffer_fini(&mail);
	engine_finish(w.engine);
	q.session = q.mail = 1;
	q.mail_view = QUERY_MAIL_TEXT;
	ask();
	ck_assert_uint_eq(s->mail_part_count, SNAPSHOT_PARTS_MAX);
	ck_assert_uint_eq(s->mail_parts_more, 2);
}
END_TEST

/* The row of each part, and a mail within the mail as a page of its own. */
START_TEST(parts_of_a_mail_are_listed)
{
	wire_play(&w,
		  "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: Subject: out\n"
		  "C: Content-Type: multipart/mixed; boundary=b\nC: \nC: --b\nC: \nC: \tnote\nC: --b\n"
		  "C: Content-Type: message/rfc822\nC: \nC: Subject: in\nC: \nC: inner\nC: --b--\nC: .\nS: 250\n");
	engine_finish(w.engine);
	q.session = q.mail = 1;
	q.mail_view = QUERY_MAIL_TEXT;
	ask();
	ck_assert_uint_eq(s->mail_part_count, 3); /* the multipart has no bytes of its own */
	ck_assert_uint_eq(s->mail_parts[0].number, 2);
	ck_assert_str_eq(s->mail_parts[0].name, "text/plain");
	ck_assert(!s->mail_parts[0].is_mail);
	ck_assert_str_eq(s->mail_line_rows[s->mail_parts[0].line].text, "  - text/plain");
	ck_assert(s->mail_parts[1].is_mail);
	ck_assert_uint_eq(s->mail_parts[1].size, strlen("Subject: in\r\n\r\ninner"));
	ck_assert_ptr_nonnull(strstr(s->mail_line_rows[s->mail_parts[1].line].text, "- message/rfc822"));
	q.mail_part = (struct part_path){1, {3}};
	ask();
	ck_assert(part_path_equal(&s->mail_part, &q.mail_part));
	ck_assert_str_eq(s->mail_line_rows[0].text, "Subject: in");
	ck_assert_str_eq(s->mail_line_rows[2].text, "inner");
	ck_assert_uint_eq(s->mail_lines.total, 3);
	q.mail_view = QUERY_MAIL_SOURCE;
	ask();
	ck_assert_str_eq(s->mail_line_rows[2].text, "inner");
	q.mail_part = (struct part_path){1, {9}};
	ask();
	ck_assert(shows_line("The mail has no such part now.", MEANING_WARNING));
	ck_assert_uint_eq(s->mail_lines.total, 1);
}
END_TEST

START_TEST(long_lines_of_a_mail_are_wrapped)
{
	wire_play(&w, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\nC: DATA\nS: 354\nC: A: b\nC: \n"
		      "C: one two three four five six seven eight nine\nC: .\nS: 250\n");
	engine_finish(w.engine);
	q.session = q.mail = 1;
	q.mail_view = QUERY_MAIL_SOURCE;
	q.text_width = 20;
	ask();
	ck_assert_uint_eq(s->mail_lines.total, 5);
	ck_assert_str_eq(s->mail_line_rows[2].text, "one two three four ");
	ck_assert_str_eq(s->mail_line_rows[3].text, "five six seven eight ");
	ck_assert_str_eq(s->mail_line_rows[4].text, "nine");
}
END_TEST

START_TEST(wide_characters_and_attachments_of_a_mail)
{
	wire_play(&w, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 550 5.1.1 no\nC: RCPT TO:<e@f>\nS: "
		      "250\nC: DATA\n"
		      "S: 354\nC: Content-Type: multipart/mixed; boundary=b\nC: \nC: --b\nC: \n"
		      "C: "
		      "\345\256\211\345\205\250\345\256\211\345\205\250\345\256\211\345\205\250\345\256\211\345\205\250"
		      "\tx\nC: --b\n"
		      "C: Content-Type: a/b; name=n.txt\nC: \nC: four\nC: --b--\nC: .\nS: 250\n");
	engine_finish(w.engine);
	q.session = q.mail = 1;
	q.mail_view = QUERY_MAIL_TEXT;
	q.text_width = 10;
	ask();
	ck_assert(shows_line("550", MEANING_ERROR));
	ck_assert(shows_line("\345\256\211\345\205\250\345\256\211\345\205\250\345\256\211", MEANING_PLAIN));
	ck_assert_uint_eq(s->mail_part_count, 2);
	ck_assert_str_eq(s->mail_parts[1].name, "n.txt");
	ck_assert_uint_eq(s->mail_parts[1].size, 4);
	ck_assert_str_eq(s->mail_line_rows[s->mail_parts[1].line].text, "  - a/b  ");
}
END_TEST

/* ---- searching ---- */

static void find(enum query_find where, uint64_t from, bool backwards, const char *text)
{
	q.find = where;
	q.find_from = from;
	q.find_backwards = backwards;
	q.find_serial++;
	snprintf(q.find_text, sizeof(q.find_text), "%s", text);
	ask();
	ck_assert_uint_eq(s->find_serial, q.find_serial);
	ck_assert(!s->find_busy);
}

START_TEST(sessions_are_found_by_what_they_show_and_by_their_mails)
{
	play_three();
	find(QUERY_FIND_LIST, 0, false, "ONE TWO");
	ck_assert(s->find_found);
	ck_assert_uint_eq(s->find_session, 1); /* round the end */
	ck_assert_uint_eq(s->find_mail, 1);
	find(QUERY_FIND_LIST, 0, false, "bob");
	ck_assert_uint_eq(s->find_session, 3);
	find(QUERY_FIND_LIST, 2, true, "10.0.0.1");
	ck_assert_uint_eq(s->find_session, 2);
	ck_assert_uint_eq(s->find_anchor, 1);
	find(QUERY_FIND_LIST, 0, false, "nothing of that kind");
	ck_assert(!s->find_found);
}
END_TEST

/* Where a list was searched, the answer is of what its rows are. */
START_TEST(each_list_is_searched)
{
	wire_fini(&w);
	wire_init(&w, true);
	w.options.diagnose = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	play_three();
	q.list = QUERY_LIST_MAILS;
	find(QUERY_FIND_LIST, 0, false, "pop");
	ck_assert(s->find_found);
	ck_assert_uint_eq(s->find_anchor, 2);
	ck_assert_uint_eq(s->find_session, 3);
	ck_assert_uint_eq(s->find_mail, 1);
	q.list = QUERY_LIST_FINDINGS;
	ask();
	ck_assert_uint_gt(s->list.count, 1);
	for (uint32_t i = 0; i < s->list.count; i++) {
		const struct snapshot_finding_row row = s->finding_rows[i];

		find(QUERY_FIND_LIST, (i + s->list.count - 1) % s->list.count, false, row.message);
		ck_assert(s->find_found);
		ck_assert_uint_eq(s->find_anchor, i);
		ck_assert_uint_eq(s->find_session, row.session);
		ck_assert_uint_eq(s->find_mail, row.number);
	}
}
END_TEST

START_TEST(every_pane_of_a_session_is_searched)
{
	play_three();
	q.session = 1;
	find(QUERY_FIND_TIMELINE, 0, false, "rcpt");
	ck_assert(s->find_found);
	ck_assert_ptr_nonnull(strstr(s->timeline_rows[s->find_anchor].text, "RCPT"));
	find(QUERY_FIND_STREAM, 0, false, "rcpt");
	ck_assert(s->find_found);
	q.stream.anchor = s->find_anchor;
	ask();
	ck_assert_str_eq(s->stream_rows[s->stream_anchor_row].text, "RCPT TO:<c@d>");
	find(QUERY_FIND_PACKETS, 1, false, "handshake 3");
	ck_assert_uint_eq(s->find_anchor, 3);
	q.mail = 1;
	q.mail_view = QUERY_MAIL_TEXT;
	ask();
	find(QUERY_FIND_MAIL, 0, true, "hi");
	ck_assert(s->find_found);
	ck_assert_uint_eq(s->find_anchor, 7);
}
END_TEST

/* Every row in turn, from each row on, both ways: the same count, and each place once. */
START_TEST(matches_are_counted)
{
	const char *patterns[] = {"250", "/^(\\w+ )+/", "zzz"};

	play_three();
	q.session = 1;
	for (size_t i = 0; i < 3; i++) {
		uint64_t places = 0;
		uint64_t matches;

		find(QUERY_FIND_TIMELINE, 0, false, patterns[i]);
		matches = s->find_matches;
		ck_assert(s->find_found == (matches > 0));
		for (uint64_t row = 0; row < s->timeline.total; row++) {
			find(QUERY_FIND_TIMELINE, row, row % 2 == 0, patterns[i]);
			ck_assert_uint_eq(s->find_matches, matches);
			q.find_inclusive = true;
			find(QUERY_FIND_TIMELINE, row, false, patterns[i]);
			q.find_inclusive = false;
			ck_assert_uint_eq(s->find_matches, matches);
			if (!s->find_found || s->find_anchor != row)
				continue;
			ck_assert_uint_eq(s->find_before, places); /* rows come from the first on */
			places++;
		}
		ck_assert_uint_eq(places, matches);
	}
}
END_TEST

START_TEST(statistics_are_searched)
{
	wire_fini(&w);
	wire_init(&w, true);
	w.options.diagnose = true;
	w.options.statistics = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	play_three();
	q.statistics = true;
	q.statistics_of = STATISTICS_VERB;
	q.statistics_rows = (struct query_rows){.count = 2};
	ask();
	ck_assert_uint_gt(s->statistics.total, 2);
	find(QUERY_FIND_STATISTICS, 0, false, "rcpt");
	ck_assert(s->find_found);
	ck_assert_uint_eq(s->find_matches, 1);
	q.statistics_rows = (struct query_rows){s->find_anchor, 1};
	ask();
	ck_assert_str_eq(s->statistic_rows[s->find_anchor - s->statistics.first].key, "RCPT");
	find(QUERY_FIND_STATISTICS, 0, false, "zzz");
	ck_assert(!s->find_found);
}
END_TEST

START_TEST(a_wrong_pattern_is_found_nowhere)
{
	play_three();
	find(QUERY_FIND_LIST, 0, false, "/(/");
	ck_assert(!s->find_found);
	find(QUERY_FIND_NONE, 0, false, "250");
	ck_assert(!s->find_found);
	ck_assert_uint_eq(s->find_matches, 0);
}
END_TEST

START_TEST(a_search_does_not_find_what_is_masked)
{
	w.server_port = 110;
	wire_play(&w, WIRE_POP3);
	engine_finish(w.engine);
	q.session = 1;
	for (enum query_find where = QUERY_FIND_TIMELINE; where <= QUERY_FIND_PACKETS; where++) {
		q.show_secrets = false;
		find(where, 0, false, "secret");
		ck_assert(!s->find_found);
		q.show_secrets = true;
		find(where, 0, false, "secret");
		ck_assert(s->find_found);
	}
}
END_TEST

/* ---- what goes away ---- */

/* ---- for the dialogs and for names ---- */

START_TEST(marked_and_shown_sessions_are_tallied)
{
	struct expression *filter = filter_of("port 110");

	play_three();
	ask();
	ck_assert(!s->shown_tally.known && !s->marked_tally.known);
	engine_connection(w.engine, 1)->session->marked = true;
	engine_connection(w.engine, 3)->session->mails[0]->marked = true;
	q.tallies = true;
	ask();
	ck_assert(s->shown_tally.known && s->marked_tally.known);
	ck_assert_uint_eq(s->shown_tally.sessions, 3);
	ck_assert_uint_eq(s->shown_tally.packets, w.number);
	ck_assert_uint_eq(s->shown_tally.bytes, engine_counters(w.engine)->bytes);
	ck_assert_uint_eq(s->marked_tally.sessions, 2);
	ck_assert_uint_eq(s->marked_tally.packets,
			  engine_connection(w.engine, 1)->packet_count + engine_connection(w.engine, 3)->packet_count);
	ck_assert_uint_eq(s->session_rows[1].packets, engine_connection(w.engine, 2)->packet_count);
	q.tallies = false;
	ask();
	ck_assert(!s->shown_tally.known);
	viewer_set_filter(v, filter, "port 110");
	q.tallies = true;
	ask();
	ck_assert_uint_eq(s->shown_tally.sessions, 1);
	ck_assert_uint_eq(s->marked_tally.sessions, 2); /* hidden ones are marked all the same */
}
END_TEST

static char unnamed[256];

static void note_unnamed(void *ctx, const struct annotation_subject *about)
{
	const struct session *session = engine_connection(w.engine, about->session)->session;
	const uint8_t *address = about->ends[about->side].address;
	size_t len = strlen(unnamed);

	(void)ctx;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		ck_assert(!about->ends[side].is_ipv6 && about->ends[side].has_address && about->ends[side].has_port);
		ck_assert_uint_eq(about->ends[side].port, session->side[side].port);
	}
	if (engine_annotation(w.engine, about, ANNOTATIONS_HOST_NAME) == NULL)
		snprintf(unnamed + len, sizeof(unnamed) - len, "%u.%u ", address[2], address[3]);
}

/* Names are wanted for the rows of the list and the focused session only, and no second time. */
START_TEST(ends_without_a_name_are_told)
{
	static const uint8_t server[] = {10, 0, 1, 1};

	for (int i = 0; i < 4; i++) {
		w.client_host = (uint8_t)(i + 1);
		wire_play(&w, WIRE_REFUSED);
	}
	engine_finish(w.engine);
	q.numeric = false;
	q.list_rows = (struct query_rows){.first = 1, .count = 2};
	q.session = 1;
	ask();
	viewer_each_end(v, w.engine, note_unnamed, NULL);
	ck_assert_str_eq(unnamed, "0.2 1.1 0.3 1.1 0.1 1.1 ");
	engine_add_name(w.engine, server, false, "mx.example.com");
	unnamed[0] = '\0';
	viewer_each_end(v, w.engine, note_unnamed, NULL);
	ck_assert_str_eq(unnamed, "0.2 0.3 0.1 ");
	ask();
	ck_assert_str_eq(s->session_head.server, "mx.example.com:25");
	ck_assert_str_eq(s->packet_rows[0].destination, "mx.example.com:25");
	ck_assert_str_eq(s->packet_rows[0].destination_address, "10.0.1.1");
	ck_assert_str_eq(s->packet_rows[0].source_address, "10.0.0.1");
	ck_assert_uint_eq(s->packet_rows[1].source_port, 25);
}
END_TEST

/* From the first snapshot on, in every row; what the output says is not the screen's to change. */
START_TEST(names_are_shown_as_the_query_wants)
{
	static const uint8_t server[] = {10, 0, 1, 1};

	wire_play(&w, WIRE_REFUSED);
	engine_finish(w.engine);
	engine_add_name(w.engine, server, false, "mx.example.com");
	q.session = 1;
	for (int i = 0; i < 4; i++) {
		const char *shown = i % 2 == 0 ? "mx.example.com:25" : "10.0.1.1:25";

		q.numeric = i % 2 == 1;
		ask();
		ck_assert_str_eq(s->session_rows[0].server, shown);
		ck_assert_str_eq(s->session_head.server, shown);
		ck_assert_str_eq(s->packet_rows[0].destination, shown);
		ck_assert_str_eq(engine_name(w.engine, engine_connection(w.engine, 1)->session, SIDE_SERVER),
				 "mx.example.com");
	}
}
END_TEST

START_TEST(packets_of_no_session_have_their_addresses)
{
	w.server_port = 8080;
	wire_play(&w, "C: GET / HTTP/1.1\nC: \nS: HTTP/1.1 200 OK\nS: \n");
	engine_finish(w.engine);
	q.all_packets = true;
	ask();
	ck_assert_uint_eq(s->packet_window.count, w.number);
	ck_assert_uint_eq(s->packet_rows[1].session, 0);
	ck_assert_str_eq(s->packet_rows[1].source_address, "10.0.1.1");
	ck_assert_uint_eq(s->packet_rows[1].source_port, 8080);
	ck_assert_str_eq(s->packet_rows[1].destination_address, "10.0.0.1");
}
END_TEST

START_TEST(tcp_tells_of_both_sides)
{
	wire_open(&w);
	wire_talk(&w, "S: 220 x\nC: EHLO me\n");
	w.seq[SIDE_CLIENT] -= 9;
	wire_say(&w, SIDE_CLIENT, "EHLO me\r\n"); /* again */
	q.session = 1;
	ask();
	ck_assert_str_eq(s->side_line[SIDE_CLIENT], "Client 4 packets, 9 bytes: 1 retransmitted");
	ck_assert_str_eq(s->side_line[SIDE_SERVER], "Server 2 packets, 7 bytes");
	ck_assert_str_eq(s->timeline_rows[0].detail,
			 "SYN answered after 1.000 ms. Client 4 packets, 9 bytes: 1 retransmitted. Server 2 packets, 7 "
			 "bytes.");
	engine_finish(w.engine);
}
END_TEST

static const struct {
	const char *interface;
	const char *observer; /* NULL: there is one alone, or it has no name */
	const char *detail;   /* its beginning */
} seen[] = {
	{NULL, NULL, "SYN answered"},
	{"eth0", NULL, "Captured on eth0. SYN answered"},
	{NULL, "router", "Captured by router. SYN answered"},
	{"eth0", "router", "Captured on eth0 by router. SYN answered"},
	{"a\x1b[2J\xff", NULL, "Captured on a\u241b[2J\ufffd. SYN answered"},
	{"0123456789012345678901234567890123456789abcdefghijklmnopqrst", "0123456789012345678901234567890123456789xyz",
	 "Captured on 0123456789012345678901234567890123456789abcdefg by 0123456789012345678901234567890123456789xyz. "
	 "SYN answered"},
};

START_TEST(the_first_row_tells_who_captured_and_where)
{
	struct name_table *names = name_table_new();

	engine_free(w.engine);
	w.options.interfaces = names;
	w.options.observer_of[0] = 2;
	w.options.observer_names[2] = seen[_i].observer;
	if (seen[_i].interface != NULL)
		w.interface = name_table_add(names, slice_from_text(seen[_i].interface));
	wire_begin(&w);
	wire_play(&w, "S: 220 x\nC: QUIT\n");
	engine_finish(w.engine);
	q.session = 1;
	ask();
	ck_assert_msg(strncmp(s->timeline_rows[0].detail, seen[_i].detail, strlen(seen[_i].detail)) == 0, "%s",
		      s->timeline_rows[0].detail);
	engine_free(w.engine);
	w.options.interfaces = NULL;
	wire_begin(&w);
	name_table_free(names);
}
END_TEST

START_TEST(the_first_row_names_the_tunnel)
{
	struct session *session;

	wire_play(&w, "S: 220 x\nC: QUIT\n");
	engine_finish(w.engine);
	session = engine_connection(w.engine, 1)->session;
	session->tunnel = mem_alloc(sizeof(*session->tunnel));
	*session->tunnel = (struct session_tunnel){
		.name = "vxlan", .source = {192, 0, 2, 1}, .destination = {192, 0, 2, 2}, .id = 7};
	q.session = 1;
	ask();
	ck_assert_ptr_nonnull(strstr(s->timeline_rows[0].detail,
				     " bytes. Came through vxlan from 192.0.2.1 to 192.0.2.2, number 7."));
}
END_TEST

START_TEST(after_starting_anew_nothing_is_left)
{
	play_three();
	q.session = q.mail = 1;
	q.mail_view = QUERY_MAIL_TEXT;
	ask();
	viewer_clear(v);
	engine_free(w.engine);
	wire_begin(&w);
	ask();
	ck_assert_uint_eq(s->list.total, 0);
	ck_assert_uint_eq(s->session, 0);
	ck_assert_uint_eq(s->stream.count, 0);
	ck_assert_uint_eq(s->mail, 0);
}
END_TEST

/* It is the last to go. */
START_TEST(a_session_may_be_evicted_under_the_eye)
{
	bool goes = _i == 1;

	engine_free(w.engine);
	w.options.memory_limit = goes ? 1024 : 200 * 1024;
	wire_begin(&w);
	wire_play(&w, WIRE_MAIL);
	q.session = q.mail = 1;
	q.mail_view = QUERY_MAIL_TEXT;
	for (int i = 0; i < 100; i++) {
		wire_play(&w, WIRE_MAIL);
		w.now_ns += 2 * CLOCK_NS_PER_S;
		ask();
	}
	ck_assert_uint_gt(engine_counters(w.engine)->evicted, 50);
	ck_assert_int_eq(engine_connection(w.engine, 1) == NULL, goes);
	ck_assert_uint_eq(s->session, !goes);
	ck_assert_uint_eq(s->mail, !goes);
	ck_assert_int_eq(s->packet_window.total == 0, goes);
	engine_finish(w.engine);
}
END_TEST

/* Twice 5,000 packets of no session around one: of those, the list has the last ones, and moves over what is gone. */
START_TEST(packets_that_are_gone_are_passed_over)
{
	uint64_t first;

	engine_free(w.engine);
	w.options.memory_limit = 100 * 1024;
	wire_begin(&w);
	for (int i = 0; i < 2; i++) {
		w.server_port = 9999;
		for (int k = 0; k < 5000; k++)
			wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_from_text("no mail"));
		w.server_port = 25;
		wire_open(&w);
		if (i == 0)
			engine_connection(w.engine, 1)->session->marked = true;
	}
	q.all_packets = true;
	q.packets = (struct query_around){.anchor = 17, .before = 2, .after = 20};
	ask();
	first = s->packet_rows[0].number;
	ck_assert_uint_eq(first, engine_connection(w.engine, 1)->first_packet);
	ck_assert_uint_eq(s->packet_window.first, 0);
	ck_assert_uint_eq(s->packet_window.count, 20);
	ck_assert_uint_eq(s->packet_rows[1].number, first + 1);
	ck_assert_uint_gt(s->packet_rows[3].number, first + 100);
	ck_assert_uint_eq(s->packet_window.total + s->packets_gone, w.number);
	ck_assert_uint_gt(s->packets_gone, 5000);
	q.packets = (struct query_around){.anchor = UINT64_MAX, .before = 300, .after = 1};
	ask();
	ck_assert_uint_eq(s->packet_rows[s->packet_anchor_row].number, w.number);
	ck_assert_uint_eq(s->packet_window.first + s->packet_window.count, s->packet_window.total);
	/* a search goes round what is there */
	find(QUERY_FIND_PACKETS, first + 2, false, "10.0.0.1:");
	ck_assert_uint_gt(s->find_anchor, first + 100);
	find(QUERY_FIND_PACKETS, first, true, "10.0.0.1:");
	ck_assert_uint_eq(s->find_anchor, w.number);
	find(QUERY_FIND_PACKETS, w.number, false, "10.0.0.1:");
	ck_assert_uint_eq(s->find_anchor, first);
	engine_finish(w.engine);
}
END_TEST

static void add_panes(TCase *t)
{
	tcase_add_test(t, the_timeline_explains_a_session);
	tcase_add_test(t, the_row_that_failed_is_told);
	tcase_add_test(t, panes_point_to_the_same_place);
	tcase_add_test(t, windows_around_an_anchor_are_cut_at_the_ends);
	tcase_add_test(t, packets_show_the_handshake_and_what_they_carry);
	tcase_add_test(t, an_opened_packet_shows_its_fields_and_bytes);
	tcase_add_test(t, fields_say_what_numbers_mean);
	tcase_add_test(t, fragments_are_shown_as_such);
	tcase_add_test(t, a_password_is_shown_only_when_asked_for);
	tcase_add_test(t, a_password_in_fragments_is_hidden_too);
	tcase_add_test(t, a_mail_is_shown_decoded_and_raw);
	tcase_add_test(t, parts_of_a_mail_are_listed);
	tcase_add_test(t, many_parts_are_counted);
	tcase_add_test(t, a_mail_on_its_way_is_told_from_one_cut_off);
	tcase_add_test(t, fields_of_a_mail_are_read_again_when_it_is_there);
	tcase_add_test(t, long_lines_of_a_mail_are_wrapped);
	tcase_add_test(t, wide_characters_and_attachments_of_a_mail);
}

/* The first of them is number 2^32 - 3. */
START_TEST(packets_are_shown_beyond_32_bits)
{
	const uint64_t first = (UINT64_C(1) << 32) - 3;

	w.number = first - 1;
	play_three();
	q.session = 1;
	q.packet = first + 4;
	ask();
	ck_assert_uint_eq(s->packet_rows[0].number, first);
	ck_assert_uint_eq(s->packet_rows[4].number, first + 4);
	ck_assert_str_eq(s->packet_rows[4].info, "[ACK] EHLO me  len 9 seq 1 ack 10 win 8192");
	ck_assert_uint_eq(s->timeline_rows[0].packet, first);
	ck_assert_uint_eq(s->timeline_rows[2].packet, first + 4);
	ck_assert_uint_eq(s->packet.number, first + 4);
	ck_assert_str_eq(s->packet.fields[0].value, "number 4294967297, 49 bytes on the wire, 49 captured");
	q.packets.anchor = first + 4;
	ask();
	ck_assert_uint_eq(s->packet_rows[s->packet_anchor_row].number, first + 4);
	q.all_packets = true;
	ask();
	ck_assert_uint_eq(s->packet_rows[s->packet_anchor_row].number, first + 4);
	ck_assert_uint_eq(s->packet_window.total, w.number - first + 1);
	q.packets.anchor = UINT64_MAX;
	ask();
	ck_assert_uint_eq(s->packet_rows[s->packet_anchor_row].number, w.number);
	find(QUERY_FIND_PACKETS, first, false, "EHLO");
	ck_assert_uint_eq(s->find_anchor, first + 4);
	find(QUERY_FIND_PACKETS, w.number, true, "EHLO");
	ck_assert_uint_gt(s->find_anchor, first + 4);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_empty_capture_has_empty_panes);
	tcase_add_test(t, the_list_tells_what_became_of_each_session);
	tcase_add_test(t, the_client_that_a_proxy_told_is_shown_with_a_sign);
	tcase_add_test(t, a_window_stays_within_the_list);
	tcase_add_test(t, the_last_row_is_followed);
	tcase_add_test(t, mails_of_all_sessions_are_a_list);
	tcase_add_test(t, a_filter_hides_sessions);
	tcase_add_test(t, another_order_is_another_list);
	tcase_add_test(t, each_shown_session_is_visited);
	add_panes(t);
	tcase_add_test(t, sessions_are_found_by_what_they_show_and_by_their_mails);
	tcase_add_test(t, every_pane_of_a_session_is_searched);
	tcase_add_test(t, matches_are_counted);
	tcase_add_test(t, statistics_are_searched);
	tcase_add_test(t, a_wrong_pattern_is_found_nowhere);
	tcase_add_test(t, a_search_does_not_find_what_is_masked);
	tcase_add_test(t, marked_and_shown_sessions_are_tallied);
	tcase_add_test(t, ends_without_a_name_are_told);
	tcase_add_test(t, each_list_is_searched);
	tcase_add_test(t, names_are_shown_as_the_query_wants);
	tcase_add_test(t, packets_of_no_session_have_their_addresses);
	tcase_add_test(t, tcp_tells_of_both_sides);
	tcase_add_test(t, the_first_row_names_the_tunnel);
	tcase_add_loop_test(t, the_first_row_tells_who_captured_and_where, 0, sizeof(seen) / sizeof(seen[0]));
	tcase_add_test(t, after_starting_anew_nothing_is_left);
	tcase_add_loop_test(t, a_session_may_be_evicted_under_the_eye, 0, 2);
	tcase_add_test(t, packets_that_are_gone_are_passed_over);
	tcase_add_test(t, packets_are_shown_beyond_32_bits);
}
