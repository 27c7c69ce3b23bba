/*
 * What is in a mail, as far as it can be told from its bytes without decoding them.
 */
#include "base/hash.h"
#include "diagnosis/rules_mail.h"

enum {
	RECEIVED_MAX = 100, /* RFC 5321 section 6.3 */
	DOUBLED_MIN = 3,    /* lines that begin with two dots, and none with one */
};

static struct finding *add(struct session *s, enum rule rule, bool is_permanent, const struct mail *m)
{
	struct finding *f = diagnosis_add(s, rule, is_permanent, NULL);

	if (f == NULL)
		return NULL;
	f->mail = m->number;
	f->phase = (uint8_t)phase_of_mail(m);
	f->time_ns = m->last.time_ns;
	diagnosis_add_packet(f, m->first.packet);
	diagnosis_add_packet(f, m->last.packet);
	return f;
}

/* ---- the header ---- */

static void judge_count(struct session *s, const struct mail *m, const char *field, uint32_t count)
{
	struct finding *f;

	if (count == 1)
		return;
	f = add(s, RULE_M01, false, m);
	if (count == 0)
		diagnosis_say(s, f, "The mail has no %s field", field);
	else
		diagnosis_say(s, f, "The mail has %u %s fields", count, field);
}

static bool contains_nocase(struct slice text, struct slice word)
{
	for (size_t at = 0; word.len > 0 && at + word.len <= text.len; at++) {
		size_t i = 0;

		while (i < word.len && slice_upper_byte(text.data[at + i]) == slice_upper_byte(word.data[i]))
			i++;
		if (i == word.len)
			return true;
	}
	return false;
}

static bool names_a_recipient(const struct mail *m, const struct body_lint *i)
{
	bool has_any = false;

	for (const struct recipient *r = m->recipients; r != NULL; r = r->next) {
		has_any = has_any || r->address.len > 0;
		if (contains_nocase(i->to, r->address) || contains_nocase(i->cc, r->address))
			return true;
	}
	return !has_any;
}

static void judge_envelope(struct session *s, const struct mail *m, const struct body_lint *i)
{
	bool differs = m->from.len > 0 && i->from.len > 0 && !contains_nocase(i->from, m->from);
	struct finding *f;

	if (m->direction != MAIL_SENT || (!differs && names_a_recipient(m, i)))
		return;
	f = add(s, RULE_M07, false, m);
	if (differs)
		diagnosis_say(s, f, "The envelope's sender is %.*s, the mail's From says: %.*s", (int)m->from.len,
			      (const char *)m->from.data, (int)slice_find(i->from, '\r'), (const char *)i->from.data);
	else
		diagnosis_say(s, f, "None of the envelope's recipients stands in To or Cc");
}

static void judge_header(struct session *s, const struct mail *m, const struct body_lint *i)
{
	judge_count(s, m, "From", i->from_count);
	judge_count(s, m, "Date", i->date_count);
	if (i->message_id_count == 0)
		diagnosis_say(s, add(s, RULE_M08, false, m), "The mail has no Message-ID");
	if (i->has_8bit_header)
		diagnosis_say(s, add(s, RULE_M04, false, m),
			      "The header has bytes above 127 that no charset is declared for");
	if (i->has_split_word)
		diagnosis_say(s, add(s, RULE_M05, false, m), "An encoded word of the header ends within a character");
	if (i->received_count >= RECEIVED_MAX)
		diagnosis_say(s, add(s, RULE_S50, true, m), "The mail has passed %u servers already",
			      i->received_count);
	judge_envelope(s, m, i);
}

/* ---- the body ---- */

static bool is_8bit_declared(const struct session *s, const struct mail *m)
{
	static const char *const words[] = {"8BITMIME", "BINARYMIME", "SMTPUTF8"};
	const struct command *c = session_command(s, m->begin_index);

	for (size_t i = 0; c != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (contains_nocase(command_arguments(c), slice_from_text(words[i])))
			return true;
	return c == NULL;
}

static void judge_body(struct session *s, const struct mail *m, const struct body_lint *i)
{
	if (i->longest_line > BODY_LINT_LINE_MAX)
		diagnosis_say(s, add(s, RULE_S43, false, m), "A line of the mail has %llu bytes; 998 are allowed",
			      (unsigned long long)i->longest_line);
	if (i->has_8bit_body && !is_8bit_declared(s, m))
		diagnosis_say(s, add(s, RULE_S44, false, m),
			      "The mail has 8-bit text, and MAIL did not say BODY=8BITMIME");
	if (m->stuffing != DOTSTUFF_NONE && i->has_hidden_command)
		diagnosis_say(s, add(s, RULE_S39, true, m),
			      "The mail holds an end that only some servers see, and a command after it");
	if (!m->stuffing && i->doubled_lines >= DOUBLED_MIN && i->doubled_lines == i->dotted_lines)
		diagnosis_say(s, add(s, RULE_S41, false, m),
			      "%u lines of a mail sent by BDAT begin with two dots, none with one", i->doubled_lines);
}

static void take_content(struct session *s, struct mail *m, const struct body_lint *i)
{
	struct rules_mails *mails = rules_mail_of(s);

	mails->inspected = m->number;
	mails->message_id = i->message_id.len > 0 ? hash_bytes(i->message_id.data, i->message_id.len) : 0;
	if (i->has_header && m->direction != MAIL_PREVIEWED && !m->is_piece)
		judge_header(s, m, i);
	if (m->direction == MAIL_SENT && !m->is_piece)
		judge_body(s, m, i);
}

void diagnosis_parts(struct session *s, const struct mail *m, bool has_open_part, bool has_broken_encoding)
{
	if (s->diagnosis == NULL || s->diagnosis->is_settled || m->direction == MAIL_PREVIEWED)
		return;
	if (has_open_part)
		diagnosis_say(s, add(s, RULE_M02, false, m),
			      "The mail announces parts, and the end of the last one is missing");
	if (has_broken_encoding)
		diagnosis_say(s, add(s, RULE_M03, false, m), "The encoding of a part is damaged");
}

const struct rule_family rules_content_family = {
	.name = "content",
	.content = take_content,
};
