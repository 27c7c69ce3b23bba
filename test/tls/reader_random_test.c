/*
 * Random connections, cut anywhere, in any order of the sides, with keys that come at any time, and with holes: what is
 * told is what was said, and all of it where nothing is missing. MAILTAP_SEEDS tells how many are tried.
 */
#include "listener.h"

enum {
	SEEDS = 80,
	PLAYS = 6,     /* of a connection */
	HOLES_MAX = 3, /* of a play */
	SAYS_MAX = 20,
};

static uint64_t state;

static uint32_t draw(uint32_t below)
{
	state = state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(state >> 33) % below;
}

static bool toss(uint32_t of_100)
{
	return draw(100) < of_100;
}

/* ---- a connection ---- */

static struct peers_plan draw_plan(void)
{
	static const int versions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
	static const char *const ciphers[] = {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305",
					      "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-CCM8"};
	static const char *const suites[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
					     "TLS_CHACHA20_POLY1305_SHA256"};
	struct peers_plan plan = {
		.version = versions[draw(4)], .options = SSL_OP_ALLOW_CLIENT_RENEGOTIATION, .asks_client = toss(20)};

	plan.ciphers = plan.version == TLS1_2_VERSION ? ciphers[draw(4)] : "ECDHE-ECDSA-AES128-SHA";
	plan.suites = suites[draw(3)];
	plan.options |= toss(50) ? SSL_OP_NO_TICKET : 0;
	plan.options |= toss(50) ? SSL_OP_NO_ENCRYPT_THEN_MAC : 0;
	plan.fragment = toss(20) ? 512 + (int)draw(1000) : 0;
	plan.padding = toss(20) ? 100 : 0;
	if (toss(20)) {
		plan.groups[SIDE_CLIENT] = "X25519:P-384:P-256";
		plan.groups[SIDE_SERVER] = "P-384:P-256";
	}
	return plan;
}

static void change_keys(struct peers *p, int version)
{
	enum side side = (enum side)draw(SIDES);

	if (version == TLS1_3_VERSION) {
		SSL_key_update(p->ssl[side], (int)draw(2));
		return;
	}
	SSL_renegotiate(p->ssl[side]);
	SSL_do_handshake(p->ssl[side]);
	peers_pump(p);
}

static void talk(struct peers *p, int version)
{
	uint32_t says = draw(SAYS_MAX);

	for (uint32_t i = 0; i < says; i++) {
		if (toss(8))
			change_keys(p, version);
		peers_say(p, (enum side)draw(SIDES), 1 + draw(toss(80) ? 100 : 20000));
	}
	if (toss(80))
		peers_close(p);
}

/* ---- how it is captured ---- */

struct capture {
	struct listener_hole holes[HOLES_MAX];
	size_t hole_count;
	size_t at[SIDES];
	uint32_t piece_max;
	uint32_t late; /* after so many pieces the keys are there */
};

static struct capture draw_capture(const struct peers *p, bool has_holes)
{
	struct capture c = {.piece_max = 1 + draw(toss(50) ? 100 : 5000), .late = toss(50) ? 0 : draw(200)};

	c.hole_count = has_holes ? 1 + draw(HOLES_MAX) : 0;
	for (size_t i = 0; i < c.hole_count; i++) {
		struct listener_hole *hole = &c.holes[i];

		hole->side = (enum side)draw(SIDES);
		hole->begin = draw((uint32_t)p->wire[hole->side].len);
		hole->end = hole->begin + 1 + draw(toss(50) ? 50 : 6000);
	}
	return c;
}

/* Where in or before a hole the side's bytes stand; NULL: no more holes. */
static const struct listener_hole *next_hole(const struct capture *c, enum side side)
{
	const struct listener_hole *next = NULL;

	for (size_t i = 0; i < c->hole_count; i++) {
		const struct listener_hole *hole = &c->holes[i];

		if (hole->side == side && hole->end > c->at[side] && (next == NULL || hole->begin < next->begin))
			next = hole;
	}
	return next;
}

static void add_next(struct listener *l, const struct peers *p, struct capture *c, enum side side)
{
	const struct buffer *wire = &p->wire[side];
	const struct listener_hole *hole = next_hole(c, side);
	size_t len = 1 + draw(c->piece_max);
	size_t at = c->at[side];

	if (hole != NULL && hole->begin <= at) {
		size_t end = hole->end < wire->len ? hole->end : wire->len;

		listener_add(l, side, slice_of(NULL, 0), end - at);
		c->at[side] = end;
		return;
	}
	if (hole != NULL && at + len > hole->begin)
		len = hole->begin - at;
	if (len > wire->len - at)
		len = wire->len - at;
	listener_add(l, side, slice_sub(buffer_slice(wire), at, len), 0);
	c->at[side] += len;
}

static void play(struct listener *l, const struct peers *p, struct capture *c)
{
	uint32_t of_client = draw(101);

	for (uint32_t i = 0; c->at[0] < p->wire[0].len || c->at[1] < p->wire[1].len; i++) {
		enum side side = toss(of_client) ? SIDE_CLIENT : SIDE_SERVER;

		if (c->at[side] >= p->wire[side].len)
			side = side_other(side);
		add_next(l, p, c, side);
		l->log = i >= c->late ? &p->log : NULL;
		listener_push(l);
	}
	l->log = &p->log;
	listener_finish(l);
}

/* ---- tries ---- */

static void try_connection(const struct peers *p, bool has_holes)
{
	struct listener truth;
	struct listener l;

	listener_begin(&truth, &p->log, NULL);
	listener_play(&truth, p, SIZE_MAX);
	for (int i = 0; i < PLAYS; i++) {
		struct capture c = draw_capture(p, has_holes);

		listener_begin(&l, NULL, NULL);
		l.is_quiet = true;
		play(&l, p, &c);
		for (int side = 0; side < SIDES; side++) {
			listener_judge(&l, &truth, (enum side)side, c.holes, c.hole_count);
			if (!has_holes)
				ck_assert(slice_equals(buffer_slice(&l.text[side]), buffer_slice(&p->text[side])));
		}
		ck_assert_uint_le(tls_reader_tries(l.reader), HOLES_MAX * 4096);
		listener_end(&l);
	}
	listener_end(&truth);
}

static int seed_count(void)
{
	const char *wanted = getenv("MAILTAP_SEEDS");

	return wanted != NULL && atoi(wanted) > 0 ? atoi(wanted) : SEEDS;
}

START_TEST(what_is_told_was_said)
{
	for (int seed = 0; seed < seed_count(); seed++) {
		struct peers_plan plan;
		struct peers p;

		state = (uint64_t)seed * 2 + (uint64_t)_i;
		draw(1);
		plan = draw_plan();
		peers_begin(&p, &plan);
		peers_shake(&p);
		talk(&p, plan.version);
		try_connection(&p, _i == 1);
		peers_end(&p);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, what_is_told_was_said, 0, 2);
}
