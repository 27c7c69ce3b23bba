#include <openssl/crypto.h>

#include "tls/reader.h"

enum {
	MASTER_LEN = 48,
};

/* ---- keys of a side ---- */

void reader_forget_keys(struct reader_side *s)
{
	protection_free(s->protection);
	protection_free(s->next);
	s->protection = s->next = NULL;
	s->next_epoch = READER_EPOCH_CLEAR;
	OPENSSL_cleanse(&s->traffic, sizeof(s->traffic));
}

static enum key_label label_of(enum side side, enum reader_epoch epoch)
{
	static const enum key_label handshake[] = {KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET,
						   KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET};
	static const enum key_label application[] = {KEY_CLIENT_TRAFFIC_SECRET_0, KEY_SERVER_TRAFFIC_SECRET_0};

	if (epoch == READER_EPOCH_EARLY)
		return KEY_CLIENT_EARLY_TRAFFIC_SECRET;
	return epoch == READER_EPOCH_HANDSHAKE ? handshake[side] : application[side];
}

const struct key_secret *reader_secret_of(const struct tls_reader *r, enum side side, enum reader_epoch epoch)
{
	const struct key_secret *secret = &r->keys.of[label_of(side, epoch)];

	return secret->len == suite_hash_len(r->suite->hash) ? secret : NULL;
}

struct protection *reader_protection_of(const struct tls_reader *r, enum side side, enum reader_epoch epoch)
{
	const struct key_secret *secret = reader_secret_of(r, side, epoch);

	return secret != NULL ? protection_new_1_3(r->suite, secret) : NULL;
}

void reader_enter(struct reader_side *s, enum reader_epoch epoch)
{
	reader_forget_keys(s);
	s->epoch = epoch;
	s->sequence = 0;
}

static void note_traffic(struct reader_side *s, const struct tls_reader *r)
{
	const struct key_secret *secret;

	if (s->epoch != READER_EPOCH_APPLICATION || s->protection == NULL)
		return;
	secret = reader_secret_of(r, s->side, s->epoch);
	if (secret != NULL)
		s->traffic = *secret;
}

void reader_step(struct reader_side *s, const struct tls_reader *r)
{
	protection_free(s->protection);
	s->protection = s->next;
	s->epoch = s->next_epoch;
	s->next = NULL;
	s->next_epoch = READER_EPOCH_CLEAR;
	s->sequence = 0;
	note_traffic(s, r);
}

void reader_update_key(struct reading *x)
{
	struct reader_side *s = x->s;
	struct key_secret next = {.len = 0};

	if (!protection_next_secret(x->r->suite, &s->traffic, &next))
		return;
	reader_forget_keys(s);
	s->traffic = next;
	s->protection = protection_new_1_3(x->r->suite, &next);
	s->sequence = 0;
	OPENSSL_cleanse(&next, sizeof(next));
}

/* Of the master secret both sides' keys are made; under TLS 1.3 each has its own, and only updates the last. */
void reader_wipe_used(struct tls_reader *r, enum side side)
{
	const struct reader_side *s = &r->side[side];
	const struct reader_side *other = &r->side[side_other(side)];

	if (s->epoch != READER_EPOCH_APPLICATION || s->protection == NULL)
		return;
	if (reader_is_1_3(r)) {
		for (unsigned int epoch = side == SIDE_CLIENT ? READER_EPOCH_EARLY : READER_EPOCH_HANDSHAKE;
		     epoch <= READER_EPOCH_APPLICATION; epoch++)
			OPENSSL_cleanse(&r->keys.of[label_of(side, (enum reader_epoch)epoch)],
					sizeof(struct key_secret));
	} else if (other->epoch == READER_EPOCH_APPLICATION && other->protection != NULL) {
		key_set_wipe(&r->keys);
		OPENSSL_cleanse(&r->by_id, sizeof(r->by_id));
		OPENSSL_cleanse(&r->by_ticket, sizeof(r->by_ticket));
	}
}

/* ---- a handshake ---- */

void reader_begin_handshake(struct tls_reader *r, const uint8_t client_random[KEY_RANDOM_LEN])
{
	memcpy(r->client_random, client_random, KEY_RANDOM_LEN);
	r->has_client_random = true;
	r->has_server_hello = r->has_retry = r->has_hello_done = r->is_resumed = false;
	r->early = READER_EARLY_NONE;
	key_set_wipe(&r->keys);
	OPENSSL_cleanse(&r->by_id, sizeof(r->by_id));
	OPENSSL_cleanse(&r->by_ticket, sizeof(r->by_ticket));
	buffer_fini(&r->ticket);
}

static void ask(struct tls_reader *r)
{
	if (r->find != NULL && r->has_client_random)
		r->find(r->find_ctx, r->client_random, &r->keys);
}

/* Why nobody could read this handshake, whatever the key; TLS_READ: nothing is against it. */
static enum tls_unread judge(const struct tls_reader *r)
{
	if (!r->has_client_random || !r->has_server_hello)
		return TLS_NO_HANDSHAKE;
	if (r->is_compressed && !reader_is_1_3(r))
		return TLS_COMPRESSED;
	if (r->version < TLS_VERSION_1_0 || r->version > TLS_VERSION_1_3 || r->suite == NULL ||
	    r->suite->cipher == NULL || r->suite->is_1_3 != reader_is_1_3(r))
		return TLS_SUITE;
	return TLS_READ;
}

