/*
 * Transactions and mails: what became of them.
 */
#include "diagnosis/rules_mail.h"
#include "base/hash.h"
#include "base/text.h"
#include "mail/session_tls.h"

static void point(struct finding *f, const struct mail *m, enum phase phase)
{
	if (f == NULL)
		return;
	f->mail = m->number;
	f->phase = (uint8_t)phase;
	f->time_ns = m->last.time_ns;
	diagnosis_add_packet(f, m->first.packet);
	diagnosis_add_packet(f, m->last.packet);
}

static void judge_partly(struct session *s, const struct mail *m)
{
	uint32_t refused = 0;
	struct finding *f;

	for (const struct recipient *r = m->recipients; r != NULL; r = r->next)
		refused += r->fate == RECIPIENT_REJECTED;
	if (m->recipient_count > SESSION_RECIPIENTS_MAX)
		refused = m->recipient_count - m->accepted_count;
	if (m->outcome != MAIL_ACCEPTED || refused == 0)
		return;
	f = diagnosis_add(s, RULE_S21, false, NULL);
	point(f, m, PHASE_RCPT);
	diagnosis_say(s, f, "The mail reached only %u of %u recipient%s", m->accepted_count, m->recipient_count,
		      text_plural(m->recipient_count));
}

/* Whether some of what was said may be hidden from us: lost, or encrypted without a key. */
static bool is_hidden(const struct session *s)
{
	return (!rules_is_seen(s) && s->handshake == SESSION_HANDSHAKE_COMPLETE) || session_tls_is_opaque(s);
}

/* The data stop before their end. A capture that stops there proves nothing. */
static void judge_cut(struct session *s, const struct mail *m)
{
	bool is_open = s->state == SESSION_OPEN;
	bool is_taken = m->outcome == MAIL_ACCEPTED && m->answered_early;
	struct finding *f;

	if ((m->outcome != MAIL_ABORTED && !is_taken) || !m->has_data || m->data_ended || s->abandoned)
		return;
	if (m->missing_len > 0 || is_hidden(s)) {
		rules_doubt(s, RULE_S34, "whether the mail was sent to its end");
		return;
	}
	f = diagnosis_add(s, RULE_S34, true, NULL);
	point(f, m, PHASE_BODY);
	if (f != NULL && is_open)
		f->severity = SEVERITY_INFO;
	diagnosis_say(s, f, "The %s ended in the middle of the mail, after %llu byte%s of it%s",
		      is_open ? "capture" : "connection", (unsigned long long)m->size, text_plural(m->size),
		      is_taken ? ", which the server had taken before its end" : "");
}

static void judge_unanswered(struct session *s, const struct mail *m)
{
	bool is_open = s->state == SESSION_OPEN;
	struct finding *f;

	if (m->outcome != MAIL_UNANSWERED || !m->data_ended || s->side[SIDE_SERVER].packets == 0 || s->abandoned)
		return;
	if (is_hidden(s)) {
		rules_doubt(s, RULE_S30, "whether the server answered the mail");
		return;
	}
	f = diagnosis_add(s, RULE_S30, true, NULL);
	point(f, m, PHASE_END_OF_DATA);
	if (f != NULL && is_open)
		f->severity = SEVERITY_INFO;
	diagnosis_say(s, f,
		      is_open ? "The capture ended before the server said whether it took the mail"
			      : "The mail was sent to its end, and the server never said whether it took it");
}

/* LMTP, PRDR: the session ended before each recipient had a reply. */
static void judge_half_answered(struct session *s, const struct mail *m)
{
	const struct recipient *r = m->recipients;
	struct finding *f;

	while (r != NULL && r->fate != RECIPIENT_UNANSWERED)
		r = r->next;
	if (r == NULL || session_tls_is_opaque(s))
		return;
	f = diagnosis_add(s, RULE_S30, true, NULL);
	point(f, m, PHASE_END_OF_DATA);
	if (f != NULL && s->state == SESSION_OPEN)
		f->severity = SEVERITY_INFO;
	diagnosis_say(s, f,
		      s->state == SESSION_OPEN
			      ? "The capture ended before the server said whether it took the mail for %.*s"
			      : "The mail was sent to its end, and the server never said whether it took it for %.*s",
		      (int)r->address.len, (const char *)r->address.data);
}

/* ---- the same again ---- */

static uint64_t hash_of(struct slice text)
{
	return text.len > 0 ? hash_bytes(text.data, text.len) : 1;
}

static struct rules_transaction transaction_of(const struct mail *m, uint64_t message_id)
{
	struct rules_transaction t = {.sender = hash_of(m->from),
				      .message_id = message_id,
				      .packet = m->first.packet,
				      .has_data = m->has_data,
				      .is_accepted = m->outcome == MAIL_ACCEPTED};

	for (const struct recipient *r = m->recipients; r != NULL; r = r->next)
		t.recipients += hash_of(r->address); /* in any order */
	return t;
}

