/*
 * imap: IMAP is recognised (RFC 9051), and not read. A row of protocol_ops. Internal to proto.
 */
#ifndef PROTO_IMAP_H
#define PROTO_IMAP_H

#include "proto/protocol_ops.h"

extern const struct protocol_ops imap_ops;

#endif
