#include "filter/pattern.h"

#include <glib.h>
#include <stdlib.h>

#include "base/mem.h"

/* A pattern of a few characters can cost more work than there is time: (a+)+b on a line of a's. */
#define LIMITS "(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=2000)"

struct expression_pattern {
	GRegex *regex; /* NULL: a piece of text */
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

static bool compile(struct expression_pattern *p, struct slice text, struct error *why)
{
	char *source = g_strdup_printf("%s%.*s", LIMITS, (int)text.len, (const char *)text.data);
	GError *error = NULL;

	p->regex = g_regex_new(source, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
	g_free(source);
	if (p->regex != NULL)
		return true;
	error_set(why, "%s", what_it_says(error->message));
	g_error_free(error);
	return false;
}

struct expression_pattern *pattern_new(struct slice text, bool is_regex, struct error *why)
{
	struct expression_pattern *p = mem_zalloc(sizeof(*p));

	if (!g_utf8_validate((const char *)text.data, (gssize)text.len, NULL)) {
		free(p);
		error_set(why, "this is not UTF-8");
		return NULL;
	}
	if (is_regex && !compile(p, text, why)) {
		free(p);
		return NULL;
	}
	p->folded = fold(text);
	p->len = strlen(p->folded);
	p->is_ascii = is_ascii(slice_of(p->folded, p->len));
	return p;
}

void pattern_free(struct expression_pattern *p)
{
	if (p == NULL)
		return;
	if (p->regex != NULL)
		g_regex_unref(p->regex);
	g_free(p->folded);
	free(p);
}

/* In ASCII, where folded letters are the small ones. */
static bool finds_bytes(const struct expression_pattern *p, struct slice text)
{
	return p->len == 0 || slice_contains_nocase(text, p->folded);
}

static bool finds_folded(const struct expression_pattern *p, struct slice text)
{
	char *folded = fold(text);
	bool found;

	if (folded == NULL)
		return finds_bytes(p, text);
	found = memmem(folded, strlen(folded), p->folded, p->len) != NULL;
	g_free(folded);
	return found;
}

static bool finds_regex(const struct expression_pattern *p, struct slice text)
{
	char *valid = g_utf8_make_valid(text.len > 0 ? (const char *)text.data : "", (gssize)text.len);
	bool found = g_regex_match_full(p->regex, valid, -1, 0, 0, NULL, NULL);

	g_free(valid);
	return found;
}

bool pattern_finds(const struct expression_pattern *p, struct slice text)
{
	if (p->regex != NULL)
		return finds_regex(p, text);
	return is_ascii(text) ? p->is_ascii && finds_bytes(p, text) : finds_folded(p, text);
}

bool pattern_narrows(const struct expression_pattern *narrow, const struct expression_pattern *wide)
{
	return narrow->regex == NULL && wide->regex == NULL && strstr(narrow->folded, wide->folded) != NULL;
}
