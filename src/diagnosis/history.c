#include "diagnosis/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/diagnosis.h"
#include "diagnosis/history_imap.h"
#include "diagnosis/missing_key.h"
#include "diagnosis/rules_hello.h"
#include "diagnosis/rules_imap.h"
#include "diagnosis/traces.h"

#define RETRY_SOON_NS (60 * CLOCK_NS_PER_S)
/* Two legs of a proxy are open at the same time; what comes this much later is another delivery. */
#define LEG_NS (60 * CLOCK_NS_PER_S)
/* Who queues mail tries again much sooner, and often (RFC 5321 section 4.5.4.1). */
#define GIVEN_UP_NS (6 * 3600 * CLOCK_NS_PER_S)

enum {
	RETRIES_SOON = 2, /* so many quick ones are no accident */
	LOGINS_FAILED = 5,
	POLLS_MIN = 4,	      /* before an interval is judged */
	UIDS_CHANGED_MIN = 3, /* as many mails make a change of all of them remarkable */
	STUCK_SESSIONS = 2,
	PUT_OFF_LOOKS = 64, /* at mails that were put off long ago, with each new mail */
};

struct history {
	struct traces traces;
};

struct history *history_new(uint64_t memory_limit)
{
	struct history *h = mem_zalloc(sizeof(*h));

	traces_init(&h->traces, memory_limit);
	return h;
}

void history_free(struct history *h)
{
	if (h == NULL)
		return;
	traces_fini(&h->traces);
	free(h);
}

uint64_t history_memory(const struct history *h)
{
	return traces_memory(&h->traces);
}

static double seconds(int64_t ns)
{
	return (double)ns / (double)CLOCK_NS_PER_S;
}

static void point(struct finding *f, const struct mail *m)
{
	if (f == NULL)
		return;
	f->mail = m->number;
	f->index = m->begin_index;
	f->time_ns = m->last.time_ns;
	diagnosis_add_packet(f, m->first.packet);
	if (m->final_reply != NULL)
		diagnosis_add_packet(f, m->final_reply->packet);
}

/* ---- retries ---- */

/* The first digit of the answer that decided; 0 when there was none. */
static char answer_of(const struct mail *m)
{
	for (const struct recipient *r = m->recipients; m->accepted_count == 0 && r != NULL; r = r->next)
		if (r->fate == RECIPIENT_REJECTED)
			return r->code[0];
	return m->final_reply != NULL ? m->final_reply->code[0] : 0;
}

static void judge_retry(struct session *s, const struct mail *m, struct trace *t)
{
	int64_t wait_ns = m->first.time_ns - t->time_ns;
	struct finding *f = NULL;

	if (t->code == '4' && wait_ns >= 0 && wait_ns < RETRY_SOON_NS) {
		if (++t->count < RETRIES_SOON)
			return;
		f = diagnosis_add(s, RULE_S52, false, NULL);
		diagnosis_say(s, f, "The client tries again after %.0f s, as it did after session %" PRIu64,
			      seconds(wait_ns), t->session);
	} else if (t->code == '4' && answer_of(m) == '2') {
		f = diagnosis_add(s, RULE_S17, false, NULL);
		if (f != NULL)
			f->severity = SEVERITY_INFO;
		diagnosis_say(s, f, "The mail that was put off in session %" PRIu64 " was taken %.0f s later",
			      t->session, seconds(wait_ns));
	} else if (t->code == '5') {
		f = diagnosis_add(s, RULE_S53, false, NULL);
		diagnosis_say(s, f, "The client sends again what was refused for good in session %" PRIu64, t->session);
	}
	point(f, m);
	diagnosis_add_packet(f, t->packet);
}

