#include "mail/transaction.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "common/commands.h"
#include "mail/mails.h"
#include "mail/retrieved.h"
#include "mail/session_tls.h"
#include "proto/address.h"
#include "proto/verb.h"

uint64_t mail_envelope_hash(const struct mail *m)
{
	uint64_t hash = hash_bytes(m->from.data, m->from.len);

	for (const struct recipient *r = m->recipients; r != NULL; r = r->next)
		hash = hash * 31 + hash_bytes(r->address.data, r->address.len);
	return hash | 1;
}

/* A program that gives a transaction up and begins it anew, as virus scanners do, says the same envelope twice. */
static void note_repeat(struct session *s, struct mail *m)
{
	uint64_t envelope;

	if (s->given_up == 0 && m->has_data)
		return;
	envelope = mail_envelope_hash(m);
	if (s->given_up != 0 && envelope == s->given_up_envelope)
		m->repeats = s->given_up;
	s->given_up = m->has_data ? 0 : m->number;
	s->given_up_envelope = envelope;
}

/* What is missing of a side that cannot be read may have been said all the same. */
static bool is_hidden(const struct session *s, enum mail_outcome outcome)
{
	if (outcome == MAIL_UNANSWERED)
		return session_tls_hides(s, SIDE_SERVER);
	return outcome == MAIL_ABORTED && (session_tls_hides(s, SIDE_CLIENT) || session_tls_hides(s, SIDE_SERVER));
}

static void decide(struct session *s, struct mail *m, enum mail_outcome outcome, const struct observers *observers)
{
	assert(outcome != MAIL_UNDECIDED);
	if (m->outcome != MAIL_UNDECIDED)
		return;
	if (is_hidden(s, outcome))
		outcome = MAIL_UNKNOWN;
	m->outcome = outcome;
	if (m->number == 0)
		return; /* a MAIL that never got to a RCPT */
	note_repeat(s, m);
	if (outcome == MAIL_ACCEPTED)
		s->accepted_mails++;
	else if (outcome == MAIL_REJECTED)
		s->rejected_mails++;
	if (m == s->receiving[SIDE_CLIENT] && !m->data_ended) {
		if (outcome == MAIL_ACCEPTED || m->answered_early)
			return;			  /* it is done when its data have ended, too */
		s->receiving[SIDE_CLIENT] = NULL; /* what follows a refusal is no part of it */
	}
	if (m->direction == MAIL_SENT)
		mails_tell(s, m, observers);
}

/* It got no further than DATA, which was refused. */
static enum mail_outcome take_refusal(struct mail *m)
{
	m->final_reply = m->refusal;
	m->last = (struct stamp){.time_ns = m->refusal->time_ns, .packet = m->refusal->packet};
	return MAIL_REJECTED;
}

/* The transaction ends without a final reply to its data. */
static void abandon(struct session *s, enum mail_outcome outcome, const struct observers *observers)
{
	struct mail *m = s->transaction;

	if (m == NULL)
		return;
	s->transaction = NULL;
	if (m->refusal != NULL && !m->has_data)
		outcome = take_refusal(m);
	else if (m->recipient_count > 0 && m->accepted_count == 0 && !m->has_data && m->final_reply != NULL)
		outcome = MAIL_REJECTED;
	else if (m->has_data)
		outcome = m->data_ended ? MAIL_UNANSWERED : MAIL_ABORTED;
	decide(s, m, outcome, observers);
}

static void step_mail(struct session *s, struct command *c, const struct observers *observers)
{
	struct address_path path;
	struct mail *m;

	if (c->replies != NULL && !reply_is_positive(c->replies))
		return;
	abandon(s, MAIL_RESET, observers);
	m = mails_new(s);
	m->direction = MAIL_SENT;
	m->side = SIDE_CLIENT;
	m->begin_index = s->first_index + (uint32_t)(c - s->commands);
	m->first = (struct stamp){.time_ns = c->time_ns, .packet = c->packet};
	m->last = m->first;
	if (address_read_path(command_arguments(c), &path)) {
		m->from = path.address; /* the command's text is the session's already */
		if (m->from.data == NULL)
			m->from = slice_from_text("");
	}
	s->transaction = m;
}

/* MAIL was not captured: that a recipient was accepted proves that there was one. */
static struct mail *open_by_recipient(struct session *s, const struct command *c)
{
	struct mail *m;

