#include "present/session_detail.h"

#include "../engine/wire.h"
#include "../main.h"
#include "present/rows.h"

static struct wire w;
static struct session_detail f;

static void setup(void)
{
	wire_init(&w, true);
	wire_begin(&w);
	f = (struct session_detail){.session = 0};
}

static void teardown(void)
{
	session_detail_fini(&f);
	wire_fini(&w);
}

static void look(uint32_t session)
{
	session_detail_update(&f, w.engine, session);
	while (session_detail_work(&f, w.engine))
		continue;
}

/* All lines: "C EHLO me", "S ...", "+" before what goes on from the line above, "!" before what is masked. */
static void expect_lines(bool show_secrets, const char *expected)
{
	struct buffer all = {0};
	struct buffer text = {0};
	struct detail_text about;

	for (size_t i = 0; i < f.line_count; i++) {
		buffer_clear(&text);
		session_detail_line_text(&f, w.engine, i, show_secrets, &text, &about);
		buffer_printf(&all, "%s%s%c ", f.lines[i].continues ? "+" : "", about.secret ? "!" : "",
			      about.side == SIDE_CLIENT ? 'C' : 'S');
		buffer_append(&all, buffer_slice(&text));
		buffer_append_text(&all, "\n");
	}
	buffer_append_byte(&all, '\0');
	ck_assert_str_eq((const char *)all.data, expected);
	buffer_fini(&all);
	buffer_fini(&text);
}

/* ---- lines ---- */

START_TEST(a_conversation_is_cut_into_lines)
{
	wire_play(&w, WIRE_REFUSED);
	look(1);
	expect_lines(false, "S 220 ns1\nC EHLO me\nS 250 ns1\nC MAIL FROM:<a@b>\nS 250 ok\nC RCPT TO:<x@y>\n"
			    "S 550 5.1.1 no such\nC QUIT\nS 221 bye\n");
}
END_TEST

START_TEST(lines_go_on_over_segments_and_while_they_come)
{
	wire_open(&w);
	wire_say(&w, SIDE_SERVER, "220 ");
	look(1);
	expect_lines(false, "S 220 \n");
	wire_say(&w, SIDE_SERVER, "ns1\r");
	wire_say(&w, SIDE_SERVER, "\n220");
	look(1);
	expect_lines(false, "S 220 ns1\nS 220\n");
	wire_say(&w, SIDE_SERVER, " two\r\n");
	wire_say(&w, SIDE_CLIENT, "NOOP\r\nQUIT\r\n");
	look(1);
	expect_lines(false, "S 220 ns1\nS 220 two\nC NOOP\nC QUIT\n");
	engine_finish(w.engine);
}
END_TEST

START_TEST(a_long_line_is_shown_in_parts)
{
	char line[702];

	memset(line, 'x', sizeof(line));
	memcpy(line + 699, "\r\n", 3);
	wire_open(&w);
	wire_say(&w, SIDE_SERVER, "220 x\r\n");
	wire_say(&w, SIDE_CLIENT, line);
	look(1);
	ck_assert_uint_eq(f.line_count, 4);
	ck_assert(!f.lines[1].continues);
	ck_assert(f.lines[2].continues && f.lines[3].continues);
	ck_assert_uint_eq(f.lines[3].position - f.lines[1].position, 480);
	engine_finish(w.engine);
}
END_TEST

START_TEST(gaps_and_encryption_are_lines_of_their_own)
{
	wire_open(&w);
	wire_talk(&w, "S: 220 x\nC: EHLO me\nS: 250\nC~ 30\nC: STARTTLS\n");
	wire_send(&w, SIDE_SERVER, SEGMENT_ACK, slice_of(NULL, 0));
	w.now_ns += 300 * CLOCK_NS_PER_MS;
	wire_talk(&w, "S: 220 go\nC| \\x16\\x03\\x01\\x00\\x05hello\n");
	engine_finish(w.engine);
	look(1);
	expect_lines(false, "S 220 x\nC EHLO me\nS 250\nC 30 bytes were not captured\nC STARTTLS\nS 220 go\n"
			    "C 10 bytes, encrypted\n");
}
END_TEST

/* ---- secrets ---- */

