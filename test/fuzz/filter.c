/* Any text as a display filter, on flows and packets that come after its NUL. Nobody is asked for a name's address. */
#include <assert.h>
#include <netdb.h>
#include <stdlib.h>

#include "filter/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In place of the system's. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	(void)name;
	(void)service;
	(void)hints;
	*out = NULL;
	return EAI_NONAME;
}

/* The filter that is made of ports can be compiled. */
static void check_ports(struct slice in, int link_type)
{
	uint16_t ports[8] = {0};
	size_t count = in.len / 2 < 8 ? in.len / 2 : 8;
	char text[4096];
	struct filter *f;
	struct error err;

	if (count > 0)
		memcpy(ports, in.data, count * 2);
	assert(!filter_from_ports(text, in.len % 64, ports, count, link_type));
	assert(filter_from_ports(text, sizeof(text), ports, count, link_type));
	f = filter_compile(text, link_type, &err);
	assert(f != NULL && filter_program(f) != NULL);
	filter_matches(f, in, in.len);
	filter_free(f);
}

static void match(const struct filter *f, struct slice in)
{
	static const uint8_t zero[16];
	uint8_t bytes[36] = {0};
	struct filter_flow flow = {.client_address = bytes, .server_address = bytes + 16, .address_len = 4};

	if (in.len > 0)
		memcpy(bytes, in.data, in.len < sizeof(bytes) ? in.len : sizeof(bytes));
	flow.client_port = (uint16_t)(bytes[32] << 8 | bytes[33]);
	flow.server_port = (uint16_t)(bytes[34] << 8 | bytes[35]);
	filter_matches_flow(f, &flow);
	flow.address_len = 16;
	filter_matches_flow(f, &flow);
	filter_matches(f, in.len > 0 ? in : slice_of(zero, sizeof(zero)), in.len);
}

/* The first byte is the link type, the second tells which of the two is tried. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_after(slice_of(data, size), 2);
	size_t len = slice_find(in, '\0');
	struct error err = {{0}};
	struct filter *f;
	char *text;

	if (in.len == 0)
		return 0;
	filter_link_name(data[0], err.text, sizeof(err.text));
	assert(filter_linktype_from_dlt(filter_dlt_from_linktype(data[0])) >= 0);
	if (data[1] & 1) {
		check_ports(in, data[0] & 1 ? 1 : 101);
		return 0;
	}
	text = strndup((const char *)in.data, len);
	f = filter_compile(text, data[0], &err);
	if (f != NULL)
		match(f, slice_after(in, len + 1));
	else
		assert(err.text[0] != '\0');
	filter_free(f);
	free(text);
	return 0;
}
