/*
 * follow: writes the stream of each side of each session of a capture, a line each, for compare-streams to hold against
 * another program's: client's address and port, server's, "client" or "server", bytes in hex ("-" for none), where
 * missing bytes are left out, and how many those are.
 */
#include <stdio.h>
#include <stdlib.h>

#include "capture/source.h"
#include "common/address.h"
#include "engine/engine.h"
#include "mime/fields.h"

static void put_bytes(const struct engine *e, const struct extents *x)
{
	size_t written = 0;

	for (size_t i = 0; i < x->count; i++) {
		struct slice bytes = x->items[i].place == EXTENT_MISSING
					     ? slice_of(NULL, 0)
					     : store_bytes(engine_store(e), x->items[i].place, x->items[i].len);

		for (size_t b = 0; b < bytes.len; b++)
			printf("%02x", bytes.data[b]);
		written += bytes.len;
	}
	if (written == 0)
		putchar('-');
}

static void put_session(const struct engine *e, struct connection *v)
{
	const struct session *s = v->session;
	char text[SIDES][ADDRESS_TEXT_SIZE];

	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		address_text(text[side], s->side[side].address, s->is_ipv6);
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		printf("%s %u %s %u %s ", text[SIDE_CLIENT], s->side[SIDE_CLIENT].port, text[SIDE_SERVER],
		       s->side[SIDE_SERVER].port, side == SIDE_CLIENT ? "client" : "server");
		put_bytes(e, connection_extents(v, side));
		printf(" %llu\n", (unsigned long long)s->side[side].missing_bytes);
	}
}

static bool read_all(struct engine *e, struct source *source)
{
	struct source_packet packet;
	enum source_status status;
	struct error err;
	uint64_t number = 0;

	while ((status = source_read(source, &packet, &err)) == SOURCE_PACKET) {
		packet.record.number = ++number;
		engine_feed(e, &packet.record, packet.bytes);
	}
	engine_finish(e);
	return status == SOURCE_END;
}

int main(int argc, char **argv)
{
	struct source_options options = {.promiscuous = false};
	struct engine_options engine_options = {.keep = true, .numeric = true};
	struct engine *e;
	struct source *source;
	struct error err;
	bool is_read;

	source = argc == 2 ? source_open_file(argv[1], &options, &err) : NULL;
	if (source == NULL) {
		fprintf(stderr, "follow: %s\n", argc == 2 ? err.text : "usage: follow CAPTURE");
		return EXIT_FAILURE;
	}
	fields_init(NULL, 0);
	ports_init(&engine_options.ports);
	e = engine_new(&engine_options);
	if (source_mapping(source).len > 0)
		engine_map(e, 0, source_mapping(source));
	is_read = read_all(e, source);
	for (uint32_t i = 1; i <= engine_last_session(e); i++)
		put_session(e, engine_connection(e, i));
	engine_free(e);
	source_free(source);
	fields_fini();
	return is_read ? EXIT_SUCCESS : EXIT_FAILURE;
}
