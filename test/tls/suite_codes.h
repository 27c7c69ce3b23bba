/* suite_codes: the numbers of all suites that there are rows of, in the order of the rows. */
#ifndef TEST_TLS_SUITE_CODES_H
#define TEST_TLS_SUITE_CODES_H

#include <stdint.h>

static const uint16_t suite_codes[] = {
#define AEAD(code, ...)	    code,
#define AEAD_1_3(code, ...) code,
#define CBC(code, ...)	    code,
#define UNREAD(code, ...)   code,
#include "tls/suite.def"
#undef AEAD
#undef AEAD_1_3
#undef CBC
#undef UNREAD
};

enum {
	SUITE_CODES = sizeof(suite_codes) / sizeof(suite_codes[0]),
};

#endif