	if (c->replies == NULL || !reply_is_positive(c->replies))
		return NULL;
	m = mails_new(s);
	m->direction = MAIL_SENT;
	m->side = SIDE_CLIENT;
	m->begin_index = s->first_index + (uint32_t)(c - s->commands);
	m->first = m->last = (struct stamp){.time_ns = c->time_ns, .packet = c->packet};
	s->transaction = m;
	return m;
}

/* A reply that answers nothing that was captured, between MAIL and the data: it accepts a recipient. */
static void step_unsolicited(struct session *s, const struct command *c)
{
	struct mail *m = s->transaction;

	if (m == NULL || m->has_data || c->replies == NULL || memcmp(c->replies->code, "25", 2) != 0)
		return;
	m->unseen_count++;
	m->unseen_last++;
}

static void step_rcpt(struct session *s, struct command *c)
{
	struct mail *m = s->transaction != NULL ? s->transaction : open_by_recipient(s, c);
	struct recipient *r;
	struct address_path path;

	if (m == NULL)
		return;
	mails_number(s, m);
	c->mail = m->number;
	m->recipient_count++;
	if (c->replies == NULL || reply_is_positive(c->replies))
		m->accepted_count++;
	else
		m->final_reply = c->replies;
	assert(m->accepted_count <= m->recipient_count);
	if (m->recipient_count > SESSION_RECIPIENTS_MAX)
		return;
	r = arena_alloc(&s->arena, sizeof(*r));
	*r = (struct recipient){.fate = RECIPIENT_UNKNOWN, .unseen_before = m->unseen_last};
	m->unseen_last = 0;
	if (address_read_path(command_arguments(c), &path))
		r->address = arena_copy(&s->arena, path.address);
	else
		r->address = arena_copy(&s->arena, command_arguments(c));
	if (c->replies != NULL) {
		r->fate = reply_is_positive(c->replies) ? RECIPIENT_ACCEPTED : RECIPIENT_REJECTED;
		memcpy(r->code, c->replies->code, sizeof(r->code));
	}
	if (r->fate == RECIPIENT_REJECTED)
		r->reply = c->replies;
	r->was_taken = r->fate != RECIPIENT_REJECTED;
	*(m->last_recipient != NULL ? &m->last_recipient->next : &m->recipients) = r;
	m->last_recipient = r;
}

/* The data belong to the transaction, if one is open; else they are a mail by themselves. */
static void bind_data(struct session *s, struct mail *data)
{
	struct mail *m = s->transaction;

	assert(data->has_data && data->number == 0);
	if (m == NULL || m->has_data) {
		mails_number(s, data);
		if (m == NULL)
			s->transaction = data;
		return;
	}
	mails_number(s, m);
	m->has_data = true;
	m->data_index = data->data_index;
	m->side = data->side;
	m->stuffing = data->stuffing;
	m->data_ended = data->data_ended;
	m->complete = data->complete;
	m->is_piece = data->is_piece;
	m->size = data->size;
	m->missing_len = data->missing_len;
	m->data_begin = data->data_begin;
	m->ranges = data->ranges;
	m->last_range = data->last_range;
	m->last = data->last;
	if (s->receiving[SIDE_CLIENT] == data)
		s->receiving[SIDE_CLIENT] = m;
}

/* Binds data that began with command `index`, or with one before. */
static void bind_until(struct session *s, uint32_t index)
{
	while (s->unbound != NULL && s->unbound->data_index <= index) {
		struct mail *data = s->unbound;

		s->unbound = data->next_unbound;
		bind_data(s, data);
	}
}

static void add_unbound(struct session *s, struct mail *data)
{
	*(s->unbound != NULL ? &s->last_unbound->next_unbound : &s->unbound) = data;
	s->last_unbound = data;
}

bool transaction_is_announced(const struct command *c)
{
	return c->replies != NULL && memcmp(c->replies->code, "353", 3) == 0;
}

/* The first reply that is about a recipient; NULL: none is. */
static const struct reply *first_of_recipients(const struct session *s, const struct command *c)
{
	if (transaction_is_announced(c))
		return c->replies->next;
	return protocol_has(s->protocol, PROTOCOL_EACH_RECIPIENT) ? c->replies : NULL;
}

/* How many replies there are for recipients that were not captured. */
static uint32_t count_spare(const struct session *s, const struct mail *m, const struct command *c)
{
	uint32_t replies = 0;
	uint32_t taken = transaction_is_announced(c) ? 1 : 0; /* the last one is for all */

	for (const struct reply *r = first_of_recipients(s, c); r != NULL; r = r->next)
		replies++;
	for (const struct recipient *to = m->recipients; to != NULL; to = to->next)
		taken += to->was_taken;
	return replies > taken ? replies - taken : 0;
}

