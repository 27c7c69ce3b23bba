#include "proto/line.h"

#include <assert.h>

#include "proto/event.h"

bool line_split(struct slice in, uint64_t offset, struct line *line)
{
	struct slice seen = slice_sub(in, 0, DIALOGUE_LINE_MAX);
	size_t len = slice_find(seen, '\n');

	if (len == seen.len && seen.len < DIALOGUE_LINE_MAX)
		return false;
	*line = (struct line){.text = slice_sub(seen, 0, len), .begin = offset};
	line->overlong = len == seen.len;
	line->end = offset + len + (line->overlong ? 0 : 1);
	assert(line->end > offset && line->end - offset <= in.len);
	if (line->overlong)
		return true;
	line->bare_lf = len == 0 || seen.data[len - 1] != '\r';
	if (!line->bare_lf)
		line->text.len--;
	return true;
}

struct line line_cut(struct slice in, uint64_t offset)
{
	return (struct line){.text = in, .begin = offset, .end = offset + in.len, .truncated = true};
}

size_t line_rest(struct slice in, bool *whole)
{
	size_t len = slice_find(in, '\n');

	*whole = len < in.len;
	return *whole ? len + 1 : len;
}
