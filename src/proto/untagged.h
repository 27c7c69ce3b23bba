/*
 * untagged: the first words of an untagged answer of IMAP (RFC 9051 section 7 and its extensions). Pure. Internal to
 * proto.
 */
#ifndef PROTO_UNTAGGED_H
#define PROTO_UNTAGGED_H

#include "base/slice.h"

struct untagged {
	const char *name;  /* upper case; "OTHER": no RFC knows it. It stays */
	uint32_t number;   /* in front of it; 0: none */
	struct slice rest; /* behind the name and one blank */
};

/* What stands behind "* ". False where no RFC knows it, or not with such a number; then it is "OTHER". */
bool untagged_read(struct slice text, struct untagged *answer);

/* Whether it ends in text for people: then nothing in it announces a literal. */
bool untagged_is_text(const char *name);

#endif
