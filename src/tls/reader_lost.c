#include <openssl/crypto.h>

#include "tls/reader.h"

enum {
	WAYS_MAX = 3, /* keys under which a record behind a hole may have been sent */
	BODY_MIN_1_3 = 1 + 8,
	BODY_MAX_1_3 = 16384 + 256,
};

/* A key, and the numbers that are tried under it. */
struct way {
	struct protection *protection;
	uint64_t first;
	uint32_t max; /* numbers that make sense; 0: any */
	enum reader_epoch epoch;
	struct key_secret traffic;
	bool is_own; /* made for this record */
};

/* ---- bytes that are missing ---- */

static void begin_hole(struct reader_side *s, uint64_t begin)
{
	if (s->hole.len > 0)
		return;
	s->hole = (struct reader_hole){.begin = begin};
	s->tail_len = 0;
	if (s->protection != NULL)
		protection_skip(s->protection, slice_of(NULL, 0));
}

/* Under TLS 1.0 a record goes on with the last block of the one before, as far as that was seen. */
void reader_skip_tail(struct reading *x, struct slice tail)
{
	const struct suite *suite = x->r->suite;
	size_t len;

	if (x->s->protection == NULL || suite == NULL)
		return;
	len = suite->block_len + (x->r->encrypt_then_mac ? suite_hash_len(suite->mac) : 0);
	protection_skip(x->s->protection, tail.len >= len ? slice_after(tail, tail.len - len) : slice_of(NULL, 0));
}

static bool is_clear_handshake(const struct reading *x)
{
	const struct reader_side *s = x->s;

	return s->kept.len >= RECORD_HEADER_LEN && s->kept.data[0] == RECORD_HANDSHAKE &&
	       !reader_is_protected(x, s->kept.data) && !s->has_opened && !s->is_message_lost;
}

/* What a record in clear had before the hole. */
static void take_begin(struct reading *x)
{
	reader_take_handshake(x, slice_after(buffer_slice(&x->s->kept), RECORD_HEADER_LEN));
}

/* A hole that ends inside the record in which it begins. The rest of that goes by, and the next one's place is known.
 */
static void lose_in_record(struct reading *x, const uint8_t header[RECORD_HEADER_LEN], uint64_t len)
{
	struct reader_side *s = x->s;
	uint32_t record_len = record_header_len(header);
	uint32_t had = (uint32_t)(s->kept.len - RECORD_HEADER_LEN);
	uint8_t type = header[0];

	x->begin = s->offset;
	x->end = x->begin + RECORD_HEADER_LEN + record_len;
	x->record_len = record_len;
	if (reader_is_protected(x, header)) {
		if (s->unread == TLS_READ) {
			begin_hole(s, x->begin);
			s->hole.len += RECORD_HEADER_LEN + record_len;
			s->hole.records++;
			s->sequence++;
		}
	} else if (is_clear_handshake(x)) {
		take_begin(x);
		reader_lose_handshake(x, record_len - had);
	} else if (type == RECORD_CHANGE_CIPHER && !reader_is_1_3(x->r)) {
		reader_change_cipher(x);
	}
	s->passing_begin = x->begin;
	reader_consume(x, s->kept.len);
	s->offset += len;
	s->tail_len = 0;
	s->is_broken = true;
	reader_pass(s, type, record_len, record_len - had - (uint32_t)len);
}

static bool has_hello(const struct reading *x)
{
	return x->s->side == SIDE_CLIENT ? x->r->has_client_random : x->r->has_server_hello;
}

