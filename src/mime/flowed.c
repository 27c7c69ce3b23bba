#include "mime/flowed.h"

#include <assert.h>

struct line {
	size_t quotes;
	struct slice text; /* without quote marks and stuffing */
	bool is_soft;	   /* goes on in the next */
};

static bool is_signature_mark(struct slice text)
{
	return slice_equals(text, slice_from_text("-- "));
}

static struct line take_line(struct slice *text)
{
	size_t len = slice_find(*text, '\n');
	struct line line = {.text = slice_sub(*text, 0, len)};

	*text = slice_after(*text, len + 1);
	while (line.text.len > 0 && line.text.data[0] == '>') {
		line.text = slice_after(line.text, 1);
		line.quotes++;
	}
	if (line.text.len > 0 && line.text.data[0] == ' ')
		line.text = slice_after(line.text, 1);
	line.is_soft = line.text.len > 0 && line.text.data[line.text.len - 1] == ' ' && !is_signature_mark(line.text);
	return line;
}

static void begin_line(const struct line *line, struct buffer *out)
{
	for (size_t i = 0; i < line->quotes; i++)
		buffer_append_byte(out, '>');
	if (line->quotes > 0 && line->text.len > 0)
		buffer_append_byte(out, ' ');
}

void flowed_join(struct slice text, bool del_space, struct buffer *out)
{
	struct line before = {0};

	while (text.len > 0) {
		struct line line = take_line(&text);
		bool goes_on = before.is_soft && line.quotes == before.quotes && !is_signature_mark(line.text);

		assert(!line.is_soft || line.text.len > 0);
		if (before.is_soft && !goes_on)
			buffer_append_byte(out, '\n');
		if (!goes_on)
			begin_line(&line, out);
		buffer_append(out, slice_sub(line.text, 0, line.text.len - (line.is_soft && del_space)));
		if (!line.is_soft)
			buffer_append_byte(out, '\n');
		before = line;
	}
	if (before.is_soft)
		buffer_append_byte(out, '\n');
}
