#include "diagnosis/codes.h"

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

/* "[SYS/TEMP] try later" */
static const char *find_response_code(struct slice text)
{
	size_t end = slice_find(text, ']');

	return text.len > 0 && text.data[0] == '[' && end < text.len ? find(slice_sub(text, 0, end + 1)) : NULL;
}

const char *codes_explain(const struct reply *r)
{
	const char *meaning = find_enhanced(r);

	if (meaning == NULL && r->code_len == sizeof("-ERR") - 1)
		meaning = find_response_code(slice_trim_left(reply_text(r)));
	return meaning != NULL ? meaning : find(reply_code(r));
}
