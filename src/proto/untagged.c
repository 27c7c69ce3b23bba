#include "proto/untagged.h"

#include "proto/verb.h"

struct row {
	const char *name;
	bool has_number;
	bool is_text;
};

static const struct row rows[] = {
	/* RFC 9051 section 7 */
	{"OK", false, true},
	{"NO", false, true},
	{"BAD", false, true},
	{"PREAUTH", false, true},
	{"BYE", false, true},
	{"ENABLED", false, false},
	{"CAPABILITY", false, false},
	{"LIST", false, false},
	{"NAMESPACE", false, false},
	{"STATUS", false, false},
	{"ESEARCH", false, false},
	{"FLAGS", false, false},
	{"EXISTS", true, false},
	{"EXPUNGE", true, false},
	{"FETCH", true, false},
	/* RFC 3501 */
	{"LSUB", false, false},
	{"SEARCH", false, false},
	{"RECENT", true, false},
	/* extensions */
	{"ACL", false, false},	      /* RFC 4314 */
	{"LISTRIGHTS", false, false}, /* RFC 4314 */
	{"MYRIGHTS", false, false},   /* RFC 4314 */
	{"ANNOTATION", false, false}, /* RFC 5257 */
	{"COMPARATOR", false, false}, /* RFC 5255 */
	{"LANGUAGE", false, false},   /* RFC 5255 */
	{"CONVERSION", false, false}, /* RFC 5259 */
	{"CONVERTED", true, false},   /* RFC 5259 */
	{"GENURLAUTH", false, false}, /* RFC 4467 */
	{"URLFETCH", false, false},   /* RFC 4467 */
	{"ID", false, false},	      /* RFC 2971 */
	{"JMAPACCESS", false, false}, /* RFC 9698 */
	{"METADATA", false, false},   /* RFC 5464 */
	{"QUOTA", false, false},      /* RFC 9208 */
	{"QUOTAROOT", false, false},  /* RFC 9208 */
	{"SORT", false, false},	      /* RFC 5256 */
	{"THREAD", false, false},     /* RFC 5256 */
	{"UIDBATCHES", false, false}, /* RFC 9799 */
	{"VANISHED", false, false},   /* RFC 7162 */
	{"XLIST", false, false},      /* Gmail */
};

static const struct row *find_row(struct slice name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_equals_nocase(name, rows[i].name))
			return &rows[i];
	return NULL;
}

bool untagged_read(struct slice text, struct untagged *answer)
{
	struct slice rest;
	struct slice word = verb_word(text, &rest);
	size_t digits;
	uint64_t number = slice_decimal(word, &digits);
	bool has_number = digits > 0 && digits == word.len && number <= UINT32_MAX;
	const struct row *row;

	*answer = (struct untagged){.name = "OTHER", .rest = rest};
	if (has_number) {
		word = verb_word(rest, &answer->rest);
		answer->number = (uint32_t)number;
	}
	row = find_row(word);
	if (row == NULL || row->has_number != has_number)
		return false;
	answer->name = row->name;
	return true;
}

bool untagged_is_text(const char *name)
{
	const struct row *row = find_row(slice_from_text(name));

	return row != NULL && row->is_text;
}
