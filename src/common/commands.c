#include "common/commands.h"

static const struct command_row commands[] = {
#define COMMAND(protocol, name, verb, grammar, kind, phase, secrecy, shape, traits, meaning, source)                   \
	{name,		sizeof(name) - 1,  PROTOCOL_##protocol, VERB_##verb, GRAMMAR_##grammar, KIND_##kind,           \
	 PHASE_##phase, SECRECY_##secrecy, SHAPE_##shape,	traits,	     meaning,		source},
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

/* The first row from `number` on that has the name; COMMANDS: none. */
static size_t find(size_t number, struct slice name)
{
	char first = name.len > 0 ? (char)slice_upper_byte(name.data[0]) : '\0';

	while (number < COMMANDS && (commands[number].name[0] != first || commands[number].name_len != name.len ||
				     !slice_equals_nocase(name, commands[number].name)))
		number++;
	return number;
}

const struct command_row *commands_find(enum protocol protocol, struct slice word)
{
	const struct command_row *row = commands_lookup(protocol, word);

	return row != NULL && row->grammar != GRAMMAR_NEVER ? row : NULL;
}

const struct command_row *commands_lookup(enum protocol protocol, struct slice name)
{
	for (size_t i = 0; (i = find(i, name)) < COMMANDS; i++)
		if (commands_is_spoken(&commands[i], protocol))
			return &commands[i];
	return NULL;
}

const struct command_row *commands_find_any(struct slice word)
{
	for (size_t i = 0; (i = find(i, word)) < COMMANDS; i++)
		if (commands[i].grammar != GRAMMAR_NEVER)
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
