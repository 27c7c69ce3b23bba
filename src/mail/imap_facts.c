#include "mail/imap_facts.h"

#include "base/mem.h"
#include "mail/imap_mails.h"
#include "mail/imap_words.h"
#include "mail/server_info.h"
#include "proto/verb.h"

enum {
	PROGRAM_TEXT_MAX = 256,
	CAPABILITIES_MAX = 8192,
};

/* ---- mailboxes ---- */

/* SELECT: what was selected before is not any more, whatever the answer is (RFC 9051 section 6.3.2). */
static void select_mailbox(struct session *s, const struct command *c, bool accepted, const struct observers *observers)
{
	struct session_imap *imap = session_imap_make(s);
	struct imap_words words = imap_words_of(c);
	struct buffer raw = {.limit = IMAP_NAME_MAX};
	struct buffer name = {0};
	struct imap_word word;
	bool is_same;

	if (imap_words_next(&words, &word) && imap_words_append(&word, &raw))
		session_imap_append_name(s, buffer_slice(&raw), &name);
	is_same = accepted && imap->has_mailbox && slice_equals(buffer_slice(&imap->mailbox), buffer_slice(&name));
	imap_mails_leave(s, is_same, observers);
	imap->has_mailbox = accepted;
	if (accepted) {
		buffer_clear(&imap->mailbox);
		buffer_append(&imap->mailbox, buffer_slice(&name));
	}
	imap->box = accepted ? imap->opening : (struct imap_box){.exists = 0};
	imap->selected += accepted;
	buffer_fini(&raw);
	buffer_fini(&name);
}

static void leave_mailbox(struct session *s, const struct observers *observers)
{
	struct session_imap *imap = session_imap_make(s);

	imap_mails_leave(s, false, observers);
	imap->has_mailbox = false;
	imap->box = (struct imap_box){.exists = 0};
}

/* ---- response codes ---- */

static void note_number(struct slice text, const char *code, uint32_t *value)
{
	struct slice rest = imap_words_code_rest(text, code);
	size_t digits;
	uint64_t number = slice_decimal(rest, &digits);

	if (digits > 0 && number <= UINT32_MAX)
		*value = (uint32_t)number;
}

/* Words with blanks between become lines. */
static void note_capabilities(struct session *s, struct slice words)
{
	struct buffer lines = {.limit = CAPABILITIES_MAX};

	if (!s->wants_server_info)
		return;
	while (words.len > 0) {
		struct slice word = verb_word(words, &words);

		if (lines.len > 0)
			buffer_append_byte(&lines, '\n');
		buffer_append(&lines, word);
	}
	server_info_note_extensions(s, buffer_slice(&lines));
	buffer_fini(&lines);
}

/* What stands behind OK, NO, PREAUTH. */
static void note_codes(struct session *s, struct imap_box *box, struct slice text)
{
	struct slice capabilities = imap_words_code_rest(text, "CAPABILITY");

	note_number(text, "UIDVALIDITY", &box->uid_validity);
	note_number(text, "UIDNEXT", &box->uid_next);
	if (capabilities.len > 0)
		note_capabilities(s, capabilities);
}

/* ---- ID ---- */

/* ("name" "mutt" "version" "2.2"), or NIL. */
static void note_program(struct session *s, struct imap_words words, enum side side)
{
	struct imap_program *program = &session_imap_make(s)->programs[side];
	struct buffer *const texts[] = {&program->name, &program->version, &program->vendor};
	static const char *const keys[] = {"name", "version", "vendor"};
	struct imap_word key;
	struct imap_word value;

	if (!imap_words_next(&words, &key) || key.kind != IMAP_WORD_OPEN)
		return;
	while (imap_words_next(&words, &key) && key.kind != IMAP_WORD_CLOSE && imap_words_next(&words, &value))
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			if (!imap_words_equal(&key, keys[i]) || value.kind == IMAP_WORD_ATOM)
				continue;
			buffer_clear(texts[i]);
			texts[i]->limit = PROGRAM_TEXT_MAX;
			imap_words_append(&value, texts[i]);
		}
}

/* ---- IDLE ---- */

static struct imap_idle *latest_idle(struct session_imap *imap)
{
	return imap->idle_count > 0 ? &imap->idles[(imap->idle_count - 1) % IMAP_IDLES_MAX] : NULL;
}

static void begin_idle(struct session *s, const struct command *c)
{
	struct session_imap *imap = session_imap_make(s);

	if (imap->idles == NULL)
		imap->idles = mem_zalloc(IMAP_IDLES_MAX * sizeof(*imap->idles));
	imap->idle_count++;
	*latest_idle(imap) = (struct imap_idle){.begin = {.time_ns = c->time_ns, .packet = c->packet}};
}

void imap_facts_end_idle(struct session *s, const struct command *c, const struct stamp *at)
{
	struct imap_idle *idle = s->imap != NULL ? latest_idle(s->imap) : NULL;

	if (idle == NULL || c->kind != KIND_IDLE || idle->end.packet != 0)
		return;
	idle->end = *at;
	if (at->time_ns > idle->begin.time_ns)
		s->imap->idle_ns += at->time_ns - idle->begin.time_ns;
}

