#include "common/commands.h"

static const struct command_row commands[] = {
#define COMMAND(protocol, name, verb, grammar, kind, phase, secrecy, shape, traits, meaning, source)                   \
	{name,                                                                                                         \
	 PROTOCOL_##protocol,                                                                                          \
	 VERB_##verb,                                                                                                  \
	 GRAMMAR_##grammar,                                                                                            \
	 KIND_##kind,                                                                                                  \
	 PHASE_##phase,                                                                                                \
	 SECRECY_##secrecy,                                                                                            \
	 SHAPE_##shape,                                                                                                \
	 traits,                                                                                                       \
	 meaning,                                                                                                      \
	 source},
#include "common/commands.def"
#undef COMMAND
};

enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0]),
};

/* A command carries its row as a number of a byte. */
_Static_assert(COMMANDS < UINT8_MAX, "too many commands");

const struct command_row *commands_row(size_t number)
{
	return number < COMMANDS ? &commands[number] : NULL;
}

size_t commands_number(const struct command_row *row)
{
	return (size_t)(row - commands);
}

bool commands_is_spoken(const struct command_row *row, enum protocol protocol)
{
	return row->protocol == protocol || protocol_is_kin((enum protocol)row->protocol, protocol);
}

static bool has_name(const struct command_row *row, struct slice name)
{
	return (uint8_t)row->name[0] == slice_upper_byte(name.data[0]) && slice_equals_nocase(name, row->name);
}

const struct command_row *commands_find(enum protocol protocol, struct slice word)
{
	const struct command_row *row = commands_lookup(protocol, word);

	return row != NULL && row->grammar != GRAMMAR_NEVER ? row : NULL;
}

const struct command_row *commands_lookup(enum protocol protocol, struct slice name)
{
	if (name.len == 0 || name.len >= COMMANDS_NAME_SIZE)
		return NULL;
	for (size_t i = 0; i < COMMANDS; i++)
		if (has_name(&commands[i], name) && commands_is_spoken(&commands[i], protocol))
			return &commands[i];
	return NULL;
}

const struct command_row *commands_find_any(struct slice word)
{
	for (size_t i = 0; word.len > 0 && i < COMMANDS; i++)
		if (has_name(&commands[i], word) && commands[i].grammar != GRAMMAR_NEVER)
			return &commands[i];
	return NULL;
}

const struct command_row *commands_of_verb(enum protocol protocol, enum verb verb)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].verb == verb && commands_is_spoken(&commands[i], protocol))
			return &commands[i];
	return NULL;
}
