#include <assert.h>

#include "proto/body_lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_by(struct body_lint *i, struct slice in, size_t len)
{
	body_lint_init(i);
	for (; in.len > 0; in = slice_after(in, len))
		body_lint_feed(i, slice_sub(in, 0, len));
	body_lint_finish(i);
}

/* Whole and in pieces the same is found. The first byte is the length of a piece. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_after(slice_of(data, size), 1);
	struct body_lint whole;
	struct body_lint pieces;

	read_by(&whole, in, SIZE_MAX);
	read_by(&pieces, in, size > 0 ? data[0] + 1U : 1);
	assert(whole.longest_line == pieces.longest_line && whole.doubled_lines == pieces.doubled_lines);
	assert(whole.has_header == pieces.has_header && whole.from_count == pieces.from_count);
	assert(whole.has_8bit_body == pieces.has_8bit_body && whole.has_split_word == pieces.has_split_word);
	body_lint_fini(&whole);
	body_lint_fini(&pieces);
	return 0;
}
