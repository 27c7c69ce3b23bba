#include "ui/filter_text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "filter/lexer.h"

/* Tokens from `first` on are the term; where it ends goes to `end`. */
static bool is_here(struct slice text, size_t first, const char *term, size_t *end)
{
	struct lexer here = {.text = text, .at = first};
	struct lexer wanted = {.text = slice_from_text(term)};

	for (;;) {
		struct lexer_token w = lexer_take(&wanted);
		struct lexer_token h;

		if (w.kind == LEXER_END)
			return true;
		h = lexer_take(&here);
		if (h.kind != w.kind || h.text.len != w.text.len ||
		    strncasecmp((const char *)h.text.data, (const char *)w.text.data, w.text.len) != 0)
			return false;
		*end = h.at + h.text.len;
	}
}

/* Outside brackets there is an "or". */
static bool has_choice(struct slice text)
{
	struct lexer l = {.text = text};
	int depth = 0;

	for (struct lexer_token t = lexer_take(&l); t.kind != LEXER_END; t = lexer_take(&l)) {
		depth += t.kind == LEXER_OPEN ? 1 : t.kind == LEXER_CLOSE ? -1 : 0;
		if (depth == 0 && t.kind == LEXER_OR)
			return true;
	}
	return false;
}

/* Where the term stands by itself: [begin, end), with an "and" before it. */
static bool find(struct slice text, const char *term, size_t *begin, size_t *end)
{
	struct lexer l = {.text = text};
	enum lexer_kind before = LEXER_AND;
	size_t joint = 0; /* where the "and" before begins */
	int depth = 0;

	if (has_choice(text))
		return false;
	for (struct lexer_token t = lexer_take(&l); t.kind != LEXER_END; t = lexer_take(&l)) {
		depth += t.kind == LEXER_OPEN ? 1 : t.kind == LEXER_CLOSE ? -1 : 0;
		if (depth == 0 && before != LEXER_NOT && is_here(text, t.at, term, end)) {
			*begin = before == LEXER_AND ? joint : t.at;
			return true;
		}
		if (t.kind == LEXER_AND)
			joint = t.at;
		before = t.kind;
	}
	return false;
}

bool filter_text_has(const char *text, const char *term)
{
	size_t begin = 0;
	size_t end = 0;

	return find(slice_from_text(text), term, &begin, &end);
}

bool filter_text_add(char text[EDIT_SIZE], const char *term)
{
	struct slice old = slice_trim(slice_from_text(text));
	bool needs_brackets = has_choice(old);
	char whole[2 * EDIT_SIZE];

	if (filter_text_has(text, term))
		return false;
	snprintf(whole, sizeof(whole), "%s%.*s%s%s%s", needs_brackets ? "(" : "", (int)old.len, (const char *)old.data,
		 needs_brackets ? ")" : "", old.len > 0 ? " and " : "", term);
	if (strlen(whole) >= EDIT_SIZE)
		return false;
	memcpy(text, whole, strlen(whole) + 1);
	return true;
}

/* One pair of brackets around all of it is none. */
static struct slice without_brackets(struct slice text)
{
	struct lexer l = {.text = text};
	int depth = 0;

	if (text.len < 2 || text.data[0] != '(' || text.data[text.len - 1] != ')')
		return text;
	for (struct lexer_token t = lexer_take(&l); t.kind != LEXER_END; t = lexer_take(&l)) {
		depth += t.kind == LEXER_OPEN ? 1 : t.kind == LEXER_CLOSE ? -1 : 0;
		if (depth == 0 && t.at + 1 < text.len)
			return text;
	}
	return slice_trim(slice_sub(text, 1, text.len - 2));
}

bool filter_text_remove(char text[EDIT_SIZE], const char *term)
{
	struct slice old = slice_from_text(text);
	struct slice head;
	struct slice rest;
	char whole[EDIT_SIZE];
	size_t begin = 0;
	size_t end = 0;

	if (!find(old, term, &begin, &end))
		return false;
	head = slice_trim(slice_sub(old, 0, begin));
	rest = slice_trim(slice_after(old, end));
	if (head.len == 0 && slice_begins_nocase(rest, "and "))
		rest = slice_trim(slice_after(rest, 4));
	snprintf(whole, sizeof(whole), "%.*s%s%.*s", (int)head.len, (const char *)head.data,
		 head.len > 0 && rest.len > 0 ? " " : "", (int)rest.len, (const char *)rest.data);
	rest = without_brackets(slice_from_text(whole));
	memmove(text, rest.data != NULL ? (const char *)rest.data : "", rest.len);
	text[rest.len] = '\0';
	return true;
}

bool filter_text_cycle(char text[EDIT_SIZE], const char *first, const char *second)
{
	if (filter_text_remove(text, second))
		return true;
	if (filter_text_remove(text, first))
		first = second;
	return filter_text_add(text, first);
}
