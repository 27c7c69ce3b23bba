#include "filter/pattern.h"

#include <glib.h>
#include <stdlib.h>

#include "base/mem.h"

/* A pattern of a few characters can cost more work than there is time: (a+)+b on a line of a's. */
#define LIMITS "(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=2000)"

struct pattern {
	bool is_regex;
	GRegex *regex; /* of a piece of text, too: tells where it stands */
	char *folded;  /* of the text */
	size_t len;
	bool is_ascii;
};

static bool is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] >= 0x80)
			return false;
	return true;
}

/* In the one form of all that are read as the same. To be freed by g_free; NULL: not UTF-8. */
static char *fold(struct slice text)
{
	char *same = g_utf8_normalize((const char *)text.data, (gssize)text.len, G_NORMALIZE_ALL_COMPOSE);
	char *folded = same != NULL ? g_utf8_casefold(same, -1) : NULL;

	g_free(same);
	return folded;
}

/* Without the pattern, in which our limits stand, and without a place in that. */
static const char *what_it_says(const char *message)
{
	const char *colon = strrchr(message, ':');

	return colon != NULL ? colon + 1 + strspn(colon + 1, " ") : message;
}

static bool compile(struct pattern *p, struct slice text, struct error *why)
{
	char *copy = p->is_regex ? g_strndup((const char *)text.data, text.len)
				 : g_regex_escape_string((const char *)text.data, (int)text.len);
	char *source = g_strdup_printf("%s%s", LIMITS, copy);
	GError *error = NULL;

	p->regex = g_regex_new(source, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
	g_free(copy);
	g_free(source);
	if (p->regex != NULL)
		return true;
	error_set(why, "%s", what_it_says(error->message));
	g_error_free(error);
	return false;
}

struct pattern *pattern_new(struct slice text, bool is_regex, struct error *why)
{
	struct pattern *p = mem_zalloc(sizeof(*p));

	if (!g_utf8_validate((const char *)text.data, (gssize)text.len, NULL)) {
		free(p);
		error_set(why, "this is not UTF-8");
		return NULL;
	}
	p->is_regex = is_regex;
	if (!compile(p, text, why)) {
		free(p);
		return NULL;
	}
	p->folded = fold(text);
	p->len = strlen(p->folded);
	p->is_ascii = is_ascii(slice_of(p->folded, p->len));
	return p;
}

struct pattern *pattern_from_text(const char *text, struct error *why)
{
	struct slice all = slice_from_text(text);
	bool is_regex = all.len > 2 && text[0] == '/' && text[all.len - 1] == '/';

	return pattern_new(is_regex ? slice_sub(all, 1, all.len - 2) : all, is_regex, why);
}

void pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	g_regex_unref(p->regex);
	g_free(p->folded);
	free(p);
}

/* In ASCII, where folded letters are the small ones. */
static bool finds_bytes(const struct pattern *p, struct slice text)
{
	return p->len == 0 || slice_contains_nocase(text, p->folded);
}

static bool finds_folded(const struct pattern *p, struct slice text)
{
	char *folded = fold(text);
	bool found;

	if (folded == NULL)
		return finds_bytes(p, text);
	found = memmem(folded, strlen(folded), p->folded, p->len) != NULL;
	g_free(folded);
	return found;
}

static bool finds_regex(const struct pattern *p, struct slice text)
{
	char *valid = g_utf8_make_valid(text.len > 0 ? (const char *)text.data : "", (gssize)text.len);
	bool found = g_regex_match_full(p->regex, valid, -1, 0, 0, NULL, NULL);

	g_free(valid);
	return found;
}

bool pattern_finds(const struct pattern *p, struct slice text)
{
	if (p->is_regex)
		return finds_regex(p, text);
	return is_ascii(text) ? p->is_ascii && finds_bytes(p, text) : finds_folded(p, text);
}

bool pattern_finds_text(const struct pattern *p, const char *text)
{
	return pattern_finds(p, slice_from_text(text));
}

bool pattern_next(const struct pattern *p, const char *text, size_t from, size_t *begin, size_t *end)
{
	size_t len = strlen(text);
	bool found = false;

	while (!found && from < len) {
		GMatchInfo *match = NULL;
		int at = 0;
		int after = 0;

		g_regex_match_full(p->regex, text, (gssize)len, (int)from, 0, &match, NULL);
		if (!g_match_info_fetch_pos(match, 0, &at, &after))
			from = len;
		else if (after > at)
			found = true;
		else
			from = (size_t)at + (size_t)g_utf8_skip[(uint8_t)text[at]];
		g_match_info_free(match);
		*begin = (size_t)at;
		*end = (size_t)after;
	}
	return found;
}

bool pattern_narrows(const struct pattern *narrow, const struct pattern *wide)
{
	return !narrow->is_regex && !wide->is_regex && strstr(narrow->folded, wide->folded) != NULL;
}
