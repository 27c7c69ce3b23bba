/*
 * mask: what may be shown of a command when secrets are hidden. The parser marks secrets, everything that shows a
 * command asks here.
 */
#ifndef MAIL_MASK_H
#define MAIL_MASK_H

#include "base/buffer.h"
#include "mail/session.h"

#define MASK_TEXT "********"

/* Appends the command's arguments, with the password, digest or initial response masked unless `show`. */
void mask_arguments(const struct command *c, bool show, struct buffer *out);

/* Whether a line of the login's exchange must be masked. */
bool mask_is_secret_line(const struct command *c, size_t number);

#endif
