/*
 * record_header: what stands before each record (RFC 8446 section 5.1): type, version, length of the body.
 */
#ifndef TLS_RECORD_HEADER_H
#define TLS_RECORD_HEADER_H

#include <stdbool.h>

#include "base/slice.h"

enum {
	RECORD_HEADER_LEN = 5,
	RECORD_BODY_MAX = 16384 + 2048, /* RFC 5246 section 6.2.3 */
	RECORD_CLEAR_ALERT_LEN = 2,	/* the body of an alert in clear; an encrypted one is longer */

	RECORD_CHANGE_CIPHER = 20,
	RECORD_ALERT = 21,
	RECORD_HANDSHAKE = 22,
	RECORD_DATA = 23,
	RECORD_HEARTBEAT = 24, /* RFC 6520 */
};

/* Of the body. */
static inline uint32_t record_header_len(const uint8_t header[RECORD_HEADER_LEN])
{
	return (uint32_t)header[3] << 8 | header[4];
}

static inline bool record_header_is_clear_alert(const uint8_t header[RECORD_HEADER_LEN])
{
	return header[0] == RECORD_ALERT && record_header_len(header) == RECORD_CLEAR_ALERT_LEN;
}

/* Whether these bytes may begin a record, by its type and version. */
static inline bool record_header_begins(struct slice bytes)
{
	return bytes.len > 1 && bytes.data[0] >= RECORD_CHANGE_CIPHER && bytes.data[0] <= RECORD_DATA &&
	       bytes.data[1] == 3;
}

/* Whether they begin a handshake. */
static inline bool record_header_begins_handshake(struct slice bytes)
{
	return bytes.len > 1 && bytes.data[0] == RECORD_HANDSHAKE && bytes.data[1] == 3;
}

/* Whether a ClientHello begins with them. */
static inline bool record_header_begins_hello(struct slice bytes)
{
	return bytes.len > RECORD_HEADER_LEN && bytes.data[RECORD_HEADER_LEN] == 1 &&
	       record_header_begins_handshake(bytes);
}

#endif
