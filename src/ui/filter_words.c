#include "ui/filter_words.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "filter/lexer.h"

/* What was typed of the word that ends at the cursor. */
static struct slice typed_word(const struct edit *e)
{
	struct lexer l = {.text = slice_of(e->text, e->cursor)};
	struct lexer_token last = {.kind = LEXER_END};

	for (struct lexer_token t = lexer_take(&l); t.kind != LEXER_END; t = lexer_take(&l))
		last = t;
	return last.kind != LEXER_END && last.at + last.text.len == e->cursor ? last.text : slice_of(NULL, 0);
}

static bool begins_value(uint8_t byte)
{
	return byte == ':' || byte == '<' || byte == '>' || byte == '=';
}

/* Whether the row's word is the one whose value is typed. */
static bool is_before_value(const struct expression_row *row, struct slice typed)
{
	size_t len = strlen(row->word);

	return typed.len > len && slice_begins_nocase(typed, row->word) && begins_value(typed.data[len]);
}

void filter_words_find(struct filter_words *w, const struct edit *e)
{
	struct slice typed = typed_word(e);
	const struct expression_row *row;

	*w = (struct filter_words){.len = typed.len};
	for (size_t i = 0; (row = expression_row((enum expression_word)i)) != NULL; i++) {
		if (is_before_value(row, typed)) {
			*w = (struct filter_words){.found = {(enum expression_word)i}, .count = 1};
			return;
		}
		if (typed.len <= strlen(row->word) &&
		    strncasecmp(row->word, (const char *)(typed.len > 0 ? typed.data : (const uint8_t *)""),
				typed.len) == 0)
			w->found[w->count++] = (enum expression_word)i;
	}
}

void filter_words_rest(const struct filter_words *w, char out[FILTER_WORDS_SIZE])
{
	const struct expression_row *first = w->count > 0 ? expression_row(w->found[0]) : NULL;
	bool is_value_next = first != NULL && w->count == 1;
	size_t agree = first != NULL ? strlen(first->word) : 0;

	out[0] = '\0';
	if (first == NULL || w->len == 0)
		return;
	for (size_t i = 1; i < w->count; i++) {
		const char *other = expression_row(w->found[i])->word;
		size_t same = 0;

		while (same < agree && first->word[same] == other[same])
			same++;
		agree = same;
	}
	if (agree < w->len)
		return;
	snprintf(out, FILTER_WORDS_SIZE, "%.*s%s", (int)(agree - w->len), first->word + w->len,
		 !is_value_next									   ? ""
		 : first->argument == NULL							   ? " "
		 : first->kind >= EXPRESSION_KIND_DURATION && first->kind <= EXPRESSION_KIND_COUNT ? ">"
												   : ":");
}
