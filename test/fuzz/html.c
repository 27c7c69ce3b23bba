/* Any text as HTML: what remains of it is text without tags of its own making, and little more than it was. */
#include <assert.h>

#include "base/text.h"
#include "mime/html.h"
#include "mime/html_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Comments are empty. */
static void check_filter(struct slice html)
{
	struct buffer reduced = {0};
	struct slice rest;

	html_filter_reduce(html, &reduced);
	assert(text_is_utf8(buffer_slice(&reduced)) && reduced.len <= html.len * 6 + 64);
	for (rest = buffer_slice(&reduced); rest.len > 0; rest = slice_after(rest, 1))
		assert(!slice_begins_nocase(rest, "<!--") || slice_begins_nocase(rest, "<!---->"));
	buffer_fini(&reduced);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_ready;
	struct buffer html = {0};
	struct buffer out = {0};
	char charset[64];

	if (!is_ready)
		html_init();
	is_ready = true;
	if (html_charset(slice_of(data, size), charset, sizeof(charset)))
		assert(strlen(charset) > 0);
	text_append_utf8(&html, slice_of(data, size));
	check_filter(buffer_slice(&html));
	html_text(buffer_slice(&html), &out);
	assert(text_is_utf8(buffer_slice(&out)));
	buffer_fini(&html);
	buffer_fini(&out);
	return 0;
}
