/*
 * recognise: what the first line of a side says about the protocol. Internal to proto; see dialogue_recognise.
 */
#ifndef PROTO_RECOGNISE_H
#define PROTO_RECOGNISE_H

#include "proto/protocol_ops.h"

/* A client's line as a command of the table tells: see enum command_trait. */
enum recognition recognise_command(enum protocol protocol, struct slice text);

#endif
