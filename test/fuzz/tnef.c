/* Any bytes as a TNEF container: what is found lies within it. */
#include <assert.h>

#include "mime/embedded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_file(void *ctx, struct slice name, struct slice bytes, size_t from, size_t len)
{
	const struct slice *in = ctx;

	assert(name.len <= EMBEDDED_NAME_MAX && from == 0 && len == 0);
	assert(bytes.len == 0 || (bytes.data >= in->data && bytes.data + bytes.len <= in->data + in->len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_of(data, size);

	assert(embedded_find_tnef(in, check_file, &in) <= EMBEDDED_FILES_MAX);
	return 0;
}
