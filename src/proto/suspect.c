#include "proto/suspect.h"

#include <assert.h>

#include "proto/base64.h"

enum {
	BASE64_MIN = 8,
	TURNS_MIN = 3, /* from small letter to capital, to digit, ...: a word has one, as "Hello" */
	DIGEST_LEN = 32,
	NAME_MAX = 1024,
};

static bool is_upper(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z';
}

static bool is_lower(uint8_t byte)
{
	return byte >= 'a' && byte <= 'z';
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_base64_byte(uint8_t byte)
{
	return is_upper(byte) || is_lower(byte) || is_digit(byte) || byte == '+' || byte == '/';
}

static int class_of(uint8_t byte)
{
	return is_upper(byte) ? 0 : is_lower(byte) ? 1 : 2;
}

static struct slice without_padding(struct slice word)
{
	for (int i = 0; i < 2 && word.len > 0 && word.data[word.len - 1] == '='; i++)
		word.len--;
	return word;
}

bool suspect_is_base64(struct slice word)
{
	struct slice bare = without_padding(word);
	size_t turns = 0;

	if (word.len < BASE64_MIN)
		return false;
	for (size_t i = 0; i < bare.len; i++) {
		if (!is_base64_byte(bare.data[i]))
			return false;
		turns += i > 0 && class_of(bare.data[i]) != class_of(bare.data[i - 1]);
	}
	return bare.len < word.len || turns >= TURNS_MIN || slice_begins_nocase(word, "TlRMTVNTU"); /* "NTLMSSP" */
}

static bool is_wrapping(uint8_t byte)
{
	return byte <= ' ' || (byte < 0x80 && strchr("\"'`<>()[]{},;:", byte) != NULL);
}

/* The word at or after `from`: without quotes, commas and the like around it. False: there is none. */
static bool find_word(struct slice text, size_t from, size_t *begin, size_t *end)
{
	*begin = from;
	while (*begin < text.len && is_wrapping(text.data[*begin]))
		(*begin)++;
	*end = *begin;
	while (*end < text.len && !is_wrapping(text.data[*end]))
		(*end)++;
	return *begin < *end;
}

static bool find_base64(struct slice text, size_t from, size_t *begin, size_t *end)
{
	while (find_word(text, from, begin, end)) {
		struct slice word = slice_sub(text, *begin, *end - *begin);

		while (word.len > 0 && word.data[word.len - 1] == '.') /* it ends a sentence */
			word.len--;
		if (suspect_is_base64(word))
			return true;
		from = *end;
	}
	return false;
}

static bool is_quote(uint8_t byte)
{
	return byte == '"' || byte == '`' || byte == '\'';
}

/* From one quote to the last of its kind: what stands between may hold some, too. */
static bool find_quoted(struct slice text, size_t from, size_t *begin, size_t *end)
{
	for (size_t at = from; at < text.len; at++) {
		uint8_t close = text.data[at] == '`' ? '\'' : text.data[at];

		if (!is_quote(text.data[at]) || (at > 0 && !is_wrapping(text.data[at - 1])))
			continue; /* a closing one, an apostrophe */
		*begin = at + 1;
		for (*end = text.len; *end > *begin; (*end)--)
			if (text.data[*end - 1] == close)
				break;
		*end = *end > *begin ? *end - 1 : text.len; /* it may be cut off */
		return *begin < *end;
	}
	return false;
}

/* What stands after the word "PASS", to the end: passwords have blanks. */
static bool find_pass(struct slice text, size_t from, size_t *begin, size_t *end)
{
	while (find_word(text, from, begin, end)) {
		struct slice word = slice_sub(text, *begin, *end - *begin);
		bool has_value = slice_begins_nocase(word, "PASS=");

		from = *end;
		if (!has_value && !slice_equals_nocase(word, "PASS"))
			continue;
		*begin += has_value ? 5 : 4;
		while (*begin < text.len && is_wrapping(text.data[*begin]))
			(*begin)++;
		*end = text.len;
		return *begin < *end;
	}
	return false;
}

/* What stands after the word "LOGIN" where it is two words or more: "LOGIN failed" says nothing. */
static bool find_login(struct slice text, size_t from, size_t *begin, size_t *end)
{
	size_t next;
	size_t next_end;

	while (find_word(text, from, begin, end)) {
		from = *end;
		if (!slice_equals_nocase(slice_sub(text, *begin, *end - *begin), "LOGIN") ||
		    !find_word(text, from, begin, end) || !find_word(text, *end, &next, &next_end))
			continue;
		*end = text.len;
		return true;
	}
	return false;
}

typedef bool finder(struct slice text, size_t from, size_t *begin, size_t *end);

bool suspect_find(struct slice text, size_t from, unsigned int parts, size_t *begin, size_t *end)
{
	static const struct {
		enum suspect_part part;
		finder *find;
	} finders[] = {{SUSPECT_PASS, find_pass},
		       {SUSPECT_QUOTED, find_quoted},
		       {SUSPECT_BASE64, find_base64},
		       {SUSPECT_LOGIN, find_login}};
	size_t found_begin;
	size_t found_end;

	*begin = *end = SIZE_MAX;
	for (size_t i = 0; i < sizeof(finders) / sizeof(finders[0]); i++) {
		if (!(parts & finders[i].part) || !finders[i].find(text, from, &found_begin, &found_end))
			continue;
		if (found_begin < *begin) {
			*begin = found_begin;
			*end = found_end;
		}
	}
	assert(*begin == SIZE_MAX || (*begin >= from && *begin < *end && *end <= text.len));
	return *begin < text.len;
}

struct slice suspect_bare(struct slice word)
{
	while (word.len > 0 && is_wrapping(word.data[0]))
		word = slice_after(word, 1);
	while (word.len > 0 && is_wrapping(word.data[word.len - 1]))
		word.len--;
	return word;
}

static bool contains(struct slice text, const char *words)
{
	for (size_t at = 0; at < text.len; at++)
		if (slice_begins_nocase(slice_after(text, at), words))
			return true;
	return false;
}

static bool has_word(struct slice text, const char *word)
{
	size_t begin;
	size_t end = 0;

	while (find_word(text, end, &begin, &end))
		if (slice_equals_nocase(slice_sub(text, begin, end - begin), word))
			return true;
	return false;
}

bool suspect_is_login(struct slice line)
{
	static const char *const parts[] = {"pass",   "auth",	"login",  "logon",  "pwd",    "secret",
					    "bearer", "cookie", "token=", "token:", "x-exps", "credential"};
	static const char *const words[] = {"PLAIN", "NTLM", "GSSAPI", "CRAM-MD5", "DIGEST-MD5", "token", "basic"};
	size_t begin;
	size_t end;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (contains(line, parts[i]))
			return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has_word(line, words[i]))
			return true;
	return find_base64(line, 0, &begin, &end);
}

