/* What was added is found again where it stands. The first line is the text; each that follows is a secret. */
#include <assert.h>

#include "mail/secrets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	FOUND_MIN = 4, /* shorter ones are found as words only */
};

/* Whether a place of `value` in the text lies within what was found. */
static bool is_found(struct secrets *s, struct slice text, size_t at, size_t len)
{
	size_t begin;
	size_t end;

	for (size_t from = 0; secrets_find(s, text, from, false, &begin, &end); from = end) {
		assert(begin >= from && end > begin && end <= text.len);
		if (begin <= at && end >= at + len)
			return true;
		if (begin <= at && end > at)
			return true; /* the beginning of it is a part of what was found before */
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of(data, size);
	struct slice text = slice_sub(rest, 0, slice_find(rest, '\n'));
	struct secrets *s = NULL;
	struct slice last = slice_of(NULL, 0);
	const uint8_t *at;

	while ((rest = slice_after(rest, slice_find(rest, '\n') + 1)).len > 0) {
		last = slice_sub(rest, 0, slice_find(rest, '\n'));
		secrets_add(&s, last, false);
	}
	at = last.len >= FOUND_MIN && text.len > 0 ? memmem(text.data, text.len, last.data, last.len) : NULL;
	if (at != NULL && last.len <= SECRETS_LEN_MAX)
		assert(is_found(s, text, (size_t)(at - text.data), last.len));
	is_found(s, text, SIZE_MAX / 2, 1);
	assert(secrets_memory(s) == 0 || s != NULL);
	secrets_free(s);
	return 0;
}
