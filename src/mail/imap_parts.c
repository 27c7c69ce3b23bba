#include "mail/imap_parts.h"

#include <assert.h>

#include "base/mem.h"
#include "mail/imap_mails.h"
#include "mail/imap_words.h"
#include "mail/observer.h"

enum {
	ASKED_LOOK_MAX = 16,  /* commands that are looked through for one that asked for a chunk */
	ASKED_LEN_MAX = 1024, /* of its arguments */
};

static struct imap_parts *parts_of(struct session *s)
{
	return &imap_mails_of(s)->parts;
}

/* The same UID where both are known, else the same number. */
static bool is_same(const struct imap_part *p, const struct mail *m)
{
	if (p->uid != 0 && m->imap->uid != 0)
		return p->uid == m->imap->uid;
	return p->number != 0 && p->number == m->imap->number;
}

/* Which part of its kind the message has; the count: none. */
static size_t find(const struct imap_parts *parts, enum mail_section kind, const struct mail *m)
{
	size_t i = 0;

	while (i < parts->count && (parts->list[i].mail->imap->part != kind || !is_same(&parts->list[i], m)))
		i++;
	return i;
}

static struct mail *take_out(struct imap_parts *parts, size_t i)
{
	struct mail *m = parts->list[i].mail;

	assert(i < parts->count);
	parts->count--;
	memmove(&parts->list[i], &parts->list[i + 1], (parts->count - i) * sizeof(*parts->list));
	return m;
}

/* It gets no more: a text alone is no mail. */
static void end(struct session *s, size_t i, const struct observers *observers)
{
	struct mail *m = take_out(parts_of(s), i);

	if (m->number == 0) {
		imap_mails_drop(s, m);
		return;
	}
	m->is_piece |= m->imap->part == MAIL_SECTION_CHUNK && !m->complete;
	observers_mail_data(observers, s, m);
	imap_mails_wait(s, m, observers);
}

static void give_up_oldest(struct session *s, const struct observers *observers)
{
	parts_of(s)->given_up++;
	end(s, 0, observers);
}

static void add(struct session *s, struct mail *m, const struct observers *observers)
{
	struct imap_parts *parts = parts_of(s);

	if (parts->count == IMAP_PARTS_MAX)
		give_up_oldest(s, observers);
	parts->list = mem_grow(parts->list, &parts->cap, parts->count + 1, sizeof(*parts->list));
	parts->list[parts->count++] = (struct imap_part){.mail = m};
}

/* What the answer of `m` says of the message; it is the one that got bytes last. */
static struct imap_part *touch(struct session *s, size_t i, const struct mail *m)
{
	struct imap_parts *parts = parts_of(s);
	struct imap_part p = parts->list[i];

	take_out(parts, i);
	p.uid = m->imap->uid != 0 ? m->imap->uid : p.uid;
	p.number = m->imap->number != 0 ? m->imap->number : p.number;
	p.has_size = imap_sizes_find(&imap_mails_of(s)->sizes, p.number, p.uid, &p.size) || p.has_size;
	p.at = m->data_begin + m->size + m->missing_len;
	p.index = s->first_index + (uint32_t)s->command_count;
	parts->list[parts->count] = p;
	return &parts->list[parts->count++];
}

/* The bytes of another part behind those that it has; what was said later counts. */
static void absorb(struct mail *to, struct mail *from)
{
	to->size += from->size;
	to->missing_len += from->missing_len;
	to->imap->cut_len += from->imap->cut_len;
	to->is_piece |= from->is_piece;
	to->data_ended = to->data_ended && from->data_ended;
	if (from->outcome == MAIL_ABORTED)
		to->outcome = MAIL_ABORTED;
	if (from->ranges != NULL) {
		*(to->last_range != NULL ? &to->last_range->next : &to->ranges) = from->ranges;
		to->last_range = from->last_range;
	}
	from->ranges = from->last_range = NULL;
	to->data_begin = from->data_begin < to->data_begin ? from->data_begin : to->data_begin;
	to->last = from->last.time_ns > to->last.time_ns ? from->last : to->last;
}