/* ---- before TLS 1.3 ---- */

/* A session goes on under its old master secret, for which a key log may have no line. */
static void recall(struct tls_reader *r)
{
	struct key_secret *master = &r->keys.of[KEY_CLIENT_RANDOM];
	bool is_by_ticket = r->by_ticket.len > 0;

	if (master->len == 0 && (r->is_resumed || !r->has_hello_done))
		*master = is_by_ticket ? r->by_ticket : r->by_id;
}

static void remember(struct tls_reader *r)
{
	const struct key_secret *master = &r->keys.of[KEY_CLIENT_RANDOM];

	if (r->resumption == NULL || master->len != MASTER_LEN)
		return;
	if (r->session_id_len > 0)
		resumption_remember(r->resumption, slice_of(r->session_id, r->session_id_len), master);
	if (r->ticket.len > 0)
		resumption_remember(r->resumption, buffer_slice(&r->ticket), master);
	buffer_fini(&r->ticket);
}

void reader_remember_ticket(struct tls_reader *r, struct slice ticket)
{
	if (r->resumption == NULL || ticket.len == 0 || ticket.len > READER_TICKET_MAX)
		return;
	buffer_clear(&r->ticket);
	buffer_append(&r->ticket, ticket);
	remember(r);
}

/* Both sides' keys come of one secret; a side that has not changed its keys yet gets them for later: by then the client
 * may have begun another handshake. */
static bool make_before_1_3(struct tls_reader *r)
{
	const struct key_secret *master = &r->keys.of[KEY_CLIENT_RANDOM];
	bool is_made = true;

	if (master->len != MASTER_LEN)
		ask(r);
	recall(r);
	if (master->len != MASTER_LEN)
		return true;
	remember(r);
	for (int side = 0; side < SIDES; side++) {
		struct reader_side *s = &r->side[side];
		bool is_changed = s->epoch == READER_EPOCH_APPLICATION && s->protection == NULL;
		struct protection **place = is_changed ? &s->protection : &s->next;

		if (*place != NULL || s->unread != TLS_READ || s->is_deaf)
			continue;
		*place = protection_new_1_2(r->suite, r->version, r->encrypt_then_mac, (enum side)side, master,
					    r->client_random, r->server_random);
		is_made = is_made && *place != NULL;
	}
	return is_made;
}

void reader_change_cipher(struct reading *x)
{
	struct reader_side *s = x->s;

	if (s->next == NULL && s->unread == TLS_READ && judge(x->r) == TLS_READ)
		make_before_1_3(x->r);
	protection_free(s->protection);
	s->protection = s->next;
	s->next = NULL;
	s->epoch = READER_EPOCH_APPLICATION;
	s->sequence = 0;
	s->awaits_finished = true;
	s->message.header_len = 0;
	s->is_message_lost = false;
	buffer_fini(&s->message.body);
	reader_tell(x, TLS_CHANGE_CIPHER);
}

/* ---- TLS 1.3 ---- */

/* Where a secret is not known, or its records may be such as nobody takes, the next one's is tried on each record. */
static void make_1_3(struct tls_reader *r, struct reader_side *s)
{
	if (reader_secret_of(r, s->side, s->epoch) == NULL)
		ask(r);
	s->protection = reader_protection_of(r, s->side, s->epoch);
	note_traffic(s, r);
	if (s->protection != NULL && s->epoch != READER_EPOCH_EARLY)
		return;
	for (unsigned int epoch = s->epoch + 1U; epoch <= READER_EPOCH_APPLICATION && s->next == NULL; epoch++) {
		s->next = reader_protection_of(r, s->side, (enum reader_epoch)epoch);
		s->next_epoch = s->next != NULL ? (enum reader_epoch)epoch : READER_EPOCH_CLEAR;
	}
}

/* ---- both ---- */

static bool has_key(const struct tls_reader *r, const struct reader_side *s)
{
	if (s->protection != NULL)
		return true;
	return s->next != NULL && (reader_is_1_3(r) || s->epoch == READER_EPOCH_CLEAR);
}

enum tls_fed reader_ready(struct reading *x)
{
	struct tls_reader *r = x->r;
	enum tls_unread why = TLS_READ;

	if (has_key(r, x->s))
		return TLS_FED_ALL;
	why = judge(r);
	if (why == TLS_READ && reader_is_1_3(r))
		make_1_3(r, x->s);
	else if (why == TLS_READ && !make_before_1_3(r))
		why = TLS_SUITE;
	if (why == TLS_READ && has_key(r, x->s))
		return TLS_FED_ALL;
	if (why == TLS_READ && r->find != NULL && !r->has_given_up)
		return TLS_FED_NEEDS_KEY;
	reader_refuse(x, why != TLS_READ ? why : TLS_NO_KEY, 0);
	return TLS_FED_ALL;
}
