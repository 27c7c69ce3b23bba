#include "mail/mask.h"

#include "mail/imap_words.h"
#include "proto/sasl.h"
#include "proto/verb.h"

/* LOGIN of IMAP: the user, where the password follows him; `user` may be NULL. What is sent as a literal stands
 * elsewhere: its announcement is no secret. */
static size_t login_shown_len(const struct command *c, struct imap_word *user)
{
	struct imap_words words = imap_words_of(c);
	size_t len = command_arguments(c).len;
	struct imap_word first;
	struct imap_word second;

	words.is_flat = true;
	if (!imap_words_next(&words, &first) || first.kind == IMAP_WORD_BROKEN)
		return 0;
	if (!imap_words_next(&words, &second)) /* if it is alone, who knows which it is */
		return first.kind == IMAP_WORD_LITERAL ? len : 0;
	if (user != NULL)
		*user = first;
	return second.kind == IMAP_WORD_LITERAL && second.is_last ? len : len - second.raw.len - words.rest.len;
}

size_t mask_shown_len(const struct command *c)
{
	struct slice arguments = command_arguments(c);
	struct slice secret;
	struct slice first;

	if (!c->secret)
		return arguments.len;
	if (c->kind == KIND_LOGIN)
		return login_shown_len(c, NULL);
	if (c->kind != KIND_AUTH && c->kind != KIND_APOP && c->kind != KIND_USER)
		return 0;
	first = verb_word(arguments, &secret);
	if (c->kind == KIND_AUTH ? !sasl_is_mechanism(first) : secret.len == 0)
		return 0;
	return arguments.len - secret.len;
}

/* The user as he is, whatever he was sent as. */
static void mask_login(const struct command *c, struct buffer *out)
{
	struct imap_word user = {.text = {.data = NULL}};
	size_t shown_len = login_shown_len(c, &user);

	if (imap_words_append(&user, out))
		buffer_append_byte(out, ' ');
	else
		buffer_append(out, slice_sub(command_arguments(c), 0, shown_len));
	if (user.raw.len > 0 || shown_len < command_arguments(c).len)
		buffer_append_text(out, MASK_TEXT);
}

void mask_arguments(const struct command *c, bool show, struct buffer *out)
{
	struct slice arguments = command_arguments(c);
	size_t shown_len = show ? arguments.len : mask_shown_len(c);

	if (!show && c->secret && c->kind == KIND_LOGIN) {
		mask_login(c, out);
		return;
	}
	buffer_append(out, slice_sub(arguments, 0, shown_len));
	if (shown_len < arguments.len)
		buffer_append_text(out, MASK_TEXT);
}