/* `later`: what its answer says of the message counts, as far as it says something. */
static void take_words(struct mail_imap *to, const struct mail_imap *from, bool later)
{
	to->number = to->number == 0 || (later && from->number != 0) ? from->number : to->number;
	to->uid = to->uid == 0 || (later && from->uid != 0) ? from->uid : to->uid;
	to->flags = to->flags.data == NULL || (later && from->flags.data != NULL) ? from->flags : to->flags;
	to->arrived = to->arrived.data == NULL || (later && from->arrived.data != NULL) ? from->arrived : to->arrived;
}

/* The command that brought bytes of a mail belongs to it. */
static void bind(struct session *s, uint32_t index, const struct mail *m)
{
	struct command *c = session_command(s, index);

	if (c != NULL && c->mail == 0)
		c->mail = m->number;
}

/* ---- chunks ---- */

/* How many bytes "BODY.PEEK[]<0.4096>" asks for; 0: the command asks for no chunk that begins there. */
static uint64_t asked_by(const struct command *c, uint64_t origin)
{
	struct slice rest = slice_sub(command_arguments(c), 0, ASKED_LEN_MAX);

	while (rest.len > 0) {
		struct slice place = slice_after(rest, 3);
		size_t digits;

		if (slice_begins_nocase(rest, "[]<") && slice_decimal(place, &digits) == origin && digits > 0) {
			place = slice_after(place, digits);
			if (place.len > 0 && place.data[0] == '.')
				return slice_decimal(slice_after(place, 1), &digits);
		}
		rest = slice_after(rest, 1);
		rest = slice_after(rest, slice_find(rest, '['));
	}
	return 0;
}

/* By its command, else by another that has no answer yet: of several the least. 0: not known. */
static uint64_t asked_len(const struct session *s, uint32_t index, uint64_t origin)
{
	const struct command *c = session_command(s, index);
	uint64_t least = c != NULL ? asked_by(c, origin) : 0;

	if (least > 0)
		return least;
	for (size_t i = s->command_count; i > 0 && i + ASKED_LOOK_MAX > s->command_count; i--) {
		uint64_t asked = 0;

		if (s->commands[i - 1].kind == KIND_FETCH && !s->commands[i - 1].done)
			asked = asked_by(&s->commands[i - 1], origin);
		if (asked > 0 && (least == 0 || asked < least))
			least = asked;
	}
	return least;
}

/* The last chunk came when it is shorter than was asked for, or the message as long as the server said. */
static void take_chunk(struct session *s, struct mail *m, const struct observers *observers)
{
	struct imap_parts *parts = parts_of(s);
	uint64_t asked = asked_len(s, m->begin_index, m->imap->origin);
	uint64_t len = m->size + m->missing_len;
	size_t i = find(parts, MAIL_SECTION_CHUNK, m);
	struct imap_part *p;

	if (m->imap->origin > 0 && (i == parts->count || parts->list[i].len != m->imap->origin)) {
		imap_mails_drop(s, m);
		return;
	}
	if (m->imap->origin == 0) {
		if (i < parts->count)
			end(s, i, observers);
		add(s, m, observers);
		i = parts->count - 1;
	}
	p = touch(s, i, m);
	p->len += len;
	p->mail->imap->chunks++;
	if (p->mail != m) {
		absorb(p->mail, m);
		take_words(p->mail->imap, m->imap, true);
		p->mail->begin_index = m->begin_index;
		bind(s, m->begin_index, p->mail);
		imap_mails_drop(s, m);
	}
	if (p->mail->data_ended && !((asked > 0 && len < asked) || (p->has_size && p->len >= p->size)))
		return;
	p->mail->complete = p->mail->data_ended && p->mail->missing_len == 0 && !p->mail->is_piece;
	end(s, parts->count - 1, observers);
}

/* ---- header and text ---- */

static void join(struct session *s, struct mail *header, struct mail *text, bool text_is_later,
		 const struct observers *observers)
{
	struct imap_mails *mails = imap_mails_of(s);

	header->complete = header->complete && text->complete;
	if (text_is_later) {
		header->begin_index = text->begin_index;
	} else {
		header->imap->next_early = mails->early;
		mails->early = header;
	}
	bind(s, text->begin_index, header);
	absorb(header, text);
	take_words(header->imap, text->imap, text_is_later);
	header->direction = MAIL_FETCHED;
	header->imap->section = IMAP_SECTION_HEADER_AND_TEXT;
	imap_mails_drop(s, text);
	observers_mail_data(observers, s, header);
	imap_mails_wait(s, header, observers);
}

