/*
 * reader: what the parts of tls_reader share. tls_reader frames the records, reader_records opens and tells them,
 * reader_messages reads what a handshake says, reader_keys changes keys, reader_lost finds the way back after bytes
 * that are missing.
 */
#ifndef TLS_READER_H
#define TLS_READER_H

#include "base/buffer.h"
#include "tls/protection.h"
#include "tls/record_header.h"
#include "tls/tls_reader.h"

enum {
	READER_MESSAGE_HEADER_LEN = 4,
	READER_MESSAGE_MAX = 65535, /* bytes of a handshake message that are kept */
	READER_TICKET_MAX = 4096,   /* of a ticket whose key is not there yet */
	READER_TAIL_MAX = 64,	    /* a block of a cipher and a MAC */
	READER_STRIKES_MAX = 3,	    /* records behind a hole that open by no number */
	READER_TRIES_MAX = 4096,    /* numbers that are tried for a hole */
	READER_TRIES_ALL = 1 << 18, /* for all, before it is only a few a hole */
	READER_TRIES_FEW = 32,
	READER_RECORD_MIN = 24, /* what an encrypted record at least takes */
	READER_PASSED_MAX = 64, /* records of a handshake, whose secret is not known */
};

/* Under which secret a side sends; before TLS 1.3 it is the third from ChangeCipherSpec on. */
enum reader_epoch {
	READER_EPOCH_CLEAR,
	READER_EPOCH_EARLY,
	READER_EPOCH_HANDSHAKE,
	READER_EPOCH_APPLICATION,
};

struct reader_message {
	uint8_t header[READER_MESSAGE_HEADER_LEN];
	uint8_t header_len;
	bool is_cut;	    /* bytes of it are missing: what came before them is kept */
	uint32_t left;	    /* of its body still to come */
	uint64_t begin;	    /* of the record it began in */
	struct buffer body; /* empty where one record holds all of it */
};

/* Handshake text that waits for what the other side says. */
struct reader_held {
	struct buffer text;
	uint64_t begin; /* of the record */
	uint64_t end;
	uint32_t record_len;
	bool is_hidden;
};

/* Bytes that are missing, from the first one on to the next record that opens. */
struct reader_hole {
	uint64_t begin;
	uint64_t len; /* missing, or passed over; 0: there is no hole */
	uint32_t tries;
	uint32_t records; /* that are known to be in it, and were not read */
	uint8_t strikes;
	bool is_scanning; /* nobody knows where the next record begins */
	uint32_t looked;  /* bytes of what may be the next one that were searched for another inside */
};

struct reader_side {
	enum side side;
	enum tls_unread unread;
	bool is_deaf; /* what comes is no TLS */
	bool has_ended;
	enum tls_fed fed; /* how the last feed ended */
	bool has_opened;  /* a record of it */

	struct buffer kept; /* taken and not yet read: a piece of a record */
	uint64_t offset;    /* of the first byte that is not yet read */
	bool is_passing;    /* a record goes by whose body is not needed */
	bool is_broken;	    /* and bytes of it are missing */
	uint8_t passing_type;
	uint32_t passing_len;
	uint32_t left; /* of it */
	uint64_t passing_begin;
	uint8_t tail[READER_TAIL_MAX]; /* the last bytes that went by */
	uint8_t tail_len;

	struct reader_message message;
	bool is_message_lost; /* nobody knows where the next message begins */
	struct reader_held held;
	unsigned int hellos;

	enum reader_epoch epoch;
	struct protection *protection; /* NULL: not made yet, or in clear */
	uint64_t sequence;	       /* of the next record */
	struct key_secret traffic;     /* TLS 1.3: of `protection` in the last epoch */
	/* TLS 1.3: that of a later epoch, where records of this one may have to be passed over; before: that of the
	 * next ChangeCipherSpec. */
	struct protection *next;
	enum reader_epoch next_epoch;
	unsigned int passed;
	bool awaits_finished;
	struct reader_hole hole;
};

enum reader_early {
	READER_EARLY_NONE,
	READER_EARLY_OFFERED,
	READER_EARLY_ACCEPTED,
	READER_EARLY_REJECTED,
};

struct tls_reader {
	tls_find_keys *find;
	void *find_ctx;
	struct resumption *resumption;
	struct reader_side side[SIDES];
	bool has_given_up;
	bool has_read;
	uint64_t tries;
	uint8_t *text; /* of the record that is opened, while one is */

	/* of the latest handshake */
	bool has_client_random;
	bool has_server_hello;
	bool has_retry; /* the last ServerHello asked for another ClientHello */
	bool has_hello_done;
	bool encrypt_then_mac;
	bool is_compressed;
	bool is_resumed;
	enum reader_early early;
	uint16_t version; /* 0: not known */
	const struct suite *suite;
	uint8_t client_random[KEY_RANDOM_LEN];
	uint8_t server_random[KEY_RANDOM_LEN];
	struct key_set keys;

