/*
 * tap: TLS connections of libssl with itself (test/tls/peers.h) as packets for an engine (wire.h). What is said is
 * sealed by libssl; the key log is there for the engine as far as a test lets it be.
 */
#ifndef TEST_ENGINE_TAP_H
#define TEST_ENGINE_TAP_H

#include <time.h>

#include "../tls/peers.h"
#include "flow/flow.h"
#include "mail/session_tls.h"
#include "tls/key_log.h"
#include "wire.h"

#define TAP_NAMES    "DNS:mail.example"
#define TAP_GREETING "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: STARTTLS\nS: 220 go\n"
#define TAP_MAIL                                                                                                       \
	"C: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\n"     \
	"C: Subject: one two\nC: \nC: Hi\nC: ..dot\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 bye\n"
#define TAP_CLEAR "1 (greeting)\n1 EHLO\n1 STARTTLS\n"
#define TAP_READ                                                                                                       \
	"1 EHLO\n1 MAIL\n1 RCPT\n1 DATA\n1 mail 1 accepted 30 \"one two\"\n1 (message)\n1 QUIT\n1 smtp closed\n"

struct tap {
	struct wire w;
	struct peers p;
	struct buffer log;   /* of all connections */
	size_t sent;	     /* pieces of this one */
	size_t segment_len;  /* at most; 0: a piece is a segment */
	unsigned int labels; /* that the engine finds, a bit for each */
	size_t lost;	     /* the piece of this number, from 1, is not captured */
	uint64_t found;	     /* how often secrets were */
};

enum {
	TAP_ALL_LABELS = (1 << KEY_LABELS) - 1,
};

static bool tap_find(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], struct key_set *out)
{
	struct tap *t = ctx;
	struct slice rest = buffer_slice(&t->log);
	bool is_new = false;
	struct key_line line;

	while (rest.len > 0) {
		size_t len = slice_find(rest, '\n');

		if (key_log_parse(slice_sub(rest, 0, len), &line) && (t->labels & 1U << line.label) != 0 &&
		    memcmp(line.client_random, client_random, KEY_RANDOM_LEN) == 0 && out->of[line.label].len == 0) {
			out->of[line.label] = line.secret;
			is_new = true;
		}
		rest = slice_after(rest, len + 1);
	}
	t->found += is_new;
	return is_new;
}

static inline void tap_init(struct tap *t, bool keep)
{
	*t = (struct tap){.labels = TAP_ALL_LABELS};
	wire_init(&t->w, keep);
	t->w.options.find_keys = tap_find;
	t->w.options.find_keys_ctx = t;
	t->w.options.diagnose = true;
	limits_init(&t->w.options.limits);
	t->w.now_ns = (int64_t)time(NULL) * CLOCK_NS_PER_S; /* certificates are made now */
}

/* An engine with no secret, that waits so long for one. */
static inline void tap_begin(struct tap *t, bool keep, int64_t wait_ns)
{
	tap_init(t, keep);
	t->w.options.key_wait_ns = wait_ns;
	t->labels = 0;
	wire_begin(&t->w);
}

static inline void tap_fini(struct tap *t)
{
	peers_end(&t->p);
	buffer_fini(&t->log);
	wire_fini(&t->w);
}

/* What libssl has put out since, as packets. */
static inline void tap_send(struct tap *t)
{
	for (; t->sent < t->p.piece_count; t->sent++) {
		const struct peers_piece *piece = &t->p.pieces[t->sent];
		struct slice bytes = slice_sub(buffer_slice(&t->p.wire[piece->side]), piece->begin, piece->len);
		size_t len = t->segment_len > 0 ? t->segment_len : bytes.len;

		if (t->lost == t->sent + 1) {
			t->w.seq[piece->side] += (uint32_t)bytes.len;
			continue;
		}
		for (size_t at = 0; at < bytes.len; at += len)
			wire_send(&t->w, piece->side, SEGMENT_ACK, slice_sub(bytes, at, len));
	}
}

static inline void tap_shake(struct tap *t, const struct peers_plan *plan)
{
	peers_begin(&t->p, plan);
	t->sent = 0;
	peers_shake(&t->p);
	buffer_append(&t->log, buffer_slice(&t->p.log));
	tap_send(t);
}

/* Says what a script says, each run of lines in one write. */
static inline void tap_talk(struct tap *t, const char *text)
{
	struct script s = script_parse(text);

	for (size_t i = 0; i < s.count; i++) {
		struct slice said = buffer_slice(&s.steps[i].bytes);

		ck_assert_int_eq(SSL_write(t->p.ssl[s.steps[i].side], said.data, (int)said.len), (int)said.len);
		peers_pump(&t->p);
		tap_send(t);
	}
	script_free(&s);
}

static inline void tap_pass(struct tap *t, int64_t ns)
{
	struct packet_record tick = {.kind = PACKET_TICK};

	t->w.now_ns += ns;
	tick.time_ns = t->w.now_ns;
	engine_feed(t->w.engine, &tick, slice_of(NULL, 0));
}

/* Until the flow is over. */
static inline void tap_close(struct tap *t)
{
	peers_close(&t->p);
	tap_send(t);
	wire_close(&t->w);
	t->w.client_port++;
	tap_pass(t, FLOW_LINGER_NS);
}

/* A whole session of SMTP by STARTTLS, with one mail. */
static inline void tap_starttls(struct tap *t, const struct peers_plan *plan)
{
	wire_open(&t->w);
	wire_talk(&t->w, TAP_GREETING);
	tap_shake(t, plan);
	tap_talk(t, TAP_MAIL);
	tap_close(t);
}

/* The random of this connection, which names its secrets. */
static inline const uint8_t *tap_random(const struct tap *t)
{
	static struct key_line line;
	struct slice log = buffer_slice(&t->p.log);

	ck_assert(key_log_parse(slice_sub(log, 0, slice_find(log, '\n')), &line));
	return line.client_random;
}

/* From now on the secrets are there, and the engine is told. */
static inline void tap_bring_keys(struct tap *t, unsigned int labels)
{
	t->labels |= labels;
	engine_note_key(t->w.engine, tap_random(t));
	engine_use_keys(t->w.engine);
}

/* Of one that is kept: whether this was found. */
static inline bool tap_has(const struct tap *t, uint64_t number, enum rule rule)
{
	const struct session *s = engine_connection(t->w.engine, number)->session;

	for (size_t i = 0; i < diagnosis_count(s); i++)
		if (diagnosis_finding(s, i)->rule == rule)
			return true;
	return false;
}

#endif
