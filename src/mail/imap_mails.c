#include "mail/imap_mails.h"

#include <assert.h>

#include "base/mem.h"
#include "mail/imap_parts.h"
#include "mail/imap_words.h"
#include "mail/mails.h"
#include "mail/observer.h"

struct imap_mails *imap_mails_of(struct session *s)
{
	struct session_imap *imap = session_imap_make(s);

	if (imap->mails == NULL)
		imap->mails = mem_zalloc(sizeof(*imap->mails));
	return imap->mails;
}

static void append(struct imap_list *list, struct mail *m)
{
	m->imap->next = NULL;
	*(list->first != NULL ? &list->last->imap->next : &list->first) = m;
	list->last = m;
}

static struct mail *take_first(struct imap_list *list)
{
	struct mail *m = list->first;

	if (m != NULL)
		list->first = m->imap->next;
	return m;
}

/* ---- what becomes of a mail ---- */

static void tell(struct session *s, struct mail *m, const struct observers *observers)
{
	assert(!m->imap->told && m->outcome != MAIL_UNDECIDED);
	m->imap->told = true;
	s->imap->fetched += m->direction == MAIL_FETCHED;
	s->imap->appended += m->direction == MAIL_APPENDED;
	s->accepted_mails += m->outcome == MAIL_ACCEPTED;
	s->rejected_mails += m->outcome == MAIL_REJECTED;
	mails_tell(s, m, observers);
}

static void take_reply(struct mail *m, const struct command *c)
{
	m->final_reply = c->last_reply;
	if (m->direction != MAIL_APPENDED || c->last_reply == NULL)
		return;
	m->outcome = reply_is_positive(c->last_reply) ? MAIL_ACCEPTED : MAIL_REJECTED;
	m->last = (struct stamp){.time_ns = c->last_reply->time_ns, .packet = c->last_reply->packet};
}

/* `latest` was put behind the others. */
static bool is_crowded(const struct imap_mails *mails, const struct mail *latest)
{
	const struct mail *oldest = mails->waiting.first;

	return oldest != NULL && oldest != latest &&
	       (mails->waiting_count > IMAP_MAILS_WAITING_MAX ||
		latest->data_begin > oldest->data_begin + IMAP_MAILS_WAITING_LEN);
}

void imap_mails_wait(struct session *s, struct mail *m, const struct observers *observers)
{
	struct imap_mails *mails = imap_mails_of(s);
	const struct command *c = session_command(s, m->begin_index);

	if (c == NULL || c->done) {
		if (c != NULL)
			take_reply(m, c);
		tell(s, m, observers);
		return;
	}
	append(&mails->waiting, m);
	mails->waiting_count++;
	while (is_crowded(mails, m)) {
		mails->waiting_count--;
		tell(s, take_first(&mails->waiting), observers);
	}
}

void imap_mails_drop(struct session *s, struct mail *m)
{
	assert(m->number == 0);
	imap_mails_of(s)->spare = m;
}

/* ---- beginning ---- */

struct mail *imap_mails_new(struct session *s)
{
	struct imap_mails *mails = imap_mails_of(s);
	struct mail *m = mails->spare != NULL ? mails->spare : mails_new(s);
	struct mail_imap *imap = mails->spare != NULL ? m->imap : arena_alloc(&s->arena, sizeof(*imap));

	mails->spare = NULL;
	*m = (struct mail){.imap = imap, .begin_index = DIALOGUE_NO_COMMAND, .data_index = DIALOGUE_NO_COMMAND};
	*imap = (struct mail_imap){.next = NULL};
	return m;
}

/* A command has the number of its first mail. */
static void number(struct session *s, struct mail *m)
{
	struct command *c = session_command(s, m->begin_index);
	uint32_t first = c != NULL ? c->mail : 0;

	mails_number(s, m);
	if (first != 0)
		c->mail = first;
}

static struct slice copy(struct session *s, struct slice text)
{
	if (text.data == NULL)
		return text;
	text = slice_sub(text, 0, DIALOGUE_FLAGS_MAX);
	return text.len > 0 ? arena_copy(&s->arena, text) : slice_from_text("");
}

/* The first word, or of REPLACE the second. */
static void read_mailbox(struct session *s, const struct command *c, struct imap_words *words)
{
	struct slice verb = command_verb(c);
	bool replaces = slice_equals_nocase(verb, "REPLACE") || slice_equals_nocase(verb, "UID REPLACE");
	struct buffer raw = {.limit = IMAP_NAME_MAX};
	struct buffer name = {0};
	struct imap_word word;

	if (replaces)
		imap_words_next(words, &word);
	if (imap_words_next(words, &word) && imap_words_append(&word, &raw)) {
		session_imap_append_name(s, buffer_slice(&raw), &name);
		c->extra->imap->mailbox = arena_copy(&s->arena, buffer_slice(&name));
	}
	buffer_fini(&raw);
	buffer_fini(&name);
}

