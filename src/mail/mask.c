#include "mail/mask.h"

#include "mail/kinds.h"
#include "proto/verb.h"

size_t mask_shown_len(const struct command *c)
{
	struct slice arguments = command_arguments(c);
	struct slice secret;

	if (!c->secret)
		return arguments.len;
	if (c->kind != KIND_AUTH && c->kind != KIND_APOP)
		return 0;
	verb_word(arguments, &secret);
	return arguments.len - secret.len;
}

void mask_arguments(const struct command *c, bool show, struct buffer *out)
{
	struct slice arguments = command_arguments(c);
	size_t shown_len = show ? arguments.len : mask_shown_len(c);

	buffer_append(out, slice_sub(arguments, 0, shown_len));
	if (shown_len < arguments.len)
		buffer_append_text(out, MASK_TEXT);
}
