/*
 * Transactions and mails: what became of them.
 */
#include "mail/judge.h"
#include "mail/kinds.h"

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

static void judge_sent(struct session *s, struct mail *m)
{
	uint32_t refused = m->recipient_count - m->accepted_count;
	struct finding *f;

	if (m->outcome == MAIL_ACCEPTED && refused > 0) {
		f = diagnosis_add(s, RULE_S21, false, NULL);
		point(f, m, PHASE_RCPT);
		diagnosis_say(s, f, "The mail reached only %u of %u recipients", m->accepted_count, m->recipient_count);
	}
	if (m->outcome == MAIL_ABORTED && m->has_data && !m->data_ended && m->missing_len == 0) {
		f = diagnosis_add(s, RULE_S34, true, NULL);
		point(f, m, PHASE_BODY);
		diagnosis_say(s, f, "The connection ended in the middle of the mail, after %llu bytes of it",
			      (unsigned long long)m->size);
	}
	if (m->outcome == MAIL_UNANSWERED && m->data_ended && s->side[SIDE_SERVER].missing_bytes == 0 &&
	    s->side[SIDE_SERVER].packets > 0) {
		f = diagnosis_add(s, RULE_S30, true, NULL);
		point(f, m, PHASE_END_OF_DATA);
		diagnosis_say(s, f, "The mail was sent to its end, and the server never said whether it took it");
	}
	if (m->outcome == MAIL_RESET) {
		f = diagnosis_add(s, RULE_S57, false, NULL);
		point(f, m, PHASE_RSET);
	}
}

static void judge_retrieved(struct session *s, struct mail *m)
{
	struct finding *f;

	if (m->outcome != MAIL_ABORTED || m->missing_len > 0)
		return;
	f = diagnosis_add(s, RULE_P15, false, NULL);
	point(f, m, PHASE_RETRIEVING);
	diagnosis_say(s, f, "The connection ended in the middle of mail %u, after %llu bytes of it", m->pop3_number,
		      (unsigned long long)m->size);
}

void judge_mail(struct session *s, struct mail *m)
{
	struct finding *f;

	if (m->direction == MAIL_SENT)
		judge_sent(s, m);
	else
		judge_retrieved(s, m);
	if (m->missing_len > 0) {
		f = diagnosis_add(s, RULE_M06, false, NULL);
		point(f, m, PHASE_BODY);
		diagnosis_say(s, f, "%llu bytes of the mail were not captured", (unsigned long long)m->missing_len);
	}
}
