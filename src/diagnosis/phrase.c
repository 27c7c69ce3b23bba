#include "diagnosis/phrase.h"

enum {
	SPAN_MAX = 320, /* of a name around a piece: longer than any address (RFC 5321 section 4.5.3.1) */
};

static bool is_digit_at(struct slice text, size_t at)
{
	return at < text.len && text.data[at] >= '0' && text.data[at] <= '9';
}

static bool is_word_at(struct slice text, size_t at)
{
	uint8_t byte = at < text.len ? slice_upper_byte(text.data[at]) : 0;

	return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
}

/* What addresses and the names of hosts consist of. */
static bool is_name_at(struct slice text, size_t at)
{
	return is_word_at(text, at) ||
	       (at < text.len && strchr("@.-_+", text.data[at]) != NULL && text.data[at] != '\0');
}

static bool begins_word(struct slice text, size_t at)
{
	if (at == 0 || !is_word_at(text, at))
		return true;
	if (is_word_at(text, at - 1))
		return false;
	return !(is_digit_at(text, at) && at > 1 && text.data[at - 1] == '.' && is_digit_at(text, at - 2));
}

/* "5.7.6" ends neither in 5.7.60 nor in 5.7.6.1. */
static bool ends_in_number(struct slice text, size_t end)
{
	return is_digit_at(text, end - 1) &&
	       (is_digit_at(text, end) || (end < text.len && text.data[end] == '.' && is_digit_at(text, end + 1)));
}

static bool is_lower_at(struct slice text, size_t at)
{
	return slice_upper_byte(text.data[at]) != text.data[at];
}

/* A dot between two labels: not the one between two digits, nor one that lacks the blank after it: "limit.Please". */
static bool is_label_dot(struct slice text, size_t at)
{
	if (text.data[at] != '.' || at == 0 || !is_word_at(text, at - 1) || !is_word_at(text, at + 1))
		return false;
	if (is_digit_at(text, at - 1) && is_digit_at(text, at + 1))
		return false;
	return is_lower_at(text, at + 1) || is_digit_at(text, at + 1) || !is_lower_at(text, at - 1);
}

/* What the run of bytes is in which a piece stands. */
enum place {
	PLACE_PROSE,
	PLACE_HOST,
	PLACE_ADDRESS,
};

static enum place place_of(struct slice text, size_t begin, size_t end)
{
	enum place place = PLACE_PROSE;

	for (int i = 0; i < SPAN_MAX && begin > 0 && is_name_at(text, begin - 1); i++)
		begin--;
	for (int i = 0; i < SPAN_MAX && is_name_at(text, end); i++)
		end++;
	for (size_t at = begin; at < end; at++) {
		if (text.data[at] == '@')
			return PLACE_ADDRESS;
		if (is_label_dot(text, at))
			place = PLACE_HOST;
	}
	return place;
}

static bool counts(struct slice text, size_t begin, struct slice piece, bool in_hosts)
{
	size_t end = begin + piece.len;

	if (!begins_word(text, begin) || ends_in_number(text, end))
		return false;
	switch (place_of(text, begin, end)) {
	case PLACE_ADDRESS:
		return slice_find(piece, '@') < piece.len;
	case PLACE_HOST: /* several words are no label */
		return in_hosts || piece.data[piece.len - 1] == '.' || slice_find(piece, ' ') < piece.len;
	default:
		return true;
	}
}

static bool stands_at(struct slice text, size_t at, struct slice piece)
{
	for (size_t i = 0; i < piece.len; i++)
		if (slice_upper_byte(text.data[at + i]) != slice_upper_byte(piece.data[i]))
			return false;
	return true;
}

bool phrase_stands_in(struct slice text, struct slice piece, bool in_hosts)
{
	for (size_t at = 0; piece.len > 0 && at + piece.len <= text.len; at++)
		if (stands_at(text, at, piece) && counts(text, at, piece, in_hosts))
			return true;
	return false;
}

bool phrase_any(struct slice text, const char *pieces)
{
	while (*pieces != '\0') {
		size_t len = strcspn(pieces, "|");

		if (phrase_stands_in(text, slice_of(pieces, len), false))
			return true;
		pieces += len + (pieces[len] == '|');
	}
	return false;
}
