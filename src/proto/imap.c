#include "proto/imap.h"

/* "AUTH LOGIN" would have a tag, too. */
static bool is_others(struct slice text)
{
	return verb_certain(PROTOCOL_SMTP, text) != NULL || verb_certain(PROTOCOL_POP3, text) != NULL;
}

/* RFC 9051 section 2.2.1: a tag, then one of the commands that may come first. */
static bool is_command(struct slice text)
{
	static const char *const commands[] = {"CAPABILITY", "LOGIN",  "AUTHENTICATE", "STARTTLS", "ID",
					       "NOOP",	     "LOGOUT", "SELECT",       "EXAMINE",  "UID"};
	struct slice rest;
	struct slice tag = verb_word(text, &rest);
	struct slice word = verb_word(rest, &rest);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (tag.len > 0 && tag.len <= 16 && slice_equals_nocase(word, commands[i]))
			return !is_others(text);
	return false;
}

static bool is_greeting(struct slice text)
{
	return slice_begins_nocase(text, "* OK") || slice_begins_nocase(text, "* PREAUTH") ||
	       slice_begins_nocase(text, "* BYE") || slice_begins_nocase(text, "* CAPABILITY");
}

static enum recognition recognise(enum side side, struct slice text)
{
	bool is_ours = side == SIDE_CLIENT ? is_command(text) : is_greeting(text);

	return is_ours ? RECOGNISE_YES : RECOGNISE_NOT;
}

const struct protocol_ops imap_ops = {.recognise = recognise};