static void lose_place(struct reading *x, uint64_t len)
{
	struct reader_side *s = x->s;
	uint64_t begin = s->is_passing ? s->passing_begin : s->offset;
	uint64_t gone = s->offset + s->kept.len - begin + len;

	x->begin = begin;
	x->end = begin + gone;
	if (!s->is_passing && !s->hole.is_scanning && is_clear_handshake(x))
		take_begin(x);
	s->is_passing = s->is_broken = false;
	s->left = 0;
	s->offset += s->kept.len + len;
	buffer_fini(&s->kept);
	reader_lose_handshake(x, UINT64_MAX);
	if (s->unread != TLS_READ)
		return;
	if (!has_hello(x)) {
		reader_refuse(x, TLS_NO_HANDSHAKE, len);
		return;
	}
	begin_hole(s, begin);
	s->hole.len += gone;
	s->hole.is_scanning = true;
	s->hole.looked = 0;
	s->hole.tries = 0;
	s->hole.strikes = 0;
	s->tail_len = 0;
}

void reader_lose(struct reading *x, uint64_t len)
{
	struct reader_side *s = x->s;
	uint8_t header[RECORD_HEADER_LEN];

	if (s->is_deaf) {
		s->offset += len;
		return;
	}
	if (s->is_passing && s->kept.len == 0 && len <= s->left) {
		s->left -= (uint32_t)len;
		s->offset += len;
		s->tail_len = 0;
		return;
	}
	if (s->is_passing || s->hole.is_scanning || s->kept.len < RECORD_HEADER_LEN) {
		lose_place(x, len);
		return;
	}
	memcpy(header, s->kept.data, sizeof(header));
	if (len + s->kept.len <= RECORD_HEADER_LEN + (uint64_t)record_header_len(header))
		lose_in_record(x, header, len);
	else
		lose_place(x, len);
}

/* ---- ways ---- */

/* The keys of later epochs, as far as they are known. */
static size_t add_epochs(const struct tls_reader *r, const struct reader_side *s, struct way *ways, size_t count)
{
	for (unsigned int epoch = s->epoch + 1U; epoch <= READER_EPOCH_APPLICATION && count < WAYS_MAX; epoch++) {
		struct protection *protection = reader_protection_of(r, s->side, (enum reader_epoch)epoch);

		if (protection != NULL)
			ways[count++] = (struct way){
				.protection = protection, .epoch = (enum reader_epoch)epoch, .is_own = true};
	}
	return count;
}

/* The keys after a KeyUpdate, and after another one. */
static size_t add_updates(const struct tls_reader *r, const struct reader_side *s, struct way *ways, size_t count)
{
	const struct key_secret *last = &s->traffic;

	while (count < WAYS_MAX) {
		struct way *way = &ways[count];

		*way = (struct way){.epoch = s->epoch, .is_own = true};
		if (!protection_next_secret(r->suite, last, &way->traffic))
			break;
		way->protection = protection_new_1_3(r->suite, &way->traffic);
		if (way->protection == NULL)
			break;
		last = &way->traffic;
		count++;
	}
	return count;
}

/* The key after a ChangeCipherSpec that was not seen. Under TLS 1.0 it begins with a block of its own, for the first
 * record alone; behind a record that did not open it goes on with the end of that. */
static struct way first_way(const struct tls_reader *r, const struct reader_side *s)
{
	struct way way = {.protection = s->next, .epoch = READER_EPOCH_APPLICATION};

	if (r->version > TLS_VERSION_1_0 || r->suite == NULL || r->suite->family != SUITE_CBC)
		return way;
	way.first = s->hole.strikes > 0;
	way.max = s->hole.strikes == 0;
	return way;
}

static size_t find_ways(const struct tls_reader *r, const struct reader_side *s, struct way ways[WAYS_MAX])
{
	size_t count = 0;

	if (s->protection != NULL)
		ways[count++] = (struct way){.protection = s->protection, .first = s->sequence, .epoch = s->epoch};
	if (!reader_is_1_3(r)) {
		if (s->next != NULL && s->epoch == READER_EPOCH_CLEAR)
			ways[count++] = first_way(r, s);
		return count;
	}
	if (s->epoch == READER_EPOCH_APPLICATION)
		return add_updates(r, s, ways, count);
	return add_epochs(r, s, ways, count);
}

