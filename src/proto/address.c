#include "proto/address.h"

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

/* "FROM:" or "TO:" and blanks; an empty slice with data NULL when neither is there. */
static struct slice behind_keyword(struct slice arguments, bool *loose)
{
	struct slice rest;

	if (slice_begins_nocase(arguments, "FROM"))
		rest = slice_after(arguments, 4);
	else if (slice_begins_nocase(arguments, "TO"))
		rest = slice_after(arguments, 2);
	else
		return slice_of(NULL, 0);
	if (rest.len > 0 && is_blank(rest.data[0]))
		*loose = true;
	rest = slice_trim_left(rest);
	if (rest.len > 0 && rest.data[0] == '<') {
		*loose = true; /* the colon was forgotten */
		return rest;
	}
	if (rest.len == 0 || rest.data[0] != ':')
		return slice_of(NULL, 0);
	rest = slice_after(rest, 1);
	if (rest.len > 0 && is_blank(rest.data[0]))
		*loose = true;
	return slice_trim_left(rest);
}

/* Where the path ends: at `stop`, or with `at_blank` at a blank, outside of a quoted local part (RFC 5321 4.1.2). */
static size_t find_end(struct slice s, uint8_t stop, bool at_blank)
{
	bool quoted = false;
	size_t i = 0;

	for (; i < s.len; i++) {
		if (quoted && s.data[i] == '\\')
			i++;
		else if (s.data[i] == '"')
			quoted = !quoted;
		else if (!quoted && (s.data[i] == stop || (at_blank && is_blank(s.data[i]))))
			return i;
	}
	return s.len;
}

/* RFC 5321 appendix C: "@a,@b:user@c" is the address user@c. */
static struct slice without_route(struct slice address)
{
	size_t colon = slice_find(address, ':');

	if (address.len == 0 || address.data[0] != '@' || colon == address.len)
		return address;
	return slice_after(address, colon + 1);
}

bool address_read_path(struct slice arguments, struct address_path *path)
{
	struct slice rest;
	size_t len;

	*path = (struct address_path){.loose = false};
	rest = behind_keyword(arguments, &path->loose);
	if (rest.len == 0)
		return false;
	if (rest.data[0] == '<') {
		rest = slice_after(rest, 1);
		len = find_end(rest, '>', false);
		path->loose |= len == rest.len;
		if (len == rest.len)
			len = find_end(rest, ' ', true);
		path->address = slice_trim(slice_sub(rest, 0, len));
		rest = slice_after(rest, len + 1);
		path->loose |= rest.len > 0 && !is_blank(rest.data[0]);
		path->parameters = slice_trim(rest);
	} else {
		path->loose = true;
		len = find_end(rest, ' ', true);
		path->address = slice_sub(rest, 0, len);
		path->parameters = slice_trim(slice_after(rest, len));
	}
	path->address = without_route(path->address);
	return true;
}
