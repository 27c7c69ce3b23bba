/*
 * commands: what each command of SMTP, LMTP and POP3 is for, in a short phrase, and where it is defined.
 *
 * One const table (commands.def): the parsers' verbs, the timeline's detail line and the help screen come from it.
 */
#ifndef COMMON_COMMANDS_H
#define COMMON_COMMANDS_H

#include "base/slice.h"
#include "common/protocol.h"

struct command_row {
	enum protocol protocol; /* LMTP shares SMTP's rows, but for LHLO */
	const char *verb;
	const char *meaning; /* "names the sender and begins a new mail" */
	const char *source;  /* "RFC 5321 4.1.1.2" */
};

/* The row of a verb in any case, or NULL. Also for "(greeting)", "(message)" and the like. */
const struct command_row *commands_lookup(enum protocol protocol, struct slice verb);

/* NULL past the end. */
const struct command_row *commands_row(size_t number);

#endif
