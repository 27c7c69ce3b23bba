#include "mail/kinds.h"

static const struct {
	const char *verb;
	enum command_kind kind;
} kinds[] = {
	{"(greeting)", KIND_GREETING},
	{"(message)", KIND_MESSAGE},
	{"(unsolicited)", KIND_UNSOLICITED},
	{"MAIL", KIND_MAIL},
	{"SEND", KIND_MAIL},
	{"SOML", KIND_MAIL},
	{"SAML", KIND_MAIL},
	{"RCPT", KIND_RCPT},
	{"DATA", KIND_DATA},
	{"BDAT", KIND_BDAT},
	{"RSET", KIND_RSET},
	{"HELO", KIND_HELLO},
	{"EHLO", KIND_HELLO},
	{"LHLO", KIND_HELLO},
	{"QUIT", KIND_QUIT},
	{"AUTH", KIND_AUTH},
	{"USER", KIND_USER},
	{"PASS", KIND_PASS},
	{"APOP", KIND_APOP},
	{"LIST", KIND_LIST},
	{"CAPA", KIND_CAPA},
	{"UIDL", KIND_UIDL},
	{"RETR", KIND_RETR},
	{"TOP", KIND_TOP},
	{"DELE", KIND_DELE},
	{"STAT", KIND_STAT},
	{"STARTTLS", KIND_STARTTLS},
	{"STLS", KIND_STARTTLS},
	{"XCLIENT", KIND_XCLIENT},
	{"XFORWARD", KIND_XFORWARD},
	{"X-ANONYMOUSTLS", KIND_STARTTLS},
	{"XEXCH50", KIND_XEXCH50},
	{"X-EXPS", KIND_AUTH},
};

enum command_kind kinds_lookup(struct slice verb)
{
	if (verb.len == 0)
		return KIND_OTHER;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].verb[0] == (char)verb.data[0] && slice_equals(verb, slice_from_text(kinds[i].verb)))
			return kinds[i].kind;
	return KIND_OTHER;
}

const char *kinds_verb(enum command_kind kind)
{
	static const char *const verbs[] = {
		[KIND_GREETING] = "(greeting)", [KIND_MESSAGE] = "(message)", [KIND_UNSOLICITED] = "(unsolicited)",
		[KIND_RCPT] = "RCPT",		[KIND_DATA] = "DATA",	      [KIND_BDAT] = "BDAT",
		[KIND_RSET] = "RSET",		[KIND_QUIT] = "QUIT",	      [KIND_AUTH] = "AUTH",
		[KIND_USER] = "USER",		[KIND_PASS] = "PASS",	      [KIND_APOP] = "APOP",
		[KIND_LIST] = "LIST",		[KIND_CAPA] = "CAPA",	      [KIND_UIDL] = "UIDL",
		[KIND_RETR] = "RETR",		[KIND_TOP] = "TOP",	      [KIND_DELE] = "DELE",
		[KIND_STAT] = "STAT",		[KIND_XCLIENT] = "XCLIENT",   [KIND_XFORWARD] = "XFORWARD",
		[KIND_XEXCH50] = "XEXCH50",
	};

	return kind < sizeof(verbs) / sizeof(verbs[0]) ? verbs[kind] : NULL;
}