/* Said before for another mail it is another transaction; without a mail it was a rehearsal. */
static bool is_same(const struct rules_transaction *a, const struct rules_transaction *b)
{
	if (a->sender != b->sender || a->recipients != b->recipients)
		return false;
	return !a->has_data || (a->message_id != 0 && a->message_id == b->message_id);
}

static void say_twice(struct session *s, const struct mail *m, const struct rules_transaction *before,
		      const struct rules_transaction *now)
{
	bool is_doubled = before->is_accepted && now->is_accepted;
	struct finding *f = diagnosis_add(s, RULE_S62, is_doubled, NULL);

	point(f, m, PHASE_MAIL);
	diagnosis_add_packet(f, before->packet);
	if (is_doubled)
		diagnosis_say(s, f, "The same mail of %.*s was sent twice in this session, and the server took both",
			      (int)m->from.len, (const char *)m->from.data);
	else if (before->has_data)
		diagnosis_say(s, f, "The same mail of %.*s was sent twice in this session", (int)m->from.len,
			      (const char *)m->from.data);
	else
		diagnosis_say(s, f,
			      "The client named the sender %.*s and the recipients twice: it gave the first "
			      "transaction up before the mail",
			      (int)m->from.len, (const char *)m->from.data);
}

/* ---- rehearsals of single recipients ---- */

static bool was_probed(const struct rules_probes *p, uint64_t recipient)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->recipients[i] == recipient)
			return true;
	return false;
}

/* Whether each recipient was named before, in several transactions that were given up. */
static bool were_probed(const struct rules_probes *p, const struct mail *m, uint64_t sender)
{
	if (p->transactions < 2 || p->sender != sender || m->recipients == NULL)
		return false;
	for (const struct recipient *r = m->recipients; r != NULL; r = r->next)
		if (!was_probed(p, hash_of(r->address)))
			return false;
	return true;
}

static void note_probe(struct rules_probes *p, const struct mail *m, uint64_t sender)
{
	if (m->has_data || p->sender != sender)
		*p = (struct rules_probes){.sender = sender, .packet = m->first.packet};
	if (m->has_data)
		return;
	p->transactions++;
	for (const struct recipient *r = m->recipients; r != NULL && p->count < RULES_PROBES_MAX; r = r->next)
		p->recipients[p->count++] = hash_of(r->address);
}

static void judge_probed(struct session *s, const struct mail *m)
{
	const struct rules_probes *p = &rules_mail_of(s)->probes;
	struct finding *f = diagnosis_add(s, RULE_S62, false, NULL);

	point(f, m, PHASE_MAIL);
	diagnosis_add_packet(f, p->packet);
	diagnosis_say(s, f,
		      "The client named the sender %.*s and each recipient before, in %u transactions that it gave up",
		      (int)m->from.len, (const char *)m->from.data, p->transactions);
}

static void judge_again(struct session *s, const struct mail *m, uint64_t message_id)
{
	struct rules_mails *mails = rules_mail_of(s);
	struct rules_transaction now = transaction_of(m, message_id);
	size_t kept = mails->count < RULES_TRANSACTIONS_MAX ? mails->count : RULES_TRANSACTIONS_MAX;
	bool is_said = false;

	for (size_t i = 0; i < kept; i++) {
		const struct rules_transaction *before = &mails->transactions[i];

		/* of rehearsals only the latest transaction counts: others in between make it another story */
		if (!before->has_data && i != (mails->count - 1) % RULES_TRANSACTIONS_MAX)
			continue;
		if (is_same(before, &now)) {
			say_twice(s, m, before, &now);
			is_said = true;
			break;
		}
	}
	if (!is_said && were_probed(&mails->probes, m, now.sender))
		judge_probed(s, m);
	note_probe(&mails->probes, m, now.sender);
	mails->transactions[mails->count++ % RULES_TRANSACTIONS_MAX] = now;
}

static uint64_t message_id_of(const struct session *s, const struct mail *m)
{
	const struct rules_mails *mails;

	if (!rules_has_state(s, FAMILY_MAIL))
		return 0;
	mails = rules_mail_of(s);
	return mails->inspected == m->number ? mails->message_id : 0;
}

static void take_mail(struct session *s, struct mail *m)
{
	struct finding *f;

	if (m->direction == MAIL_SENT) {
		judge_partly(s, m);
		judge_cut(s, m);
		judge_unanswered(s, m);
		judge_half_answered(s, m);
		judge_again(s, m, message_id_of(s, m));
	}
	if (m->outcome == MAIL_RESET) {
		f = diagnosis_add(s, RULE_S57, false, NULL);
		point(f, m, PHASE_RSET);
		diagnosis_say(s, f, "The client named sender and recipients and gave the transaction up");
	}
	if (m->missing_len > 0) {
		f = diagnosis_add(s, RULE_M06, false, NULL);
		point(f, m, phase_of_mail(m));
		diagnosis_say(s, f, "%llu byte%s of the mail %s not captured", (unsigned long long)m->missing_len,
			      text_plural(m->missing_len), text_was(m->missing_len));
	}
}

const struct rule_family rules_mail_family = {
	.name = "mail",
	.state_size = sizeof(struct rules_mails),
	.is_apart = true,
	.mail = take_mail,
};