static void forget_ways(struct way ways[WAYS_MAX])
{
	for (size_t i = 0; i < WAYS_MAX; i++)
		if (ways[i].is_own)
			protection_free(ways[i].protection);
	OPENSSL_cleanse(ways, WAYS_MAX * sizeof(ways[0]));
}

/* ---- tries ---- */

/* How many numbers are tried under each of `ways` keys: no more than the hole can hold, and some are left for the
 * records behind this one. */
static uint32_t allowed(const struct reading *x, size_t ways)
{
	const struct reader_hole *hole = &x->s->hole;
	uint64_t fit = 2 + (hole->is_scanning ? hole->len / READER_RECORD_MIN : hole->records);
	uint32_t max = x->r->tries < READER_TRIES_ALL ? READER_TRIES_MAX : READER_TRIES_FEW;
	uint32_t left = hole->tries < max ? max - hole->tries : 0;
	uint64_t share = (hole->strikes + 1 < READER_STRIKES_MAX ? left / 2 : left) / (ways > 0 ? ways : 1);

	return (uint32_t)(fit < share ? fit : share);
}

static bool try_way(struct reading *x, const struct way *way, uint32_t count, struct slice record, uint64_t *number,
		    struct opened_record *opened)
{
	struct slice body = slice_after(record, RECORD_HEADER_LEN);
	uint8_t *text = reader_text(x->r);

	if (way->max > 0 && count > way->max)
		count = way->max;
	for (uint32_t i = 0; i < count; i++) {
		*number = way->first + i;
		x->r->tries++;
		x->s->hole.tries++;
		if (protection_open(way->protection, record.data, body, *number, text, opened))
			return true;
	}
	return false;
}

/* Whether text may have been sent before record `number` and after the last one that was read. */
static bool may_miss_text(const struct reading *x, const struct way *way, uint64_t number)
{
	const struct reader_side *s = x->s;

	if (reader_is_1_3(x->r))
		return way->epoch != READER_EPOCH_HANDSHAKE &&
		       (number > 0 || s->epoch == READER_EPOCH_EARLY || s->epoch == READER_EPOCH_APPLICATION);
	return number > 1 || s->sequence > 1 || s->has_opened;
}

static void tell_missing(const struct reading *x)
{
	struct tls_event event = reader_event(x, TLS_MISSING);

	event.begin = x->s->hole.begin;
	event.end = x->begin;
	event.len = x->s->hole.len;
	x->sink(x->ctx, &event);
}

/* The side goes on from there. */
static void take_way(struct reading *x, struct way *way)
{
	struct reader_side *s = x->s;
	bool is_changed = way->protection != s->protection;

	if (!is_changed)
		return;
	if (way->protection == s->next)
		s->next = NULL;
	if (!reader_is_1_3(x->r)) {
		s->awaits_finished = true;
		reader_tell(x, TLS_CHANGE_CIPHER);
	}
	protection_free(s->protection);
	protection_free(s->next);
	s->next = NULL;
	s->next_epoch = READER_EPOCH_CLEAR;
	s->protection = way->protection;
	way->is_own = false;
	s->epoch = way->epoch;
	if (way->traffic.len > 0)
		s->traffic = way->traffic;
	else if (reader_is_1_3(x->r) && s->epoch == READER_EPOCH_APPLICATION)
		s->traffic = *reader_secret_of(x->r, s->side, s->epoch);
}

/* No number fits. */
static void strike(struct reading *x, struct slice record)
{
	struct reader_side *s = x->s;
	bool is_scanning = s->hole.is_scanning;

	s->hole.records++;
	if (!is_scanning)
		s->hole.len += record.len;
	if (s->protection != NULL || (s->next != NULL && !reader_is_1_3(x->r)))
		protection_skip(s->protection != NULL ? s->protection : s->next,
				slice_after(record, RECORD_HEADER_LEN));
	if (++s->hole.strikes < READER_STRIKES_MAX)
		return;
	reader_refuse(x, s->has_opened ? TLS_GAP : TLS_NO_KEY, s->hole.len);
	if (is_scanning)
		reader_turn_deaf(s);
}

