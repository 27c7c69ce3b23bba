#include <assert.h>

#include "base/mem.h"
#include "tls/reader.h"

bool reader_is_protected(const struct reading *x, const uint8_t header[RECORD_HEADER_LEN])
{
	if (record_header_is_clear_alert(header))
		return false;
	if (header[0] == RECORD_DATA)
		return true;
	return !reader_is_1_3(x->r) && x->s->epoch != READER_EPOCH_CLEAR;
}

/* ---- what can be read, and when ---- */

/* The client says hello, and then what depends on the answer; the server's answer depends on the hello. */
static bool waits_for_hello(const struct reading *x, const uint8_t header[RECORD_HEADER_LEN])
{
	const struct reader_side *s = x->s;
	unsigned int others = x->r->side[side_other(s->side)].hellos;

	if (record_header_is_clear_alert(header) || s->unread != TLS_READ ||
	    !reader_may_hear(x->r, side_other(s->side)))
		return false;
	if (s->side == SIDE_CLIENT)
		return s->hellos > others && (s->epoch == READER_EPOCH_CLEAR || header[0] == RECORD_CHANGE_CIPHER);
	return s->epoch == READER_EPOCH_CLEAR && header[0] == RECORD_HANDSHAKE && s->message.header_len == 0 &&
	       s->hellos >= others && (s->hellos == 0 || x->r->has_retry);
}

/* The client's early data come before the other side has said whether it takes them. */
static bool waits_for_early(struct reading *x)
{
	const struct tls_reader *r = x->r;

	if (x->s->epoch != READER_EPOCH_EARLY)
		return false;
	if (r->early == READER_EARLY_REJECTED)
		reader_enter(x->s, READER_EPOCH_HANDSHAKE);
	return r->early == READER_EARLY_OFFERED && reader_may_hear(r, SIDE_SERVER);
}

/* After a HelloRetryRequest early data go by that nobody takes. */
static bool is_before_hello(const struct reading *x)
{
	return reader_is_1_3(x->r) && !x->r->has_server_hello;
}

enum tls_fed reader_check(struct reading *x, const uint8_t header[RECORD_HEADER_LEN])
{
	if (waits_for_hello(x, header))
		return TLS_FED_NEEDS_OTHER;
	if (!reader_is_protected(x, header) || x->s->unread != TLS_READ || is_before_hello(x))
		return TLS_FED_ALL;
	if (waits_for_early(x))
		return TLS_FED_NEEDS_OTHER;
	return reader_ready(x);
}

bool reader_wants(const struct reading *x, const uint8_t header[RECORD_HEADER_LEN])
{
	if (reader_is_protected(x, header))
		return x->s->unread == TLS_READ && !is_before_hello(x);
	if (header[0] == RECORD_HANDSHAKE)
		return !x->s->is_message_lost && !x->s->has_opened;
	return record_header_len(header) <= RECORD_CLEAR_ALERT_LEN;
}

/* ---- records in clear ---- */

static void tell_alert(const struct reading *x, struct slice text)
{
	struct tls_event event = reader_event(x, TLS_ALERT);

	event.level = text.data[0];
	event.description = text.data[1];
	x->sink(x->ctx, &event);
}

static void take_clear(struct reading *x, uint8_t type, struct slice body)
{
	if (type == RECORD_HANDSHAKE)
		reader_take_handshake(x, body);
	else if (type == RECORD_ALERT && body.len == RECORD_CLEAR_ALERT_LEN)
		tell_alert(x, body);
	else if (type == RECORD_ALERT)
		reader_tell(x, TLS_ALERT_HIDDEN);
	else if (type == RECORD_CHANGE_CIPHER && !reader_is_1_3(x->r))
		reader_change_cipher(x);
}

/* What is encrypted and not read, told by what stands outside. */
void reader_tell_passed(const struct reading *x, uint8_t type)
{
	struct reader_side *s = x->s;

	if (s->awaits_finished && type == RECORD_HANDSHAKE && !reader_is_1_3(x->r)) {
		s->awaits_finished = false;
		reader_tell(x, TLS_FINISHED);
	}
	if (type == RECORD_DATA)
		reader_tell(x, TLS_DATA);
	else if (type == RECORD_ALERT)
		reader_tell(x, TLS_ALERT_HIDDEN);
}

/* ---- records that are opened ---- */

