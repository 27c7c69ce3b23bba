/*
 * What a server of IMAP says when it refuses: the response code first, its words refine.
 */
#include "common/commands.h"
#include "diagnosis/codes.h"
#include "diagnosis/phrase.h"
#include "diagnosis/reply_rows.h"
#include "diagnosis/rules_imap.h"
#include "diagnosis/rules_reply.h"

static enum where place_of(const struct command *c)
{
	switch ((enum command_kind)c->kind) {
	case KIND_GREETING:
		return AT_GREETING;
	case KIND_LOGIN:
	case KIND_AUTH:
		return AT_LOGIN;
	case KIND_STARTTLS:
		return AT_STARTTLS;
	case KIND_APPEND:
		return AT_APPEND;
	case KIND_COPY:
		return AT_COPY;
	case KIND_SELECT:
		return AT_SELECT;
	case KIND_QUIT:
		return AT_QUIT;
	case KIND_UNSOLICITED:
		return AT_UNSOLICITED;
	default:
		return AT_OTHER;
	}
}

/* The client's "*" ends the exchange (RFC 9051 section 6.2.2). */
static bool is_cancelled(const struct command *c)
{
	const struct session_line *latest = NULL;

	for (const struct session_line *l = c->extra != NULL ? c->extra->lines : NULL; l != NULL; l = l->next)
		latest = l->from == SIDE_CLIENT ? l : latest;
	return latest != NULL && slice_equals_nocase(slice_trim(latest->text), "*");
}

static enum rule refine_login(const struct session *s, const struct command *c, enum rule rule)
{
	const struct rules_imap *i = rules_imap_of(s);
	bool is_plain = rule == RULE_I01 || rule == RULE_A08;

	if (c->kind == KIND_LOGIN && is_plain && i->has_offers && i->has_login_disabled && !s->tls)
		return RULE_I10;
	if (rule == RULE_I01 && rules_reply_is_oauth(c))
		return RULE_A11;
	if (c->kind == KIND_AUTH && rule != RULE_I02 && rule != RULE_I08 && is_cancelled(c))
		return RULE_A08;
	return rule;
}

/* Where the rule's words do not fit what was refused. */
static void refine_target(struct finding *f, const struct command *c, const struct reply *r)
{
	bool is_missing = phrase_any(reply_text(r), "[trycreate]");

	if (is_missing)
		f->advice = "Make the folder, or set its right name in the client.";
	if (c->kind != KIND_COPY)
		return;
	f->name = "Copy or move refused";
	if (is_missing)
		f->severity = SEVERITY_NOTICE; /* the mails are still there */
}

void rules_imap_reply(struct session *s, struct command *c, const struct reply *r)
{
	const char *meaning = codes_explain_response(r);
	struct finding *f;
	size_t number = 0;
	enum rule rule;

	if (reply_is_positive(r) || (c->kind == KIND_UNSOLICITED && slice_equals_nocase(reply_code(r), "BYE")))
		return; /* see judge_bye */
	rule = reply_rows_imap(place_of(c), r, &number);
	if (rule == RULES || (rule == RULE_S47 && rules_reply_is_about_tls(s, c)))
		return;
	if (c->kind == KIND_LOGIN || c->kind == KIND_AUTH)
		rule = refine_login(s, c, rule);
	f = rules_reply_add(s, c, r, rule, slice_from_text(meaning != NULL ? meaning : ""));
	if (f != NULL && rule == RULE_I05)
		refine_target(f, c, r);
}

/* ---- what was taken at last ---- */

/* A client tries one mechanism after the other, and makes a folder that is missing. */
static bool is_other_mechanism(const struct session *s, const struct finding *f, const struct command *c)
{
	const struct command *refused = session_command(s, f->index);

	return f->rule == RULE_A03 || f->is_bare ||
	       (refused != NULL && refused->extra != NULL && c->extra != NULL &&
		!slice_equals(refused->extra->mechanism, c->extra->mechanism));
}

/* The mailbox that a command puts mails into, as it was written: the first word of APPEND, the last of COPY. */
static struct slice target_of(const struct command *c)
{
	struct slice arguments = command_arguments(c);
	bool is_append = slice_equals_nocase(command_verb(c), "APPEND");
	struct slice target = is_append ? arguments : slice_after(arguments, slice_find(arguments, ' ') + 1);
	size_t end = target.len > 0 && target.data[0] == '"' ? slice_find(slice_after(target, 1), '"') + 2
							     : slice_find(target, ' ');

	return slice_sub(target, 0, end);
}

static bool is_same_target(const struct session *s, const struct finding *f, const struct command *c)
{
	const struct command *refused = session_command(s, f->index);

	return refused != NULL && refused != c && slice_equals(target_of(refused), target_of(c));
}

void rules_imap_overcome(struct session *s, const struct command *c)
{
	bool is_login = c->kind == KIND_LOGIN || c->kind == KIND_AUTH;
	bool is_taken = c->last_reply != NULL && reply_is_positive(c->last_reply);

	if (!is_taken || (!is_login && c->kind != KIND_APPEND && c->kind != KIND_COPY))
		return;
	for (size_t n = 0; n < s->diagnosis->count; n++) {
		struct finding *f = &s->diagnosis->findings[n];

		if (!f->is_refusal || f->severity <= SEVERITY_NOTICE)
			continue;
		if (is_login ? f->phase == PHASE_LOGIN && is_other_mechanism(s, f, c)
			     : f->rule == RULE_I05 && is_same_target(s, f, c)) {
			f->is_overcome = true;
			f->severity = SEVERITY_NOTICE;
		}
	}
}
