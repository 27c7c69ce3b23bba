#include "mail/retrieved.h"

#include "base/hash.h"
#include "mail/mailbox.h"
#include "mail/mails.h"

enum {
	SAME_MAX = 64, /* mails of one number that DELE marks, if it was retrieved so often: the latest */
};

static bool has_number(const void *item, const void *number)
{
	return session_mail_pop3(item)->number == *(const uint32_t *)number;
}

/* It is found by its number from now on, and those before it from there. */
static void remember(struct session *s, struct mail *m)
{
	struct hash_table *retrieved = &mailbox_of(s)->retrieved;
	uint64_t hash = hash_bytes(&m->pop3->number, sizeof(m->pop3->number));

	m->pop3->same_before = hash_lookup(retrieved, hash, has_number, &m->pop3->number);
	if (m->pop3->same_before != NULL)
		hash_remove(retrieved, hash, m->pop3->same_before);
	hash_insert(retrieved, hash, m);
}

void retrieved_begin(struct session *s, struct mail *m)
{
	struct command *c = session_command(s, m->data_index);
	size_t used_len;

	m->direction = MAIL_RETRIEVED;
	m->begin_index = m->data_index;
	m->pop3 = arena_alloc(&s->arena, sizeof(*m->pop3));
	*m->pop3 = (struct mail_pop3){.number = 0};
	if (c != NULL) {
		m->direction = c->kind == KIND_TOP ? MAIL_PREVIEWED : MAIL_RETRIEVED;
		m->pop3->number = (uint32_t)slice_decimal(command_arguments(c), &used_len);
		m->first = (struct stamp){.time_ns = c->time_ns, .packet = c->packet};
		m->final_reply = c->replies;
		if (m->direction == MAIL_RETRIEVED && c->last_reply != NULL)
			m->pop3->octets = mailbox_read_octets(reply_text(c->last_reply));
		/* TOP is answered without them */
		m->is_piece = c->kind != KIND_RETR && c->kind != KIND_TOP && m->pop3->octets == 0;
	}
	mails_number(s, m);
	if (m->direction == MAIL_RETRIEVED)
		remember(s, m);
	if (c != NULL)
		c->mail = m->number;
}

void retrieved_end(struct session *s, struct mail *m)
{
	if (m->direction == MAIL_RETRIEVED && m->data_ended)
		mailbox_note_retrieved(s, m->pop3->number);
	m->outcome = m->data_ended ? MAIL_RETRIEVED_OUTCOME : MAIL_ABORTED;
}

static void step_dele(struct session *s, const struct command *c)
{
	size_t used_len;
	uint64_t wanted = slice_decimal(command_arguments(c), &used_len);
	uint32_t number = (uint32_t)wanted;
	struct session_mailbox *box = mailbox_of(s);
	struct mail *m;

	if (wanted > UINT32_MAX)
		return;
	m = hash_lookup(&box->retrieved, hash_bytes(&number, sizeof(number)), has_number, &number);
	for (int count = 0; m != NULL && count < SAME_MAX; count++, m = m->pop3->same_before) {
		if (m->pop3_deleted)
			continue;
		m->pop3_deleted = true;
		m->pop3->next_deleted = box->deleted_mails;
		box->deleted_mails = m;
	}
}

static void step_rset(struct session *s)
{
	struct session_mailbox *box = mailbox_of(s);

	for (struct mail *m = box->deleted_mails; m != NULL; m = m->pop3->next_deleted)
		m->pop3_deleted = false;
	box->deleted_mails = box->committed_mails = NULL;
}

static void step_quit(struct session *s)
{
	struct session_mailbox *box = mailbox_of(s);

	for (struct mail *m = box->deleted_mails; m != box->committed_mails; m = m->pop3->next_deleted)
		m->pop3_committed = true;
	box->committed_mails = box->deleted_mails;
}

void retrieved_step(struct session *s, const struct command *c)
{
	bool is_accepted = c->replies != NULL && reply_is_positive(c->replies);

	if (c->kind == KIND_DELE && is_accepted)
		step_dele(s, c);
	else if (c->kind == KIND_RSET && (is_accepted || c->replies == NULL))
		step_rset(s);
	else if (c->kind == KIND_QUIT && is_accepted)
		step_quit(s);
}

void retrieved_finish(struct session *s, struct mail *m, const struct observers *observers)
{
	const struct mailbox_message *message = mailbox_message(s, m->pop3->number);

	if (m->outcome == MAIL_UNDECIDED)
		m->outcome = MAIL_ABORTED;
	if (message != NULL) {
		m->pop3->uid = message->uid;
		if (m->pop3->octets == 0 && m->direction == MAIL_RETRIEVED)
			m->pop3->octets = message->octets;
	}
	mails_tell(s, m, observers);
}
