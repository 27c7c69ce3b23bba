#include "mail/session.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "mail/secrets.h"
#include "mail/session_imap.h"
#include "mail/session_tls.h"
#include "mail/told.h"

enum {
	FETCHED_TEXT = 128, /* of the arena */
};

static void begin(struct session *s, uint64_t number)
{
	s->number = number;
	s->rtt_ns = -1;
	s->connect_ns = -1;
	s->failed_index = s->listing = DIALOGUE_NO_COMMAND;
	s->tls_begin[SIDE_CLIENT] = s->tls_begin[SIDE_SERVER] = UINT64_MAX;
}

void session_init(struct session *s, uint64_t number)
{
	*s = (struct session){0};
	begin(s, number);
}

/* What else it holds than the room that a session is reused for. */
static void release(struct session *s)
{
	if (s->mailbox != NULL)
		hash_fini(&s->mailbox->retrieved);
	secrets_free(s->known);
	free(s->side[SIDE_CLIENT].flaws);
	free(s->side[SIDE_SERVER].flaws);
	free(s->told);
	session_tls_free(s->tls_facts);
	session_imap_free(s->imap);
	free(s->server_info.text);
	free(s->tunnel);
}

void session_reuse(struct session *s, uint64_t number)
{
	struct session kept;

	assert(s->over);
	release(s);
	kept = *s;
	if (kept.mailbox != NULL)
		*kept.mailbox =
			(struct session_mailbox){.list = kept.mailbox->list, .list_cap = kept.mailbox->list_cap};
	*s = (struct session){.commands = kept.commands,
			      .command_cap = kept.command_cap,
			      .mails = kept.mails,
			      .mail_cap = kept.mail_cap,
			      .mailbox = kept.mailbox,
			      .arena = kept.arena};
	arena_reset(&s->arena);
	begin(s, number);
}

void session_fini(struct session *s)
{
	release(s);
	arena_fini(&s->arena);
	free(s->commands);
	free(s->mails);
	if (s->mailbox != NULL)
		free(s->mailbox->list);
	free(s->mailbox);
}

void session_fetch(const struct session *s)
{
	if (s->commands != NULL)
		mem_fetch(s->commands, sizeof(*s->commands));
	if (s->arena.newest != NULL)
		mem_fetch(s->arena.newest, FETCHED_TEXT);
}

struct command *session_command(const struct session *s, uint32_t index)
{
	if (index < s->first_index || index - s->first_index >= s->command_count)
		return NULL;
	return &s->commands[index - s->first_index];
}

struct mail *session_mail(const struct session *s, uint32_t number)
{
	for (size_t i = s->mail_count; i > 0; i--)
		if (s->mails[i - 1]->number == number)
			return s->mails[i - 1];
	return NULL;
}

const struct tcp_flaws *session_flaws(const struct session_side *side)
{
	static const struct tcp_flaws none;

	return side->flaws != NULL ? side->flaws : &none;
}

struct tcp_flaws *session_make_flaws(struct session_side *side)
{
	if (side->flaws == NULL)
		side->flaws = mem_zalloc(sizeof(*side->flaws));
	return side->flaws;
}

const struct session_mailbox *session_mailbox(const struct session *s)
{
	static const struct session_mailbox unknown;

	return s->mailbox != NULL ? s->mailbox : &unknown;
}

const struct mail_pop3 *session_mail_pop3(const struct mail *m)
{
	static const struct mail_pop3 none;

	return m->pop3 != NULL ? m->pop3 : &none;
}

static size_t mailbox_memory(const struct session_mailbox *box)
{
	return box == NULL ? 0
			   : sizeof(*box) + box->list_cap * sizeof(*box->list) +
				     box->retrieved.capacity * sizeof(struct hash_slot);
}

size_t session_memory(const struct session *s)
{
	return sizeof(*s) + s->arena.held + s->command_cap * sizeof(*s->commands) +
	       s->mail_cap * sizeof(struct mail *) + mailbox_memory(s->mailbox) + session_imap_memory(s->imap) +
	       s->server_info.len + secrets_memory(s->known) +
	       (s->side[SIDE_CLIENT].flaws != NULL ? sizeof(struct tcp_flaws) : 0) +
	       (s->side[SIDE_SERVER].flaws != NULL ? sizeof(struct tcp_flaws) : 0) + session_tls_memory(s->tls_facts) +
	       (s->told != NULL ? sizeof(*s->told) : 0) + (s->tunnel != NULL ? sizeof(*s->tunnel) : 0);
}

