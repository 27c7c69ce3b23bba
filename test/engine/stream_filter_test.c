/*
 * A filter that makes plain text of records: the shape of TLS, and no secret but that each byte is turned round. What
 * goes on behind it, and in what it cannot read, must come out as if it had been said in clear.
 */
#include "engine/stream_filter.h"

#include "../main.h"
#include "base/mem.h"
#include "wire.h"

enum {
	HEAD_LEN = 5,
	RECORD_MAX = 256,
	TYPE_HANDSHAKE = 0x16,
	TYPE_TEXT = 0x17,
	TYPE_LOCKED = 0x15, /* no key fits */
};

struct unsealing {
	uint8_t record[SIDES][HEAD_LEN + RECORD_MAX];
	size_t len[SIDES];
};

static size_t opened;

static void take_record(struct unsealing *u, enum side side, stream_filter_sink *sink, void *ctx)
{
	uint8_t *payload = u->record[side] + HEAD_LEN;
	size_t len = u->len[side] - HEAD_LEN;
	uint8_t type = u->record[side][0];

	for (size_t i = 0; i < len; i++)
		payload[i] ^= 0xff;
	if (type == TYPE_TEXT)
		sink(ctx, side, &(struct stream_text){.text = slice_of(payload, len)});
	else if (type == TYPE_LOCKED)
		sink(ctx, side, &(struct stream_text){.len = len});
	u->len[side] = 0;
}

static size_t unseal(void *state, enum side side, struct slice bytes, stream_filter_sink *sink, void *ctx)
{
	struct unsealing *u = state;

	for (size_t i = 0; i < bytes.len; i++) {
		u->record[side][u->len[side]++] = bytes.data[i];
		if (u->len[side] >= HEAD_LEN && u->len[side] == (size_t)HEAD_LEN + u->record[side][4])
			take_record(u, side, sink, ctx);
	}
	opened++;
	return bytes.len;
}

/* The rest of the record at hand is gone. */
static void lose(void *state, enum side side, uint64_t len, stream_filter_sink *sink, void *ctx)
{
	struct unsealing *u = state;

	u->len[side] = 0;
	sink(ctx, side, &(struct stream_text){.len = len, .is_missing = true});
}

static size_t closed;

static void *open_filter(void *ctx, struct connection *v)
{
	(void)ctx;
	(void)v;
	return mem_zalloc(sizeof(struct unsealing));
}

static void close_filter(void *state)
{
	free(state);
	closed++;
}

static const struct stream_filter turned = {
	.name = "turned", .open = open_filter, .feed = unseal, .gap = lose, .close = close_filter};

static struct wire w;

static void begin(bool keep)
{
	opened = closed = 0;
	wire_init(&w, keep);
	w.options.tls_filter = &turned;
	wire_begin(&w);
}

static void send_pieces(enum side side, struct slice bytes, size_t piece_len)
{
	for (size_t at = 0; at < bytes.len; at += piece_len)
		wire_send(&w, side, SEGMENT_ACK, slice_sub(bytes, at, piece_len));
}

/* Records of at most `record_len` bytes of text, in segments of `piece_len`. */
static void seal(enum side side, uint8_t type, struct slice text, size_t record_len, size_t piece_len)
{
	struct buffer sealed = {0};

	for (size_t at = 0; at < text.len; at += record_len) {
		struct slice part = slice_sub(text, at, record_len);
		uint8_t head[HEAD_LEN] = {type, 3, 3, 0, (uint8_t)part.len};

		buffer_append(&sealed, slice_of(head, sizeof(head)));
		for (size_t i = 0; i < part.len; i++)
			buffer_append_byte(&sealed, part.data[i] ^ 0xff);
	}
	send_pieces(side, buffer_slice(&sealed), piece_len);
	buffer_fini(&sealed);
}

static void shake_hands(size_t piece_len)
{
	seal(SIDE_CLIENT, TYPE_HANDSHAKE, slice_from_text("hello"), RECORD_MAX - 1, piece_len);
	seal(SIDE_SERVER, TYPE_HANDSHAKE, slice_from_text("hello, too"), RECORD_MAX - 1, piece_len);
}

