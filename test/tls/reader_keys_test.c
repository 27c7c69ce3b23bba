#include "listener.h"

enum {
	HELLO_SUITE_AT = 5 + 4 + 2 + 32, /* the session's length stands there; the suite behind that */
	SMALL = 6000,			 /* bytes of a reader that waits, or does not read */
};

static const int versions[] = {TLS1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};

static void shake_and_talk(struct peers *p, int version)
{
	peers_begin(p, &(struct peers_plan){.version = version});
	peers_shake(p);
	peers_talk(p);
	peers_close(p);
}

static bool is_all_read(const struct listener *l, const struct peers *p, enum side side)
{
	return slice_equals(buffer_slice(&l->text[side]), buffer_slice(&p->text[side]));
}

/* ---- no key ---- */

struct seen {
	struct buffer lines;
	enum side side;
};

static void note_data(void *ctx, const struct tls_event *e)
{
	struct seen *seen = ctx;

	if (e->side == seen->side && (e->kind == TLS_DATA || e->kind == TLS_ALERT_HIDDEN))
		buffer_printf(&seen->lines, "%d %lu-%lu %u\n", e->kind == TLS_DATA ? 23 : 21, (unsigned long)e->begin,
			      (unsigned long)e->end, e->record_len);
}

/* Data and encrypted alerts, as the headers of the records say. */
static struct buffer list_records(const struct buffer *wire)
{
	struct buffer lines = {.len = 0};

	for (size_t at = 0; at + 5 <= wire->len;) {
		uint8_t type = wire->data[at];
		size_t len = (size_t)(wire->data[at + 3] << 8 | wire->data[at + 4]);

		if (type == 23 || (type == 21 && len > 2))
			buffer_printf(&lines, "%d %lu-%lu %u\n", type, (unsigned long)at, (unsigned long)(at + 5 + len),
				      (unsigned int)len);
		at += 5 + len;
	}
	return lines;
}

/* Each record of data is told at its place, as a parser does that knows no keys. */
START_TEST(without_keys_records_are_counted)
{
	struct peers p;

	shake_and_talk(&p, versions[_i / 2]);
	for (int side = 0; side < SIDES; side++) {
		struct tls_reader *r = tls_reader_new(NULL, NULL, NULL);
		struct seen seen = {.side = (enum side)side};
		struct buffer expected = list_records(&p.wire[side]);
		size_t step = _i % 2 == 0 ? 1000000 : 3;
		size_t taken;

		tls_reader_feed(r, SIDE_CLIENT, buffer_slice(&p.wire[SIDE_CLIENT]), &taken, note_data, &seen);
		for (size_t i = 0; i < SIDES; i++) {
			enum side fed = i == 0 ? SIDE_SERVER : SIDE_CLIENT;
			struct slice rest = buffer_slice(&p.wire[fed]);

			rest = slice_after(rest, fed == SIDE_CLIENT ? taken : 0);
			for (; rest.len > 0; rest = slice_after(rest, step)) {
				size_t all;

				ck_assert_int_eq(
					tls_reader_feed(r, fed, slice_sub(rest, 0, step), &all, note_data, &seen),
					TLS_FED_ALL);
				ck_assert_uint_lt(tls_reader_memory(r), SMALL);
			}
		}
		ck_assert(slice_equals(buffer_slice(&seen.lines), buffer_slice(&expected)));
		ck_assert_int_eq(tls_reader_unread(r, (enum side)side), TLS_NO_KEY);
		ck_assert(!tls_reader_has_read(r));
		buffer_fini(&expected);
		buffer_fini(&seen.lines);
		tls_reader_free(r);
	}
	peers_end(&p);
}
END_TEST