/* IMAP has words; what is neither OK nor one of these is the name of an untagged answer that nobody asked for. */
static bool is_refusal(const struct reply *r)
{
	switch (r->code[0]) {
	case '4':
	case '5':
	case '-':
		return true;
	case 'N':
		return slice_equals(reply_code(r), slice_from_text("NO"));
	case 'B':
		return slice_equals(reply_code(r), slice_from_text("BAD")) ||
		       slice_equals(reply_code(r), slice_from_text("BYE"));
	default:
		return false;
	}
}

bool reply_is_positive(const struct reply *r)
{
	bool is_word = r->code[0] >= 'A' && r->code[0] <= 'Z';

	return r->code[0] == '2' || r->code[0] == '3' || r->code[0] == '+' || (is_word && !is_refusal(r));
}

const struct reply *command_refusal(const struct command *c)
{
	const struct reply *refusal = NULL;

	for (const struct reply *r = c->replies; r != NULL; r = r->next)
		if (is_refusal(r))
			refusal = r;
	return refusal;
}

bool reply_next_line(struct slice *rest, bool *started, struct slice *line)
{
	size_t len;

	if (*started && rest->len == 0)
		return false;
	if (*started)
		*rest = slice_after(*rest, 1); /* the LF between */
	*started = true;
	len = slice_find(*rest, '\n');
	*line = slice_sub(*rest, 0, len);
	*rest = slice_after(*rest, len);
	return true;
}

void session_compact(struct session *s)
{
	assert(s->over);
	s->commands = mem_shrink(s->commands, &s->command_cap, s->command_count, sizeof(*s->commands));
	s->mails = mem_shrink(s->mails, &s->mail_cap, s->mail_count, sizeof(struct mail *));
}

size_t session_first_needed(struct session *s, enum side side)
{
	size_t *first = &s->mails_needed[side];

	while (*first < s->mail_count && (s->mails[*first]->side != side || s->mails[*first]->reported))
		(*first)++;
	return *first;
}

size_t session_first_unreported(struct session *s)
{
	while (s->mails_reported < s->mail_count && s->mails[s->mails_reported]->reported)
		s->mails_reported++;
	assert(s->mails_reported <= s->mail_count);
	return s->mails_reported;
}

bool session_forget(struct session *s)
{
	struct buffer user = {0};
	struct buffer host = {0};

	if (protocol_has(s->protocol, PROTOCOL_MAILBOX) || s->transaction != NULL ||
	    s->receiving[SIDE_CLIENT] != NULL || s->receiving[SIDE_SERVER] != NULL || s->unbound != NULL ||
	    s->listing != DIALOGUE_NO_COMMAND || s->command_count == 0 || session_imap_is_open(s))
		return false;
	/* commands are resolved and reported in order: the last one speaks for all */
	if (s->resolved < s->first_index + s->command_count || !s->commands[s->command_count - 1].reported ||
	    session_first_unreported(s) < s->mail_count)
		return false;
	assert(s->resolved == s->first_index + s->command_count);
	s->first_index += (uint32_t)s->command_count;
	s->unreported = s->first_index;
	s->command_count = s->mail_count = s->mails_reported = 0;
	s->mails_needed[SIDE_CLIENT] = s->mails_needed[SIDE_SERVER] = 0;
	session_imap_forget(s);
	s->failed_index = DIALOGUE_NO_COMMAND;
	buffer_append(&user, s->user);
	buffer_append(&host, told_of(s)->relay.host);
	s->secrets = NULL;
	s->said = NULL;
	arena_reset(&s->arena);
	if (s->user.len > 0)
		s->user = arena_copy(&s->arena, buffer_slice(&user));
	if (s->told != NULL)
		s->told->relay.host = arena_copy(&s->arena, buffer_slice(&host));
	buffer_fini(&user);
	buffer_fini(&host);
	return true;
}

int64_t session_reply_ns(const struct command *c)
{
	return c->replies != NULL && c->packet != 0 ? c->replies->time_ns - c->time_ns : 0;
}

int64_t session_slowest_ns(const struct session *s)
{
	int64_t slowest = 0;

	for (size_t i = 0; i < s->command_count; i++)
		if (session_reply_ns(&s->commands[i]) > slowest)
			slowest = session_reply_ns(&s->commands[i]);
	return slowest;
}
