#include "common/ports.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/slice.h"

void ports_init(struct ports *p)
{
	*p = (struct ports){0};
	for (enum protocol protocol = PROTOCOL_UNKNOWN + 1; protocol < PROTOCOLS; protocol++) {
		bool good = ports_set(p, protocol, protocol_row(protocol)->ports, NULL);

		assert(good);
	}
}

static bool parse_port(struct slice word, uint16_t *port)
{
	size_t digits;
	uint64_t value = slice_decimal(word, &digits);

	*port = (uint16_t)value;
	return digits > 0 && digits == word.len && value >= 1 && value <= UINT16_MAX;
}

static bool is_listed(const uint16_t *list, size_t count, uint16_t port)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == port)
			return true;
	return false;
}

/* The part before the next separator; `*rest` becomes what follows it. */
static struct slice next_word(struct slice *rest)
{
	size_t end = slice_find(*rest, ';');
	size_t comma = slice_find(*rest, ',');
	struct slice word;

	if (comma < end)
		end = comma;
	word = slice_trim(slice_sub(*rest, 0, end));
	*rest = slice_after(*rest, end + 1);
	return word;
}

bool ports_set(struct ports *p, enum protocol protocol, const char *list, struct error *err)
{
	struct slice rest = slice_from_text(list);
	uint16_t ports[PORTS_PER_PROTOCOL];
	size_t count = 0;

	assert(protocol > PROTOCOL_UNKNOWN && protocol < PROTOCOLS);
	while (rest.len > 0) {
		struct slice word = next_word(&rest);
		uint16_t port;

		if (word.len == 0)
			continue;
		if (!parse_port(word, &port))
			return error_set(err, "\"%.*s\" is not a port (1 to 65535)",
					 (int)(word.len < 40 ? word.len : 40), (const char *)word.data);
		if (is_listed(ports, count, port))
			continue;
		if (count == PORTS_PER_PROTOCOL)
			return error_set(err, "more than %d ports for %s", PORTS_PER_PROTOCOL, protocol_name(protocol));
		ports[count++] = port;
	}
	memcpy(p->port[protocol], ports, count * sizeof(ports[0]));
	p->count[protocol] = (uint8_t)count;
	return true;
}

bool ports_parse(struct ports *p, const char *assignment, struct error *err)
{
	const char *equals = strchr(assignment, '=');
	struct slice name;

	if (equals == NULL)
		return error_set(err, "\"%.80s\" is not of the form PROTOCOL=PORTS, such as smtp=25;125", assignment);
	name = slice_trim(slice_of(assignment, (size_t)(equals - assignment)));
	for (enum protocol protocol = PROTOCOL_UNKNOWN + 1; protocol < PROTOCOLS; protocol++)
		if (slice_equals_nocase(name, protocol_name(protocol)))
			return ports_set(p, protocol, equals + 1, err);
	return error_set(err, "\"%.*s\" is none of smtp, lmtp, pop3, imap", (int)(name.len < 40 ? name.len : 40),
			 (const char *)name.data);
}

void ports_text(const struct ports *p, enum protocol protocol, char out[PORTS_TEXT_SIZE])
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < p->count[protocol]; i++)
		len += (size_t)snprintf(out + len, PORTS_TEXT_SIZE - len, "%s%u", i > 0 ? ";" : "",
					(unsigned int)p->port[protocol][i]);
}

enum protocol ports_protocol(const struct ports *p, uint16_t port)
{
	for (enum protocol protocol = PROTOCOL_UNKNOWN + 1; protocol < PROTOCOLS; protocol++)
		if (is_listed(p->port[protocol], p->count[protocol], port))
			return protocol;
	return PROTOCOL_UNKNOWN;
}

size_t ports_all(const struct ports *p, uint16_t *out)
{
	size_t count = 0;

	for (enum protocol protocol = PROTOCOL_UNKNOWN + 1; protocol < PROTOCOLS; protocol++)
		for (size_t i = 0; i < p->count[protocol]; i++)
			if (!is_listed(out, count, p->port[protocol][i]))
				out[count++] = p->port[protocol][i];
	return count;
}
