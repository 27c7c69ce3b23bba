/* What became of a session: a few words, and a sentence. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/rowtext.h"
#include "diagnosis/outcome.h"
#include "output/lines.h"
#include "present/finding_list.h"
#include "present/rows.h"
#include "present/rows_imap.h"
#include "present/rows_tls.h"

/* "550 5.1.1", or for POP3 the beginning of what the server said. */
static void put_refusal(char *out, size_t size, const struct command *c)
{
	const struct reply *r = command_refusal(c);
	struct slice rest = reply_text(r);
	struct slice line = {0};
	bool started = false;

	rowtext_put(out, size, reply_code(r));
	rowtext_append(out, size, slice_from_text(" "));
	if (r->enhanced_len > 0) {
		rowtext_append(out, size, slice_of(r->enhanced, r->enhanced_len));
	} else {
		reply_next_line(&rest, &started, &line);
		rowtext_append(out, size, slice_sub(line, 0, 40));
	}
}

enum snapshot_meaning rows_result(char *out, size_t size, const struct session *s)
{
	static const struct {
		const char *text; /* NULL: see below */
		enum snapshot_meaning meaning;
	} rows[] = {
		[OUTCOME_CONNECTION_REFUSED] = {"connection refused", MEANING_ERROR},
		[OUTCOME_NO_ANSWER] = {"no answer", MEANING_ERROR},
		[OUTCOME_GIVEN_UP] = {"given up", MEANING_MUTED},
		[OUTCOME_NOT_MAIL] = {NULL, MEANING_NOTICE},
		[OUTCOME_FINDING] = {NULL, MEANING_PLAIN},
		[OUTCOME_ACCEPTED] = {"accepted", MEANING_GOOD},
		[OUTCOME_ACCEPTED_IN_PART] = {NULL, MEANING_WARNING},
		[OUTCOME_CUT_OFF] = {"mail cut off or unanswered", MEANING_ERROR},
		[OUTCOME_REFUSED] = {NULL, MEANING_ERROR},
		[OUTCOME_RETRIEVED] = {NULL, MEANING_GOOD},
		[OUTCOME_RESET] = {"reset", MEANING_WARNING},
		[OUTCOME_ENCRYPTED] = {NULL, MEANING_MUTED},
		[OUTCOME_OPEN] = {"open", MEANING_PLAIN},
		[OUTCOME_NO_MAIL] = {"no mail", MEANING_MUTED},
		[OUTCOME_NOTHING_SAID] = {"nothing said", MEANING_MUTED},
	};
	struct outcome o = outcome_of(s);

	if ((o.kind == OUTCOME_ACCEPTED || o.kind == OUTCOME_RETRIEVED) && rows_imap_result(s, out, size))
		return MEANING_GOOD;
	if (o.kind == OUTCOME_NO_MAIL && protocol_has(s->protocol, PROTOCOL_TAGGED))
		rowtext_put(out, size, slice_from_text("no mail fetched")); /* there may be many */
	else if (rows[o.kind].text != NULL)
		rowtext_put(out, size, slice_from_text(rows[o.kind].text));
	else if (o.kind == OUTCOME_ENCRYPTED)
		rows_tls_result(s, out, size);
	else if (o.kind == OUTCOME_NOT_MAIL)
		rowtext_printf(out, size, "%s, not mail", s->speaks);
	else if (o.kind == OUTCOME_FINDING)
		rowtext_put(out, size, slice_from_text(finding_name(o.finding)));
	else if (o.kind == OUTCOME_RETRIEVED)
		rowtext_printf(out, size, "%u retrieved", o.retrieved);
	else
		put_refusal(out, size, o.refused);
	if (o.kind == OUTCOME_FINDING)
		return finding_list_meaning((enum severity)o.finding->severity);
	if (o.kind == OUTCOME_REFUSED && command_refusal(o.refused)->code[0] == '4')
		return MEANING_WARNING;
	return rows[o.kind].meaning;
}

