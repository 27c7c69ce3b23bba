#include "common/protocol.h"

#include <assert.h>

static const struct protocol_row rows[PROTOCOLS] = {
	[PROTOCOL_UNKNOWN] = {.name = "unknown", .label = "unknown", .ports = ""},
#define PROTOCOL(id, name, label, ports, base, traits) [PROTOCOL_##id] = {name, label, ports, PROTOCOL_##base, traits},
#include "common/protocols.def"
#undef PROTOCOL
};

const struct protocol_row *protocol_row(enum protocol protocol)
{
	assert(protocol < PROTOCOLS);
	return &rows[protocol];
}

const char *protocol_name(enum protocol protocol)
{
	return protocol_row(protocol)->name;
}

bool protocol_has(enum protocol protocol, enum protocol_trait trait)
{
	return (protocol_row(protocol)->traits & trait) != 0;
}

bool protocol_is_kin(enum protocol a, enum protocol b)
{
	return protocol_row(a)->base == protocol_row(b)->base;
}
