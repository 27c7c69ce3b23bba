/*
 * utf7: the modified UTF-7 in which IMAP writes the names of mailboxes (RFC 3501 section 5.1.3). Pure.
 */
#ifndef BASE_UTF7_H
#define BASE_UTF7_H

#include "base/buffer.h"

/* Appends the name as UTF-8. False, and nothing appended, when it is not written so: then it is what it is. */
bool utf7_decode(struct slice name, struct buffer *out);

#endif
