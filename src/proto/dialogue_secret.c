/* Secrets in what was not taken yet. */
#include <assert.h>

#include "proto/auth.h"
#include "proto/dialogue_parts.h"
#include "proto/imap_state.h"
#include "proto/suspect.h"

/* Where nobody knows what is spoken, a login is what it would be in the protocol whose passwords are plain words. */
static enum protocol protocol_of(const struct dialogue *d)
{
	return d != NULL ? d->protocol : PROTOCOL_POP3;
}

/* Where what may be secret begins in a line that was not taken: after the verb, or at once. */
static size_t find_secret_in_line(const struct dialogue *d, struct slice text)
{
	bool is_near = d != NULL && auth_may_begin(d);
	struct verb_line line;

	verb_read(protocol_of(d), text, &line);
	if (line.row == NULL)
		return is_near || suspect_is_login(text) ? 0 : text.len;
	if (line.row->secrecy == SECRECY_REST && !is_near) /* "USER ann PASS secret" */
		verb_word(line.arguments, &line.arguments);
	else if (line.row->secrecy == SECRECY_NONE && !is_near)
		return text.len;
	if (line.arguments.len == 0)
		return text.len;
	assert(line.arguments.data >= text.data && line.arguments.data < text.data + text.len);
	return (size_t)(line.arguments.data - text.data);
}

size_t dialogue_find_secret(const struct dialogue *d, enum side side, struct slice rest)
{
	bool is_near = d != NULL && (d->auth_open || d->login_near);
	size_t at = 0;

	if (side == SIDE_SERVER)
		return is_near ? slice_find(rest, ' ') : rest.len; /* it may become a proof, or an echo */
	if (d != NULL && (d->auth_open || imap_state_is_secret(d)))
		return 0;
	while (at < rest.len) {
		struct slice behind = slice_after(rest, at);
		struct slice text = slice_sub(behind, 0, slice_find(behind, '\n'));
		size_t within = find_secret_in_line(d, text);

		if (within < text.len)
			return at + within;
		at += text.len + 1;
	}
	return rest.len;
}

bool dialogue_may_be_login(const struct dialogue *d, enum side side, struct slice bytes)
{
	bool is_near = d != NULL && (d->auth_open || d->login_near);
	struct slice text = slice_trim_right(slice_sub(bytes, 0, slice_find(bytes, '\n')));

	if (text.len > 0 && text.data[text.len - 1] == '\r')
		text.len--;
	if (side == SIDE_SERVER || is_near)
		return is_near || (d != NULL && d->login_hidden);
	if (d != NULL && (d->client_state == TALK_DATA || d->client_state == TALK_CHUNK || imap_state_is_in_mail(d)))
		return false;
	return text.len > 0 && !verb_is_certain(protocol_of(d), text);
}