static const struct reply *skip_unseen(const struct reply *r, const struct recipient *to, uint32_t *spare)
{
	uint32_t left = to->unseen_before;

	for (; left > 0 && *spare > 0 && r->next != NULL; left--) {
		r = r->next;
		(*spare)--;
	}
	return r;
}

/* Those that RCPT was not refused for get a reply each, in their order. */
static void assign_replies(const struct session *s, struct mail *m, const struct command *c)
{
	const struct reply *r = first_of_recipients(s, c);
	uint32_t spare = count_spare(s, m, c);

	for (struct recipient *to = m->recipients; to != NULL && r != NULL; to = to->next) {
		if (!to->was_taken)
			continue;
		r = skip_unseen(r, to, &spare);
		to->reply = r;
		r = r->next;
	}
	m->asked = m->recipients;
}

/* Whoever asks goes from reply to reply: the recipient is that of the last time, or one behind it. */
const struct recipient *transaction_recipient(struct mail *m, const struct reply *r)
{
	const struct recipient *to = m->asked;

	if (to == NULL || to->reply == NULL || to->reply->begin > r->begin)
		to = m->recipients;
	for (; to != NULL && (to->reply == NULL || to->reply->begin <= r->begin); to = to->next) {
		if (to->reply != NULL)
			m->asked = to;
		if (to->reply == r)
			return to;
	}
	return NULL;
}

const struct reply *transaction_decision(const struct command *c)
{
	const struct reply *last = c->last_reply;

	if (transaction_is_announced(c))
		return last != c->replies ? last : NULL;
	for (const struct reply *r = c->replies; r != NULL; r = r->next)
		if (reply_is_positive(r))
			return r;
	return c->replies;
}

/* What became of each recipient is known only with the mail's data. */
static void take_fates(const struct session *s, struct mail *m)
{
	m->accepted_count = 0;
	for (struct recipient *to = m->recipients; to != NULL; to = to->next) {
		if (to->was_taken && to->reply != NULL) {
			to->fate = reply_is_positive(to->reply) ? RECIPIENT_ACCEPTED : RECIPIENT_REJECTED;
			memcpy(to->code, to->reply->code, sizeof(to->code));
		} else if (to->was_taken && s->side[SIDE_SERVER].missing_bytes == 0) {
			to->fate = RECIPIENT_UNANSWERED;
		}
		m->accepted_count += to->fate == RECIPIENT_ACCEPTED || to->fate == RECIPIENT_UNKNOWN;
	}
}

/* The final replies to a mail's data. */
static void conclude(struct session *s, struct command *c, const struct observers *observers)
{
	struct mail *m = s->transaction;
	const struct reply *reply = transaction_decision(c);

	if (m == NULL)
		return;
	c->mail = m->number;
	if (reply == NULL) {
		abandon(s, MAIL_UNANSWERED, observers);
		return;
	}
	if (first_of_recipients(s, c) != NULL)
		assign_replies(s, m, c);
	if (first_of_recipients(s, c) != NULL && m->recipient_count <= SESSION_RECIPIENTS_MAX)
		take_fates(s, m);
	s->transaction = NULL;
	m->is_unread = m->size == 0 && m == s->receiving[SIDE_CLIENT] && session_tls_hides(s, m->side);
	m->answered_early =
		m == s->receiving[SIDE_CLIENT] && (m->stuffing || reply->is_early) && !session_tls_hides(s, m->side);
	m->final_reply = reply;
	m->last = (struct stamp){.time_ns = reply->time_ns, .packet = reply->packet};
	decide(s, m, reply_is_positive(reply) ? MAIL_ACCEPTED : MAIL_REJECTED, observers);
}

/* A command that is refused changes nothing: the client may go on with the same transaction. */
static void step_data(struct session *s, struct command *c, const struct observers *observers)
{
	struct mail *m;

	bind_until(s, s->first_index + (uint32_t)(c - s->commands));
	m = s->transaction;
	if (m == NULL)
		return;
	c->mail = m->number;
	if (c->replies == NULL || reply_is_positive(c->replies))
		return;
	if (m->has_data)
		conclude(s, c, observers);
	else
		m->refusal = c->replies;
}

