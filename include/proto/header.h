/*
 * header: finds the fields of a mail's header (RFC 5322 section 2.2), without decoding them.
 *
 * Pure. Works on the un-stuffed beginning of a mail; only the mail's own header block is looked at, up to the first
 * empty line, and of a repeated field the first counts. Lines may end in CRLF or a bare LF.
 */
#ifndef PROTO_HEADER_H
#define PROTO_HEADER_H

#include "base/slice.h"

enum header_field {
	HEADER_FROM,
	HEADER_TO,
	HEADER_CC,
	HEADER_SUBJECT,
	HEADER_DATE,
	HEADER_MESSAGE_ID,
	HEADER_X_MAILER,
	HEADER_USER_AGENT, /* of some programs, in its place */
	HEADER_FIELDS
};

struct header_places {
	struct slice value[HEADER_FIELDS]; /* after the colon, folded as sent, without the last line end; data NULL:
					      absent */
	bool whole;			   /* the end of the header block was seen */
	size_t block_len;		   /* of the header block with its empty line; all of it while not whole */
};

/* Only fields that are whole count: the last line of an unfinished block may be cut. `is_end`: the mail ends here, so
 * its last line is whole too. */
void header_scan(struct slice mail, bool is_end, struct header_places *places);

/* Not of HEADER_FIELDS. */
const char *header_name(enum header_field field);

#endif
