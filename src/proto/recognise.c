#include "proto/dialogue.h"
#include "proto/verb.h"

/*
 * What the first line of a side says about the protocol. One side alone may not tell: "220 " greets in SMTP and in FTP,
 * USER logs in to POP3 and to FTP.
 */
enum hint {
	HINT_MORE, /* the line is not whole yet */
	HINT_NONE, /* no mail protocol begins so */
	HINT_SMTP,
	HINT_LMTP,
	HINT_POP3,
	HINT_IMAP,
	HINT_SMTP_REPLY,   /* three digits: SMTP, LMTP, or one of their relatives */
	HINT_POP3_COMMAND, /* a command of POP3 that others have too */
};

enum {
	FIRST_LINE_MAX = 1024, /* a longer first line is none of ours */
};

static bool contains_nocase(struct slice s, const char *word)
{
	for (size_t i = 0; i < s.len; i++)
		if (slice_begins_nocase(slice_after(s, i), word))
			return true;
	return false;
}

static bool is_printable(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] < 0x20 && s.data[i] != '\t' && s.data[i] != '\r')
			return false;
	return true;
}

/* False while the line has no end yet but could still be one of ours. */
static bool first_line(struct slice in, struct slice *text, enum hint *hint)
{
	size_t len = slice_find(in, '\n');

	*text = slice_sub(in, 0, len);
	*hint = HINT_MORE;
	if (!is_printable(*text) || len >= FIRST_LINE_MAX)
		*hint = HINT_NONE;
	if (len == in.len || *hint == HINT_NONE)
		return false;
	if (len > 0 && text->data[len - 1] == '\r')
		text->len--;
	return true;
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static enum hint hint_of_code(struct slice text)
{
	if (text.len > 3 && text.data[3] != ' ' && text.data[3] != '-')
		return HINT_NONE;
	if (contains_nocase(text, "LMTP"))
		return HINT_LMTP;
	if (contains_nocase(text, "SMTP"))
		return HINT_SMTP;
	if (slice_begins_nocase(text, "220") && contains_nocase(text, "FTP"))
		return HINT_NONE;
	return HINT_SMTP_REPLY;
}

static enum hint hint_of_server(struct slice in)
{
	struct slice text;
	enum hint hint;

	if (!first_line(in, &text, &hint))
		return hint;
	if (slice_begins_nocase(text, "+OK") || slice_begins_nocase(text, "-ERR"))
		return HINT_POP3;
	if (slice_begins_nocase(text, "* OK") || slice_begins_nocase(text, "* PREAUTH") ||
	    slice_begins_nocase(text, "* BYE") || slice_begins_nocase(text, "* CAPABILITY"))
		return HINT_IMAP;
	if (text.len >= 3 && text.data[0] >= '2' && text.data[0] <= '5' && is_digit(text.data[1]) &&
	    is_digit(text.data[2]))
		return hint_of_code(text);
	return HINT_NONE;
}

/* RFC 9051 section 2.2.1: a tag, then one of the commands that may come first. */
static bool is_imap_command(struct slice text)
{
	static const char *const commands[] = {"CAPABILITY", "LOGIN",  "AUTHENTICATE", "STARTTLS", "ID",
					       "NOOP",	     "LOGOUT", "SELECT",       "EXAMINE",  "UID"};
	struct slice rest;
	struct slice tag = verb_word(text, &rest);
	struct slice word = verb_word(rest, &rest);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (tag.len > 0 && tag.len <= 16 && slice_equals_nocase(word, commands[i]))
			return true;
	return false;
}

static enum hint hint_of_smtp_command(const struct command_row *row)
{
	if (row->traits & COMMAND_TELLS)
		return row->protocol == PROTOCOL_LMTP ? HINT_LMTP : HINT_SMTP;
	return row->traits & COMMAND_HINTS ? HINT_SMTP_REPLY : HINT_NONE;
}

static enum hint hint_of_client(struct slice in)
{
	const struct command_row *row;
	struct slice text;
	enum hint hint;

	if (!first_line(in, &text, &hint))
		return hint;
	if ((row = verb_certain(PROTOCOL_SMTP, text)) != NULL && (hint = hint_of_smtp_command(row)) != HINT_NONE)
		return hint;
	if ((row = verb_certain(PROTOCOL_POP3, text)) != NULL)
		return row->traits & COMMAND_TELLS ? HINT_POP3 : HINT_POP3_COMMAND;
	return is_imap_command(text) ? HINT_IMAP : HINT_NONE;
}

static enum protocol decide(enum hint hint, bool *decided)
{
	*decided = true;
	switch (hint) {
	case HINT_SMTP:
		return PROTOCOL_SMTP;
	case HINT_LMTP:
		return PROTOCOL_LMTP;
	case HINT_POP3:
		return PROTOCOL_POP3;
	case HINT_IMAP:
		return PROTOCOL_IMAP;
	case HINT_NONE:
		return PROTOCOL_UNKNOWN;
	case HINT_MORE:
	case HINT_SMTP_REPLY:
	case HINT_POP3_COMMAND:
		break;
	}
	*decided = false;
	return PROTOCOL_UNKNOWN;
}

/* The server is asked first: what it says names a protocol, or leaves two. LHLO alone tells LMTP from SMTP. */
enum protocol dialogue_recognise(struct slice client, struct slice server, bool *decided)
{
	enum hint of_client = hint_of_client(slice_sub(proxy_behind(client), 0, DIALOGUE_LINE_MAX));
	enum hint of_server = hint_of_server(slice_sub(server, 0, DIALOGUE_LINE_MAX));

	if (of_server == HINT_SMTP && of_client == HINT_LMTP)
		of_server = HINT_LMTP;
	if (of_server == HINT_SMTP_REPLY && of_client != HINT_SMTP && of_client != HINT_LMTP)
		return decide(of_client == HINT_MORE || of_client == HINT_SMTP_REPLY ? of_server : HINT_NONE, decided);
	if (of_server != HINT_MORE && of_server != HINT_SMTP_REPLY)
		return decide(of_server, decided);
	return decide(of_client, decided);
}
