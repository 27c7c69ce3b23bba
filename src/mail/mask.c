#include "mail/mask.h"

#include "mail/kinds.h"
#include "proto/sasl.h"

void mask_arguments(const struct command *c, bool show, struct buffer *out)
{
	struct slice arguments = command_arguments(c);
	size_t blank = slice_find(arguments, ' ');

	if (show || !c->secret) {
		buffer_append(out, arguments);
		return;
	}
	/* the mechanism of AUTH and the user of APOP may be seen, a password is secret as a whole */
	if (c->kind != KIND_PASS && blank < arguments.len)
		buffer_append(out, slice_sub(arguments, 0, blank + 1));
	else if (c->kind != KIND_PASS && c->kind != KIND_OTHER) {
		buffer_append(out, arguments);
		return;
	}
	buffer_append_text(out, MASK_TEXT);
}

bool mask_is_secret_line(const struct command *c, size_t number)
{
	struct sasl_line lines[SESSION_AUTH_LINES_MAX];
	size_t count = 0;

	if (c->extra == NULL || c->kind != KIND_AUTH)
		return false;
	for (const struct session_line *l = c->extra->lines; l != NULL && count < SESSION_AUTH_LINES_MAX; l = l->next)
		lines[count++] = (struct sasl_line){.from = l->from, .text = l->text};
	if (number >= count)
		return true;
	return sasl_line_is_secret(c->extra->mechanism, lines, number);
}
