#include "common/key_log_ways.h"

enum {
	GREETING_MAX = 1024, /* who tells who it is does it before that */
};

#define LIBRARY_WORD "LIBRARY"
#define KEYS_WORD    "KEYS"

static const struct key_log_way rows[] = {
#define KEY_LOG_WAY(name, role, banner, first, second, keys, remark) {name, role, banner, first, second, keys, remark},
#include "common/key_log_ways.def"
#undef KEY_LOG_WAY
};

size_t key_log_ways_count(void)
{
	return sizeof(rows) / sizeof(rows[0]);
}

const struct key_log_way *key_log_ways_row(size_t number)
{
	return number < key_log_ways_count() ? &rows[number] : NULL;
}

/* ---- the greeting ---- */

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

/* "Dovecot", "(Dovecot)", "Courier-IMAP": the banner, and behind it no letter or digit. */
static bool is_banner(struct slice word, const char *banner)
{
	size_t len = strlen(banner);

	while (word.len > 0 && !is_word_byte(word.data[0]))
		word = slice_after(word, 1);
	return slice_begins_nocase(word, banner) && (word.len <= len || !is_word_byte(word.data[len])) &&
	       !is_host(word);
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

static bool has_banner(struct slice greeting, const char *banner)
{
	struct slice word;

	while ((word = next_word(&greeting)).len > 0)
		if (is_banner(word, banner))
			return true;
	return false;
}

size_t key_log_ways_find(struct slice greeting)
{
	greeting = slice_sub(greeting, 0, GREETING_MAX);
	for (size_t i = 0; i < key_log_ways_count(); i++)
		if (rows[i].role == KEY_LOG_SERVER && rows[i].banner != NULL && has_banner(greeting, rows[i].banner))
			return i;
	return SIZE_MAX;
}

/* ---- the lines ---- */

static void put(char *out, size_t size, size_t *len, const char *text, size_t text_len)
{
	for (size_t i = 0; i < text_len && *len + 1 < size; i++)
		out[(*len)++] = text[i];
	out[*len] = '\0';
}

void key_log_ways_fill(char *out, size_t size, const char *text, const char *library, const char *keys)
{
	static const size_t library_len = sizeof(LIBRARY_WORD) - 1;
	static const size_t keys_len = sizeof(KEYS_WORD) - 1;
	size_t len = 0;

	out[0] = '\0';
	while (*text != '\0')
		if (strncmp(text, LIBRARY_WORD, library_len) == 0) {
			put(out, size, &len, library, strlen(library));
			text += library_len;
		} else if (strncmp(text, KEYS_WORD, keys_len) == 0) {
			put(out, size, &len, keys, strlen(keys));
			text += keys_len;
		} else {
			put(out, size, &len, text++, 1);
		}
}
