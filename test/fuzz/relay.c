#include <assert.h>

#include "proto/relay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte divides the input between client and server. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_after(slice_of(data, size), 1);
	size_t client_len = size > 0 ? data[0] * in.len / 255 : 0;
	struct slice client = slice_sub(in, 0, client_len);
	struct slice server = slice_after(in, client_len);
	struct relay relay;
	enum relay_status status = relay_read(client, server, &relay);

	assert(relay.len[SIDE_CLIENT] <= client.len && relay.len[SIDE_SERVER] <= server.len);
	assert(status != RELAY_OPEN || relay.target.has_port);
	for (size_t i = 0; i < relay.secret_count; i++)
		assert(relay.secrets[i].begin < relay.secrets[i].end && relay.secrets[i].end <= client.len);
	return 0;
}
