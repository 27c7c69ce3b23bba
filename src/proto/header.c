#include "proto/header.h"

#include <assert.h>

static const char *const names[HEADER_FIELDS] = {
	[HEADER_FROM] = "From",
	[HEADER_TO] = "To",
	[HEADER_CC] = "Cc",
	[HEADER_SUBJECT] = "Subject",
	[HEADER_DATE] = "Date",
	[HEADER_MESSAGE_ID] = "Message-ID",
	[HEADER_X_MAILER] = "X-Mailer",
	[HEADER_USER_AGENT] = "User-Agent",
};

const char *header_name(enum header_field field)
{
	assert(field < HEADER_FIELDS);
	return names[field];
}

/* A line at `at`: its text without the line end, and where the next one begins. */
struct header_line {
	struct slice text;
	size_t next;
	bool ended;
};

static struct header_line read_line(struct slice mail, size_t at)
{
	struct slice rest = slice_after(mail, at);
	size_t len = slice_find(rest, '\n');
	struct header_line line = {.text = slice_sub(rest, 0, len), .next = at + len, .ended = len < rest.len};

	if (line.ended)
		line.next++;
	if (line.ended && len > 0 && rest.data[len - 1] == '\r')
		line.text.len--;
	return line;
}

static bool is_fold(struct slice text)
{
	return text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t');
}

/* RFC 5322 section 2.2; blanks before the colon are its obsolete form (section 4.5). HEADER_FIELDS: none of ours. */
static enum header_field read_name(struct slice text, size_t *value_at)
{
	size_t colon = slice_find(text, ':');
	struct slice name = slice_trim_right(slice_sub(text, 0, colon));
	int field = 0;

	*value_at = colon + 1;
	while (field < HEADER_FIELDS && (colon == text.len || !slice_equals_nocase(name, names[field])))
		field++;
	return (enum header_field)field;
}

/* Puts `value` down unless an earlier field of that name was found; it may be empty but not absent. */
static void keep(struct header_places *places, enum header_field field, struct slice mail, size_t begin, size_t end)
{
	if (field < HEADER_FIELDS && places->value[field].data == NULL)
		places->value[field] = slice_of(mail.data + begin, end > begin ? end - begin : 0);
}

void header_scan(struct slice mail, bool is_end, struct header_places *places)
{
	enum header_field field = HEADER_FIELDS;
	size_t value_begin = 0;
	size_t value_end = 0;
	size_t at = 0;

	*places = (struct header_places){.whole = is_end, .block_len = mail.len};
	while (at < mail.len) {
		struct header_line line = read_line(mail, at);
		size_t value_at;

		assert(line.next > at && line.next <= mail.len);
		if (!line.ended && !is_end)
			return; /* neither this line nor the field before it is whole: this one may be its fold */
		if (!is_fold(line.text)) {
			keep(places, field, mail, value_begin, value_end);
			field = read_name(line.text, &value_at);
			value_begin = at + value_at;
		}
		if (line.text.len == 0) {
			places->whole = true;
			places->block_len = line.next;
			return;
		}
		value_end = at + line.text.len;
		at = line.next;
	}
	if (is_end)
		keep(places, field, mail, value_begin, value_end);
}