static void note_envelope(struct history *h, struct session *s, const struct mail *m)
{
	struct trace *t;
	bool is_new;

	if (m->recipients == NULL || m->from.data == NULL || answer_of(m) == 0)
		return;
	traces_begin_key(&h->traces, TRACE_ENVELOPE, s->observer);
	traces_add(&h->traces, s->side[SIDE_CLIENT].address, sizeof(s->side[SIDE_CLIENT].address));
	traces_add_text(&h->traces, m->from);
	traces_add_text(&h->traces, m->recipients->address);
	t = traces_find(&h->traces, &is_new);
	if (!is_new && t->session != s->number)
		judge_retry(s, m, t);
	if (answer_of(m) != '4')
		t->count = 0;
	t->code = answer_of(m);
	t->time_ns = m->last.time_ns > m->first.time_ns ? m->last.time_ns : m->first.time_ns;
	t->session = s->number;
	t->packet = m->first.packet;
	memcpy(t->client, s->side[SIDE_CLIENT].address, sizeof(t->client));
	list_remove(&t->put_off);
	if (t->code == '4')
		list_append(&h->traces.put_off, &t->put_off);
}

/* A client that comes with other mail never came back with what was put off hours ago. */
static void judge_put_off(struct history *h, struct session *s, const struct mail *m)
{
	struct list_link *link = list_first(&h->traces.put_off);
	struct finding *f = NULL;

	for (int looks = 0; link != NULL && looks < PUT_OFF_LOOKS; looks++) {
		struct trace *t = LIST_ITEM(link, struct trace, put_off);
		int64_t wait_ns = m->first.time_ns - t->time_ns;

		if (wait_ns < GIVEN_UP_NS)
			return;
		link = list_next(&h->traces.put_off, link);
		if (memcmp(t->client, s->side[SIDE_CLIENT].address, sizeof(t->client)) != 0)
			continue;
		list_remove(&t->put_off);
		if (f == NULL) {
			f = diagnosis_add(s, RULE_S54, false, NULL);
			diagnosis_say(s, f,
				      "The client never came back with the mail that was put off in session %" PRIu64
				      ", %.0f "
				      "hours before",
				      t->session, seconds(wait_ns) / 3600);
			point(f, m);
		}
		diagnosis_add_packet(f, t->packet);
	}
}

/* ---- one message on several ways ---- */

static void judge_copy(struct session *s, const struct mail *m, const struct trace *t)
{
	bool is_proxy = memcmp(t->server, s->side[SIDE_CLIENT].address, sizeof(t->server)) == 0 ||
			memcmp(t->client, s->side[SIDE_CLIENT].address, sizeof(t->client)) != 0;
	bool overlaps = m->first.time_ns <= t->end_ns + LEG_NS && m->last.time_ns + LEG_NS >= t->time_ns;
	struct finding *f = NULL;

	if (t->is_unanswered && m->outcome == MAIL_ACCEPTED &&
	    memcmp(t->client, s->side[SIDE_CLIENT].address, sizeof(t->client)) == 0) {
		f = diagnosis_add(s, RULE_S32, true, NULL);
		diagnosis_say(s, f,
			      "The same mail was sent to its end in session %" PRIu64
			      ", without an answer, and taken here: "
			      "there may be two copies of it",
			      t->session);
	} else if (is_proxy && overlaps) {
		f = diagnosis_add(s, RULE_S35, false, NULL);
		diagnosis_say(s, f,
			      "The same mail passes in session %" PRIu64
			      " too: something stands between client and server",
			      t->session);
	}
	point(f, m);
	diagnosis_add_packet(f, t->packet);
}

static void note_message(struct history *h, struct session *s, const struct mail *m, struct slice message_id)
{
	struct trace *t;
	bool is_new;

	if (message_id.len == 0)
		return;
	traces_begin_key(&h->traces, TRACE_MESSAGE, s->observer);
	traces_add(&h->traces, message_id.data, message_id.len);
	t = traces_find(&h->traces, &is_new);
	if (!is_new && t->session != s->number)
		judge_copy(s, m, t);
	t->time_ns = m->first.time_ns;
	t->end_ns = m->last.time_ns;
	t->session = s->number;
	t->mail = m->number;
	t->packet = m->first.packet;
	t->is_unanswered = m->outcome == MAIL_UNANSWERED;
	memcpy(t->client, s->side[SIDE_CLIENT].address, sizeof(t->client));
	memcpy(t->server, s->side[SIDE_SERVER].address, sizeof(t->server));
}

