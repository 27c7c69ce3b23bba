/*
 * community_id: the Community ID of a session's flow, version 1 with seed 0 (github.com/corelight/community-id-spec).
 */
#ifndef OUTPUT_COMMUNITY_ID_H
#define OUTPUT_COMMUNITY_ID_H

#include "mail/session.h"

enum {
	COMMUNITY_ID_SIZE = 32, /* "1:", 28 characters of base64 and a NUL */
};

void community_id_make(char out[COMMUNITY_ID_SIZE], const struct session *s);

#endif