bool suspect_decode(struct slice text, struct buffer *out)
{
	struct slice bare = without_padding(text);
	uint8_t last[4] = {'A', 'A', 'A', 'A'};
	size_t rest = bare.len % 4;
	size_t old_len = out->len;

	if (rest == 1 || bare.len == 0)
		return false;
	if (rest > 0)
		memcpy(last, bare.data + bare.len - rest, rest);
	if (base64_decode(slice_sub(bare, 0, bare.len - rest), out) &&
	    (rest == 0 || base64_decode(slice_of(last, sizeof(last)), out))) {
		if (rest > 0)
			out->len -= 4 - rest;
		return true;
	}
	out->len = old_len;
	return false;
}

/* "name digest", as CRAM-MD5 has it. */
static bool ends_in_digest(struct slice text)
{
	for (size_t i = 1; i <= DIGEST_LEN; i++) {
		uint8_t upper = text.len > DIGEST_LEN ? slice_upper_byte(text.data[text.len - i]) : 0;

		if (!is_digit(upper) && !(upper >= 'A' && upper <= 'F'))
			return false;
	}
	assert(text.len > DIGEST_LEN);
	return text.data[text.len - DIGEST_LEN - 1] == ' ';
}

static bool is_plain_name(struct slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] < ' ' || name.data[i] == 0x7f)
			return false;
	return !ends_in_digest(name) && !contains(name, "auth=") && !contains(name, "bearer ");
}

bool suspect_is_name(struct slice text)
{
	struct buffer decoded = {.limit = NAME_MAX};
	bool is_name = suspect_decode(text, &decoded) ? is_plain_name(buffer_slice(&decoded)) : is_plain_name(text);

	for (size_t i = 0; i < text.len; i++) /* one word */
		is_name = is_name && text.data[i] != ' ' && text.data[i] != '\t';
	buffer_fini(&decoded);
	return is_name;
}
