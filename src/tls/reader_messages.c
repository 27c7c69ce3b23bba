#include <string.h>

#include "tls/hello.h"
#include "tls/reader.h"

enum {
	MESSAGE_CLIENT_HELLO = 1,
	MESSAGE_SERVER_HELLO = 2,
	MESSAGE_NEW_TICKET = 4,
	MESSAGE_END_OF_EARLY_DATA = 5,
	MESSAGE_ENCRYPTED_EXTENSIONS = 8,
	MESSAGE_CERTIFICATE = 11,
	MESSAGE_CERTIFICATE_REQUEST = 13,
	MESSAGE_SERVER_HELLO_DONE = 14,
	MESSAGE_FINISHED = 20,
	MESSAGE_KEY_UPDATE = 24,
};

/* One that is told, or changes what is known. */
struct message {
	uint8_t type;
	struct slice body; /* as much of it as was kept */
	size_t behind;	   /* bytes of the record's text that stand after it */
	struct tls_event event;
	bool is_cut;
};

bool reader_may_hear(const struct tls_reader *r, enum side side)
{
	const struct reader_side *s = &r->side[side];

	return !s->has_ended && !s->is_deaf && s->unread == TLS_READ && s->hole.len == 0 && !s->is_message_lost;
}

/* ---- hellos ---- */

/* What was agreed in clear stays. */
static bool is_too_late(const struct reading *x)
{
	return !x->is_hidden && x->r->has_server_hello;
}

static void take_client_hello(struct reading *x, struct message *m)
{
	struct tls_reader *r = x->r;
	struct client_hello hello;

	if (is_too_late(x) || !hello_read_client(m->body, &hello))
		return;
	if (!r->has_client_random || memcmp(r->client_random, hello.random, KEY_RANDOM_LEN) != 0)
		reader_begin_handshake(r, hello.random);
	x->s->hellos++;
	if (hello.has_early_data && !r->has_retry)
		r->early = READER_EARLY_OFFERED;
	r->session_id_len = 0;
	if (hello.session_id.len > 0 && hello.session_id.len <= sizeof(r->session_id)) {
		memcpy(r->session_id, hello.session_id.data, hello.session_id.len);
		r->session_id_len = (uint8_t)hello.session_id.len;
	}
	if (r->resumption != NULL && hello.session_id.len > 0)
		resumption_recall(r->resumption, hello.session_id, &r->by_id);
	if (r->resumption != NULL && hello.ticket.len > 0)
		resumption_recall(r->resumption, hello.ticket, &r->by_ticket);
	m->event.version = hello.version;
	m->event.name = hello.name;
	m->event.protocol = hello.protocol;
	m->event.has_early_data = hello.has_early_data;
	m->event.is_again = x->is_hidden;
	m->event.client_random = r->client_random;
	x->sink(x->ctx, &m->event);
}

/* Up to TLS 1.2 the server says the client's session again where that goes on. */
static bool is_resumed(const struct tls_reader *r, const struct server_hello *hello)
{
	if (hello->version == TLS_VERSION_1_3)
		return hello->has_psk;
	return hello->session_id.len > 0 && slice_equals(hello->session_id, slice_of(r->session_id, r->session_id_len));
}

static void agree(struct tls_reader *r, const struct server_hello *hello)
{
	r->has_retry = hello->has_retry;
	r->has_server_hello = !hello->has_retry;
	r->version = hello->version;
	r->suite = suite_find(hello->suite);
	r->encrypt_then_mac = hello->has_encrypt_then_mac;
	r->is_compressed = hello->compression != 0;
	r->is_resumed = is_resumed(r, hello);
	memcpy(r->server_random, hello->random, KEY_RANDOM_LEN);
	if (hello->version == TLS_VERSION_1_3) {
		if (hello->has_retry && r->early == READER_EARLY_OFFERED)
			r->early = READER_EARLY_REJECTED;
		return;
	}
	r->early = READER_EARLY_NONE;
	r->session_id_len = 0;
	if (hello->session_id.len > 0 && hello->session_id.len <= sizeof(r->session_id)) {
		memcpy(r->session_id, hello->session_id.data, hello->session_id.len);
		r->session_id_len = (uint8_t)hello->session_id.len;
	}
}

/* From a ServerHello of TLS 1.3 on both sides encrypt. */
static void begin_encryption(struct tls_reader *r)
{
	struct reader_side *client = &r->side[SIDE_CLIENT];

	reader_enter(&r->side[SIDE_SERVER], READER_EPOCH_HANDSHAKE);
	reader_enter(client, r->early == READER_EARLY_OFFERED ? READER_EPOCH_EARLY : READER_EPOCH_HANDSHAKE);
	client->awaits_finished = r->side[SIDE_SERVER].awaits_finished = true;
}

