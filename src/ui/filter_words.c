#include "ui/filter_words.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/text.h"
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

/* Of a recipient's address the domain is what is counted. */
static size_t find_value(const struct edit *e, const struct expression_row *row, struct slice typed)
{
	size_t at = strlen(row->word) + 1;
	size_t sign = slice_find(typed, '@');

	if (strcmp(row->word, "to") == 0 && sign < typed.len)
		at = sign + 1;
	return e->cursor - typed.len + at;
}

void filter_words_find(struct filter_words *w, const struct edit *e)
{
	struct slice typed = typed_word(e);
	const struct expression_row *row;

	*w = (struct filter_words){.len = typed.len};
	for (size_t i = 0; (row = expression_row((enum expression_word)i)) != NULL; i++) {
		if (is_before_value(row, typed)) {
			*w = (struct filter_words){.found = {(enum expression_word)i}, .count = 1};
			w->value_at = find_value(e, row, typed);
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

/* ---- values ---- */

/* What is looked for in the sessions; of a recipient's domain there are statistics. */
static uint32_t values_of_sessions(const struct filter_words *w, const struct edit *e)
{
	switch (w->found[0]) {
	case EXPRESSION_HELO:
		return QUERY_VALUES_HELO;
	case EXPRESSION_FROM:
		return QUERY_VALUES_FROM;
	case EXPRESSION_TO:
		return e->text[w->value_at - 1] == '@' ? 0 : QUERY_VALUES_TO;
	case EXPRESSION_SUBJECT:
		return QUERY_VALUES_SUBJECT;
	case EXPRESSION_ATTACHMENT:
		return QUERY_VALUES_ATTACHMENT;
	default:
		return 0;
	}
}

/* A bit for each kind of statistics whose keys the word asks for, and what is looked for in the sessions. */
static uint32_t values_of(const struct filter_words *w, const struct edit *e)
{
	uint32_t bits = w->value_at > 0 ? values_of_sessions(w, e) : 0;

	for (int of = 0; w->value_at > 0 && of < STATISTICS_KINDS; of++) {
		const char *word = statistics_kind((enum statistics_of)of)->word;

		if (word != NULL && strcmp(word, expression_row(w->found[0])->word) == 0)
			bits |= UINT32_C(1) << of;
	}
	return bits;
}

/* What was typed of the value; false: it is too long to be one, or a pattern. */
static bool read_typed(const struct filter_words *w, const struct edit *e, char out[QUERY_VALUE_SIZE])
{
	const char *typed = e->text + w->value_at;
	size_t len = e->cursor - w->value_at;

	memset(out, 0, QUERY_VALUE_SIZE);
	if (len > 0 && (typed[0] == '"' || typed[0] == '='))
		typed++, len--;
	if (len >= QUERY_VALUE_SIZE || (len > 0 && typed[0] == '/') || memchr(typed, '"', len) != NULL)
		return false;
	memcpy(out, typed, len);
	return true;
}

void filter_words_ask(const struct filter_words *w, const struct edit *e, struct query *q)
{
	if (values_of(w, e) != 0 && read_typed(w, e, q->value_prefix))
		q->values_of = values_of(w, e);
}

bool filter_words_has_values(const struct filter_words *w, const struct edit *e, const struct snapshot *s)
{
	char typed[QUERY_VALUE_SIZE];

	return s->value_count > 0 && values_of(w, e) != 0 && s->values_of == values_of(w, e) &&
	       read_typed(w, e, typed) && strcmp(typed, s->value_prefix) == 0;
}

/* How much of the first one all share. */
static size_t agreed(const struct snapshot *s)
{
	size_t len = strlen(s->values[0]);

	for (uint32_t i = 1; i < s->value_count; i++)
		for (size_t at = 0; at < len; at++)
			if (s->values[i][at] != s->values[0][at])
				len = at;
	return text_cut(slice_from_text(s->values[0]), len).len;
}

/* In quotes where a blank or a bracket would end the word. */
static void put_value(struct buffer *out, struct slice value, bool is_whole)
{
	bool is_quoted = false;

	for (size_t i = 0; i < value.len; i++)
		is_quoted = is_quoted || strchr(" \t()\"\\/", value.data[i]) != NULL;
	if (is_quoted)
		buffer_append_byte(out, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] == '"' || value.data[i] == '\\')
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, value.data[i]);
	}
	if (is_whole)
		buffer_append_text(out, is_quoted ? "\" " : " ");
}

void filter_words_complete(const struct filter_words *w, struct edit *e, const struct snapshot *s)
{
	struct slice value = slice_sub(slice_from_text(s->values[0]), 0, agreed(s));
	struct buffer text = {0};

	if (value.len < strlen(s->value_prefix))
		return;
	put_value(&text, value, s->value_count == 1);
	buffer_append_byte(&text, '\0');
	edit_replace(e, w->value_at, (const char *)text.data);
	buffer_fini(&text);
}
