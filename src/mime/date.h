/*
 * date: the date of a header field in the form in which nearly all programs write it (RFC 5322 section 3.3):
 * "Fri, 27 Nov 2026 18:23:32 +0000", and perhaps a comment, " (UTC)". Private to the mime layer.
 *
 * GMime takes a hundred times as long, and gets all that is written in another way.
 */
#ifndef MIME_DATE_H
#define MIME_DATE_H

#include "base/slice.h"

/* False: it has another form. */
bool date_read_usual(struct slice text, int64_t *seconds);

/* "27-Nov-2026 18:23:32 +0000": when a message came into an IMAP mailbox (RFC 9051 section 2.3.3). */
bool date_read_internal(struct slice text, int64_t *seconds);

#endif
