#include "filter/lexer.h"

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Behind what is quoted from `at` on, where an opening quote or stroke stands. */
static size_t skip_quoted(struct slice text, size_t at, bool *is_unended)
{
	uint8_t quote = text.data[at++];

	while (at < text.len && text.data[at] != quote)
		at += text.data[at] == '\\' && at + 1 < text.len ? 2 : 1;
	*is_unended = at >= text.len;
	return *is_unended ? text.len : at + 1;
}

/* A stroke begins a pattern only where a value begins: paths and networks have some, too. */
static bool begins_quoted(struct slice text, size_t begin, size_t at)
{
	size_t value = slice_find(slice_sub(text, begin, at - begin), ':') + 1;

	return text.data[at] == '"' || (text.data[at] == '/' && (at == begin || at == begin + value));
}

static size_t end_of_word(struct slice text, size_t begin, bool *is_unended)
{
	size_t at = begin;

	while (at < text.len && !is_blank(text.data[at]) && text.data[at] != '(' && text.data[at] != ')')
		at = begins_quoted(text, begin, at) ? skip_quoted(text, at, is_unended) : at + 1;
	return at;
}

static enum lexer_kind kind_of(struct slice word)
{
	if (slice_equals_nocase(word, "and") || slice_equals_nocase(word, "&&"))
		return LEXER_AND;
	if (slice_equals_nocase(word, "or") || slice_equals_nocase(word, "||"))
		return LEXER_OR;
	return slice_equals_nocase(word, "not") || slice_equals_nocase(word, "!") ? LEXER_NOT : LEXER_WORD;
}

struct lexer_token lexer_take(struct lexer *l)
{
	struct lexer_token t = {.kind = LEXER_END};
	size_t end;

	while (l->at < l->text.len && is_blank(l->text.data[l->at]))
		l->at++;
	t.at = end = l->at;
	if (l->at == l->text.len)
		return t;
	if (l->text.data[l->at] == '(' || l->text.data[l->at] == ')') {
		t.kind = l->text.data[l->at] == '(' ? LEXER_OPEN : LEXER_CLOSE;
		end++;
	} else {
		end = end_of_word(l->text, l->at, &t.is_unended);
		t.kind = kind_of(slice_sub(l->text, l->at, end - l->at));
		if (t.kind == LEXER_WORD && l->text.data[l->at] == '!' && end - l->at > 1 &&
		    l->text.data[l->at + 1] != '=') { /* "!failed", as tcpdump allows it */
			t.kind = LEXER_NOT;
			t.is_unended = false;
			end = l->at + 1;
		}
	}
	t.text = slice_sub(l->text, l->at, end - l->at);
	l->at = end;
	return t;
}

struct lexer_token lexer_peek(const struct lexer *l)
{
	struct lexer copy = *l;

	return lexer_take(&copy);
}
