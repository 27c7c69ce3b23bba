/*
 * community_id: the Community ID of a session's flow, version 1 with seed 0 (github.com/corelight/community-id-spec).
 */
#ifndef COMMON_COMMUNITY_ID_H
#define COMMON_COMMUNITY_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "common/side.h"

enum {
	COMMUNITY_ID_SIZE = 32, /* "1:", 28 characters of base64 and a NUL */
};

struct community_ends {
	uint8_t address[SIDES][16];
	uint16_t port[SIDES];
	bool is_ipv6;
};

void community_id_make(char out[COMMUNITY_ID_SIZE], const struct community_ends *e);

#endif