/* Flags and date stand between the message before and this one, whose announcement is the last word (RFC 3502). */
static void read_append(struct session *s, const struct command *c, struct mail_imap *imap)
{
	struct command_imap *of_command = c->extra->imap;
	struct imap_words words = imap_words_of(c);
	struct imap_word word;
	bool at_start = true;

	if (of_command->read_len == 0)
		read_mailbox(s, c, &words);
	else
		words.rest = slice_after(words.rest, of_command->read_len);
	while (imap_words_next(&words, &word)) {
		if (word.kind == IMAP_WORD_OPEN && at_start) {
			imap->flags = slice_sub(words.rest, 0, slice_find(words.rest, ')'));
			words.rest = slice_after(words.rest, imap->flags.len + 1);
		} else if (word.kind == IMAP_WORD_QUOTED) {
			imap->arrived = word.text;
		} else if (word.kind == IMAP_WORD_CLOSE) { /* of "UTF8 (~{3}", of CATENATE: the message before */
			imap->flags = imap->arrived = slice_of(NULL, 0);
		}
		at_start = word.kind == IMAP_WORD_CLOSE;
	}
	of_command->read_len = c->arguments_len;
	imap->mailbox = of_command->mailbox;
	imap->flags = copy(s, slice_trim(imap->flags));
	imap->arrived = copy(s, imap->arrived);
}

static void begin_appended(struct session *s, struct mail *m)
{
	const struct command *c = session_command(s, m->begin_index);

	m->direction = MAIL_APPENDED;
	if (c != NULL && session_imap_command(c) != NULL) {
		read_append(s, c, m->imap);
		if (c->done)
			take_reply(m, c);
		else
			append(&c->extra->imap->appended, m);
	}
	number(s, m);
}

static struct slice selected(struct session *s)
{
	struct imap_mails *mails = imap_mails_of(s);

	if (s->imap->has_mailbox && mails->mailbox.data == NULL)
		mails->mailbox = copy(s, buffer_slice(&s->imap->mailbox));
	return s->imap->has_mailbox ? mails->mailbox : slice_of(NULL, 0);
}

/* A text, and a chunk that is not the first, may be parts of something that nobody saw begin. */
static void begin_fetched(struct session *s, struct mail *m, const struct dialogue_event *event)
{
	static const enum imap_section sections[] = {[MAIL_SECTION_WHOLE] = IMAP_SECTION_WHOLE,
						     [MAIL_SECTION_RFC822] = IMAP_SECTION_RFC822,
						     [MAIL_SECTION_CHUNK] = IMAP_SECTION_CHUNKS,
						     [MAIL_SECTION_HEADER] = IMAP_SECTION_HEADER,
						     [MAIL_SECTION_TEXT] = IMAP_SECTION_NONE};

	m->direction = event->section == MAIL_SECTION_HEADER ? MAIL_PREVIEWED : MAIL_FETCHED;
	m->imap->mailbox = selected(s);
	m->imap->part = (uint8_t)event->section;
	m->imap->section = (uint8_t)sections[event->section];
	m->imap->origin = event->origin;
	if (event->section != MAIL_SECTION_TEXT && (event->section != MAIL_SECTION_CHUNK || event->origin == 0))
		number(s, m);
	append(&imap_mails_of(s)->answer, m);
	s->imap->mails->answer_count++;
}

void imap_mails_begin(struct session *s, struct mail *m, const struct dialogue_event *event)
{
	m->begin_index = event->index;
	m->imap->announced = event->literal_size;
	if (event->side == SIDE_CLIENT)
		begin_appended(s, m);
	else
		begin_fetched(s, m, event);
}

/* ---- the end ---- */

/* A message of its own, not a part. */
static bool is_whole(const struct mail *m)
{
	return m->direction == MAIL_APPENDED || m->imap->part == MAIL_SECTION_WHOLE ||
	       m->imap->part == MAIL_SECTION_RFC822;
}

static struct mail *take_next(struct imap_mails *mails)
{
	mails->answer_count -= mails->answer.first != NULL;
	return take_first(&mails->answer);
}

static void pass_on(struct session *s, struct mail *m, const struct observers *observers)
{
	if (is_whole(m))
		imap_mails_wait(s, m, observers);
	else
		imap_parts_take(s, m, observers);
}

/* Of an answer with very many mails the oldest go on without what it says of the message at its end. */
static void bound_answer(struct session *s, const struct observers *observers)
{
	while (s->imap->mails->answer_count > IMAP_MAILS_WAITING_MAX)
		pass_on(s, take_next(s->imap->mails), observers);
}

void imap_mails_end(struct session *s, struct mail *m, const struct observers *observers)
{
	uint64_t len = m->size + m->missing_len;

	if (!m->data_ended && m->imap->announced > len)
		m->imap->cut_len = m->imap->announced - len;
	if (is_whole(m))
		observers_mail_data(observers, s, m);
	else
		m->complete = m->complete && m->imap->part != MAIL_SECTION_CHUNK;
	if (m->direction != MAIL_APPENDED) {
		m->outcome = m->data_ended ? MAIL_RETRIEVED_OUTCOME : MAIL_ABORTED;
		bound_answer(s, observers);
	} else if (m->outcome != MAIL_UNDECIDED) { /* it was answered before */
		tell(s, m, observers);
	}
}

