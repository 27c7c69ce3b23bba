/* Any bytes as text of any charset are UTF-8 in the end. The first line names the charset, the rest is the text. */
#include <assert.h>
#include <stdio.h>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/charset_name.h"
#include "mime/charset_shift.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct buffer *out)
{
	assert(text_is_utf8(buffer_slice(out)));
	buffer_clear(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const fallbacks[] = {"gb18030", "big5", "iso-2022-jp", "koi8-r"};
	static bool is_ready;
	struct slice in = slice_of(data, size);
	struct slice text = slice_after(in, slice_find(in, '\n') + 1);
	struct buffer out = {0};
	struct charset_name read;
	char name[80];

	if (!is_ready)
		charset_load();
	is_ready = true;
	charset_init(fallbacks, size % 5);
	snprintf(name, sizeof(name), "%.*s", (int)slice_find(in, '\n'), size > 0 ? (const char *)data : "");
	read = charset_name_read(name);
	assert(memchr(read.first, '\0', sizeof(read.first)) && memchr(read.second, '\0', sizeof(read.second)));
	charset_read(text, name, &out);
	check(&out);
	charset_guess(text, name, &out);
	check(&out);
	charset_read(text, NULL, &out);
	check(&out);
	charset_shift_iso_2022_jp(text, &out);
	buffer_clear(&out);
	charset_shift_hz(text, &out);
	buffer_fini(&out);
	return 0;
}