static bool try_record(struct reading *x, struct slice record)
{
	struct way ways[WAYS_MAX] = {{.protection = NULL}};
	struct opened_record opened = {.len = 0};
	struct way *fits = NULL;
	uint64_t number = 0;
	uint32_t tries;
	size_t count;

	if (allowed(x, WAYS_MAX) == 0) /* to make the keys costs more than a try */
		return false;
	count = find_ways(x->r, x->s, ways);
	tries = allowed(x, count);
	for (size_t i = 0; i < count && fits == NULL; i++)
		if (try_way(x, &ways[i], tries, record, &number, &opened))
			fits = &ways[i];
	if (fits != NULL) {
		if (may_miss_text(x, fits, number))
			tell_missing(x);
		take_way(x, fits);
		x->s->hole = (struct reader_hole){.len = 0};
		/* What is left of a message that was cut; the next one begins in a record of its own. */
		x->s->is_message_lost = false;
		x->s->message.header_len = 0;
		buffer_fini(&x->s->message.body);
		reader_note_opened(x, number);
	}
	forget_ways(ways);
	if (fits != NULL)
		reader_deliver(x, opened.type, slice_of(x->r->text, opened.len));
	return fits != NULL;
}

void reader_try(struct reading *x, struct slice record)
{
	if (!try_record(x, record))
		strike(x, record);
}

/* ---- the next record ---- */

/* What a record may begin with, as far as it is there. */
static bool may_begin(const struct reading *x, struct slice in)
{
	static const uint8_t minor[] = {1, 2, 3, 3};
	uint16_t version = x->r->version;
	uint32_t len;

	if (in.len == 0 || in.data[0] < RECORD_CHANGE_CIPHER || in.data[0] > RECORD_DATA ||
	    (reader_is_1_3(x->r) && in.data[0] != RECORD_DATA))
		return false;
	if (in.len > 1 && in.data[1] != 3)
		return false;
	if (in.len > 2 &&
	    (version < TLS_VERSION_1_0 || version > TLS_VERSION_1_3 || in.data[2] != minor[version - TLS_VERSION_1_0]))
		return false;
	if (in.len < RECORD_HEADER_LEN)
		return true;
	len = record_header_len(in.data);
	return reader_is_1_3(x->r) ? len >= BODY_MIN_1_3 && len <= BODY_MAX_1_3 : len > 0 && len <= RECORD_BODY_MAX;
}

static size_t find_begin(const struct reading *x, struct slice in)
{
	size_t at = 0;

	while (at < in.len && !may_begin(x, slice_after(in, at)))
		at++;
	return at;
}

static void pass_over(struct reading *x, size_t len)
{
	x->s->hole.len += len;
	x->s->hole.looked = 0;
	reader_consume(x, len);
}

/* A record that begins `at` bytes from here. */
static void set_record(struct reading *x, size_t at, struct slice header)
{
	x->record_len = record_header_len(header.data);
	x->begin = x->s->offset + at;
	x->end = x->begin + RECORD_HEADER_LEN + x->record_len;
}

/* What looks like a record may be none, and the next one stand inside of it: who waited for its end might wait for
 * ever. `outer` is what is here of it; false: nothing in it opens. */
static bool look_inside(struct reading *x, struct slice outer)
{
	struct reader_side *s = x->s;
	size_t at = s->hole.looked + 1U;

	for (; at + RECORD_HEADER_LEN <= outer.len; at++) {
		struct slice rest = slice_of(outer.data + at, outer.len - at);

		if (!may_begin(x, rest))
			continue;
		set_record(x, at, rest);
		rest = slice_sub(rest, 0, RECORD_HEADER_LEN + x->record_len);
		if (rest.len < RECORD_HEADER_LEN + x->record_len)
			break;
		reader_skip_tail(x, slice_sub(outer, 0, at));
		s->hole.len += at;
		if (try_record(x, rest)) {
			reader_consume(x, at + rest.len);
			return true;
		}
		s->hole.len -= at;
	}
	s->hole.looked = (uint32_t)at - 1;
	return false;
}

