/*
 * ntlm: who logs in, read from an NTLM AUTHENTICATE_MESSAGE ([MS-NLMP] section 2.2.1.3). Pure.
 *
 * The texts stand in the message in UTF-16 or in the client's own 8-bit character set (OEM), as its flags say; UTF-8
 * comes out, OEM bytes as they are. Offsets and lengths come from the message and are checked against it.
 */
#ifndef PROTO_NTLM_H
#define PROTO_NTLM_H

#include "base/buffer.h"

/* Fills user, domain, and the response to the challenge in hexadecimal. False, with all as they were, when `message` is
 * another one. */
bool ntlm_read_login(struct slice message, struct buffer *user, struct buffer *domain, struct buffer *response);

#endif
