#include "mail/secrets.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/mem.h"

enum {
	BYTES_MAX = 16 * 1024, /* of all */
	ANYWHERE_MIN = 4,      /* shorter ones count as words only, and in a direct answer */
	PART_MIN = 5,	       /* of a beginning, as a word */
	PART_DIRECT_MIN = 3,
	PART_ANYWHERE_MIN = 12,
	/* bytes that are held against those of a secret: altogether, and for each that is looked through */
	STEPS_FREE = 64 * 1024,
	STEPS_PER_BYTE = 16,
};

struct value {
	uint16_t at; /* in `bytes` */
	uint16_t len;
	bool is_cut;
};

struct secrets {
	struct value values[SECRETS_MAX];
	size_t count;
	struct buffer bytes;
	uint32_t first[8];	       /* a bit for each byte that one begins with, letters as capitals */
	uint8_t first_of[SECRETS_MAX]; /* which that is */
	uint64_t steps;
	uint64_t looked_through; /* bytes */
};

static struct slice value_of(const struct secrets *s, size_t number)
{
	return slice_sub(buffer_slice(&s->bytes), s->values[number].at, s->values[number].len);
}

static void mark_first(struct secrets *s)
{
	memset(s->first, 0, sizeof(s->first));
	for (size_t i = 0; i < s->count; i++) {
		struct slice value = value_of(s, i);
		uint8_t byte;

		assert(value.len > 0 && value.data != NULL);
		byte = s->first_of[i] = slice_upper_byte(value.data[0]);
		s->first[byte / 32] |= 1U << byte % 32;
	}
}

static void drop_oldest(struct secrets *s)
{
	uint16_t len = s->values[0].len;

	assert(s->count > 0 && s->values[0].at == 0 && len <= s->bytes.len);
	memmove(s->bytes.data, s->bytes.data + len, s->bytes.len - len);
	s->bytes.len -= len;
	s->count--;
	memmove(&s->values[0], &s->values[1], s->count * sizeof(s->values[0]));
	for (size_t i = 0; i < s->count; i++)
		s->values[i].at = (uint16_t)(s->values[i].at - len);
}

static bool is_known(const struct secrets *s, struct slice value)
{
	for (size_t i = 0; i < s->count; i++)
		if (slice_equals(value_of(s, i), value))
			return true;
	return false;
}

void secrets_add(struct secrets **secrets, struct slice value, bool is_cut)
{
	struct secrets *s = *secrets;

	is_cut |= value.len > SECRETS_LEN_MAX;
	if (value.len == 0)
		return;
	if (s == NULL)
		s = *secrets = mem_zalloc(sizeof(*s));
	value = slice_sub(value, 0, SECRETS_LEN_MAX);
	if (is_known(s, value))
		return;
	while (s->count == SECRETS_MAX || s->bytes.len + value.len > BYTES_MAX)
		drop_oldest(s);
	s->values[s->count++] =
		(struct value){.at = (uint16_t)s->bytes.len, .len = (uint16_t)value.len, .is_cut = is_cut};
	buffer_append(&s->bytes, value);
	mark_first(s);
}

void secrets_free(struct secrets *s)
{
	if (s == NULL)
		return;
	buffer_fini(&s->bytes);
	free(s);
}

size_t secrets_memory(const struct secrets *s)
{
	return s != NULL ? sizeof(*s) + s->bytes.cap : 0;
}

static bool is_word_byte(struct slice text, size_t at)
{
	uint8_t byte = at < text.len ? slice_upper_byte(text.data[at]) : 0;

	return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
}

static bool is_word(struct slice text, size_t begin, size_t end)
{
	return (begin == 0 || !is_word_byte(text, begin - 1)) && !is_word_byte(text, end);
}

static size_t word_end(struct secrets *s, struct slice text, size_t at)
{
	size_t begin = at;

	while (at < text.len && text.data[at] > ' ' && strchr("\"'`<>[]", text.data[at]) == NULL)
		at++;
	s->steps += at - begin;
	return at;
}

/* Servers put backslashes before quotes, and question marks for what cannot be printed. */
static bool is_same(uint8_t of_value, uint8_t of_text)
{
	return slice_upper_byte(of_value) == slice_upper_byte(of_text) ||
	       (of_text == '?' && (of_value < 0x20 || of_value > 0x7e));
}

/* How far `text` goes along with the beginning of `value`; `*value_len`: and how much of that it is. */
static size_t common_len(struct slice value, struct slice text, size_t *value_len)
{
	size_t len = 0;

	*value_len = 0;
	for (size_t at = 0; at < text.len && *value_len < value.len; at++) {
		if (is_same(value.data[*value_len], text.data[at])) {
			(*value_len)++;
			len = at + 1;
		} else if (text.data[at] != '\\') {
			break;
		}
	}
	return len;
}

/* The length of what stands at `at` and is the value, or a part of it that says too much; 0: nothing. */
static size_t found_len(struct secrets *s, size_t number, struct slice text, size_t at, bool is_direct)
{
	struct slice value = value_of(s, number);
	size_t value_len;
	size_t len = common_len(value, slice_after(text, at), &value_len);
	bool bounded = is_word(text, at, at + len);

	s->steps += 1 + value_len;
	if (value_len == value.len) {
		if (value.len < ANYWHERE_MIN && !(is_direct && bounded))
			return 0;
		return s->values[number].is_cut ? text.len - at : len;
	}
	if (bounded && value_len >= (is_direct ? PART_DIRECT_MIN : PART_MIN))
		return len;
	/* the word goes on in another way: that may be a secret of its own, of which this is not the beginning */
	return value_len >= PART_ANYWHERE_MIN ? word_end(s, text, at + len) - at : 0;
}

/* Whether a secret may stand where a text has this byte, a letter as capital: see is_same. */
static bool may_begin(const struct secrets *s, size_t number, uint8_t byte)
{
	uint8_t first = s->first_of[number];

	return first == byte || byte == '\\' || (byte == '?' && (first < 0x20 || first > 0x7e));
}

/* The longest of all that stand at `at`; 0: none does. */
static size_t longest_len(struct secrets *s, struct slice text, size_t at, bool is_direct)
{
	uint8_t byte = slice_upper_byte(text.data[at]);
	size_t longest = 0;

	if (byte != '\\' && byte != '?' && !(s->first[byte / 32] >> byte % 32 & 1))
		return 0;
	for (size_t i = 0; i < s->count; i++) {
		size_t len = may_begin(s, i, byte) ? found_len(s, i, text, at, is_direct) : 0;

		longest = len > longest ? len : longest;
	}
	return longest;
}

bool secrets_are_costly(const struct secrets *s)
{
	return s != NULL && s->steps > STEPS_FREE + STEPS_PER_BYTE * s->looked_through;
}

bool secrets_find(struct secrets *s, struct slice text, size_t from, bool is_direct, size_t *begin, size_t *end)
{
	for (size_t at = from; s != NULL && at < text.len; at++) {
		size_t longest = secrets_are_costly(s) ? 0 : longest_len(s, text, at, is_direct);

		s->looked_through++;
		if (longest == 0 && !secrets_are_costly(s))
			continue;
		*begin = at;
		*end = secrets_are_costly(s) ? text.len : at + longest;
		assert(*end <= text.len);
		return true;
	}
	return false;
}