static void take_answer(struct session *s, const struct fetched *f, const struct observers *observers)
{
	struct imap_mails *mails = imap_mails_of(s);
	struct mail *m;

	while ((m = take_next(mails)) != NULL) {
		if (f != NULL) {
			m->imap->number = f->number;
			m->imap->uid = f->uid;
			m->imap->flags = copy(s, f->flags);
			m->imap->arrived = copy(s, f->arrived);
		}
		pass_on(s, m, observers);
	}
}

void imap_mails_note_fetched(struct session *s, const struct dialogue_event *event, const struct observers *observers)
{
	const struct fetched *f = event->fetched;

	if (f->has_size)
		imap_sizes_note(&imap_mails_of(s)->sizes, f->number, f->uid, f->size);
	if (session_imap_make(s)->mails == NULL)
		return;
	take_answer(s, f, observers);
	imap_parts_age(s, event->end, observers);
}

/* ---- answers ---- */

/* The UIDs that the messages of an APPEND have now, in their order (RFC 4315 section 3): UIDVALIDITY, then a set. */
void imap_mails_note_uids(const struct command *c, struct slice text)
{
	struct slice rest = imap_words_code_rest(text, "APPENDUID");
	struct slice set = slice_after(rest, slice_find(rest, ' ') + 1);
	uint64_t next = 1;
	uint64_t last = 0;

	if (rest.len == 0 || session_imap_command(c) == NULL)
		return;
	for (struct mail *m = session_imap_command(c)->appended.first; m != NULL; m = m->imap->next) {
		if (next > last && !imap_words_next_range(&set, &next, &last))
			return;
		m->imap->uid = (uint32_t)next++;
	}
}

/* One whose data still flow is told when they have ended. */
static void answer_appended(struct session *s, const struct command *c, const struct observers *observers)
{
	struct mail *m;

	while ((m = take_first(&c->extra->imap->appended)) != NULL) {
		take_reply(m, c);
		if (m->outcome != MAIL_UNDECIDED && m->data_ended)
			tell(s, m, observers);
	}
}

static void answer_fetched(struct session *s, const struct command *c, const struct observers *observers)
{
	uint32_t index = s->first_index + (uint32_t)(c - s->commands);
	struct imap_mails *mails = s->imap->mails;
	struct imap_list list = mails->waiting;
	struct mail *m;

	mails->waiting = (struct imap_list){.first = NULL};
	mails->waiting_count = 0;
	while ((m = take_first(&list)) != NULL) {
		if (m->begin_index == index) {
			take_reply(m, c);
			tell(s, m, observers);
		} else {
			append(&mails->waiting, m);
			mails->waiting_count++;
		}
	}
}

void imap_mails_note_answer(struct session *s, const struct command *c, const struct observers *observers)
{
	if (s->imap == NULL || s->imap->mails == NULL)
		return;
	imap_mails_note_uids(c, reply_text(c->last_reply));
	if (session_imap_command(c) != NULL)
		answer_appended(s, c, observers);
	answer_fetched(s, c, observers);
	imap_parts_note_answer(s, c);
	imap_parts_age(s, 0, observers);
}

/* ---- messages move ---- */

void imap_mails_leave(struct session *s, bool is_same, const struct observers *observers)
{
	struct imap_mails *mails = s->imap->mails;

	if (mails == NULL)
		return;
	imap_parts_leave(s, is_same, observers);
	mails->mailbox = slice_of(NULL, 0);
	if (is_same)
		imap_sizes_move(&mails->sizes, 1);
	else
		imap_sizes_clear(&mails->sizes);
}

void imap_mails_expunge(struct session *s, uint32_t number, const struct observers *observers)
{
	if (s->imap->mails == NULL)
		return;
	imap_parts_expunge(s, number, observers);
	imap_sizes_move(&s->imap->mails->sizes, number);
}

uint64_t imap_mails_vanish(struct session *s, struct slice set, const struct observers *observers)
{
	uint64_t count = 0;
	struct slice rest = set;
	uint64_t low;
	uint64_t high;

	while (imap_words_next_range(&rest, &low, &high))
		count += high - low + 1;
	if (s->imap->mails == NULL)
		return count;
	imap_parts_vanish(s, set, observers);
	imap_sizes_move(&s->imap->mails->sizes, 1);
	return count;
}

/* ---- the session ends ---- */

void imap_mails_finish(struct session *s, const struct observers *observers)
{
	struct mail *m;

	if (s->imap == NULL || s->imap->mails == NULL)
		return;
	take_answer(s, NULL, observers);
	imap_parts_leave(s, false, observers);
	for (size_t i = 0; i < s->mail_count; i++) {
		m = s->mails[i];
		if (m->imap == NULL || m->imap->told)
			continue;
		if (m->outcome == MAIL_UNDECIDED)
			m->outcome = m->direction == MAIL_APPENDED && m->data_ended ? MAIL_UNANSWERED : MAIL_ABORTED;
		tell(s, m, observers);
	}
	s->imap->mails->waiting = (struct imap_list){.first = NULL};
}