void history_mail(struct history *h, struct session *s, const struct mail *m, struct slice message_id)
{
	if (s->diagnosis == NULL || m->direction != MAIL_SENT)
		return;
	note_envelope(h, s, m);
	judge_put_off(h, s, m);
	note_message(h, s, m, message_id);
}

/* ---- mailboxes ---- */

static struct trace *find_mailbox(struct history *h, const struct session *s, struct slice user, bool *is_new)
{
	traces_begin_key(&h->traces, TRACE_MAILBOX, s->observer);
	traces_add(&h->traces, s->side[SIDE_SERVER].address, sizeof(s->side[SIDE_SERVER].address));
	traces_add_text(&h->traces, user);
	return traces_find(&h->traces, is_new);
}

void history_login(struct history *h, struct session *s)
{
	struct trace *t;
	bool is_new;

	if (s->diagnosis == NULL || !protocol_has(s->protocol, PROTOCOL_MAILBOX) || s->user.len == 0)
		return;
	t = find_mailbox(h, s, s->user, &is_new);
	if (!t->is_open) {
		t->is_open = true;
		t->mail = s->number; /* who holds it */
	}
}

static void judge_lock(struct session *s, const struct trace *t)
{
	struct finding *f;

	if (!t->is_open || t->mail == s->number)
		return;
	f = diagnosis_add(s, RULE_P02, false, NULL);
	diagnosis_say(s, f, "The mailbox is held by session %" PRIu64 ", which is still open", t->mail);
}

/* How many messages of a mailbox were there before, and how many mails were fetched again. */
struct known {
	size_t count;
	uint32_t again;
};

static bool same_uid(const void *item, const void *key)
{
	return *(const uint64_t *)item == *(const uint64_t *)key;
}

static void index_uids(const struct trace *t, struct hash_table *table)
{
	for (size_t k = 0; k < t->uid_count; k++)
		if (hash_lookup(table, t->uids[k], same_uid, &t->uids[k]) == NULL)
			hash_insert(table, t->uids[k], &t->uids[k]);
}

/* How often each of the session's messages was fetched. */
static uint32_t *count_fetched(const struct session *s)
{
	const struct session_mailbox *box = session_mailbox(s);
	uint32_t *fetched = mem_zalloc((box->list_count + 1) * sizeof(*fetched));

	for (size_t i = 0; i < s->mail_count; i++)
		if (s->mails[i]->direction == MAIL_RETRIEVED &&
		    session_mail_pop3(s->mails[i])->number <= box->list_count)
			fetched[session_mail_pop3(s->mails[i])->number]++;
	return fetched;
}

static struct known count_known(const struct session *s, const struct trace *t)
{
	const struct session_mailbox *box = session_mailbox(s);
	uint32_t *fetched = count_fetched(s);
	struct hash_table table = {0};
	struct known known = {0};

	index_uids(t, &table);
	for (size_t i = 0; i < box->list_count; i++) {
		uint64_t hash = hash_bytes(box->list[i].uid.data, box->list[i].uid.len);
		const uint64_t *found = hash_lookup(&table, hash, same_uid, &hash);

		if (box->list[i].uid.len == 0 || found == NULL)
			continue;
		known.count++;
		known.again += t->is_retrieved[found - t->uids] ? fetched[i + 1] : 0;
	}
	hash_fini(&table);
	free(fetched);
	return known;
}

/* Whether UIDL was answered: LIST alone tells of messages, and not which they are. */
static bool has_uids(const struct session *s)
{
	const struct session_mailbox *box = session_mailbox(s);

	return box->list_count > 0 && box->list[0].uid.len > 0;
}