static void talk_sealed(const char *text, size_t record_len, size_t piece_len)
{
	struct script s = script_parse(text);

	for (size_t i = 0; i < s.count; i++)
		seal(s.steps[i].side, TYPE_TEXT, buffer_slice(&s.steps[i].bytes), record_len, piece_len);
	script_free(&s);
}

#define HELLO	 "S: 220 ns1\nC: EHLO me\nS: 250 ns1\n"
#define STARTTLS HELLO "C: STARTTLS\nS: 220 go\n"
#define REST                                                                                                           \
	"C: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\n"     \
	"C: Subject: one two\nC: \nC: Hi\nC: ..dot\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 bye\n"
#define SAID                                                                                                           \
	"1 (greeting)\n1 EHLO\n1 STARTTLS\n1 EHLO\n1 MAIL\n1 RCPT\n1 DATA\n1 mail 1 accepted 30 \"one two\"\n"         \
	"1 (message)\n1 QUIT\n1 smtp closed\n"

static const size_t cuts[] = {1, 2, 3, 4, 5, 6, 7, 11, 64, 1400};

enum {
	CUTS = sizeof(cuts) / sizeof(cuts[0]),
};

static void expect_said(const char *said)
{
	engine_finish(w.engine);
	wire_expect(&w, said);
	wire_fini(&w);
	ck_assert_uint_gt(opened, 0);
	ck_assert_uint_eq(closed, 1);
}

/* Records and segments cut anywhere; with a screen and without. */
START_TEST(text_behind_starttls_is_read)
{
	begin(_i % 2 == 0);
	wire_open(&w);
	wire_talk(&w, STARTTLS);
	shake_hands(cuts[_i / 2 / CUTS]);
	talk_sealed(REST, cuts[_i / 2 % CUTS] % 250, cuts[_i / 2 / CUTS]);
	wire_close(&w);
	expect_said(SAID);
}
END_TEST

/* From the first byte on the greeting is after it, too. */
START_TEST(text_in_tls_from_the_start_is_read)
{
	begin(true);
	w.server_port = 465;
	wire_open(&w);
	shake_hands(cuts[_i]);
	talk_sealed(HELLO REST, 40, cuts[_i]);
	wire_close(&w);
	expect_said("1 (greeting)\n1 EHLO\n1 EHLO\n1 MAIL\n1 RCPT\n1 DATA\n1 mail 1 accepted 30 \"one two\"\n"
		    "1 (message)\n1 QUIT\n1 smtp closed\n");
}
END_TEST

/* A mail in whose data a part cannot be read: it is there, and not whole. */
START_TEST(opaque_text_within_a_mail_is_missing_from_it)
{
	const uint32_t missing = _i < 2 ? 10 : 40000000; /* more than an extent can have */
	const struct session *s;

	begin(true);
	wire_open(&w);
	wire_talk(&w, STARTTLS);
	shake_hands(100);
	talk_sealed("C: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\n"
		    "S: 354 go\nC: Subject: one two\nC: \n",
		    100, 100);
	if (_i == 0)
		seal(SIDE_CLIENT, TYPE_LOCKED, slice_from_text("0123456789"), 100, 100);
	else
		w.seq[SIDE_CLIENT] += missing; /* or was not captured */
	talk_sealed("C: Hi\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 bye\n", 100, 100);
	wire_close(&w);
	engine_finish(w.engine);
	s = engine_connection(w.engine, 1)->session;
	ck_assert_uint_eq(s->mail_count, 1);
	ck_assert_uint_eq(s->mails[0]->missing_len, missing);
	ck_assert(!s->mails[0]->complete && s->mails[0]->outcome == MAIL_ACCEPTED);
	ck_assert(slice_equals(command_verb(&s->commands[s->command_count - 1]), slice_from_text("QUIT")));
	wire_fini(&w);
}
END_TEST

