#include "mail/mailbox.h"

#include "base/mem.h"
#include "common/commands.h"

struct session_mailbox *mailbox_of(struct session *s)
{
	if (s->mailbox == NULL)
		s->mailbox = mem_zalloc(sizeof(*s->mailbox));
	return s->mailbox;
}

static struct mailbox_message *message(struct session *s, uint64_t number)
{
	struct session_mailbox *box = mailbox_of(s);

	if (number == 0 || number > SESSION_LINES_MAX)
		return NULL;
	while (box->list_count < number) {
		box->list = mem_grow(box->list, &box->list_cap, box->list_count + 1, sizeof(*box->list));
		box->list[box->list_count++] = (struct mailbox_message){.octets = 0};
	}
	return &box->list[number - 1];
}

const struct mailbox_message *mailbox_message(const struct session *s, uint32_t number)
{
	const struct session_mailbox *box = session_mailbox(s);

	return number > 0 && number <= box->list_count ? &box->list[number - 1] : NULL;
}

/* Takes a number and the blanks after it off the front; false when there is none. */
static bool take_number(struct slice *rest, uint64_t *number)
{
	size_t used_len;

	*number = slice_decimal(*rest, &used_len);
	*rest = slice_trim(slice_after(*rest, used_len));
	return used_len > 0;
}

static struct slice first_line(const struct command *c)
{
	struct slice text = reply_text(c->last_reply);

	return slice_trim(slice_sub(text, 0, slice_find(text, '\n')));
}

static void note_stat(struct session *s, struct slice text)
{
	struct session_mailbox *box = mailbox_of(s);
	uint64_t messages;
	uint64_t octets;

	if (!take_number(&text, &messages) || !take_number(&text, &octets))
		return;
	box->messages = messages;
	box->octets = octets;
	box->known = box->counted = true;
}

/* "number size" or "number unique-id". */
static void note_entry(struct session *s, enum command_kind kind, struct slice text, bool adds)
{
	struct mailbox_message *m;
	uint64_t number;
	uint64_t octets = 0;

	if (!take_number(&text, &number) || (m = message(s, number)) == NULL)
		return;
	if (kind == KIND_UIDL) {
		m->uid = arena_copy(&s->arena, text);
		return;
	}
	if (!take_number(&text, &octets))
		return;
	m->octets = octets;
	if (!adds || s->mailbox->counted)
		return;
	s->mailbox->messages++;
	s->mailbox->octets += octets;
}

void mailbox_note_line(struct session *s, const struct command *c, struct slice line)
{
	if (c->kind == KIND_UIDL || c->kind == KIND_LIST)
		note_entry(s, (enum command_kind)c->kind, line, true);
}

/* A listing of all counts the mailbox when STAT did not. */
static void note_listing(struct session *s, const struct command *c)
{
	struct session_mailbox *box = mailbox_of(s);

	if (c->arguments_len > 0) {
		note_entry(s, (enum command_kind)c->kind, first_line(c), false);
	} else if (c->kind == KIND_LIST && !box->counted) {
		box->messages = box->octets = 0;
		box->known = true;
		box->committed = false;
	}
}

static void note_deletion(struct session *s, const struct command *c)
{
	struct slice arguments = command_arguments(c);
	struct mailbox_message *m;
	uint64_t number;

	if (!take_number(&arguments, &number) || (m = message(s, number)) == NULL || m->deleted)
		return;
	m->deleted = true;
	m->next_deleted = s->mailbox->deleted;
	s->mailbox->deleted = (uint32_t)number;
}

/* Only those that were marked since the last time. */
static void unmark_all(struct session *s)
{
	struct session_mailbox *box = mailbox_of(s);

	for (uint32_t number = box->deleted; number != 0; number = box->list[number - 1].next_deleted)
		box->list[number - 1].deleted = false;
	box->deleted = 0;
}

void mailbox_note(struct session *s, const struct command *c)
{
	if (!protocol_has(s->protocol, PROTOCOL_MAILBOX) || c->last_reply == NULL || !reply_is_positive(c->last_reply))
		return;
	switch ((enum command_kind)c->kind) {
	case KIND_STAT:
		note_stat(s, first_line(c));
		break;
	case KIND_LIST:
	case KIND_UIDL:
		note_listing(s, c);
		break;
	case KIND_DELE:
		note_deletion(s, c);
		break;
	case KIND_RSET:
		unmark_all(s);
		break;
	case KIND_QUIT:
		mailbox_of(s)->committed = session_mailbox(s)->deleted != 0;
		break;
	default:
		break;
	}
}

void mailbox_note_retrieved(struct session *s, uint32_t number)
{
	struct mailbox_message *m = message(s, number);

	if (m != NULL)
		m->retrieved = true;
}

uint64_t mailbox_read_octets(struct slice text)
{
	struct slice rest = slice_trim(text);
	bool is_first = true;

	while (rest.len > 0) {
		size_t used_len;
		uint64_t number = slice_decimal(rest, &used_len);
		struct slice unit = slice_trim_left(slice_after(rest, used_len));

		if (used_len > 0 && (slice_begins_nocase(unit, "octet") || slice_begins_nocase(unit, "byte") ||
				     (is_first && unit.len == 0)))
			return number;
		rest = slice_after(rest, used_len > 0 ? used_len : 1);
		is_first = false;
	}
	return 0;
}
