#include "diagnosis/codes.h"

#include <stdio.h>

#include "proto/response_code.h"

enum {
	CODE_SIZE = 32,
};

static const struct {
	const char *code;
	const char *meaning;
} rows[] = {
#define CODE(code, meaning) {code, meaning},
#include "diagnosis/codes.def"
#undef CODE
};

bool codes_row(size_t number, const char **code, const char **meaning)
{
	if (number >= sizeof(rows) / sizeof(rows[0]))
		return false;
	*code = rows[number].code;
	*meaning = rows[number].meaning;
	return true;
}

static const char *find(struct slice code)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_equals_nocase(code, rows[i].code))
			return rows[i].meaning;
	return NULL;
}

/* The class of an enhanced code says what the basic code says: the table has an x for it. */
static const char *find_enhanced(const struct reply *r)
{
	char code[sizeof(r->enhanced)];

	if (r->enhanced_len == 0)
		return NULL;
	memcpy(code, r->enhanced, r->enhanced_len);
	code[0] = 'x';
	return find(slice_of(code, r->enhanced_len));
}

/* "[SYS/TEMP] try later", "[COPYUID 1 2 3] done": the table has the first word in its brackets. */
const char *codes_explain_response(const struct reply *r)
{
	struct slice word = response_code_read(reply_code(r), slice_trim_left(reply_text(r)));
	char code[CODE_SIZE];
	int len = snprintf(code, sizeof(code), "[%.*s]", (int)word.len, (const char *)word.data);

	if (word.len == 0 || slice_equals_nocase(reply_code(r), "+OK") || len >= (int)sizeof(code))
		return NULL;
	return find(slice_of(code, (size_t)len));
}

const char *codes_explain(const struct reply *r)
{
	const char *meaning = find_enhanced(r);

	if (meaning == NULL)
		meaning = codes_explain_response(r);
	return meaning != NULL ? meaning : find(reply_code(r));
}