START_TEST(who_gives_up_is_told_so_once)
{
	static const char *const said[] = {
		"C client-hello TLS 1.2 mail.example\nC change-cipher\nC unread no-key\nC finished\nC data\n"
		"C hidden-alert\n",
		"S server-hello TLS 1.2\nS certificate 1\nS ticket\nS change-cipher\nS unread no-key\nS finished\n"
		"S data\nS hidden-alert\n",
		"C client-hello TLS 1.3 mail.example\nC unread no-key\nC data\n",
		"S server-hello TLS 1.3\nS unread no-key\nS data\n",
	};
	static const size_t lens[] = {SIZE_MAX, 1, 1000};
	struct peers p;
	struct listener l;

	for (int i = 0; i < 2; i++) {
		shake_and_talk(&p, versions[i + 1]);
		for (size_t k = 0; k < sizeof(lens) / sizeof(lens[0]); k++) {
			listener_begin(&l, NULL, NULL);
			listener_play(&l, &p, lens[k]);
			for (int side = 0; side < SIDES; side++)
				ck_assert_str_eq(listener_string(&l.said_by[side]), said[2 * i + side]);
			ck_assert_uint_gt(l.finds, 0);
			listener_end(&l);
		}
		peers_end(&p);
	}
}
END_TEST

/* ---- late keys ---- */

START_TEST(keys_come_late)
{
	struct peers p;
	struct listener l;

	shake_and_talk(&p, versions[_i]);
	for (size_t late = 0; late <= p.piece_count; late++) {
		listener_begin(&l, NULL, NULL);
		for (size_t i = 0; i < p.piece_count; i++) {
			const struct peers_piece *piece = &p.pieces[i];

			l.log = i >= late ? &p.log : NULL;
			listener_add(&l, piece->side,
				     slice_sub(buffer_slice(&p.wire[piece->side]), piece->begin, piece->len), 0);
			listener_push(&l);
		}
		l.log = &p.log;
		listener_finish(&l);
		for (int side = 0; side < SIDES; side++)
			ck_assert(is_all_read(&l, &p, (enum side)side));
		ck_assert(tls_reader_has_read(l.reader));
		listener_end(&l);
	}
	peers_end(&p);
}
END_TEST

static void ignore(void *ctx, const struct tls_event *event)
{
	(void)ctx;
	(void)event;
}

/* Who waits says so, takes nothing more, and holds little. */
START_TEST(who_waits_for_a_key_takes_nothing)
{
	struct peers p;
	struct listener l;
	size_t taken;

	shake_and_talk(&p, versions[_i]);
	listener_begin(&l, NULL, NULL);
	ck_assert_int_eq(
		tls_reader_feed(l.reader, SIDE_CLIENT, buffer_slice(&p.wire[SIDE_CLIENT]), &taken, ignore, NULL),
		TLS_FED_NEEDS_OTHER);
	ck_assert_ptr_nonnull(tls_reader_random(l.reader));
	ck_assert_int_eq(
		tls_reader_feed(l.reader, SIDE_SERVER, buffer_slice(&p.wire[SIDE_SERVER]), &taken, ignore, NULL),
		TLS_FED_NEEDS_KEY);
	ck_assert_uint_lt(taken, 2000);
	for (int i = 0; i < 3; i++) {
		size_t more;
		unsigned int finds = l.finds;

		ck_assert_int_eq(tls_reader_feed(l.reader, SIDE_SERVER,
						 slice_after(buffer_slice(&p.wire[SIDE_SERVER]), taken), &more, ignore,
						 NULL),
				 TLS_FED_NEEDS_KEY);
		ck_assert_uint_eq(more, 0);
		ck_assert_uint_gt(l.finds, finds);
	}
	ck_assert_uint_lt(tls_reader_memory(l.reader), SMALL);
	ck_assert_int_eq(tls_reader_unread(l.reader, SIDE_SERVER), TLS_READ);
	listener_end(&l);
	peers_end(&p);
}
END_TEST

/* ---- some keys ---- */

#define BIT(label) (1U << (label))
#define OF_CLIENT  (BIT(KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET) | BIT(KEY_CLIENT_TRAFFIC_SECRET_0))
#define OF_SERVER  (BIT(KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET) | BIT(KEY_SERVER_TRAFFIC_SECRET_0))
#define HANDSHAKE  (BIT(KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET) | BIT(KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET))
#define LATER	   (BIT(KEY_CLIENT_TRAFFIC_SECRET_0) | BIT(KEY_SERVER_TRAFFIC_SECRET_0))

