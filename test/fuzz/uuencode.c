/* Any bytes as a text with uuencoded files: each lies after the one before, and is no longer than what it stands in. */
#include <assert.h>

#include "mime/embedded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct place {
	size_t end;
	size_t text_len;
};

static void check_file(void *ctx, struct slice name, struct slice bytes, size_t from, size_t len)
{
	struct place *p = ctx;

	assert(name.len > 0 && name.len <= EMBEDDED_NAME_MAX);
	assert(from >= p->end && len > 0 && from + len <= p->text_len);
	p->end = from + len;
	assert(bytes.len <= 45 * len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct place p = {.text_len = size};

	assert(embedded_find_uuencode(slice_of(data, size), check_file, &p) <= EMBEDDED_FILES_MAX);
	return 0;
}
