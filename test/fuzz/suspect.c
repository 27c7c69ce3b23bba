/* Any text in which a part of a login may stand: what is found lies in it, one piece after the other; what was encoded
 * is decoded again. */
#include <assert.h>

#include "proto/base64.h"
#include "proto/encoded.h"
#include "proto/suspect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_finds(struct slice text)
{
	size_t begin;
	size_t end;

	for (unsigned int parts = 0; parts < 16; parts++)
		for (size_t from = 0; suspect_find(text, from, parts, &begin, &end); from = end)
			assert(begin >= from && end > begin && end <= text.len);
}

static void check_encoded(struct slice text, struct buffer *out)
{
	struct encoded e = {0};

	for (size_t last = 0; encoded_next(&e, text, out); last = e.begin)
		assert(e.begin >= last && e.end > e.begin && e.end <= text.len && out->len <= e.end - e.begin);
}

static void check_base64(struct slice text)
{
	struct buffer encoded = {0};
	struct buffer decoded = {0};

	base64_encode(text, &encoded);
	assert(base64_decode(buffer_slice(&encoded), &decoded));
	assert(slice_equals(buffer_slice(&decoded), text));
	buffer_clear(&decoded);
	assert(suspect_decode(buffer_slice(&encoded), &decoded) == (text.len > 0));
	buffer_clear(&decoded);
	buffer_clear(&encoded);
	if (base64_decode(text, &decoded)) {
		base64_encode(buffer_slice(&decoded), &encoded);
		assert(slice_equals(buffer_slice(&encoded), text));
	}
	buffer_fini(&encoded);
	buffer_fini(&decoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of(data, size);
	struct buffer out = {0};

	suspect_is_base64(text);
	suspect_is_login(text);
	suspect_is_name(text);
	assert(suspect_bare(text).len <= size);
	check_finds(text);
	check_encoded(text, &out);
	check_base64(text);
	suspect_decode(text, &out);
	buffer_fini(&out);
	return 0;
}
