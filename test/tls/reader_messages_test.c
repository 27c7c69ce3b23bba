#include "listener.h"
#include "sealer.h"

#define RANDOM "0123456789abcdef0123456789abcdef"
#define CLIENT "\x03\x03" RANDOM "\x00\x00\x02\x00\x2f\x01\x00"
#define SERVER "\x03\x03" RANDOM "\x00\x00\x2f\x00"

enum {
	RECORD_LEN = 16000,
};

static void append_record(struct buffer *out, uint8_t type, const void *body, size_t len)
{
	buffer_append(out, slice_of((uint8_t[]){type, 3, 3, (uint8_t)(len >> 8), (uint8_t)len}, 5));
	buffer_append(out, slice_of(body, len));
}

static void append_message(struct buffer *out, uint8_t type, const void *body, size_t len)
{
	buffer_append(out, slice_of((uint8_t[]){type, (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len}, 4));
	buffer_append(out, slice_of(body, len));
}

/* In records of `len` bytes. */
static void append_records(struct buffer *out, const struct buffer *messages, size_t len)
{
	for (struct slice rest = buffer_slice(messages); rest.len > 0; rest = slice_after(rest, len)) {
		struct slice piece = slice_sub(rest, 0, len);

		append_record(out, 22, piece.data, piece.len);
	}
}

/* Both sides; the client first. */
static void hear(struct listener *l, const struct buffer *client, const struct buffer *server, size_t piece_len)
{
	const struct buffer *const wires[] = {client, server};

	listener_begin(l, NULL, NULL);
	for (int side = 0; side < SIDES; side++)
		for (struct slice rest = buffer_slice(wires[side]); rest.len > 0; rest = slice_after(rest, piece_len)) {
			listener_add(l, (enum side)side, slice_sub(rest, 0, piece_len), 0);
			listener_push(l);
		}
	listener_finish(l);
}

static void expect(const struct buffer *client, const struct buffer *server, const char *said)
{
	static const size_t lens[] = {SIZE_MAX, 1, 2, 3, 5, 50, 1460};
	struct listener l;

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		hear(&l, client, server, lens[i]);
		ck_assert_str_eq(listener_said(&l), said);
		listener_end(&l);
	}
}

/* A chain of certificates of 1,000 bytes. */
static void append_chain(struct buffer *messages, size_t count)
{
	struct buffer body = {.len = 0};
	uint8_t der[1000];

	memset(der, 'x', sizeof(der));
	buffer_append(&body, slice_of((uint8_t[]){(uint8_t)(count * 1003 >> 16), (uint8_t)(count * 1003 >> 8),
						  (uint8_t)(count * 1003)},
				      3));
	for (size_t i = 0; i < count; i++) {
		buffer_append(&body, slice_of("\0\3\350", 3));
		buffer_append(&body, slice_of(der, sizeof(der)));
	}
	append_message(messages, 11, body.data, body.len);
	buffer_fini(&body);
}

struct wires {
	struct buffer client;
	struct buffer messages; /* of the server */
	struct buffer server;
};

static struct wires begin_wires(void)
{
	struct wires w = {.client = {.len = 0}};
	struct buffer hello = {.len = 0};

	append_message(&hello, 1, CLIENT, sizeof(CLIENT) - 1);
	append_record(&w.client, 22, hello.data, hello.len);
	buffer_fini(&hello);
	append_message(&w.messages, 2, SERVER, sizeof(SERVER) - 1);
	return w;
}

static void end_wires(struct wires *w)
{
	buffer_fini(&w->client);
	buffer_fini(&w->messages);
	buffer_fini(&w->server);
}

#define HELLOS "C client-hello TLS 1.2 \nS server-hello TLS 1.2\n"

