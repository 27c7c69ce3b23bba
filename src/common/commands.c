#include "common/commands.h"

static const struct command_row commands[] = {
#define COMMAND(protocol, verb, meaning, source) {protocol, verb, meaning, source},
#include "common/commands.def"
#undef COMMAND
};

enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0]),
};

static bool is_spoken_in(const struct command_row *row, enum protocol protocol)
{
	return row->protocol == protocol || (protocol == PROTOCOL_LMTP && row->protocol == PROTOCOL_SMTP);
}

const struct command_row *commands_lookup(enum protocol protocol, struct slice verb)
{
	if (verb.len == 0)
		return NULL;
	for (size_t i = 0; i < COMMANDS; i++)
		if (slice_upper_byte(verb.data[0]) == (uint8_t)commands[i].verb[0] &&
		    is_spoken_in(&commands[i], protocol) && slice_equals_nocase(verb, commands[i].verb))
			return &commands[i];
	return NULL;
}

const struct command_row *commands_row(size_t number)
{
	return number < COMMANDS ? &commands[number] : NULL;
}
