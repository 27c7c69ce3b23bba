#include "proto/address.h"

#include <assert.h>

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

/* Where a path without brackets ends: at a blank outside of a quoted local part (RFC 5321 section 4.1.2). */
static size_t find_blank(struct slice s)
{
	bool quoted = false;
	size_t i = 0;

	for (; i < s.len; i++) {
		if (quoted && s.data[i] == '\\')
			i++;
		else if (s.data[i] == '"')
			quoted = !quoted;
		else if (!quoted && is_blank(s.data[i]))
			return i;
	}
	return s.len;
}

/* Where in a path its innermost brackets are: "Bob <bob@b>", "<<a@b>>". False: there is no pair of brackets, or only in
 * a parameter. */
static bool find_brackets(struct slice s, bool heeds_quotes, size_t *begin, size_t *end)
{
	bool quoted = false;
	bool is_parameter = false;

	*begin = s.len;
	for (size_t i = 0; i < s.len; i++) {
		uint8_t byte = s.data[i];

		if (quoted && byte == '\\')
			i++;
		else if (byte == '"' && heeds_quotes)
			quoted = !quoted;
		else if (!quoted && *begin == s.len && (byte == '=' || is_blank(byte)))
			is_parameter = byte == '=';
		else if (!quoted && byte == '<' && !is_parameter)
			*begin = i;
		else if (!quoted && byte == '>' && *begin < s.len) {
			*end = i;
			return true;
		}
	}
	return false;
}

/* "<user@host>" at the start and no quote anywhere: nearly always. */
static bool is_usual(struct slice s, size_t *end)
{
	*end = slice_find(s, '>');
	return s.data[0] == '<' && *end < s.len && slice_find(s, '"') == s.len &&
	       slice_find(slice_sub(s, 1, *end - 1), '<') == *end - 1;
}

/* A quote without its partner: quotes mean nothing then. */
static bool has_open_quote(struct slice s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		if (quoted && s.data[i] == '\\')
			i++;
		else if (s.data[i] == '"')
			quoted = !quoted;
	}
	return quoted;
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
	size_t begin = 0;
	size_t end;
	size_t len;
	bool is_plain;
	bool is_open;

	*path = (struct address_path){.loose = false};
	rest = behind_keyword(arguments, &path->loose);
	if (rest.len == 0)
		return false;
	is_plain = is_usual(rest, &end);
	is_open = !is_plain && has_open_quote(rest);
	if (is_plain || find_brackets(rest, !is_open, &begin, &end)) {
		assert(begin < end && end < rest.len);
		path->address = slice_trim(slice_sub(rest, begin + 1, end - begin - 1));
		path->loose |= begin > 0 || is_open;
		rest = slice_after(rest, end + 1);
		path->loose |= rest.len > 0 && !is_blank(rest.data[0]);
		while (rest.len > 0 && rest.data[0] == '>')
			rest = slice_after(rest, 1);
		path->parameters = slice_trim(rest);
	} else {
		path->loose = true;
		rest = slice_after(rest, rest.data[0] == '<' ? 1 : 0);
		len = find_blank(rest);
		path->address = slice_sub(rest, 0, len);
		path->parameters = slice_trim(slice_after(rest, len));
	}
	path->address = without_route(path->address);
	return true;
}
