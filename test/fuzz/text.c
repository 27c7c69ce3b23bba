/* Any bytes become valid UTF-8 without control characters; cut anywhere, it stays so. */
#include "base/text.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buffer out = {0};
	size_t used;

	text_append_utf8(&out, slice_of(data, len));
	assert(text_is_utf8(buffer_slice(&out)));
	buffer_clear(&out);
	text_append_visible(&out, slice_of(data, len));
	assert(text_is_utf8(text_cut(buffer_slice(&out), len / 2)));
	for (struct slice s = buffer_slice(&out); s.len > 0; s = slice_after(s, used))
		assert(!text_is_control(text_decode(s, &used)));
	buffer_fini(&out);
	return 0;
}