/* PASS and the AUTH exchange, cut in two at every byte: once the line is whole no byte of the secret is shown. */
START_TEST(a_password_is_masked_wherever_the_line_is_cut)
{
	static const char *const lines[] = {"PASS secret\r\n", "AUTH PLAIN AGJvYgBzZWNyZXQ=\r\n"};
	static const char *const shown[] = {"!C PASS ********\n", "!C AUTH PLAIN ********\n"};
	size_t which = (size_t)_i % 2;
	size_t at = (size_t)_i / 2;
	char expected[200];

	w.server_port = 110;
	if (at >= strlen(lines[which]))
		return;
	wire_open(&w);
	wire_talk(&w, which == 0 ? "S: +OK\nC: USER bob\nS: +OK\n" : "S: +OK\n");
	wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_of(lines[which], at));
	wire_send(&w, SIDE_CLIENT, SEGMENT_ACK, slice_after(slice_from_text(lines[which]), at));
	wire_talk(&w, "S: +OK\n");
	look(1);
	snprintf(expected, sizeof(expected), "S +OK\n%s%sS +OK\n", which == 0 ? "C USER bob\nS +OK\n" : "",
		 shown[which]);
	expect_lines(false, expected);
	snprintf(expected, sizeof(expected), "S +OK\n%sC %.*s\nS +OK\n", which == 0 ? "C USER bob\nS +OK\n" : "",
		 (int)strlen(lines[which]) - 2, lines[which]);
	expect_lines(true, expected);
	engine_finish(w.engine);
}
END_TEST

START_TEST(of_a_login_only_the_secret_is_masked)
{
	wire_play(&w, "S: 220 x\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: Ym9i\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\n"
		      "S: 235 ok\n");
	look(1);
	expect_lines(false,
		     "S 220 x\nC AUTH LOGIN\nS 334 VXNlcm5hbWU6\nC Ym9i\nS 334 UGFzc3dvcmQ6\n!C ********\nS 235 ok\n");
}
END_TEST

/* However long a password is, the mask has one width: also in pieces, in a row that a long line is cut into, and where
 * the server repeats it. */
START_TEST(the_mask_tells_no_length)
{
	static const char *const passwords[] = {"ab1", "s3cr3tXY", "a-much-longer-s3cr3t-than-most-people-have"};
	char script[256];

	w.server_port = 110;
	snprintf(script, sizeof(script),
		 "S: +OK\nC: USER bob\nS: +OK\nC: PASS %s\nS: -ERR not \"%s\" of bob\nC: QUIT\nS: +OK\n", passwords[_i],
		 passwords[_i]);
	wire_play(&w, script);
	look(1);
	expect_lines(false,
		     "S +OK\nC USER bob\nS +OK\n!C PASS ********\n!S -ERR not \"********\" of bob\nC QUIT\nS +OK\n");
}
END_TEST

/* ---- the timeline ---- */

START_TEST(the_timeline_tells_all_in_order)
{
	static const enum session_detail_kind kinds[] = {
		FOCUS_CONNECT,	 FOCUS_REPLY, FOCUS_COMMAND, FOCUS_AUTH_LINE, FOCUS_AUTH_LINE, FOCUS_AUTH_LINE,
		FOCUS_AUTH_LINE, FOCUS_REPLY, FOCUS_COMMAND, FOCUS_REPLY,     FOCUS_FIN,       FOCUS_FIN};
	struct packet_record tick = {.kind = PACKET_TICK};

	wire_play(&w, "S: 220 x\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: Ym9i\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\n"
		      "S: 235 ok\nC: QUIT\nS: 221 bye\n");
	tick.time_ns = w.now_ns + 2 * CLOCK_NS_PER_S;
	engine_feed(w.engine, &tick, slice_of(NULL, 0));
	look(1);
	ck_assert_uint_eq(f.item_count, sizeof(kinds) / sizeof(kinds[0]));
	for (size_t i = 0; i < f.item_count; i++) {
		ck_assert_int_eq(f.items[i].kind, kinds[i]);
		ck_assert(i == 0 || f.items[i].time_ns >= f.items[i - 1].time_ns);
	}
	ck_assert_uint_eq(session_detail_item_of_packet(&f, 1), 0);
	ck_assert_uint_eq(session_detail_item_of_packet(&f, 5), 2);
	ck_assert_uint_eq(session_detail_item_of_packet(&f, 6), 3);
	ck_assert_uint_eq(session_detail_item_of_packet(&f, 1000), 11);
}
END_TEST

/* ---- places ---- */

