#include "mail/told.h"

#include <assert.h>
#include <stdio.h>

#include "base/mem.h"
#include "common/commands.h"
#include "proto/parameter.h"

const struct session_told *told_of(const struct session *s)
{
	static const struct session_told nothing;

	return s->told != NULL ? s->told : &nothing;
}

static struct session_told *learn(struct session *s)
{
	if (s->told == NULL)
		s->told = mem_zalloc(sizeof(*s->told));
	return s->told;
}

void told_note_header(struct session *s, const struct proxy_header *header)
{
	struct session_told *told = learn(s);

	assert(header->version == 1 || header->version == 2);
	told->proxy = (struct session_proxy){.version = header->version, .is_local = header->is_local};
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		told->ends[side] = header->ends[side];
}

void told_note_relay(struct session *s, const struct relay *relay)
{
	struct session_told *told = learn(s);

	told->relay = (struct session_relay){.name = relay->name, .host = arena_copy(&s->arena, relay->host)};
	told->ends[SIDE_SERVER] = relay->target;
}

/* "IPV6:2001:db8::1", or without its prefix. What is no address ("[UNAVAILABLE]") takes back what was told. */
static void set_address(struct endpoint *e, struct slice value)
{
	*e = (struct endpoint){.has_address = false};
	endpoint_read_address(e, slice_after(value, slice_begins_nocase(value, "IPV6:") ? strlen("IPV6:") : 0));
}

static void set_port(struct endpoint *e, struct slice value)
{
	e->has_port = false;
	endpoint_read_port(e, value);
}

static void take_attribute(struct session *s, const struct parameter *p, struct slice value, bool is_port)
{
	static const struct {
		const char *name;
		enum side side;
		bool is_port;
	} rows[] = {
		{"ADDR", SIDE_CLIENT, false},
		{"PORT", SIDE_CLIENT, true},
		{"DESTADDR", SIDE_SERVER, false},
		{"DESTPORT", SIDE_SERVER, true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].is_port != is_port || !slice_equals_nocase(p->keyword, rows[i].name))
			continue;
		if (is_port)
			set_port(&learn(s)->ends[rows[i].side], value);
		else
			set_address(&learn(s)->ends[rows[i].side], value);
	}
}

/* Addresses first: a new one takes the old one's port away, in whatever order they stand. */
static void take_attributes(struct session *s, const struct command *c, bool ports)
{
	struct slice rest = command_arguments(c);
	struct parameter p;

	while (parameter_next(command_verb(c), &rest, &p)) {
		struct buffer value = {0};

		parameter_append_value(&p, &value);
		take_attribute(s, &p, buffer_slice(&value), ports);
		buffer_fini(&value);
	}
}

void told_note_command(struct session *s, const struct command *c)
{
	if ((c->kind != KIND_XCLIENT && c->kind != KIND_XFORWARD) || c->last_reply == NULL ||
	    !reply_is_positive(c->last_reply))
		return;
	take_attributes(s, c, false);
	take_attributes(s, c, true);
}

struct endpoint told_end(const struct session *s, enum side side)
{
	struct endpoint e = told_of(s)->ends[side];

	if (e.has_address)
		return e;
	endpoint_set_address(&e, s->side[side].address, s->is_ipv6);
	e.port = s->side[side].port;
	e.has_port = true;
	return e;
}

void told_text(char out[ADDRESS_PORT_TEXT_SIZE], const struct endpoint *e)
{
	char text[ADDRESS_TEXT_SIZE];

	if (e->has_port) {
		address_port_text(out, e->address, e->is_ipv6, e->port);
		return;
	}
	address_text(text, e->address, e->is_ipv6);
	snprintf(out, ADDRESS_PORT_TEXT_SIZE, "%s", text);
}
