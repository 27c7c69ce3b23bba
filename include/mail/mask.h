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

/* How much of the arguments' beginning holds no secret: the mechanism of AUTH, the user of APOP and LOGIN, else all or
 * nothing. */
size_t mask_shown_len(const struct command *c);

#endif
