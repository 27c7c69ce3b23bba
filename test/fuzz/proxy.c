#include <assert.h>

#include "proto/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_of(data, size);
	struct proxy_header header;
	struct proxy_header earlier;
	enum proxy_status status = proxy_read(in, &header);

	assert(status != PROXY_HEADER || header.len > 0);
	assert(proxy_behind(in).len <= in.len);
	/* what was decided stays, whatever follows */
	for (size_t len = 0; len < size && len < PROXY_FIXED_LEN + PROXY_ENDS_MAX; len++) {
		enum proxy_status before = proxy_read(slice_sub(in, 0, len), &earlier);

		assert(len == 0 || before == PROXY_MORE || before == status);
	}
	return 0;
}
