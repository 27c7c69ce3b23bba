#include "mail/exposed.h"

#include "proto/verb.h"

static bool holds_secret(const struct command *c)
{
	if (c->secret)
		return true;
	if (c->extra == NULL)
		return false;
	for (const struct session_line *l = c->extra->lines; l != NULL; l = l->next)
		if (l->secret)
			return true;
	return c->extra->is_login && c->extra->secret.len > 0;
}

/* What is not known counts as a password. */
static bool is_digest(const struct command *c)
{
	static const char *const digests[] = {"APOP", "CRAM-", "DIGEST-", "SCRAM-", "NTLM", "GSS", "KERBEROS"};
	struct slice rest;
	struct slice mechanism = c->extra != NULL ? c->extra->mechanism : slice_of(NULL, 0);

	if (mechanism.len == 0) /* it goes on */
		mechanism = verb_word(command_arguments(c), &rest);
	if (slice_equals_nocase(slice_of(c->verb, c->verb_len), "APOP"))
		return true;
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++)
		if (slice_begins_nocase(mechanism, digests[i]))
			return true;
	return false;
}

void exposed_add(struct exposed *sum, const struct session *s, bool has_keys)
{
	for (size_t i = 0; i < s->command_count; i++) {
		const struct command *c = &s->commands[i];

		if (!holds_secret(c) || (!has_keys && c->begin >= s->tls_begin[SIDE_CLIENT]))
			continue;
		if (is_digest(c))
			sum->digests++;
		else
			sum->passwords++;
	}
}