	/* before TLS 1.3, for resumption */
	uint8_t session_id[32]; /* of the client, then of the server */
	uint8_t session_id_len;
	struct key_secret by_id; /* the master secrets that the client's session and ticket stand for */
	struct key_secret by_ticket;
	struct buffer ticket; /* of the server, until its master secret is known */
};

/* One call of tls_reader_feed. */
struct reading {
	struct tls_reader *r;
	struct reader_side *s;
	struct slice in; /* not taken yet */
	tls_sink *sink;
	void *ctx;
	/* the record at hand */
	uint64_t begin;
	uint64_t end;
	uint32_t record_len;
	bool is_hidden; /* it was encrypted */
};

static inline bool reader_is_1_3(const struct tls_reader *r)
{
	return r->version == TLS_VERSION_1_3;
}

/* ---- tls_reader ---- */

struct tls_event reader_event(const struct reading *x, enum tls_event_kind kind);
void reader_tell(const struct reading *x, enum tls_event_kind kind);
/* This side is not read from here on, `len` bytes being lost: what that took is given back. */
void reader_refuse(struct reading *x, enum tls_unread why, uint64_t len);
/* Nothing that this side says makes sense any more. */
void reader_turn_deaf(struct reader_side *s);
/* The first `len` bytes that are not yet read, or as many as are there: they are kept. */
struct slice reader_need(struct reading *x, size_t len);
void reader_consume(struct reading *x, size_t len);
/* From the next byte on `left` bytes of a record of `len` go by. */
void reader_pass(struct reader_side *s, uint8_t type, uint32_t len, uint32_t left);

/* ---- reader_records ---- */

/* Whether a record with such a header can be read now; where it never can the side is refused, and that is told. */
enum tls_fed reader_check(struct reading *x, const uint8_t header[RECORD_HEADER_LEN]);
/* Whether its body is needed. */
bool reader_wants(const struct reading *x, const uint8_t header[RECORD_HEADER_LEN]);
bool reader_is_protected(const struct reading *x, const uint8_t header[RECORD_HEADER_LEN]);
/* A whole record, with its header. */
void reader_take_record(struct reading *x, struct slice record);
/* What one holds that was opened. */
void reader_deliver(struct reading *x, uint8_t type, struct slice text);
/* One went by that was not read. */
void reader_tell_passed(const struct reading *x, uint8_t type);
void reader_note_opened(struct reading *x, uint64_t sequence);
uint8_t *reader_text(struct tls_reader *r);

/* ---- reader_messages ---- */

void reader_take_handshake(struct reading *x, struct slice text);
/* `len` bytes of handshake messages are missing. */
void reader_lose_handshake(struct reading *x, uint64_t len);
/* Whether what the side says next may depend on what the other will say. */
bool reader_may_hear(const struct tls_reader *r, enum side side);
/* What waited for the other side is read, if that has come; false: it still waits. */
bool reader_release(struct reading *x);

/* ---- reader_keys ---- */

/* A key for the side's next record; without one, and where none will come, it is refused. */
enum tls_fed reader_ready(struct reading *x);
void reader_begin_handshake(struct tls_reader *r, const uint8_t client_random[KEY_RANDOM_LEN]);
void reader_change_cipher(struct reading *x);
void reader_enter(struct reader_side *s, enum reader_epoch epoch);
/* `next` is the protection from here on. */
void reader_step(struct reader_side *s, const struct tls_reader *r);
void reader_update_key(struct reading *x);
/* Of a secret of TLS 1.3; NULL: it is not known. */
struct protection *reader_protection_of(const struct tls_reader *r, enum side side, enum reader_epoch epoch);
const struct key_secret *reader_secret_of(const struct tls_reader *r, enum side side, enum reader_epoch epoch);
void reader_remember_ticket(struct tls_reader *r, struct slice ticket);
void reader_forget_keys(struct reader_side *s);
/* Secrets that nothing more is made of are wiped. */
void reader_wipe_used(struct tls_reader *r, enum side side);

/* ---- reader_lost ---- */

void reader_lose(struct reading *x, uint64_t len);
/* A record went by of which only the end was seen, if at all. */
void reader_skip_tail(struct reading *x, struct slice tail);
/* Goes on to the next record that opens; false: more bytes are needed, or `*fed` says what. */
bool reader_scan(struct reading *x, enum tls_fed *fed);
/* A record that did not open in its turn: other numbers and keys are tried. */
void reader_try(struct reading *x, struct slice record);

#endif