bool transaction_is_last_chunk(const struct command *c)
{
	struct slice last;
	struct slice number = verb_word(slice_trim(command_arguments(c)), &last);
	size_t digits;

	slice_decimal(number, &digits);
	return digits > 0 && digits == number.len && slice_equals_nocase(last, "LAST");
}

bool transaction_is_chunk(const struct command *c)
{
	struct slice arguments = slice_trim(command_arguments(c));
	size_t used_len;
	bool fits = slice_decimal(arguments, &used_len) < UINT64_MAX;

	return fits && used_len > 0 && (used_len == arguments.len || transaction_is_last_chunk(c)) &&
	       (used_len == arguments.len || arguments.data[used_len] == ' ' || arguments.data[used_len] == '\t');
}

/* A BDAT with an error in its syntax changes nothing (RFC 5321 section 4.1.4). */
static bool is_void(const struct command *c)
{
	return !transaction_is_chunk(c) && c->replies != NULL && !reply_is_positive(c->replies);
}

/* 503 where no MAIL is known: the server has no transaction that the chunk could belong to. */
static bool is_out_of_place(const struct session *s, const struct command *c)
{
	return s->transaction == NULL && c->replies != NULL && memcmp(c->replies->code, "503", 3) == 0;
}

static void drop_until(struct session *s, uint32_t index)
{
	while (s->unbound != NULL && s->unbound->data_index <= index) {
		if (s->receiving[SIDE_CLIENT] == s->unbound)
			s->receiving[SIDE_CLIENT] = NULL;
		s->unbound = s->unbound->next_unbound;
	}
}

/* BDAT: the reply to the last chunk, or to one that was refused, decides. */
static void step_bdat(struct session *s, struct command *c, const struct observers *observers)
{
	uint32_t index = s->first_index + (uint32_t)(c - s->commands);

	if (is_out_of_place(s, c))
		drop_until(s, index);
	bind_until(s, index);
	if (s->transaction == NULL)
		return;
	c->mail = s->transaction->number;
	if (is_void(c))
		return;
	if (transaction_is_last_chunk(c) || (c->replies != NULL && !reply_is_positive(c->replies)))
		conclude(s, c, observers);
}

/* RSET, QUIT and DELE mean another thing where mails are retrieved. */
static bool is_of_mailbox(const struct session *s, const struct command *c)
{
	return protocol_has(s->protocol, PROTOCOL_MAILBOX) &&
	       (c->kind == KIND_RSET || c->kind == KIND_QUIT || c->kind == KIND_DELE);
}

void transaction_step(struct session *s, struct command *c, const struct observers *observers)
{
	assert(c == session_command(s, s->resolved - 1));
	if (c->injected)
		return;
	if (is_of_mailbox(s, c)) {
		retrieved_step(s, c);
		return;
	}
	switch ((enum command_kind)c->kind) {
	case KIND_MAIL:
		step_mail(s, c, observers);
		break;
	case KIND_RCPT:
		step_rcpt(s, c);
		break;
	case KIND_UNSOLICITED:
		step_unsolicited(s, c);
		break;
	case KIND_DATA:
		step_data(s, c, observers);
		break;
	case KIND_BDAT:
		step_bdat(s, c, observers);
		break;
	case KIND_MESSAGE:
		conclude(s, c, observers);
		break;
	case KIND_HELLO:
	case KIND_RSET:
		if (c->replies == NULL || reply_is_positive(c->replies))
			abandon(s, MAIL_RESET, observers);
		break;
	case KIND_QUIT:
		if (c->replies == NULL || reply_is_positive(c->replies))
			abandon(s, MAIL_ABORTED, observers);
		break;
	default:
		break;
	}
}

void transaction_take_data(struct session *s, struct mail *m)
{
	if (m->data_index == DIALOGUE_NO_COMMAND || m->data_index < s->resolved)
		bind_data(s, m);
	else
		add_unbound(s, m);
}

void transaction_finish(struct session *s, const struct observers *observers)
{
	bind_until(s, DIALOGUE_NO_COMMAND);
	abandon(s, MAIL_ABORTED, observers);
	for (size_t i = 0; i < s->mail_count; i++)
		if (s->mails[i]->pop3 != NULL)
			retrieved_finish(s, s->mails[i], observers);
		else if (s->mails[i]->direction == MAIL_SENT)
			decide(s, s->mails[i], s->mails[i]->data_ended ? MAIL_UNANSWERED : MAIL_ABORTED, observers);
}