uint8_t *reader_text(struct tls_reader *r)
{
	if (r->text == NULL)
		r->text = mem_alloc(PROTECTION_TEXT_MAX);
	return r->text;
}

static void tell_text(const struct reading *x, struct slice text)
{
	struct tls_event event = reader_event(x, TLS_TEXT);

	event.bytes = text;
	x->sink(x->ctx, &event);
}

void reader_deliver(struct reading *x, uint8_t type, struct slice text)
{
	assert(text.len <= PROTECTION_TEXT_MAX);
	x->is_hidden = true;
	if (type == RECORD_DATA && text.len > 0)
		tell_text(x, text);
	else if (type == RECORD_HANDSHAKE)
		reader_take_handshake(x, text);
	else if (type == RECORD_ALERT && text.len >= RECORD_CLEAR_ALERT_LEN)
		tell_alert(x, text);
	else if (type == RECORD_CHANGE_CIPHER && !reader_is_1_3(x->r))
		reader_change_cipher(x);
	x->is_hidden = false;
}

/* That a side sends under the last key says that its Finished went by. */
void reader_note_opened(struct reading *x, uint64_t sequence)
{
	struct reader_side *s = x->s;
	bool is_past_finished = reader_is_1_3(x->r) ? s->epoch == READER_EPOCH_APPLICATION : sequence > 0;

	s->sequence = sequence + 1;
	s->has_opened = x->r->has_read = true;
	s->passed = 0;
	reader_wipe_used(x->r, s->side);
	if (s->awaits_finished && is_past_finished) {
		s->awaits_finished = false;
		reader_tell(x, TLS_FINISHED);
	}
}

/* Records under TLS 1.3 that are opened by no key, because that is not in the log or nobody took them: they go by until
 * one opens by the next. */
static bool may_pass(const struct reading *x)
{
	const struct tls_reader *r = x->r;
	const struct reader_side *s = x->s;

	if (!reader_is_1_3(r) || s->next_epoch == READER_EPOCH_CLEAR)
		return s->side == SIDE_CLIENT && r->early == READER_EARLY_REJECTED && !s->has_opened;
	return s->protection == NULL || s->epoch == READER_EPOCH_EARLY;
}

static void pass_closed(struct reading *x)
{
	const struct tls_reader *r = x->r;
	struct reader_side *s = x->s;
	bool is_early = s->side == SIDE_CLIENT && r->early != READER_EARLY_NONE;
	struct tls_event event = reader_event(x, TLS_MISSING);

	if (++s->passed > READER_PASSED_MAX && !is_early) {
		reader_refuse(x, TLS_NO_KEY, 0);
		reader_tell(x, TLS_DATA);
		return;
	}
	event.len = x->end - x->begin;
	if (s->epoch == READER_EPOCH_EARLY && r->early == READER_EARLY_ACCEPTED)
		x->sink(x->ctx, &event);
	else
		reader_tell(x, TLS_DATA);
}

static bool open_in_turn(struct reading *x, struct slice record, struct opened_record *opened)
{
	struct reader_side *s = x->s;
	struct slice body = slice_after(record, RECORD_HEADER_LEN);
	uint8_t *text = reader_text(x->r);

	if (s->protection != NULL && protection_open(s->protection, record.data, body, s->sequence, text, opened)) {
		reader_note_opened(x, s->sequence);
		return true;
	}
	if (reader_is_1_3(x->r) && s->next != NULL && protection_open(s->next, record.data, body, 0, text, opened)) {
		reader_step(s, x->r);
		reader_note_opened(x, 0);
		return true;
	}
	return false;
}

static void take_protected(struct reading *x, struct slice record)
{
	struct opened_record opened;
	struct reader_side *s = x->s;

	if (s->hole.len > 0) {
		reader_try(x, record);
	} else if (open_in_turn(x, record, &opened)) {
		reader_deliver(x, opened.type, slice_of(x->r->text, opened.len));
	} else if (may_pass(x)) {
		pass_closed(x);
	} else {
		s->hole.begin = x->begin;
		reader_try(x, record);
	}
}

void reader_take_record(struct reading *x, struct slice record)
{
	if (reader_is_protected(x, record.data))
		take_protected(x, record);
	else
		take_clear(x, record.data[0], slice_after(record, RECORD_HEADER_LEN));
}