static void judge_uids(struct session *s, const struct trace *t, const struct known *known)
{
	const struct session_mailbox *box = session_mailbox(s);
	struct finding *f;

	if (known->again > 0) {
		f = diagnosis_add(s, RULE_P09, t->has_deleted, NULL);
		if (f != NULL)
			f->severity = t->has_deleted ? SEVERITY_WARNING : SEVERITY_NOTICE;
		diagnosis_say(s, f, "%u mail%s %s fetched again that session %" PRIu64 " had fetched already",
			      known->again, text_plural(known->again), text_was(known->again), t->session);
	}
	if (known->count == 0 && box->list_count == t->uid_count && box->list_count >= UIDS_CHANGED_MIN) {
		f = diagnosis_add(s, RULE_P10, true, NULL);
		diagnosis_say(s, f,
			      "All %zu unique-ids differ from those of session %" PRIu64
			      ", though the number of mails is the same",
			      box->list_count, t->session);
	}
}

static bool has_news(const struct session *s, const struct trace *t, const struct known *known)
{
	const struct session_mailbox *box = session_mailbox(s);

	return box->list_count != t->uid_count || known->count < box->list_count || s->mail_count > 0;
}

static void judge_polling(struct session *s, struct trace *t, const struct known *known)
{
	int64_t limit_ns = s->diagnosis->limits->pop3_poll_ns;
	struct finding *f;

	if (has_news(s, t, known)) {
		t->count = 0;
		t->waits_ns = 0;
		return;
	}
	t->count++;
	t->waits_ns += s->start_ns - t->time_ns;
	if (t->count < POLLS_MIN || t->waits_ns / t->count >= limit_ns)
		return;
	f = diagnosis_add(s, RULE_P17, false, NULL);
	diagnosis_say(s, f, "The mailbox is asked every %.0f s, and nothing is new in it",
		      seconds(t->waits_ns / t->count));
}

/* Whether the session broke off while it fetched a mail; its unique-id, hashed. */
static bool is_broken_off(const struct session *s, uint64_t *uid)
{
	const struct mail *m = s->mail_count > 0 ? s->mails[s->mail_count - 1] : NULL;

	if (m == NULL || m->direction != MAIL_RETRIEVED || m->outcome != MAIL_ABORTED || m->missing_len > 0 ||
	    session_mail_pop3(m)->uid.len == 0)
		return false;
	*uid = hash_bytes(session_mail_pop3(m)->uid.data, session_mail_pop3(m)->uid.len);
	return true;
}

static void judge_stuck(struct session *s, struct trace *t)
{
	uint64_t uid = 0;
	struct finding *f;

	if (!is_broken_off(s, &uid)) {
		if (s->mail_count > 0)
			t->stuck_count = 0;
		return;
	}
	t->stuck_count = t->stuck_uid == uid ? t->stuck_count + 1 : 1;
	t->stuck_uid = uid;
	if (t->stuck_count < STUCK_SESSIONS)
		return;
	f = diagnosis_add(s, RULE_P13, true, NULL);
	diagnosis_say(s, f, "%u sessions in a row broke off while they fetched the same mail, number %u",
		      t->stuck_count, session_mail_pop3(s->mails[s->mail_count - 1])->number);
}

static void remember_uids(struct history *h, struct trace *t, const struct session *s)
{
	const struct session_mailbox *box = session_mailbox(s);

	if (!has_uids(s))
		return;
	traces_renew_uids(&h->traces, t, box->list_count < HISTORY_UIDS_MAX ? box->list_count : HISTORY_UIDS_MAX);
	for (size_t i = 0; i < t->uid_count; i++) {
		t->uids[i] = hash_bytes(box->list[i].uid.data, box->list[i].uid.len);
		t->is_retrieved[i] = box->list[i].retrieved;
	}
}

