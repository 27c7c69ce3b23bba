#include "common/key_log_ways.h"

#include "common/server_program.h"

#define LIBRARY_WORD "LIBRARY"
#define KEYS_WORD    "KEYS"

static const struct key_log_way rows[] = {
#define KEY_LOG_WAY(name, role, banner, first, second, keys, remark) {name, role, banner, first, second, keys, remark},
#include "common/key_log_ways.def"
#undef KEY_LOG_WAY
};

size_t key_log_ways_count(void)
{
	return sizeof(rows) / sizeof(rows[0]);
}

const struct key_log_way *key_log_ways_row(size_t number)
{
	return number < key_log_ways_count() ? &rows[number] : NULL;
}

size_t key_log_ways_find(struct slice greeting)
{
	for (size_t i = 0; i < key_log_ways_count(); i++)
		if (rows[i].role == KEY_LOG_SERVER && rows[i].banner != NULL &&
		    server_program_says(greeting, rows[i].banner))
			return i;
	return SIZE_MAX;
}

/* ---- the lines ---- */

static void put(char *out, size_t size, size_t *len, const char *text, size_t text_len)
{
	for (size_t i = 0; i < text_len && *len + 1 < size; i++)
		out[(*len)++] = text[i];
	out[*len] = '\0';
}

void key_log_ways_fill(char *out, size_t size, const char *text, const char *library, const char *keys)
{
	static const size_t library_len = sizeof(LIBRARY_WORD) - 1;
	static const size_t keys_len = sizeof(KEYS_WORD) - 1;
	size_t len = 0;

	out[0] = '\0';
	while (*text != '\0')
		if (strncmp(text, LIBRARY_WORD, library_len) == 0) {
			put(out, size, &len, library, strlen(library));
			text += library_len;
		} else if (strncmp(text, KEYS_WORD, keys_len) == 0) {
			put(out, size, &len, keys, strlen(keys));
			text += keys_len;
		} else {
			put(out, size, &len, text++, 1);
		}
}
