#include "listener.h"

enum {
	PIECE_LEN = 1460,
};

/* ---- a connection with a hole ---- */

static void add_around(struct listener *l, const struct peers *p, const struct peers_piece *piece,
		       const struct listener_hole *hole)
{
	struct slice bytes = slice_sub(buffer_slice(&p->wire[piece->side]), piece->begin, piece->len);
	uint64_t begin = piece->begin;
	uint64_t end = piece->begin + piece->len;
	uint64_t from = hole->begin > begin ? hole->begin : begin;
	uint64_t to = hole->end < end ? hole->end : end;

	if (piece->side != hole->side || from >= to) {
		listener_add(l, piece->side, bytes, 0);
		return;
	}
	if (from > begin)
		listener_add(l, piece->side, slice_sub(bytes, 0, from - begin), 0);
	if (from == hole->begin)
		listener_add(l, piece->side, slice_of(NULL, 0), hole->end - hole->begin);
	if (to < end)
		listener_add(l, piece->side, slice_after(bytes, to - begin), 0);
}

static void play_hole(struct listener *l, const struct peers *p, const struct listener_hole *hole, size_t piece_len)
{
	for (size_t i = 0; i < p->piece_count; i++) {
		struct peers_piece rest = p->pieces[i];

		while (rest.len > 0) {
			struct peers_piece piece = rest;

			piece.len = rest.len < piece_len ? rest.len : piece_len;
			add_around(l, p, &piece, hole);
			listener_push(l);
			rest.begin += piece.len;
			rest.len -= piece.len;
		}
	}
	listener_finish(l);
}

/* ---- holes at every place ---- */

struct count {
	unsigned int holes;
	unsigned int unread;  /* sides behind holes that did not take their hellos */
	unsigned int records; /* beside the holes that were not read, on sides that are */
	uint64_t tries;
};

static void try_hole(const struct peers *p, const struct listener *truth, const struct listener_hole *hole,
		     size_t piece_len, struct count *count)
{
	struct listener l;

	listener_begin(&l, &p->log, NULL);
	play_hole(&l, p, hole, piece_len);
	count->holes++;
	for (int side = 0; side < SIDES; side++) {
		size_t lost = listener_judge(&l, truth, (enum side)side, hole, 1);
		enum tls_unread why = tls_reader_unread(l.reader, (enum side)side);

		if (why == TLS_NO_HANDSHAKE)
			ck_assert_uint_lt(hole->begin, truth->hello_end[hole->side]);
		else if (why == TLS_READ)
			count->records += (unsigned int)lost;
		else
			count->unread++;
	}
	count->tries += tls_reader_tries(l.reader);
	ck_assert_uint_le(tls_reader_tries(l.reader), 4096);
	listener_end(&l);
}

/* Holes of all lengths at every `step`th place. */
static struct count try_holes(const struct peers *p, size_t step)
{
	static const uint64_t lens[] = {1, 25, 200, 1460, 4000, 20000};
	struct count count = {.holes = 0};
	struct listener truth;

	listener_begin(&truth, &p->log, NULL);
	listener_play(&truth, p, SIZE_MAX);
	for (int side = 0; side < SIDES; side++)
		ck_assert(slice_equals(buffer_slice(&truth.text[side]), buffer_slice(&p->text[side])));
	for (int side = 0; side < SIDES; side++)
		for (size_t at = 0, i = 0; at < p->wire[side].len; at += step, i++) {
			struct listener_hole hole = {.side = (enum side)side,
						     .begin = at,
						     .end = at + lens[i % (sizeof(lens) / sizeof(lens[0]))]};

			if (hole.end > p->wire[side].len)
				hole.end = p->wire[side].len;
			try_hole(p, &truth, &hole, i % 2 == 0 ? SIZE_MAX : PIECE_LEN, &count);
		}
	listener_end(&truth);
	return count;
}

/* ---- connections ---- */

