/*
 * pop3: POP3 line by line (RFC 1939, 2449, 5034, 2595, 6856), as a row of protocol_ops. Internal to proto; dialogue.c
 * cuts the lines, takes the data of mails and looks for TLS.
 */
#ifndef PROTO_POP3_H
#define PROTO_POP3_H

#include "proto/protocol_ops.h"

extern const struct protocol_ops pop3_ops;

#endif