static void take_server_hello(struct reading *x, struct message *m)
{
	struct tls_reader *r = x->r;
	struct server_hello hello;

	if (m->is_cut || is_too_late(x) || !hello_read_server(m->body, &hello))
		return;
	if (x->is_hidden && hello.version == TLS_VERSION_1_3)
		return;
	x->s->hellos++;
	agree(r, &hello);
	if (x->is_hidden && x->s->hellos > r->side[SIDE_CLIENT].hellos)
		r->has_client_random = false; /* the hello that this answers was not read */
	if (reader_is_1_3(r) && !hello.has_retry)
		begin_encryption(r);
	m->event.version = hello.version;
	m->event.suite = hello.suite;
	m->event.has_retry = hello.has_retry;
	m->event.is_resumed = r->is_resumed;
	m->event.is_again = x->is_hidden;
	m->event.protocol = hello.protocol;
	m->event.client_random = r->has_client_random ? r->client_random : NULL;
	x->sink(x->ctx, &m->event);
}

/* ---- other messages ---- */

static void take_extensions(struct reading *x, struct message *m)
{
	struct encrypted_extensions e;

	hello_read_extensions(m->body, &e);
	if (x->r->early == READER_EARLY_OFFERED)
		x->r->early = e.has_early_data ? READER_EARLY_ACCEPTED : READER_EARLY_REJECTED;
	m->event.kind = TLS_EXTENSIONS;
	m->event.protocol = e.protocol;
	m->event.has_early_data = e.has_early_data;
	x->sink(x->ctx, &m->event);
}

static void take_certificate(struct reading *x, const struct message *m)
{
	struct slice chain[CERTIFICATE_CHAIN_MAX];
	struct tls_event event = m->event;

	event.kind = TLS_CERTIFICATE;
	event.chain = chain;
	event.chain_len = hello_read_chain(m->body, reader_is_1_3(x->r), chain);
	if (event.chain_len > 0 || !m->is_cut)
		x->sink(x->ctx, &event);
}

static void take_ticket(struct reading *x, struct message *m)
{
	m->event.kind = TLS_TICKET;
	if (!reader_is_1_3(x->r) && !m->is_cut) {
		m->event.bytes = hello_read_ticket(m->body);
		reader_remember_ticket(x->r, m->event.bytes);
	}
	x->sink(x->ctx, &m->event);
}

static void take_finished(struct reading *x, struct message *m)
{
	m->event.kind = TLS_FINISHED;
	x->s->awaits_finished = false;
	if (reader_is_1_3(x->r))
		reader_enter(x->s, READER_EPOCH_APPLICATION);
	x->sink(x->ctx, &m->event);
}

/* RFC 8446 section 5.1: one that does not end its record is none. Each costs keys, and thousands fit into a record. */
static bool is_update(const struct reading *x, const struct message *m)
{
	return m->type == MESSAGE_KEY_UPDATE && m->behind == 0 && reader_is_1_3(x->r) &&
	       x->s->epoch == READER_EPOCH_APPLICATION;
}

/* Messages that only mean something once records are opened. */
static void take_hidden(struct reading *x, struct message *m)
{
	bool is_1_3 = reader_is_1_3(x->r);

	if (m->type == MESSAGE_FINISHED && (!is_1_3 || x->s->epoch == READER_EPOCH_HANDSHAKE)) {
		take_finished(x, m);
	} else if (m->type == MESSAGE_ENCRYPTED_EXTENSIONS && is_1_3 && x->s->side == SIDE_SERVER) {
		take_extensions(x, m);
	} else if (m->type == MESSAGE_END_OF_EARLY_DATA && x->s->epoch == READER_EPOCH_EARLY) {
		reader_enter(x->s, READER_EPOCH_HANDSHAKE);
	} else if (is_update(x, m)) {
		reader_update_key(x);
		m->event.kind = TLS_KEY_UPDATE;
		x->sink(x->ctx, &m->event);
	}
}

/* Hellos are in clear, but those of a renegotiation, which TLS 1.3 does not have. */
static bool may_be_hello(const struct reading *x)
{
	return !x->is_hidden || !reader_is_1_3(x->r);
}

static void take_message(struct reading *x, struct message *m)
{
	bool is_server = x->s->side == SIDE_SERVER;

	if (m->type == MESSAGE_CLIENT_HELLO && !is_server && may_be_hello(x)) {
		m->event.kind = TLS_CLIENT_HELLO;
		take_client_hello(x, m);
	} else if (m->type == MESSAGE_SERVER_HELLO && is_server && may_be_hello(x)) {
		m->event.kind = TLS_SERVER_HELLO;
		take_server_hello(x, m);
	} else if (m->type == MESSAGE_CERTIFICATE) {
		take_certificate(x, m);
	} else if (m->type == MESSAGE_CERTIFICATE_REQUEST && is_server) {
		m->event.kind = TLS_CERTIFICATE_REQUEST;
		x->sink(x->ctx, &m->event);
	} else if (m->type == MESSAGE_SERVER_HELLO_DONE && is_server) {
		x->r->has_hello_done = true;
	} else if (m->type == MESSAGE_NEW_TICKET && is_server) {
		take_ticket(x, m);
	} else if (x->is_hidden) {
		take_hidden(x, m);
	}
}

