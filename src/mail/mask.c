#include "mail/mask.h"

#include "proto/sasl.h"
#include "proto/verb.h"

size_t mask_shown_len(const struct command *c)
{
	struct slice arguments = command_arguments(c);
	struct slice secret;
	struct slice first;

	if (!c->secret)
		return arguments.len;
	if (c->kind != KIND_AUTH && c->kind != KIND_APOP && c->kind != KIND_USER)
		return 0;
	first = verb_word(arguments, &secret);
	if (c->kind == KIND_AUTH ? !sasl_is_mechanism(first) : secret.len == 0)
		return 0;
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
