/* Any bytes as a header field's value with encoded words: each run of them becomes one, and it is UTF-8 in base64. */
#include <assert.h>

#include "base/text.h"
#include "mime/encoded_words.h"
#include "mime/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const charsets[] = {"gb18030", "koi8-r"};
	static bool is_ready;
	struct buffer once = {0};
	struct buffer twice = {0};

	if (!is_ready)
		fields_init(charsets, 2);
	is_ready = true;
	encoded_words_join(slice_of(data, size), &once);
	encoded_words_join(buffer_slice(&once), &twice);
	assert(once.len == 0 || slice_equals(buffer_slice(&once), buffer_slice(&twice)));
	buffer_clear(&twice);
	fields_decode_text(slice_of(data, size), size % 2 == 0 ? NULL : "big5", &twice);
	assert(text_is_utf8(buffer_slice(&twice)));
	buffer_fini(&once);
	buffer_fini(&twice);
	return 0;
}