/* ---- messages in records ---- */

static bool is_kept(uint8_t type)
{
	return type == MESSAGE_CLIENT_HELLO || type == MESSAGE_SERVER_HELLO || type == MESSAGE_NEW_TICKET ||
	       type == MESSAGE_ENCRYPTED_EXTENSIONS || type == MESSAGE_CERTIFICATE;
}

static void end_message(struct reading *x, struct slice body, size_t behind)
{
	struct reader_message *own = &x->s->message;
	struct message m = {
		.type = own->header[0],
		.body = body,
		.behind = behind,
		.event = reader_event(x, TLS_FINISHED),
		.is_cut = own->is_cut,
	};

	m.event.begin = own->begin;
	m.event.end -= x->is_hidden ? 0 : behind;
	m.event.message_len = (uint32_t)own->header[1] << 16 | (uint32_t)own->header[2] << 8 | own->header[3];
	own->header_len = 0;
	own->is_cut = false;
	take_message(x, &m);
	buffer_fini(&own->body);
}

/* A server's hello in answer to a client's that was not read yet, inside the protection of the handshake before. */
static bool is_early_answer(const struct reading *x, uint8_t type)
{
	const struct reader_side *client = &x->r->side[SIDE_CLIENT];

	return x->s->side == SIDE_SERVER && type == MESSAGE_SERVER_HELLO && x->is_hidden && !reader_is_1_3(x->r) &&
	       x->s->hellos >= client->hellos && reader_may_hear(x->r, SIDE_CLIENT);
}

static void hold(struct reading *x, struct slice text)
{
	struct reader_held *held = &x->s->held;

	held->begin = x->begin;
	held->end = x->end;
	held->record_len = x->record_len;
	held->is_hidden = x->is_hidden;
	buffer_append(&held->text, text);
}

bool reader_release(struct reading *x)
{
	struct reader_held held;
	struct reading past;

	if (x->s->held.text.len == 0)
		return true;
	held = x->s->held;
	past = *x;
	past.begin = held.begin;
	past.end = held.end;
	past.record_len = held.record_len;
	past.is_hidden = held.is_hidden;
	if (is_early_answer(&past, held.text.data[0]))
		return false;
	x->s->held = (struct reader_held){.begin = 0};
	reader_take_handshake(&past, buffer_slice(&held.text));
	buffer_fini(&held.text);
	return x->s->held.text.len == 0;
}

/* The bytes of a message's header, one by one; false: there are no more. */
static bool take_header(struct reading *x, struct slice *text)
{
	struct reader_message *m = &x->s->message;

	while (m->header_len < READER_MESSAGE_HEADER_LEN && text->len > 0) {
		if (m->header_len == 0)
			m->begin = x->begin;
		m->header[m->header_len++] = text->data[0];
		*text = slice_after(*text, 1);
		m->left = (uint32_t)m->header[1] << 16 | (uint32_t)m->header[2] << 8 | m->header[3];
	}
	return m->header_len == READER_MESSAGE_HEADER_LEN;
}

void reader_take_handshake(struct reading *x, struct slice text)
{
	struct reader_message *m = &x->s->message;

	while (text.len > 0) {
		struct slice piece;

		if (m->header_len == 0 && is_early_answer(x, text.data[0])) {
			hold(x, text);
			return;
		}
		if (m->header_len < READER_MESSAGE_HEADER_LEN && !take_header(x, &text))
			return;
		piece = slice_sub(text, 0, m->left);
		text = slice_after(text, m->left);
		m->left -= (uint32_t)piece.len;
		if (m->left == 0 && m->body.len == 0 && !m->is_cut) {
			end_message(x, piece, text.len);
			continue;
		}
		m->body.limit = READER_MESSAGE_MAX;
		if (is_kept(m->header[0]) && !m->is_cut && !buffer_append(&m->body, piece))
			m->is_cut = true;
		if (m->left == 0)
			end_message(x, buffer_slice(&m->body), text.len);
	}
}

void reader_lose_handshake(struct reading *x, uint64_t len)
{
	struct reader_message *m = &x->s->message;

	if (m->header_len == READER_MESSAGE_HEADER_LEN) {
		m->is_cut = true;
		if (m->left > len) {
			m->left -= (uint32_t)len;
			return;
		}
		if (m->left == len)
			len = 0;
		m->left = 0;
		end_message(x, buffer_slice(&m->body), 0);
	}
	m->header_len = 0;
	if (len > 0)
		x->s->is_message_lost = true;
}
