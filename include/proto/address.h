/*
 * address: the path of MAIL FROM and RCPT TO (RFC 5321 section 4.1.2), read liberally: any case, with or without angle
 * brackets, blanks on either side of the colon or no colon, source routes. Pure.
 */
#ifndef PROTO_ADDRESS_H
#define PROTO_ADDRESS_H

#include "base/slice.h"

struct address_path {
	struct slice address;	 /* without brackets and source route; empty for <> */
	struct slice parameters; /* after it */
	bool loose;		 /* not as the RFC writes it */
};

/* `arguments` of MAIL or RCPT: "FROM:<a@b> SIZE=1". False when there is no path in it. */
bool address_read_path(struct slice arguments, struct address_path *path);

#endif
