#include "common/server_program.h"

enum {
	GREETING_MAX = 1024, /* who tells who it is does it before that */
};

/* ASCII only, whatever the locale. */
static bool is_word_byte(uint8_t byte)
{
	uint8_t upper = slice_upper_byte(byte);

	return (upper >= 'A' && upper <= 'Z') || (byte >= '0' && byte <= '9');
}

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* A dot within it makes a name of a host, or a number of a version. */
static bool is_host(struct slice word)
{
	for (size_t i = 1; i + 1 < word.len; i++)
		if (word.data[i] == '.' && is_word_byte(word.data[i + 1]))
			return true;
	return false;
}

/* "Dovecot", "(Dovecot)", "Courier-IMAP": the name, and behind it no letter or digit. */
static bool has_name(struct slice word, const char *name)
{
	size_t len = strlen(name);

	while (word.len > 0 && !is_word_byte(word.data[0]))
		word = slice_after(word, 1);
	return slice_begins_nocase(word, name) && (word.len <= len || !is_word_byte(word.data[len])) && !is_host(word);
}

/* Takes the next word off `*rest`; empty: there is none. */
static struct slice next_word(struct slice *rest)
{
	struct slice word;
	size_t len = 0;

	while (rest->len > 0 && is_blank(rest->data[0]))
		*rest = slice_after(*rest, 1);
	while (len < rest->len && !is_blank(rest->data[len]))
		len++;
	word = slice_sub(*rest, 0, len);
	*rest = slice_after(*rest, len);
	return word;
}

bool server_program_says(struct slice greeting, const char *name)
{
	struct slice rest = slice_sub(greeting, 0, GREETING_MAX);
	struct slice word;

	while ((word = next_word(&rest)).len > 0)
		if (has_name(word, name))
			return true;
	return false;
}

static const struct {
	const char *name;
	const char *said;
} rows[] = {
#define SERVER_PROGRAM(name, said) {name, said},
#include "common/server_programs.def"
#undef SERVER_PROGRAM
};

enum {
	ROWS = sizeof(rows) / sizeof(rows[0]),
};

/* The first row before `end` that the word names; `end`: none does. */
static size_t find_row(struct slice word, size_t end)
{
	for (size_t i = 0; i < end; i++)
		if (has_name(word, rows[i].said))
			return i;
	return end;
}

const char *server_program_name(struct slice greeting)
{
	struct slice rest = slice_sub(greeting, 0, GREETING_MAX);
	struct slice word;
	size_t first = ROWS;

	while ((word = next_word(&rest)).len > 0)
		first = find_row(word, first);
	return first < ROWS ? rows[first].name : NULL;
}
