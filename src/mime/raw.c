#include "mime/raw.h"

/* The line at `at` without its line end; `*next` becomes where the following one begins. */
static struct slice line_at(struct slice mail, size_t at, size_t *next)
{
	struct slice rest = slice_after(mail, at);
	size_t len = slice_find(rest, '\n');

	*next = len < rest.len ? at + len + 1 : mail.len;
	if (len > 0 && rest.data[len - 1] == '\r')
		len--;
	return slice_sub(rest, 0, len);
}

size_t raw_body(struct slice mail, size_t field)
{
	size_t at = field;

	while (at < mail.len) {
		struct slice line = line_at(mail, at, &at);

		if (line.len == 0)
			break;
	}
	return at < mail.len ? at : mail.len;
}

static bool is_boundary(struct slice line, const char *boundary)
{
	size_t len = strlen(boundary);

	line = slice_after(slice_trim_right(line), 2);
	if (slice_equals(line, slice_trim_right(slice_of(boundary, len))) && line.len > 0)
		return true;
	if (len == 0 || line.len < len || memcmp(line.data, boundary, len) != 0)
		return false;
	line = slice_after(line, len);
	return line.len == 0 || slice_equals(line, slice_from_text("--"));
}

static bool is_any_boundary(struct slice line, const struct raw_outer *outer)
{
	if (line.len < 3 || line.data[0] != '-' || line.data[1] != '-')
		return false;
	for (; outer != NULL; outer = outer->outer)
		if (is_boundary(line, outer->boundary))
			return true;
	return false;
}

struct slice raw_until_boundary(struct slice mail, size_t begin, const struct raw_outer *outer)
{
	size_t at = begin;
	size_t next;

	while (at < mail.len && !is_any_boundary(line_at(mail, at, &next), outer))
		at = next;
	if (at >= mail.len)
		return slice_after(mail, begin);
	/* the line end before a boundary belongs to the boundary */
	if (at > begin && mail.data[at - 1] == '\n')
		at--;
	if (at > begin && mail.data[at] == '\n' && mail.data[at - 1] == '\r')
		at--;
	return slice_sub(mail, begin, at - begin);
}