static const struct {
	unsigned int without;
	bool is_read[SIDES];
	const char *said[SIDES];
} some[] = {
	{OF_CLIENT,
	 {false, true},
	 {"C client-hello TLS 1.3 mail.example\nC unread no-key\nC data\n",
	  "S server-hello TLS 1.3\nS extensions\nS certificate 1\nS finished\nS ticket\nS ticket\nS text\n"
	  "S alert 1 0 hidden\n"}},
	{OF_SERVER,
	 {true, false},
	 {"C client-hello TLS 1.3 mail.example\nC finished\nC text\nC alert 1 0 hidden\n",
	  "S server-hello TLS 1.3\nS unread no-key\nS data\n"}},
	{HANDSHAKE,
	 {true, true},
	 {"C client-hello TLS 1.3 mail.example\nC data\nC finished\nC text\nC alert 1 0 hidden\n",
	  "S server-hello TLS 1.3\nS data\nS finished\nS ticket\nS ticket\nS text\nS alert 1 0 hidden\n"}},
	{LATER,
	 {false, false},
	 {"C client-hello TLS 1.3 mail.example\nC finished\nC unread no-key\nC data\n",
	  "S server-hello TLS 1.3\nS extensions\nS certificate 1\nS finished\nS unread no-key\nS data\n"}},
};

START_TEST(what_there_are_keys_for_is_read)
{
	struct peers p;
	struct listener l;

	shake_and_talk(&p, TLS1_3_VERSION);
	for (size_t i = 0; i < 2; i++) {
		listener_begin(&l, &p.log, NULL);
		l.labels = some[_i].without;
		listener_play(&l, &p, i == 0 ? SIZE_MAX : 1);
		for (int side = 0; side < SIDES; side++) {
			ck_assert_str_eq(listener_string(&l.said_by[side]), some[_i].said[side]);
			ck_assert(is_all_read(&l, &p, (enum side)side) == some[_i].is_read[side]);
			ck_assert(tls_reader_unread(l.reader, (enum side)side) ==
				  (some[_i].is_read[side] ? TLS_READ : TLS_NO_KEY));
		}
		listener_end(&l);
	}
	peers_end(&p);
}
END_TEST

/* Secrets that are another connection's open nothing, and nothing is told that was not said. */
START_TEST(wrong_keys_open_nothing)
{
	struct peers p;
	struct listener l;

	shake_and_talk(&p, versions[_i]);
	for (size_t i = 0; i < p.log.len; i++)
		if (p.log.data[i] == '\n')
			p.log.data[i - 1] = p.log.data[i - 1] == '0' ? '1' : '0';
	for (size_t i = 0; i < 2; i++) {
		listener_begin(&l, &p.log, NULL);
		listener_play(&l, &p, i == 0 ? SIZE_MAX : 1);
		for (int side = 0; side < SIDES; side++) {
			ck_assert_uint_eq(l.text[side].len, 0);
			if (versions[_i] != TLS1_3_VERSION) /* where a handful of records may be such as nobody took */
				ck_assert_int_eq(tls_reader_unread(l.reader, (enum side)side), TLS_NO_KEY);
		}
		ck_assert(!tls_reader_has_read(l.reader));
		listener_end(&l);
	}
	peers_end(&p);
}
END_TEST

/* ---- what nobody reads, whatever the keys ---- */

static void patch_hello(struct peers *p, size_t at, uint8_t byte)
{
	struct buffer *wire = &p->wire[SIDE_SERVER];

	wire->data[HELLO_SUITE_AT + 1 + wire->data[HELLO_SUITE_AT] + at] = byte;
}

static void expect_unread(const struct peers *p, enum side side, enum tls_unread why)
{
	static const size_t lens[] = {SIZE_MAX, 1, 50};
	struct listener l;

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		listener_begin(&l, &p->log, NULL);
		listener_play(&l, p, lens[i]);
		ck_assert_int_eq(tls_reader_unread(l.reader, side), why);
		ck_assert_uint_eq(l.text[side].len, 0);
		ck_assert_ptr_nonnull(strstr(listener_string(&l.said_by[side]), "unread"));
		ck_assert_ptr_nonnull(strstr(listener_string(&l.said_by[side]), "data"));
		listener_end(&l);
	}
}

