/*
 * smtp: SMTP and LMTP line by line (RFC 5321, 3030, 4954, 3207, 2920, 2033), as rows of protocol_ops. Internal to
 * proto; dialogue.c cuts the lines, takes the data of mails and looks for TLS.
 */
#ifndef PROTO_SMTP_H
#define PROTO_SMTP_H

#include "proto/protocol_ops.h"

extern const struct protocol_ops smtp_ops;
extern const struct protocol_ops smtp_lmtp_ops;

#endif