START_TEST(every_byte_has_a_place_and_a_line)
{
	struct connection *v;
	uint64_t expected[SIDES] = {0, 0};
	size_t line = 0;

	wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
	look(1);
	v = engine_connection(w.engine, 1);
	for (uint64_t position = 0; position < f.end; position++) {
		const struct detail_chunk *c = session_detail_chunk_at(&f, position);

		ck_assert_uint_eq(session_detail_position(&f, v, c->side, expected[c->side]), position);
		expected[c->side]++;
		while (line + 1 < f.line_count && f.lines[line + 1].position <= position)
			line++;
		ck_assert_uint_eq(session_detail_line_of(&f, position), line);
	}
	ck_assert_uint_eq(expected[SIDE_CLIENT], v->session->side[SIDE_CLIENT].bytes);
	ck_assert_uint_eq(expected[SIDE_SERVER], v->session->side[SIDE_SERVER].bytes);
	ck_assert_uint_eq(session_detail_position(&f, v, SIDE_CLIENT, 100000), f.end);
	ck_assert_ptr_null(session_detail_chunk_at(&(struct session_detail){.session = 0}, 5));
}
END_TEST

START_TEST(packets_are_those_of_the_session)
{
	wire_open(&w);
	w.client_port++;
	wire_open(&w);
	w.client_port--;
	wire_say(&w, SIDE_SERVER, "220 x\r\n");
	look(1);
	ck_assert_uint_eq(f.packet_count, 4);
	ck_assert_uint_eq(f.packets[3], 7);
	ck_assert_uint_eq(session_detail_packet_row(&f, 2), 1);
	ck_assert_uint_eq(session_detail_packet_row(&f, 5), 2);
	ck_assert_uint_eq(session_detail_packet_row(&f, 100), 3);
	wire_say(&w, SIDE_SERVER, "220 y\r\n");
	look(1);
	ck_assert_uint_eq(f.packet_count, 5);
	look(2);
	ck_assert_uint_eq(f.packet_count, 3);
	ck_assert_uint_eq(f.packets[0], 4);
	engine_finish(w.engine);
}
END_TEST

START_TEST(a_session_that_is_not_there_is_empty)
{
	wire_play(&w, WIRE_MAIL);
	look(1);
	look(7);
	ck_assert_uint_eq(f.item_count + f.line_count + f.packet_count, 0);
	look(0);
	ck_assert_uint_eq(f.line_count, 0);
	look(1);
	ck_assert_uint_gt(f.line_count, 0);
	engine_finish(w.engine);
}
END_TEST

/* ---- what a row says ---- */

static void expect_said(size_t item, bool show_secrets, size_t size, const char *expected)
{
	char text[256];

	ck_assert_uint_le(size, sizeof(text));
	rows_said(&f, w.engine, item, show_secrets, text, size);
	ck_assert_str_eq(text, expected);
}

/* All of it, line by line, as it was sent; masked as everywhere; never more than there is room for. */
START_TEST(a_row_says_all)
{
	wire_open(&w);
	wire_talk(&w,
		  "S: 220 hi\nC: EHLO me\nS: 250-ns1\nS: 250-SIZE \033[1m\nS: 250 HELP\nC: AUTH PLAIN AGJvYgBzM2M=\n"
		  "S: 235 in\n");
	look(1);
	expect_said(1, false, 256, "220 hi");
	expect_said(2, false, 256, "EHLO me");
	expect_said(3, false, 256, "250-ns1\n250-SIZE ␛[1m\n250 HELP");
	expect_said(3, false, 10, "250-ns1\n2");
	expect_said(4, false, 256, "AUTH PLAIN ********");
	expect_said(4, true, 256, "AUTH PLAIN AGJvYgBzM2M=");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_row_says_all);
	tcase_add_test(t, a_conversation_is_cut_into_lines);
	tcase_add_test(t, lines_go_on_over_segments_and_while_they_come);
	tcase_add_test(t, a_long_line_is_shown_in_parts);
	tcase_add_test(t, gaps_and_encryption_are_lines_of_their_own);
	tcase_add_loop_test(t, a_password_is_masked_wherever_the_line_is_cut, 2, 60);
	tcase_add_test(t, of_a_login_only_the_secret_is_masked);
	tcase_add_loop_test(t, the_mask_tells_no_length, 0, 3);
	tcase_add_test(t, the_timeline_tells_all_in_order);
	tcase_add_test(t, every_byte_has_a_place_and_a_line);
	tcase_add_test(t, packets_are_those_of_the_session);
	tcase_add_test(t, a_session_that_is_not_there_is_empty);
}