/* STARTTLS within the text, and what looks like TLS after it: of that nobody has the keys. */
START_TEST(what_turns_opaque_in_the_text_stays_so)
{
	struct connection *v;
	struct byte_stream stream;

	begin(true);
	wire_open(&w);
	wire_talk(&w, STARTTLS);
	shake_hands(100);
	talk_sealed("C: STARTTLS\nS: 220 go\n", 100, 100);
	seal(SIDE_CLIENT, TYPE_TEXT, slice_of("\x16\3\1\0\5hello", 10), 100, 100);
	seal(SIDE_SERVER, TYPE_TEXT, slice_of("\x16\3\3\0\5hello\r\n250 no\r\n", 20), 100, 100);
	seal(SIDE_CLIENT, TYPE_TEXT, slice_from_text("MAIL FROM:<a@b>\r\n"), 100, 100);
	v = engine_connection(w.engine, 1);
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		stream = connection_stream(v, side);
		ck_assert_uint_lt(stream.opaque_begin, extents_end(stream.extents));
		ck_assert_uint_eq(stream.opaque_begin, v->session->tls_begin[side]);
		ck_assert_uint_eq(v->dialogue->offset[side], extents_end(stream.extents));
	}
	ck_assert_uint_eq(v->session->command_count, 4); /* the greeting, EHLO, and STARTTLS twice */
	wire_close(&w);
	engine_finish(w.engine);
	wire_fini(&w);
}
END_TEST

/* Where the text lies, and when it came: in the packet that completed its record. */
START_TEST(text_has_the_stamp_of_its_record)
{
	struct connection *v;
	const struct command *mail;
	struct byte_stream stream;

	begin(true);
	wire_open(&w);
	wire_talk(&w, STARTTLS);
	shake_hands(100);
	talk_sealed("C: MAIL FROM:<a@b>\nS: 250 ok\n", 100, 6);
	v = engine_connection(w.engine, 1);
	mail = &v->session->commands[v->session->command_count - 1];
	ck_assert_int_eq(mail->kind, KIND_MAIL);
	ck_assert_uint_eq(mail->packet, w.number - 3); /* the reply came in 3 pieces after it */
	ck_assert_uint_eq(connection_stamp(v, SIDE_CLIENT, mail->begin).packet, mail->packet);
	stream = connection_stream(v, SIDE_CLIENT);
	ck_assert_int_eq(byte_stream_at(&stream, mail->begin).kind, BYTE_RUN_BYTES);
	ck_assert_uint_lt(extents_end(stream.extents), extents_end(connection_wire(v, SIDE_CLIENT)));
	engine_finish(w.engine);
	wire_fini(&w);
}
END_TEST

/* Nobody has the key: all after STARTTLS is opaque, as it is on the wire. */
START_TEST(without_a_filter_the_rest_is_opaque)
{
	struct connection *v;
	struct byte_stream stream;

	begin(true);
	w.options.tls_filter = NULL;
	engine_free(w.engine);
	wire_begin(&w);
	wire_open(&w);
	wire_talk(&w, STARTTLS);
	shake_hands(3);
	talk_sealed(REST, 20, 20);
	v = engine_connection(w.engine, 1);
	stream = connection_stream(v, SIDE_CLIENT);
	ck_assert_uint_eq(stream.opaque_begin, v->session->tls_begin[SIDE_CLIENT]);
	ck_assert_int_eq(byte_stream_at(&stream, stream.opaque_begin - 1).kind, BYTE_RUN_BYTES);
	ck_assert_int_eq(byte_stream_at(&stream, stream.opaque_begin).kind, BYTE_RUN_OPAQUE);
	ck_assert_uint_eq(v->session->command_count, 3);
	wire_close(&w);
	engine_finish(w.engine);
	wire_fini(&w);
	ck_assert_uint_eq(opened, 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, text_behind_starttls_is_read, 0, 2 * CUTS * CUTS);
	tcase_add_loop_test(t, text_in_tls_from_the_start_is_read, 0, CUTS);
	tcase_add_loop_test(t, opaque_text_within_a_mail_is_missing_from_it, 0, 3);
	tcase_add_test(t, what_turns_opaque_in_the_text_stays_so);
	tcase_add_test(t, text_has_the_stamp_of_its_record);
	tcase_add_test(t, without_a_filter_the_rest_is_opaque);
}