START_TEST(some_suites_are_not_read)
{
	static const uint8_t suites[][2] = {{0x00, 0x05}, {0x00, 0x02}, {0x13, 0x01}, {0xfe, 0xfe}};
	struct peers p;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		shake_and_talk(&p, TLS1_2_VERSION);
		patch_hello(&p, 0, suites[i][0]);
		patch_hello(&p, 1, suites[i][1]);
		expect_unread(&p, SIDE_CLIENT, TLS_SUITE);
		expect_unread(&p, SIDE_SERVER, TLS_SUITE);
		peers_end(&p);
	}
}
END_TEST

START_TEST(what_is_compressed_is_not_read)
{
	struct peers p;

	shake_and_talk(&p, TLS1_2_VERSION);
	patch_hello(&p, 2, 1);
	expect_unread(&p, SIDE_CLIENT, TLS_COMPRESSED);
	expect_unread(&p, SIDE_SERVER, TLS_COMPRESSED);
	peers_end(&p);
}
END_TEST

/* The capture begins later, or has one side alone. */
START_TEST(without_hellos_nothing_is_read)
{
	struct peers p;

	for (int i = 0; i < 2; i++) {
		shake_and_talk(&p, versions[i + 1]);
		for (size_t k = 1; k < 8; k++) {
			struct peers late = p;

			late.pieces += k;
			late.piece_count -= k;
			expect_unread(&late, SIDE_CLIENT, TLS_NO_HANDSHAKE);
			if (k > 1)
				expect_unread(&late, SIDE_SERVER, TLS_NO_HANDSHAKE);
		}
		for (int side = 0; side < SIDES; side++) {
			struct peers alone = p;

			alone.pieces = mem_zalloc(p.piece_count * sizeof(p.pieces[0]));
			alone.piece_count = 0;
			for (size_t k = 0; k < p.piece_count; k++)
				if (p.pieces[k].side == (enum side)side)
					alone.pieces[alone.piece_count++] = p.pieces[k];
			expect_unread(&alone, (enum side)side, TLS_NO_HANDSHAKE);
			free(alone.pieces);
		}
		peers_end(&p);
	}
}
END_TEST

START_TEST(what_is_no_record_is_not_heard)
{
	struct listener l;
	struct slice text = slice_from_text("220 mail.example ESMTP\r\n");

	for (size_t len = 1; len <= text.len; len++) {
		listener_begin(&l, NULL, NULL);
		for (struct slice rest = text; rest.len > 0; rest = slice_after(rest, len))
			listener_add(&l, SIDE_SERVER, slice_sub(rest, 0, len), 0);
		listener_add(&l, SIDE_CLIENT, slice_of("\x15\x03\x01\0\2\2\x28", 7), 0);
		listener_finish(&l);
		ck_assert_str_eq(listener_said(&l), "C alert 2 40\n");
		ck_assert_int_eq(tls_reader_unread(l.reader, SIDE_SERVER), TLS_READ);
		listener_end(&l);
	}
}
END_TEST

void list_tests(TCase *t)
{
	int count = sizeof(versions) / sizeof(versions[0]);

	tcase_add_loop_test(t, without_keys_records_are_counted, 0, 2 * count);
	tcase_add_test(t, who_gives_up_is_told_so_once);
	tcase_add_loop_test(t, keys_come_late, 0, count);
	tcase_add_loop_test(t, who_waits_for_a_key_takes_nothing, 0, count);
	tcase_add_loop_test(t, what_there_are_keys_for_is_read, 0, sizeof(some) / sizeof(some[0]));
	tcase_add_loop_test(t, wrong_keys_open_nothing, 0, count);
	tcase_add_test(t, some_suites_are_not_read);
	tcase_add_test(t, what_is_compressed_is_not_read);
	tcase_add_test(t, without_hellos_nothing_is_read);
	tcase_add_test(t, what_is_no_record_is_not_heard);
}