static void talk_long(struct peers *p)
{
	for (int i = 0; i < 12; i++) {
		peers_say(p, SIDE_SERVER, 60U + (unsigned int)i * 7);
		peers_say(p, SIDE_CLIENT, 30U + (unsigned int)i * 5);
	}
	peers_say(p, SIDE_CLIENT, 40000);
	for (int i = 0; i < 12; i++) {
		peers_say(p, SIDE_SERVER, 600U + (unsigned int)i * 7);
		peers_say(p, SIDE_CLIENT, 30U + (unsigned int)i * 5);
	}
}

static const struct peers_plan plans[] = {
	{.version = TLS1_3_VERSION},
	{.version = TLS1_3_VERSION, .suites = "TLS_CHACHA20_POLY1305_SHA256", .fragment = 512},
	{.version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"},
	{.version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305", .asks_client = true},
	{.version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES256-SHA384"},
	{.version = TLS1_1_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA", .options = SSL_OP_NO_ENCRYPT_THEN_MAC},
	{.version = TLS1_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA"},
	{.version = TLS1_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA", .options = SSL_OP_NO_ENCRYPT_THEN_MAC},
};

START_TEST(behind_holes_it_goes_on)
{
	struct peers p;
	struct count count;

	peers_begin(&p, &plans[_i]);
	peers_shake(&p);
	talk_long(&p);
	peers_close(&p);
	count = try_holes(&p, 97);
	ck_assert_uint_gt(count.holes, 500);
	ck_assert_uint_eq(count.unread, 0);
	/* Under TLS 1.0 the first record behind a hole may not open for want of a block. */
	ck_assert_uint_le(count.records, plans[_i].version == TLS1_VERSION ? count.holes / 20 : 0);
	ck_assert_uint_gt(count.tries, 0);
	peers_end(&p);
}
END_TEST

START_TEST(keys_change_in_a_hole)
{
	struct peers p;
	struct count count;

	peers_begin(&p, &(struct peers_plan){.version = TLS1_3_VERSION});
	peers_shake(&p);
	for (int i = 0; i < 6; i++) {
		peers_say(&p, SIDE_CLIENT, 300);
		SSL_key_update(p.ssl[i % 2], i == 0 ? SSL_KEY_UPDATE_NOT_REQUESTED : SSL_KEY_UPDATE_REQUESTED);
		peers_say(&p, (enum side)(i % 2), 250);
		peers_say(&p, SIDE_SERVER, 200);
	}
	peers_close(&p);
	count = try_holes(&p, 11);
	ck_assert_uint_gt(count.holes, 500);
	/* No more than two changes in a hole are tried. */
	ck_assert_uint_le(count.unread, count.holes / 10);
	ck_assert_uint_le(count.records, count.holes / 50);
	peers_end(&p);
}
END_TEST

/* What is left of a record behind a hole may look like the begin of one that is longer than all that comes. */
START_TEST(what_looks_like_a_record_holds_nothing_up)
{
	static const size_t lens[] = {SIZE_MAX, 1, PIECE_LEN};
	struct peers p;
	struct listener truth;
	struct listener_hole hole = {.side = SIDE_CLIENT};

	for (size_t i = 0; i < 2; i++) {
		struct count count = {.holes = 0};

		peers_begin(&p, &plans[2 * i]);
		peers_shake(&p);
		hole.begin = p.wire[SIDE_CLIENT].len;
		peers_say(&p, SIDE_CLIENT, 3000);
		for (int k = 0; k < 10; k++)
			peers_say(&p, SIDE_CLIENT, 100);
		peers_close(&p);
		listener_begin(&truth, &p.log, NULL);
		listener_play(&truth, &p, SIZE_MAX);
		hole.end = hole.begin + 100;
		memcpy(p.wire[SIDE_CLIENT].data + hole.end + 500, "\x17\x03\x03\x3f\xff", 5);
		for (size_t k = 0; k < sizeof(lens) / sizeof(lens[0]); k++)
			try_hole(&p, &truth, &hole, lens[k], &count);
		ck_assert_uint_eq(count.records + count.unread, 0);
		listener_end(&truth);
		peers_end(&p);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, what_looks_like_a_record_holds_nothing_up);
	tcase_add_loop_test(t, behind_holes_it_goes_on, 0, sizeof(plans) / sizeof(plans[0]));
	tcase_add_test(t, keys_change_in_a_hole);
}