static void count_in_idle(struct session_imap *imap, struct slice name)
{
	struct imap_idle *idle = latest_idle(imap);

	if (idle == NULL)
		return;
	if (slice_equals_nocase(name, "EXISTS"))
		idle->arrived++;
	else if (slice_equals_nocase(name, "EXPUNGE") || slice_equals_nocase(name, "VANISHED"))
		idle->expunged++;
	else if (slice_equals_nocase(name, "FETCH"))
		idle->fetched++;
}

/* ---- events ---- */

static bool takes_enabled(struct slice words)
{
	while (words.len > 0) {
		struct slice word = verb_word(words, &words);

		if (slice_equals_nocase(word, "UTF8=ACCEPT") || slice_equals_nocase(word, "IMAP4rev2"))
			return true;
	}
	return false;
}

static void note_status(struct session *s, const struct command *c, struct imap_box *box, struct slice text,
			const struct observers *observers)
{
	note_codes(s, box, text);
	if (c != NULL)
		imap_mails_note_uids(c, text);
	if (imap_words_code_rest(text, "CLOSED").data != NULL) /* RFC 7162 section 3.2.11: by another SELECT */
		leave_mailbox(s, observers);
}

/* Answers that begin with a number. */
static bool note_numbered(struct session *s, struct imap_box *box, const struct dialogue_event *event,
			  const struct observers *observers)
{
	if (slice_equals_nocase(event->verb, "EXISTS")) {
		box->exists = event->number;
		box->has_exists = true;
	} else if (slice_equals_nocase(event->verb, "EXPUNGE")) {
		box->exists -= box->exists > 0;
		s->imap->expunged++;
		imap_mails_expunge(s, event->number, observers);
	} else {
		return false;
	}
	return true;
}

/* "(EARLIER) 1:5", "7": UIDs; of those that went earlier nothing changes (RFC 7162 section 3.2.10). */
static void note_vanished(struct session *s, struct imap_box *box, struct slice rest, const struct observers *observers)
{
	uint64_t count;

	if (slice_begins_nocase(rest, "("))
		return;
	count = imap_mails_vanish(s, rest, observers);
	box->exists -= count < box->exists ? (uint32_t)count : box->exists;
	s->imap->expunged += (uint32_t)count;
}

void imap_facts_note_untagged(struct session *s, const struct command *c, const struct dialogue_event *event,
			      const struct observers *observers)
{
	struct session_imap *imap = session_imap_make(s);
	struct imap_box *box = c != NULL && c->kind == KIND_SELECT ? &imap->opening : &imap->box;
	struct slice rest = slice_after(event->text, event->verb.len); /* of what begins with its name */

	if (c != NULL && c->kind == KIND_IDLE)
		count_in_idle(imap, event->verb);
	if (!event->first || note_numbered(s, box, event, observers)) /* none of these has literals */
		return;
	rest = slice_trim_left(rest);
	if (slice_equals_nocase(event->verb, "VANISHED"))
		note_vanished(s, box, rest, observers);
	else if (slice_equals_nocase(event->verb, "OK"))
		note_status(s, c, box, rest, observers);
	else if (slice_equals_nocase(event->verb, "CAPABILITY"))
		note_capabilities(s, rest);
	else if (slice_equals_nocase(event->verb, "ENABLED"))
		imap->is_utf8 |= takes_enabled(rest);
	else if (slice_equals_nocase(event->verb, "ID"))
		note_program(s, (struct imap_words){.rest = rest}, SIDE_SERVER);
}

void imap_facts_note_fetched(struct session *s, const struct command *c, const struct fetched *fetched)
{
	bool was_asked = c != NULL && c->kind == KIND_FETCH;

	session_imap_make(s)->flags_changed += fetched->flags.data != NULL && !was_asked;
}

void imap_facts_begin_command(struct session *s, const struct command *c)
{
	if (c->kind == KIND_IDLE)
		begin_idle(s, c);
	else if (c->kind == KIND_SELECT)
		session_imap_make(s)->opening = (struct imap_box){.exists = 0};
}

void imap_facts_note_answer(struct session *s, const struct command *c, const struct stamp *at,
			    const struct observers *observers)
{
	bool accepted = c->last_reply != NULL && reply_is_positive(c->last_reply);
	struct slice text = c->last_reply != NULL ? reply_text(c->last_reply) : slice_of(NULL, 0);

	switch ((enum command_kind)c->kind) {
	case KIND_SELECT:
		select_mailbox(s, c, accepted, observers);
		break;
	case KIND_CLOSE:
		if (accepted)
			leave_mailbox(s, observers);
		break;
	case KIND_IDLE:
		imap_facts_end_idle(s, c, at);
		break;
	case KIND_UNSOLICITED: /* of a SELECT that was not captured */
		if (imap_words_code_rest(text, "READ-WRITE").data != NULL ||
		    imap_words_code_rest(text, "READ-ONLY").data != NULL) {
			leave_mailbox(s, observers);
			buffer_clear(&session_imap_make(s)->mailbox);
		}
		break;
	case KIND_ID:
		note_program(s, imap_words_of(c), SIDE_CLIENT);
		break;
	default:
		if (accepted && slice_equals_nocase(command_verb(c), "UNAUTHENTICATE"))
			leave_mailbox(s, observers);
		break;
	}
	if (c->kind != KIND_UNSOLICITED)
		note_codes(s, &session_imap_make(s)->box, text);
}