/* A handshake in clear, before TLS 1.3, behind a hole in it: ChangeCipherSpec, an alert, or the begin of a message. */
static bool is_clear(const struct reading *x, struct slice record)
{
	uint8_t type = record.data[0];
	struct slice body = slice_after(record, RECORD_HEADER_LEN);

	if (x->s->epoch != READER_EPOCH_CLEAR || reader_is_1_3(x->r))
		return false;
	if (type == RECORD_CHANGE_CIPHER)
		return body.len == 1 && body.data[0] == 1;
	if (type == RECORD_ALERT)
		return body.len == 2 && body.data[0] <= TLS_ALERT_FATAL;
	return type == RECORD_HANDSHAKE && body.len >= READER_MESSAGE_HEADER_LEN && body.data[0] <= 24 &&
	       body.data[1] == 0;
}

static void go_on_in_clear(struct reading *x, struct slice record)
{
	x->s->hole = (struct reader_hole){.len = 0};
	x->s->is_message_lost = false;
	reader_take_record(x, record);
}

/* What begins here may be a record; false: nothing more can be done with what is here. */
static bool scan_record(struct reading *x, size_t len, enum tls_fed *fed)
{
	struct reader_side *s = x->s;
	struct slice record = reader_need(x, len);
	bool is_whole = record.len == len;

	if (is_whole && is_clear(x, record)) {
		go_on_in_clear(x, record);
		reader_consume(x, len);
		return true;
	}
	if (!is_whole && s->epoch == READER_EPOCH_CLEAR)
		return false;
	*fed = reader_ready(x);
	if (*fed != TLS_FED_ALL || s->unread != TLS_READ)
		return *fed == TLS_FED_ALL;
	if (s->epoch != READER_EPOCH_CLEAR && look_inside(x, record))
		return true;
	if (!is_whole)
		return false;
	set_record(x, 0, record);
	reader_skip_tail(x, slice_of(s->tail, s->tail_len));
	if (try_record(x, record)) {
		reader_consume(x, len);
		return true;
	}
	strike(x, record);
	if (!s->is_deaf)
		pass_over(x, 1);
	return true;
}

/* What a record begins with the server says; where it does not, nothing more is read. */
static enum tls_fed wait_for_version(struct reading *x)
{
	if (x->s->side == SIDE_CLIENT && reader_may_hear(x->r, SIDE_SERVER))
		return TLS_FED_NEEDS_OTHER;
	reader_refuse(x, TLS_NO_HANDSHAKE, x->s->hole.len);
	return TLS_FED_ALL;
}

bool reader_scan(struct reading *x, enum tls_fed *fed)
{
	struct reader_side *s = x->s;
	struct slice here = s->kept.len > 0 ? buffer_slice(&s->kept) : x->in;
	size_t at;

	*fed = TLS_FED_ALL;
	if (here.len == 0)
		return false;
	if (s->epoch == READER_EPOCH_CLEAR && !x->r->has_server_hello) {
		*fed = wait_for_version(x);
		return *fed == TLS_FED_ALL;
	}
	at = find_begin(x, here);
	if (at > 0) {
		pass_over(x, at);
		return true;
	}
	here = reader_need(x, RECORD_HEADER_LEN);
	if (here.len < RECORD_HEADER_LEN)
		return false;
	if (!may_begin(x, here)) {
		pass_over(x, 1);
		return true;
	}
	set_record(x, 0, here);
	return scan_record(x, RECORD_HEADER_LEN + x->record_len, fed);
}