START_TEST(messages_lie_across_records)
{
	static const size_t lens[] = {1, 3, 10, 40, 1000, RECORD_LEN};

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct wires w = begin_wires();

		append_chain(&w.messages, 2);
		append_message(&w.messages, 14, "", 0);
		append_records(&w.server, &w.messages, lens[i]);
		append_record(&w.server, 21, "\2\x28", 2);
		expect(&w.client, &w.server, HELLOS "S certificate 2\nS alert 2 40\n");
		end_wires(&w);
	}
}
END_TEST

START_TEST(messages_too_long_are_told_by_their_beginning)
{
	struct wires w = begin_wires();
	struct buffer body = {.len = 0};
	struct buffer hello = {.len = 0};

	append_chain(&w.messages, 100);
	append_message(&w.messages, 14, "", 0);
	append_records(&w.server, &w.messages, RECORD_LEN);
	append_record(&w.server, 21, "\2\x28", 2);
	expect(&w.client, &w.server, HELLOS "S certificate 10\nS alert 2 40\n");
	buffer_append(&body, slice_of(CLIENT, sizeof(CLIENT) - 1));
	memset(buffer_room(&body, 70000), 0, 70000);
	body.len += 70000;
	append_message(&hello, 1, body.data, body.len);
	buffer_clear(&w.client);
	append_records(&w.client, &hello, RECORD_LEN);
	expect(&w.client, &w.server, HELLOS "S certificate 10\nS alert 2 40\n");
	buffer_fini(&body);
	buffer_fini(&hello);
	end_wires(&w);
}
END_TEST

