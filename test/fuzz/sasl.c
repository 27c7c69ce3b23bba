#include <assert.h>

#include "proto/address.h"
#include "proto/sasl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the mechanism, the others are the client's; one of them is read as a path too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of(data, size);
	struct slice mechanism = slice_sub(rest, 0, slice_find(rest, '\n'));
	struct sasl_line lines[4];
	struct sasl_login login;
	struct address_path path;

	for (size_t i = 0; i < 4; i++) {
		rest = slice_after(rest, slice_find(rest, '\n') + 1);
		lines[i] = (struct sasl_line){.from = i == 2 ? SIDE_SERVER : SIDE_CLIENT,
					      .text = slice_sub(rest, 0, slice_find(rest, '\n'))};
		sasl_is_proof(lines[i].text);
	}
	sasl_read_login(mechanism, lines, 4, &login);
	assert(login.has_user || login.user.len == 0);
	sasl_login_fini(&login);
	assert(!address_read_path(mechanism, &path) || path.address.len + path.parameters.len < mechanism.len);
	return 0;
}
