/* Whole and in pieces the same lines are read, and what was read is found again. The first byte is the length of a
 * piece.
 */
#include <assert.h>

#include "tls/key_log.h"
#include "tls/secret_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	LINES_MAX = 64,
	TABLE_BYTES = 64 << 10,
};

struct lines {
	struct slice in;
	struct secret_table *places;
	struct secret_table *secrets;
	struct key_line first[LINES_MAX];
	size_t count;
};

static void take(void *ctx, const struct key_line *line)
{
	struct lines *lines = ctx;
	struct key_line again;

	assert(line->begin < line->end && line->end <= lines->in.len && line->label < KEY_LABELS);
	assert(key_log_parse(slice_sub(lines->in, line->begin, line->end - line->begin), &again));
	assert(memcmp(again.client_random, line->client_random, KEY_RANDOM_LEN) == 0);
	secret_table_add_place(lines->places, 0, line);
	secret_table_add(lines->secrets, line);
	if (lines->count < LINES_MAX)
		lines->first[lines->count++] = *line;
}

static size_t read_again(void *ctx, unsigned int log, uint64_t offset, uint8_t *out, size_t len)
{
	const struct lines *lines = ctx;
	struct slice part = slice_sub(lines->in, offset, len);

	assert(log == 0 && part.len == len);
	memcpy(out, part.data, part.len);
	return part.len;
}

static void begin(struct lines *lines, struct slice in)
{
	*lines = (struct lines){.in = in};
	lines->places = secret_table_new(TABLE_BYTES, read_again, lines);
	lines->secrets = secret_table_new(TABLE_BYTES, NULL, NULL);
}

static void end(struct lines *lines)
{
	secret_table_free(lines->places);
	secret_table_free(lines->secrets);
}

static bool is_same(const struct key_secret *a, const struct key_secret *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static const struct key_line *first_like(const struct lines *lines, const struct key_line *line)
{
	const struct key_line *first = lines->first;

	while (first->label != line->label || memcmp(first->client_random, line->client_random, KEY_RANDOM_LEN) != 0)
		first++;
	return first;
}

static void look(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct key_line *line = &lines->first[i];
		struct key_set of_place = {0};
		struct key_set kept = {0};
		char text[2048];

		assert(secret_table_find(lines->places, line->client_random, &of_place));
		assert(is_same(&of_place.of[line->label], &first_like(lines, line)->secret));
		assert(secret_table_find(lines->secrets, line->client_random, &kept));
		assert(kept.of[line->label].len > 0);
		assert(key_set_print(&of_place, line->client_random, text, sizeof(text)) == strlen(text));
		key_set_print(&of_place, line->client_random, text, 16 * i);
	}
	secret_table_forget(lines->places, 0);
	assert(secret_table_use(lines->places).places == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_after(slice_of(data, size), 1);
	struct lines whole;
	struct lines pieces;
	struct key_log log;

	begin(&whole, in);
	begin(&pieces, in);
	key_log_init(&log);
	key_log_feed(&log, in, take, &whole);
	key_log_finish(&log, take, &whole);
	key_log_init(&log);
	for (; in.len > 0; in = slice_after(in, data[0] + 1U))
		key_log_feed(&log, slice_sub(in, 0, data[0] + 1U), take, &pieces);
	key_log_finish(&log, take, &pieces);
	assert(whole.count == pieces.count);
	for (size_t i = 0; i < whole.count; i++)
		assert(whole.first[i].begin == pieces.first[i].begin && whole.first[i].end == pieces.first[i].end);
	look(&whole);
	end(&whole);
	end(&pieces);
	return 0;
}