static void take_half(struct session *s, struct mail *m, const struct observers *observers)
{
	struct imap_parts *parts = parts_of(s);
	bool is_text = m->imap->part == MAIL_SECTION_TEXT;
	size_t other = find(parts, is_text ? MAIL_SECTION_HEADER : MAIL_SECTION_TEXT, m);
	size_t before = find(parts, is_text ? MAIL_SECTION_TEXT : MAIL_SECTION_HEADER, m);

	if (m->data_ended && other < parts->count) {
		struct mail *half = take_out(parts, other);

		join(s, is_text ? half : m, is_text ? m : half, is_text, observers);
		return;
	}
	if (before < parts->count)
		end(s, before, observers);
	add(s, m, observers);
	touch(s, parts->count - 1, m);
	if (!m->data_ended)
		end(s, parts->count - 1, observers);
}

void imap_parts_take(struct session *s, struct mail *m, const struct observers *observers)
{
	if (m->imap->part == MAIL_SECTION_CHUNK)
		take_chunk(s, m, observers);
	else
		take_half(s, m, observers);
}

/* ---- what else happens ---- */

void imap_parts_age(struct session *s, uint64_t at, const struct observers *observers)
{
	struct imap_parts *parts = parts_of(s);
	uint32_t index = s->first_index + (uint32_t)s->command_count;

	while (parts->count > 0 &&
	       (at > parts->list[0].at + IMAP_PARTS_LEN || index > parts->list[0].index + IMAP_PARTS_COMMANDS))
		give_up_oldest(s, observers);
}

void imap_parts_note_answer(struct session *s, const struct command *c)
{
	struct imap_parts *parts = parts_of(s);
	uint32_t index = s->first_index + (uint32_t)(c - s->commands);

	for (size_t i = 0; i < parts->count; i++)
		if (parts->list[i].mail->begin_index == index)
			parts->list[i].mail->final_reply = c->last_reply;
}

/* Where the same mailbox is selected again, UIDs are what they were. */
void imap_parts_leave(struct session *s, bool same_mailbox, const struct observers *observers)
{
	struct imap_parts *parts = parts_of(s);

	for (size_t i = 0; i < parts->count;) {
		parts->list[i].number = 0;
		if (same_mailbox && parts->list[i].uid != 0)
			i++;
		else
			end(s, i, observers);
	}
}

void imap_parts_expunge(struct session *s, uint32_t number, const struct observers *observers)
{
	struct imap_parts *parts = parts_of(s);

	for (size_t i = 0; i < parts->count;) {
		if (number != 0 && parts->list[i].number == number) {
			end(s, i, observers);
			continue;
		}
		parts->list[i].number -= parts->list[i].number > number;
		i++;
	}
}

/* How many of the set are below the UID; `*is_one`: whether it is one of them. */
static uint64_t count_below(struct slice set, uint32_t uid, bool *is_one)
{
	uint64_t count = 0;
	uint64_t low;
	uint64_t high;

	*is_one = false;
	while (imap_words_next_range(&set, &low, &high)) {
		*is_one |= low <= uid && uid <= high;
		if (low < uid)
			count += (high < uid ? high + 1 : uid) - low;
	}
	return count;
}

/* Of what is known by its number alone nobody knows which number it has now. */
void imap_parts_vanish(struct session *s, struct slice set, const struct observers *observers)
{
	struct imap_parts *parts = parts_of(s);

	for (size_t i = 0; i < parts->count;) {
		struct imap_part *p = &parts->list[i];
		bool is_gone;
		uint64_t below = count_below(set, p->uid, &is_gone);

		if (p->uid == 0 || is_gone) {
			end(s, i, observers);
			continue;
		}
		p->number = below < p->number ? p->number - (uint32_t)below : 0;
		i++;
	}
}
