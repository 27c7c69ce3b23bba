#include <assert.h>

#include "tls/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct certificate *c)
{
	assert(strlen(c->subject) < CERTIFICATE_NAME_SIZE && strlen(c->issuer) < CERTIFICATE_NAME_SIZE);
	assert(c->name_count <= CERTIFICATE_NAMES_MAX && c->name_count <= c->all_names);
	for (size_t i = 0; i < c->name_count; i++)
		assert(strlen(c->names[i]) > 0 && strlen(c->names[i]) < CERTIFICATE_NAME_SIZE);
	assert(c->chain_len > 1 || c->chain == CERTIFICATE_CHAIN_ALONE || c->chain == CERTIFICATE_CHAIN_SELF_SIGNED);
}

/* A chain, each of it behind its length of 16 bits. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_of(data, size);
	struct slice chain[CERTIFICATE_CHAIN_MAX + 1];
	struct certificate c;
	size_t count = 0;

	while (in.len > 2 && count < CERTIFICATE_CHAIN_MAX + 1) {
		chain[count++] = slice_sub(in, 2, (size_t)(in.data[0] << 8 | in.data[1]));
		in = slice_after(in, 2U + (size_t)(in.data[0] << 8 | in.data[1]));
	}
	if (certificate_read(&c, chain, count)) {
		look(&c);
		certificate_fits(chain[0], "mail.example");
		if (c.name_count > 0)
			certificate_fits(chain[0], c.names[0]);
	}
	certificate_fini(&c);
	return 0;
}
