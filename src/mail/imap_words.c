#include "mail/imap_words.h"

#include "proto/response_code.h"

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

/* "{12}", "{12+}", "~{12}": the length of the announcement at the start; 0: there is none. */
static size_t announcement_len(struct slice text)
{
	size_t at = text.len > 0 && text.data[0] == '~' ? 1 : 0;
	size_t digits;

	if (at >= text.len || text.data[at] != '{')
		return 0;
	at++;
	slice_decimal(slice_after(text, at), &digits);
	at += digits;
	if (at < text.len && (text.data[at] == '+' || text.data[at] == '-'))
		at++;
	return digits > 0 && at < text.len && text.data[at] == '}' ? at + 1 : 0;
}

static void take_literal(struct imap_words *w, struct imap_word *word, size_t len)
{
	word->kind = IMAP_WORD_LITERAL;
	word->raw = slice_sub(w->rest, 0, len);
	word->text = w->literals != NULL ? w->literals->text : slice_of(NULL, 0);
	w->literals = w->literals != NULL ? w->literals->next : NULL;
}

static void take_quoted(struct imap_words *w, struct imap_word *word)
{
	size_t at = 1;

	while (at < w->rest.len && w->rest.data[at] != '"')
		at += w->rest.data[at] == '\\' ? 2 : 1;
	word->kind = at < w->rest.len ? IMAP_WORD_QUOTED : IMAP_WORD_BROKEN;
	word->raw = slice_sub(w->rest, 0, at + 1);
	word->text = slice_sub(w->rest, 1, at - 1);
	if (word->text.data == NULL)
		word->text = slice_from_text("");
}

static void take_atom(struct imap_words *w, struct imap_word *word)
{
	size_t len = 0;

	while (len < w->rest.len && !is_blank(w->rest.data[len]) &&
	       (w->is_flat || (w->rest.data[len] != '(' && w->rest.data[len] != ')')))
		len++;
	word->kind = IMAP_WORD_ATOM;
	word->raw = word->text = slice_sub(w->rest, 0, len);
}

bool imap_words_next(struct imap_words *w, struct imap_word *word)
{
	size_t len;

	w->rest = slice_trim_left(w->rest);
	if (w->rest.len == 0)
		return false;
	len = announcement_len(w->rest);
	if (len > 0) {
		take_literal(w, word, len);
	} else if (w->rest.data[0] == '"') {
		take_quoted(w, word);
	} else if (!w->is_flat && (w->rest.data[0] == '(' || w->rest.data[0] == ')')) {
		word->kind = w->rest.data[0] == '(' ? IMAP_WORD_OPEN : IMAP_WORD_CLOSE;
		word->raw = word->text = slice_sub(w->rest, 0, 1);
	} else {
		take_atom(w, word);
	}
	w->rest = slice_after(w->rest, word->raw.len);
	word->is_last = slice_trim_left(w->rest).len == 0;
	return true;
}

bool imap_words_append(const struct imap_word *word, struct buffer *out)
{
	if (word->text.data == NULL)
		return false;
	if (word->kind != IMAP_WORD_QUOTED && word->kind != IMAP_WORD_BROKEN) {
		buffer_append(out, word->text);
		return true;
	}
	for (size_t i = 0; i < word->text.len; i++) {
		if (word->text.data[i] == '\\' && i + 1 < word->text.len)
			i++;
		buffer_append_byte(out, word->text.data[i]);
	}
	return true;
}

bool imap_words_equal(const struct imap_word *word, const char *text)
{
	return word->text.data != NULL && slice_equals_nocase(word->text, text);
}

static bool take_number(struct slice *set, uint64_t *number)
{
	size_t digits;

	*number = slice_decimal(*set, &digits);
	*set = slice_after(*set, digits);
	return digits > 0 && *number > 0 && *number <= UINT32_MAX;
}

bool imap_words_next_range(struct slice *set, uint64_t *low, uint64_t *high)
{
	uint64_t other;

	if (!take_number(set, low))
		return false;
	*high = *low;
	if (set->len > 0 && set->data[0] == ':') {
		*set = slice_after(*set, 1);
		if (!take_number(set, &other))
			return false;
		*high = other > *low ? other : *low;
		*low = other < *low ? other : *low;
	}
	if (set->len > 0 && set->data[0] == ',')
		*set = slice_after(*set, 1);
	return true;
}

struct imap_words imap_words_of(const struct command *c)
{
	const struct command_imap *imap = session_imap_command(c);

	return (struct imap_words){.rest = command_arguments(c), .literals = imap != NULL ? imap->literals : NULL};
}

struct slice imap_words_code_rest(struct slice text, const char *code)
{
	struct slice word = response_code_read(slice_from_text("OK"), text);
	struct slice inner;

	if (!slice_equals_nocase(word, code))
		return slice_of(NULL, 0);
	inner = slice_sub(text, 1, slice_find(text, ']') - 1);
	inner = slice_trim_left(slice_after(inner, word.len));
	return inner.data != NULL ? inner : slice_from_text("");
}