/* Of a chain with a hole the certificates before it are told, and what comes behind is read on. */
START_TEST(holes_leave_what_is_whole)
{
	static const struct {
		size_t chain; /* certificates */
		size_t begin; /* of the hole, from where the chain's message begins */
		size_t len;
		const char *said;
	} rows[] = {
		{3, 2100, 10, HELLOS "S certificate 2\nS change-cipher\nS unread no-key\nS data\n"},
		{3, 1500, 300, HELLOS "S certificate 1\nS change-cipher\nS unread no-key\nS data\n"},
		{3, 100, 10, HELLOS "S change-cipher\nS unread no-key\nS data\n"},
		{3, 0, 2, HELLOS "S change-cipher\nS unread no-key\nS data\n"},
		{30, 15000, 2000, HELLOS "S certificate 10\nS change-cipher\nS unread no-key\nS data\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wires w = begin_wires();
		struct listener l;
		size_t begin;

		append_records(&w.server, &w.messages, RECORD_LEN);
		begin = w.server.len + 5 + rows[i].begin;
		buffer_clear(&w.messages);
		append_chain(&w.messages, rows[i].chain);
		append_records(&w.server, &w.messages, RECORD_LEN);
		append_record(&w.server, 20, "\1", 1);
		append_record(&w.server, 23, "encrypted", 9);
		listener_begin(&l, NULL, NULL);
		listener_add(&l, SIDE_CLIENT, buffer_slice(&w.client), 0);
		listener_add(&l, SIDE_SERVER, slice_sub(buffer_slice(&w.server), 0, begin), 0);
		listener_add(&l, SIDE_SERVER, slice_of(NULL, 0), rows[i].len);
		listener_add(&l, SIDE_SERVER, slice_after(buffer_slice(&w.server), begin + rows[i].len), 0);
		listener_finish(&l);
		ck_assert_msg(strcmp(listener_said(&l), rows[i].said) == 0, "row %zu:\n%s", i, listener_said(&l));
		listener_end(&l);
		end_wires(&w);
	}
}
END_TEST

START_TEST(alerts_are_clear_or_hidden)
{
	struct wires w = begin_wires();

	append_records(&w.server, &w.messages, RECORD_LEN);
	append_record(&w.server, 21, "\1\x5a", 2);
	append_record(&w.server, 20, "\1", 1);
	append_record(&w.server, 22, "\1\0\0\1 encrypted", 14);
	append_record(&w.server, 21, "0123456789", 10);
	append_record(&w.server, 24, "a heartbeat", 11);
	append_record(&w.server, 21, "\1\0", 2);
	append_record(&w.server, 23, "data", 4);
	expect(&w.client, &w.server,
	       HELLOS
	       "S alert 1 90\nS change-cipher\nS unread no-key\nS finished\nS hidden-alert\nS alert 1 0\nS data\n");
	end_wires(&w);
}
END_TEST

/* Once a hello was agreed to in clear, no other in clear changes that. */
START_TEST(a_second_hello_is_not_heard)
{
	static const char other[] = "\x03\x03" RANDOM "\x00\xfe\xfe\x00";
	struct wires w = begin_wires();

	append_message(&w.messages, 2, other, sizeof(other) - 1);
	append_records(&w.server, &w.messages, RECORD_LEN);
	append_record(&w.server, 21, "\2\x28", 2);
	expect(&w.client, &w.server, HELLOS "S alert 2 40\n");
	end_wires(&w);
}
END_TEST

START_TEST(names_and_lengths_are_told)
{
	static const char hello[] = "\x03\x03" RANDOM "\x00\x00\x02\x00\x2f\x01\x00\x00\x14"
				    "\x00\x00\x00\x10\x00\x0e\x00\x00\x0bns1.example";
	struct buffer message = {.len = 0};
	struct buffer wire = {.len = 0};
	struct buffer none = {.len = 0};

	append_message(&message, 1, hello, sizeof(hello) - 1);
	append_records(&wire, &message, 20);
	expect(&wire, &none, "C client-hello TLS 1.2 ns1.example\n");
	buffer_fini(&message);
	buffer_fini(&wire);
}
END_TEST

/* ---- inside TLS 1.3 ---- */

#define CLIENT_1_3 "\x03\x03" RANDOM "\x00\x00\x02\x13\x01\x01\x00\x00\x07\x00\x2b\x00\x03\x02\x03\x04"
#define SERVER_1_3 "\x03\x03" RANDOM "\x00\x13\x01\x00\x00\x06\x00\x2b\x00\x02\x03\x04"
#define SECRET	   "the secret of both of the epochs"
#define UPDATE	   "\x18\x00\x00\x01\x00"
#define TICKET	   "\x04\x00\x00\x01\x00"

/* What the server says once it has sent its Finished, record by record. */
struct sealed {
	struct buffer log;
	struct wires w;
	struct sealer sealer;
	uint8_t secret[sizeof(SECRET) - 1];
};

static void append_line(struct buffer *log, const char *label)
{
	buffer_printf(log, "%s ", label);
	for (size_t i = 0; i < KEY_RANDOM_LEN; i++)
		buffer_printf(log, "%02x", RANDOM[i]);
	buffer_append_byte(log, ' ');
	for (size_t i = 0; i < sizeof(SECRET) - 1; i++)
		buffer_printf(log, "%02x", SECRET[i]);
	buffer_append_byte(log, '\n');
}

static void set_key(struct sealed *s)
{
	sealer_init_1_3(&s->sealer, suite_find(0x1301), slice_of(s->secret, sizeof(s->secret)));
}

static void begin_sealed(struct sealed *s)
{
	static const uint8_t finished[4 + 32] = {20, 0, 0, 32};
	struct buffer hello = {.len = 0};

	*s = (struct sealed){.log = {.len = 0}};
	append_line(&s->log, "SERVER_HANDSHAKE_TRAFFIC_SECRET");
	append_line(&s->log, "SERVER_TRAFFIC_SECRET_0");
	append_message(&hello, 1, CLIENT_1_3, sizeof(CLIENT_1_3) - 1);
	append_record(&s->w.client, 22, hello.data, hello.len);
	buffer_fini(&hello);
	append_message(&s->w.messages, 2, SERVER_1_3, sizeof(SERVER_1_3) - 1);
	append_records(&s->w.server, &s->w.messages, RECORD_LEN);
	memcpy(s->secret, SECRET, sizeof(s->secret));
	set_key(s);
	sealer_seal(&s->sealer, 22, slice_of(finished, sizeof(finished)), &s->w.server);
	set_key(s);
}

static void say_sealed(struct sealed *s, uint8_t type, const char *text, size_t len)
{
	sealer_seal(&s->sealer, type, slice_of(text, len), &s->w.server);
}

static void update_sealed(struct sealed *s)
{
	uint8_t next[sizeof(s->secret)];

	sealer_expand(s->sealer.suite, slice_of(s->secret, sizeof(s->secret)), "traffic upd", next, sizeof(next));
	memcpy(s->secret, next, sizeof(next));
	set_key(s);
}

/* What is told of the server behind its Finished. */
static void end_sealed(struct sealed *s, const char *said)
{
	static const char before[] = "S server-hello TLS 1.3\nS finished\n";
	struct listener l;

	listener_begin(&l, &s->log, NULL);
	listener_add(&l, SIDE_CLIENT, buffer_slice(&s->w.client), 0);
	listener_add(&l, SIDE_SERVER, buffer_slice(&s->w.server), 0);
	listener_finish(&l);
	ck_assert_int_eq(strncmp(listener_string(&l.said_by[SIDE_SERVER]), before, sizeof(before) - 1), 0);
	ck_assert_str_eq(listener_string(&l.said_by[SIDE_SERVER]) + sizeof(before) - 1, said);
	listener_end(&l);
	end_wires(&s->w);
	buffer_fini(&s->log);
}

/* A key is changed where a record ends, and nowhere else. */
START_TEST(a_key_is_updated_by_the_end_of_a_record)
{
	static const struct {
		const char *text;
		size_t len;
		bool updates;
		const char *said;
	} rows[] = {
		{UPDATE, 5, true, "S key-update\nS text\n"},
		{TICKET UPDATE, 10, true, "S ticket\nS key-update\nS text\n"},
		{UPDATE TICKET, 10, false, "S ticket\nS text\n"},
		{UPDATE "\x18", 6, false, "S text\n"},
		{UPDATE UPDATE, 10, true, "S key-update\nS text\n"},
	};
	struct sealed s;

	begin_sealed(&s);
	say_sealed(&s, 22, rows[_i].text, rows[_i].len);
	if (rows[_i].updates)
		update_sealed(&s);
	say_sealed(&s, 23, "text", 4);
	end_sealed(&s, rows[_i].said);
}
END_TEST

START_TEST(an_update_may_lie_in_two_records)
{
	struct sealed s;

	begin_sealed(&s);
	say_sealed(&s, 22, UPDATE, 2);
	say_sealed(&s, 22, &UPDATE[2], 3);
	update_sealed(&s);
	say_sealed(&s, 23, "text", 4);
	end_sealed(&s, "S key-update\nS text\n");
}
END_TEST

/* Each would cost the making of keys, and needs five bytes. */
START_TEST(a_record_full_of_updates_is_one)
{
	enum {
		COUNT = 3276
	};
	struct buffer many = {.len = 0};
	struct sealed s;

	for (size_t i = 0; i < COUNT; i++)
		buffer_append(&many, slice_of(UPDATE, 5));
	begin_sealed(&s);
	say_sealed(&s, 22, (const char *)many.data, many.len);
	update_sealed(&s);
	say_sealed(&s, 23, "text", 4);
	end_sealed(&s, "S key-update\nS text\n");
	buffer_fini(&many);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_key_is_updated_by_the_end_of_a_record, 0, 5);
	tcase_add_test(t, an_update_may_lie_in_two_records);
	tcase_add_test(t, a_record_full_of_updates_is_one);
	tcase_add_test(t, messages_lie_across_records);
	tcase_add_test(t, messages_too_long_are_told_by_their_beginning);
	tcase_add_test(t, holes_leave_what_is_whole);
	tcase_add_test(t, alerts_are_clear_or_hidden);
	tcase_add_test(t, a_second_hello_is_not_heard);
	tcase_add_test(t, names_and_lengths_are_told);
}
