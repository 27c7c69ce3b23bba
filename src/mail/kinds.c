#include "mail/kinds.h"

#include <string.h>

/* The most frequent first. */
static const struct kind {
	const char *verb;
	size_t len;
	enum command_kind kind;
} kinds[] = {
#define KIND(verb, kind)                                                                                               \
	{                                                                                                              \
		verb, sizeof(verb) - 1, kind                                                                           \
	}
	KIND("MAIL", KIND_MAIL),
	KIND("RCPT", KIND_RCPT),
	KIND("DATA", KIND_DATA),
	KIND("(message)", KIND_MESSAGE),
	KIND("EHLO", KIND_HELLO),
	KIND("QUIT", KIND_QUIT),
	KIND("(greeting)", KIND_GREETING),
	KIND("(unsolicited)", KIND_UNSOLICITED),
	KIND("SEND", KIND_MAIL),
	KIND("SOML", KIND_MAIL),
	KIND("SAML", KIND_MAIL),
	KIND("BDAT", KIND_BDAT),
	KIND("RSET", KIND_RSET),
	KIND("HELO", KIND_HELLO),
	KIND("LHLO", KIND_HELLO),
	KIND("AUTH", KIND_AUTH),
	KIND("USER", KIND_USER),
	KIND("PASS", KIND_PASS),
	KIND("APOP", KIND_APOP),
	KIND("LIST", KIND_LIST),
	KIND("CAPA", KIND_CAPA),
	KIND("UIDL", KIND_UIDL),
	KIND("RETR", KIND_RETR),
	KIND("TOP", KIND_TOP),
	KIND("DELE", KIND_DELE),
	KIND("STAT", KIND_STAT),
	KIND("STARTTLS", KIND_STARTTLS),
	KIND("STLS", KIND_STARTTLS),
	KIND("XCLIENT", KIND_XCLIENT),
	KIND("XFORWARD", KIND_XFORWARD),
	KIND("X-ANONYMOUSTLS", KIND_STARTTLS),
	KIND("XEXCH50", KIND_XEXCH50),
	KIND("X-EXPS", KIND_AUTH),
#undef KIND
};

static const struct kind *find(struct slice verb)
{
	for (const struct kind *k = kinds; verb.len > 0 && k < kinds + sizeof(kinds) / sizeof(kinds[0]); k++)
		if (k->len == verb.len && k->verb[0] == (char)verb.data[0] && memcmp(k->verb, verb.data, k->len) == 0)
			return k;
	return NULL;
}

enum command_kind kinds_lookup(struct slice verb, struct slice *known)
{
	const struct kind *k = find(verb);

	if (known != NULL)
		*known = k != NULL ? slice_of(k->verb, k->len) : slice_of(NULL, 0);
	return k != NULL ? k->kind : KIND_OTHER;
}
