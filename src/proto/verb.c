#include "proto/verb.h"

enum {
	POSSIBLE_MAX = 12, /* letters of a verb that nobody knows */
	LINE_LIMIT = 1024, /* a longer line without its end is no command that can be trusted */
};

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

struct slice verb_word(struct slice text, struct slice *rest)
{
	size_t len = 0;

	while (len < text.len && !is_blank(text.data[len]))
		len++;
	*rest = slice_trim_left(slice_after(text, len));
	return slice_sub(text, 0, len);
}

/* "AUTH=LOGIN", as servers once offered it, is said by clients too. */
static const struct command_row *find_glued_row(enum protocol protocol, struct slice word)
{
	size_t len = slice_find(word, '=');
	const struct command_row *row = len < word.len ? commands_find(protocol, slice_sub(word, 0, len)) : NULL;

	return row != NULL && row->verb == VERB_AUTH ? row : NULL;
}

void verb_read(enum protocol protocol, struct slice text, struct verb_line *line)
{
	struct slice trimmed = slice_trim(text);
	const struct command_row *row;

	*line = (struct verb_line){.indented = trimmed.len > 0 && trimmed.data != text.data};
	line->name = verb_word(trimmed, &line->arguments);
	row = commands_find(protocol, line->name);
	if (row == NULL) {
		row = find_glued_row(protocol, line->name);
		if (row == NULL)
			return;
		line->glued = true;
		line->arguments = slice_after(trimmed, slice_find(trimmed, '=') + 1);
	}
	line->row = row;
	line->verb = (enum verb)row->verb;
	line->name = commands_name(row);
}

static bool is_one_word(struct slice s)
{
	struct slice rest;

	return verb_word(s, &rest).len > 0 && rest.len == 0;
}

static bool is_number(struct slice s)
{
	size_t len;

	slice_decimal(s, &len);
	return s.len > 0 && len == s.len;
}

static bool are_two(struct slice s, bool numbers)
{
	struct slice second;
	struct slice first = verb_word(s, &second);

	return numbers ? is_number(first) && is_number(second) : first.len > 0 && is_one_word(second);
}

static bool is_chunk(struct slice s)
{
	struct slice last;

	return is_number(verb_word(s, &last)) && (last.len == 0 || slice_equals_nocase(last, "LAST"));
}

/* RFC 4422 section 3.1: letters, digits, hyphen, underscore, 20 at most; an initial response is one word. */
static bool is_mechanism(struct slice s)
{
	struct slice response;
	struct slice name = verb_word(s, &response);

	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = slice_upper_byte(name.data[i]);

		if (!(byte >= 'A' && byte <= 'Z') && !(byte >= '0' && byte <= '9') && byte != '-' && byte != '_')
			return false;
	}
	return name.len > 0 && name.len <= 20 && (response.len == 0 || is_one_word(response));
}

static bool follows_grammar(enum command_grammar grammar, struct slice arguments)
{
	switch (grammar) {
	case GRAMMAR_NEVER:
		return false;
	case GRAMMAR_NONE:
		return arguments.len == 0;
	case GRAMMAR_WORD:
		return is_one_word(arguments);
	case GRAMMAR_WORD_OR_NONE:
		return arguments.len == 0 || is_one_word(arguments);
	case GRAMMAR_TWO_WORDS:
		return are_two(arguments, false);
	case GRAMMAR_TEXT:
		return arguments.len > 0;
	case GRAMMAR_FROM:
		return slice_begins_nocase(arguments, "FROM:");
	case GRAMMAR_TO:
		return slice_begins_nocase(arguments, "TO:");
	case GRAMMAR_CHUNK:
		return is_chunk(arguments);
	case GRAMMAR_MECHANISM:
		return is_mechanism(arguments);
	case GRAMMAR_NUMBER:
		return is_number(arguments);
	case GRAMMAR_NUMBER_OR_NONE:
		return arguments.len == 0 || is_number(arguments);
	case GRAMMAR_TWO_NUMBERS:
		return are_two(arguments, true);
	case GRAMMAR_ATTRIBUTES:
		return slice_find(arguments, '=') < arguments.len;
	}
	return false;
}

/* "Data" and "Help" begin lines of text, "DATA" and "data" are said by programs and by hand. */
static bool is_one_case(struct slice word)
{
	size_t upper_count = 0;
	size_t lower_count = 0;

	for (size_t i = 0; i < word.len; i++) {
		upper_count += word.data[i] >= 'A' && word.data[i] <= 'Z';
		lower_count += word.data[i] >= 'a' && word.data[i] <= 'z';
	}
	return upper_count == 0 || lower_count == 0;
}

const struct command_row *verb_certain(enum protocol protocol, struct slice text)
{
	struct slice arguments;
	struct slice word = verb_word(text, &arguments);
	const struct command_row *row = commands_find(protocol, word);
	bool is_certain = row != NULL && is_one_case(word) &&
			  follows_grammar((enum command_grammar)row->grammar, slice_trim_right(arguments));

	return is_certain ? row : NULL;
}

bool verb_is_certain(enum protocol protocol, struct slice text)
{
	return verb_certain(protocol, text) != NULL;
}

bool verb_is_possible(struct slice text)
{
	struct slice rest;
	struct slice word = verb_word(text, &rest);

	for (size_t i = 0; i < word.len; i++)
		if (slice_upper_byte(word.data[i]) < 'A' || slice_upper_byte(word.data[i]) > 'Z')
			return false;
	return word.len > 0 && word.len <= POSSIBLE_MAX && is_one_case(word);
}

static bool name_begins(const char *name, struct slice beginning)
{
	struct slice whole = slice_from_text(name);

	for (size_t i = 0; i < beginning.len; i++)
		if (i >= whole.len || slice_upper_byte(beginning.data[i]) != whole.data[i])
			return false;
	return true;
}

bool verb_may_become(enum protocol protocol, struct slice text)
{
	const struct command_row *row;
	struct slice rest;
	struct slice word = verb_word(text, &rest);

	if (text.len >= LINE_LIMIT)
		return false;
	if (word.len > 0 && word.data[word.len - 1] == '\r')
		word.len--;
	if (word.len < text.len)
		return commands_find(protocol, word) != NULL;
	for (size_t i = 0; (row = commands_row(i)) != NULL; i++)
		if (row->grammar != GRAMMAR_NEVER && commands_is_spoken(row, protocol) && name_begins(row->name, word))
			return true;
	return false;
}
