#include "proto/recognise.h"

#include "proto/dialogue.h"

/*
 * What the first line of a side says about the protocol. One side alone may not tell: "220 " greets in SMTP and in FTP,
 * USER logs in to POP3 and to FTP.
 */
struct hint {
	bool is_whole;		/* the line is; else nothing is known yet */
	enum protocol protocol; /* that it names */
	unsigned int possible;	/* a bit for each that it fits */
};

enum {
	FIRST_LINE_MAX = 1024, /* a longer first line is none of ours */
};

static bool is_printable(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] < 0x20 && s.data[i] != '\t' && s.data[i] != '\r')
			return false;
	return true;
}

/* False where there is no line to look at: `hint` says whether there may be one later. */
static bool first_line(struct slice in, struct slice *text, struct hint *hint)
{
	size_t len = slice_find(in, '\n');

	*text = slice_sub(in, 0, len);
	*hint = (struct hint){.is_whole = len >= FIRST_LINE_MAX || !is_printable(*text)};
	if (len == in.len || hint->is_whole)
		return false;
	hint->is_whole = true;
	if (len > 0 && text->data[len - 1] == '\r')
		text->len--;
	return true;
}

static struct hint hint_of(enum side side, struct slice in)
{
	struct slice text;
	struct hint hint;

	if (!first_line(slice_sub(in, 0, DIALOGUE_LINE_MAX), &text, &hint))
		return hint;
	for (enum protocol p = PROTOCOL_UNKNOWN + 1; p < PROTOCOLS; p++) {
		enum recognition r = protocol_ops(p)->recognise(side, text);

		if (r == RECOGNISE_YES && hint.protocol == PROTOCOL_UNKNOWN)
			hint.protocol = p;
		hint.possible |= r == RECOGNISE_MAYBE ? 1U << p : 0;
	}
	return hint;
}

enum recognition recognise_command(enum protocol protocol, struct slice text)
{
	const struct command_row *row = verb_certain(protocol, text);

	if (row == NULL || row->protocol != protocol)
		return RECOGNISE_NOT;
	if (row->traits & COMMAND_TELLS)
		return RECOGNISE_YES;
	return row->traits & COMMAND_HINTS ? RECOGNISE_MAYBE : RECOGNISE_NOT;
}

/* What a side says is all there is to go by. */
static enum protocol decide(const struct hint *hint, bool *decided)
{
	*decided = hint->is_whole && (hint->protocol != PROTOCOL_UNKNOWN || hint->possible == 0);
	return hint->protocol;
}

/* The server is asked first: what it says names a protocol, or leaves some. A command that only a kin of what the
 * server names has (LHLO) tells that. */
enum protocol dialogue_recognise(struct slice client, struct slice server, bool *decided)
{
	struct hint of_client = hint_of(SIDE_CLIENT, proxy_behind(client));
	struct hint of_server = hint_of(SIDE_SERVER, server);
	bool is_possible = of_client.protocol != PROTOCOL_UNKNOWN
				   ? (of_server.possible & 1U << of_client.protocol) != 0
				   : !of_client.is_whole || (of_server.possible & of_client.possible) != 0;

	if (of_server.protocol != PROTOCOL_UNKNOWN && of_client.protocol != PROTOCOL_UNKNOWN &&
	    protocol_row(of_client.protocol)->base == of_server.protocol)
		of_server.protocol = of_client.protocol;
	if (of_server.possible != 0 && of_server.protocol == PROTOCOL_UNKNOWN && !is_possible)
		of_server.possible = 0;
	return decide(of_server.protocol == PROTOCOL_UNKNOWN && (!of_server.is_whole || of_server.possible != 0)
			      ? &of_client
			      : &of_server,
		      decided);
}

bool dialogue_greets(enum protocol protocol, struct slice server)
{
	const char *greeting = protocol != PROTOCOL_UNKNOWN ? protocol_ops(protocol)->greeting : NULL;

	return greeting != NULL && server.len > strlen(greeting) &&
	       memcmp(server.data, greeting, strlen(greeting)) == 0;
}
