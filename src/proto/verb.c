#include "proto/verb.h"

enum {
	TAG_MAX = 32,	   /* where the place has to be found again */
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

/* RFC 9051 section 6.4.9: UID and the word after it are one verb. */
static const struct command_row *read_uid(enum protocol protocol, struct verb_line *line)
{
	char name[COMMANDS_NAME_SIZE] = "UID ";
	struct slice rest;
	struct slice word = verb_word(line->arguments, &rest);
	size_t len = strlen(name) + word.len;

	if (word.len == 0)
		return NULL;
	line->name.len = (size_t)(word.data + word.len - line->name.data);
	line->arguments = rest;
	if (len > sizeof(name))
		return NULL;
	memcpy(name + strlen(name), word.data, word.len);
	return commands_find(protocol, slice_of(name, len));
}

static const struct command_row *read_row(enum protocol protocol, struct verb_line *line)
{
	if (protocol_has(protocol, PROTOCOL_TAGGED) && slice_equals_nocase(line->name, "UID"))
		return read_uid(protocol, line);
	return commands_find(protocol, line->name);
}

void verb_read(enum protocol protocol, struct slice text, struct verb_line *line)
{
	struct slice trimmed = slice_trim(text);
	struct slice command = trimmed;
	const struct command_row *row;

	*line = (struct verb_line){.indented = trimmed.len > 0 && trimmed.data != text.data};
	if (protocol_has(protocol, PROTOCOL_TAGGED))
		line->tag = verb_word(trimmed, &command);
	line->name = verb_word(command, &line->arguments);
	row = read_row(protocol, line);
	if (row == NULL) {
		row = find_glued_row(protocol, line->name);
		if (row == NULL)
			return;
		line->glued = true;
		line->arguments = slice_after(command, slice_find(command, '=') + 1);
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

static bool has_digit(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] >= '0' && s.data[i] <= '9')
			return true;
	return false;
}

bool verb_is_tag(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] <= ' ' || s.data[i] > 0x7e || strchr("(){%*\"\\+", s.data[i]) != NULL)
			return false;
	return s.len > 0;
}

/* "please select one" is text; programs number their commands, or say them in capitals. */
static bool is_tagged_command(const struct verb_line *line)
{
	bool is_upper = line->name.len > 0 && line->name.data[0] >= 'A' && line->name.data[0] <= 'Z';

	return verb_is_tag(line->tag) && line->tag.len <= TAG_MAX && (is_upper || has_digit(line->tag));
}

static const struct command_row *tagged_certain(enum protocol protocol, struct slice text)
{
	struct verb_line line;
	struct slice said;

	verb_read(protocol, text, &line);
	if (line.row == NULL || line.indented)
		return NULL;
	verb_word(text, &said);
	line.name = slice_sub(said, 0, line.name.len); /* as it was said */
	return is_tagged_command(&line) && is_one_case(line.name) &&
			       follows_grammar((enum command_grammar)line.row->grammar, line.arguments)
		       ? line.row
		       : NULL;
}

const struct command_row *verb_certain(enum protocol protocol, struct slice text)
{
	struct slice arguments;
	struct slice word = verb_word(text, &arguments);
	const struct command_row *row;

	if (protocol_has(protocol, PROTOCOL_TAGGED))
		return tagged_certain(protocol, text);
	row = commands_find(protocol, word);
	return row != NULL && is_one_case(word) &&
			       follows_grammar((enum command_grammar)row->grammar, slice_trim_right(arguments))
		       ? row
		       : NULL;
}

bool verb_is_certain(enum protocol protocol, struct slice text)
{
	return verb_certain(protocol, text) != NULL;
}

bool verb_is_possible(enum protocol protocol, struct slice text)
{
	struct slice rest;
	struct slice word = verb_word(text, &rest);
	struct verb_line line;

	if (protocol_has(protocol, PROTOCOL_TAGGED)) {
		verb_read(protocol, text, &line);
		return line.row != NULL && verb_is_tag(line.tag);
	}
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

/* Whether a row's name begins with this, or is this. */
static bool begins_name(enum protocol protocol, struct slice beginning)
{
	const struct command_row *row;

	for (size_t i = 0; (row = commands_row(i)) != NULL; i++)
		if (row->grammar != GRAMMAR_NEVER && commands_is_spoken(row, protocol) &&
		    name_begins(row->name, beginning))
			return true;
	return false;
}

static struct slice without_cr(struct slice s)
{
	if (s.len > 0 && s.data[s.len - 1] == '\r')
		s.len--;
	return s;
}

static bool may_become_tagged(enum protocol protocol, struct slice text)
{
	struct verb_line line;
	struct slice rest;
	struct slice tag = verb_word(text, &rest);

	if (tag.len == text.len)
		return (verb_is_tag(without_cr(tag)) && tag.len <= TAG_MAX);
	verb_read(protocol, text, &line);
	return verb_is_tag(tag) && tag.len <= TAG_MAX && (line.row != NULL || begins_name(protocol, without_cr(rest)));
}

bool verb_may_become(enum protocol protocol, struct slice text)
{
	struct slice rest;
	struct slice word = verb_word(text, &rest);

	if (text.len >= LINE_LIMIT)
		return false;
	if (protocol_has(protocol, PROTOCOL_TAGGED))
		return may_become_tagged(protocol, text);
	word = without_cr(word);
	if (word.len < text.len)
		return commands_find(protocol, word) != NULL;
	return begins_name(protocol, word);
}