static void note_mailbox(struct history *h, struct session *s)
{
	bool is_logged_in = s->user.len > 0 && !diagnosis_has(s, RULE_P01) && !diagnosis_has(s, RULE_P02);
	struct slice user = s->user.len > 0 ? s->user : session_mailbox(s)->user;
	struct trace *t;
	bool is_new;

	if (user.len == 0)
		return;
	t = find_mailbox(h, s, user, &is_new);
	if (diagnosis_has(s, RULE_P02))
		judge_lock(s, t);
	if (!is_logged_in)
		return;
	if (t->time_ns > 0 && has_uids(s)) {
		struct known known = count_known(s, t);

		judge_uids(s, t, &known);
		judge_polling(s, t, &known);
	}
	judge_stuck(s, t);
	remember_uids(h, t, s);
	t->has_deleted = session_mailbox(s)->deleted_mails != NULL;
	t->time_ns = s->start_ns;
	t->session = s->number;
	if (t->mail == s->number)
		t->is_open = false;
}

/* ---- clients and servers ---- */

static void note_logins(struct history *h, struct session *s)
{
	bool has_failed = diagnosis_has(s, RULE_A01) || diagnosis_has(s, RULE_P01) || diagnosis_has(s, RULE_I01);
	struct trace *t;
	bool is_new;

	if (!has_failed && s->user.len == 0)
		return;
	traces_begin_key(&h->traces, TRACE_CLIENT, s->observer);
	traces_add(&h->traces, s->side[SIDE_CLIENT].address, sizeof(s->side[SIDE_CLIENT].address));
	traces_add(&h->traces, s->side[SIDE_SERVER].address, sizeof(s->side[SIDE_SERVER].address));
	t = traces_find(&h->traces, &is_new);
	t->count = has_failed ? t->count + 1 : 0;
	if (t->count < LOGINS_FAILED)
		return;
	diagnosis_say(s, diagnosis_add(s, RULE_A10, false, NULL),
		      "%u sessions of this client in a row failed to log in", t->count);
}

/* Whether the server said what it offers before the login, and whether STARTTLS is among it. */
static bool has_offers(const struct session *s, bool *has_starttls)
{
	if (protocol_has(s->protocol, PROTOCOL_TAGGED)) {
		*has_starttls = rules_has_state(s, FAMILY_IMAP) && rules_imap_of(s)->has_starttls;
		return rules_has_state(s, FAMILY_IMAP) && rules_imap_of(s)->has_offers;
	}
	*has_starttls = rules_hello_of(s)->offers & OFFER_STARTTLS;
	return rules_hello_of(s)->has_offers;
}

/* A keyword that a server shows to some clients and not to others was taken out on the way. */
static void note_offer(struct history *h, struct session *s)
{
	struct trace *t;
	struct finding *f;
	bool has_starttls;
	bool is_new;

	if (!has_offers(s, &has_starttls) || s->tls)
		return;
	traces_begin_key(&h->traces, TRACE_SERVER, s->observer);
	traces_add(&h->traces, s->side[SIDE_SERVER].address, sizeof(s->side[SIDE_SERVER].address));
	traces_add(&h->traces, &s->side[SIDE_SERVER].port, sizeof(s->side[SIDE_SERVER].port));
	t = traces_find(&h->traces, &is_new);
	if (has_starttls) {
		t->session = s->number;
		return;
	}
	if (t->session == 0)
		return;
	f = diagnosis_add(s, RULE_T02, true, NULL);
	diagnosis_say(s, f, "The server offers STARTTLS in session %" PRIu64 ", and not in this one", t->session);
}

void history_session(struct history *h, struct session *s)
{
	if (s->diagnosis == NULL)
		return;
	if (protocol_has(s->protocol, PROTOCOL_MAILBOX))
		note_mailbox(h, s);
	else
		note_offer(h, s);
	if (protocol_has(s->protocol, PROTOCOL_TAGGED))
		history_imap_session(&h->traces, s);
	note_logins(h, s);
	missing_key_remember(&h->traces, s);
}
