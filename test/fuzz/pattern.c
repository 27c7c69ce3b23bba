/* Any text as a pattern, looked for in any other: the first line is the pattern, the second another one. */
#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "filter/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_ascii(const char *text)
{
	while (*text != '\0' && (uint8_t)*text < 0x80)
		text++;
	return *text == '\0';
}

static bool is_boundary(const char *text, size_t at)
{
	return ((uint8_t)text[at] & 0xc0) != 0x80;
}

/* Each place lies behind the one before, between characters. Where nothing has two forms, what is found is somewhere.
 */
static void check_places(const struct pattern *p, const char *text, bool is_plain)
{
	size_t len = strlen(text);
	size_t from = 0;
	size_t begin;
	size_t end;
	bool is_somewhere = false;

	while (pattern_next(p, text, from, &begin, &end)) {
		assert(begin >= from && begin < end && end <= len);
		assert(is_boundary(text, begin) && is_boundary(text, end));
		from = end;
		is_somewhere = true;
	}
	if (is_somewhere && is_plain)
		assert(pattern_finds_text(p, text));
	if (pattern_finds_text(p, "") || !is_plain)
		return; /* it is found in nothing, too */
	assert(is_somewhere == pattern_finds_text(p, text));
}

static struct pattern *make(const char *text)
{
	struct error why = {{0}};
	struct pattern *p = pattern_from_text(text, &why);

	assert((p == NULL) == (why.text[0] != '\0'));
	return p;
}

static void check(const char *text, const char *other, struct slice in)
{
	struct pattern *p = make(text);
	struct pattern *wide = make(other);
	char *words = strndup((const char *)in.data, in.len);

	if (p != NULL && text_is_utf8(slice_from_text(words)))
		check_places(p, words, is_ascii(words) && is_ascii(text) && text[0] != '/');
	if (p != NULL && wide != NULL && pattern_narrows(p, wide) && pattern_finds(p, in))
		assert(pattern_finds(wide, in));
	pattern_free(p);
	pattern_free(wide);
	free(words);
}

static char *take_line(struct slice *in)
{
	size_t len = slice_find(*in, '\n');
	char *line = strndup(len > 0 ? (const char *)in->data : "", len);

	*in = slice_after(*in, len + 1);
	return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_of(data, size);
	char *text = take_line(&in);
	char *other = take_line(&in);

	if (in.len > 0)
		check(text, other, in);
	free(text);
	free(other);
	return 0;
}