/* What a server said often ends in a full stop of its own. */
void rows_end_sentence(char *out, size_t size)
{
	size_t len = strlen(out);

	rowtext_append(out, size, slice_from_text(len > 0 && out[len - 1] == '.' ? " " : ". "));
}

/* In one line. */
static void append_advice(char *out, size_t size, const char *advice)
{
	struct slice rest = slice_from_text(advice);

	while (rest.len > 0) {
		size_t len = slice_find(rest, '\n');

		rowtext_append(out, size, slice_trim(slice_sub(rest, 0, len)));
		rest = slice_after(rest, len + 1);
		if (rest.len > 0)
			rowtext_append(out, size, slice_from_text(" "));
	}
}

/* "4 mails: 3 accepted, 1 reset." What they have in common is said once. */
static void put_mails(char *out, size_t size, const struct session *s, const char *result)
{
	uint32_t counts[MAIL_UNKNOWN + 1] = {0};
	const char *joint = ": ";
	uint32_t most = 0;

	for (size_t i = 0; i < s->mail_count; i++) {
		uint32_t count = ++counts[s->mails[i]->outcome];

		most = count > most ? count : most;
	}
	rowtext_printf(out, size, "%u mail%s", s->mails_total, s->mails_total == 1 ? "" : "s");
	for (int outcome = MAIL_UNDECIDED; most < s->mail_count && outcome <= MAIL_UNKNOWN; outcome++) {
		char text[48];

		if (counts[outcome] == 0)
			continue;
		snprintf(text, sizeof(text), "%s%u %s", joint, counts[outcome],
			 mail_outcome_name((enum mail_outcome)outcome));
		rowtext_append(out, size, slice_from_text(text));
		joint = ", ";
	}
	if (most == s->mail_count) {
		rowtext_append(out, size, slice_from_text(", "));
		rowtext_append(out, size, slice_from_text(result));
	}
	rowtext_append(out, size, slice_from_text("."));
}

void rows_sentence(struct connection *v, uint32_t number, char *out, size_t size, enum snapshot_meaning *meaning)
{
	struct session *s = v->session;
	const struct command *failed = outcome_refused_command(s);
	const struct finding *root = number == UINT32_MAX ? diagnosis_root(s) : diagnosis_finding(s, number);
	char result[96];

	*meaning = rows_result(result, sizeof(result), s);
	if (root != NULL && (number != UINT32_MAX || root->severity >= SEVERITY_NOTICE)) {
		*meaning = finding_list_meaning((enum severity)root->severity);
		rowtext_put(out, size, root->message);
		rows_end_sentence(out, size);
		append_advice(out, size, finding_advice(root));
	} else if (s->state == SESSION_REFUSED) {
		rowtext_printf(out, size, "The server refused the connection: nothing listens on port %u.",
			       s->side[SIDE_SERVER].port);
	} else if (s->state == SESSION_NO_ANSWER && s->abandoned) {
		rowtext_printf(out, size, "The server had not answered yet.");
	} else if (s->state == SESSION_NO_ANSWER) {
		rowtext_printf(out, size, "The server did not answer: is it up, and is port %u open?",
			       s->side[SIDE_SERVER].port);
	} else if (failed != NULL && (*meaning == MEANING_ERROR || *meaning == MEANING_WARNING)) {
		rowtext_printf(out, size, "The server refused ");
		rowtext_append(out, size, command_verb(failed));
		if (!failed->secret && failed->kind != KIND_AUTH) {
			rowtext_append(out, size, slice_from_text(" "));
			rowtext_append(out, size, command_arguments(failed));
		}
		rowtext_append(out, size, slice_from_text(": "));
		rowtext_append(out, size, reply_code(command_refusal(failed)));
		rowtext_append(out, size, slice_from_text(" "));
		rowtext_append(out, size, reply_text(command_refusal(failed)));
	} else if (s->mails_total > 0) {
		put_mails(out, size, s, result);
	} else {
		rowtext_printf(out, size, "%s.", result);
	}
	if (s->abandoned)
		rowtext_append(out, size, slice_from_text(" The session was " LINES_NOT_FOLLOWED "."));
}
