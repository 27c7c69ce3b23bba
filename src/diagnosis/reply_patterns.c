#include "diagnosis/reply_patterns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "diagnosis/phrase.h"

enum {
	FIELDS = 4,
	FILE_MAX = 1024 * 1024,
};

struct reply_patterns {
	struct reply_pattern *rows;
	size_t count;
	size_t cap;
	struct arena texts;
};

static const char built_in[] =
#include "diagnosis/reply_patterns.inc"
	;

static bool find_rule(struct slice id, enum rule *rule)
{
	for (int i = 0; i < RULES; i++)
		if (slice_equals_nocase(id, rule_row((enum rule)i)->id)) {
			*rule = (enum rule)i;
			return true;
		}
	return false;
}

/* "rule | code | words | meaning"; false: `err` says what is wrong. */
static bool read_row(struct slice line, struct reply_pattern *row, struct error *err)
{
	struct slice fields[FIELDS];
	struct slice rest = line;

	for (int i = 0; i < FIELDS; i++) {
		size_t bar = i < FIELDS - 1 ? slice_find(rest, '|') : rest.len;

		if (bar == rest.len && i < FIELDS - 1)
			return error_set(err, "a row has four parts: rule | code | words | meaning");
		fields[i] = slice_trim(slice_sub(rest, 0, bar));
		rest = slice_after(rest, bar + 1);
	}
	if (!find_rule(fields[0], &row->rule))
		return error_set(err, "there is no rule %.*s", (int)(fields[0].len < 20 ? fields[0].len : 20),
				 (const char *)fields[0].data);
	if (fields[2].len == 0)
		return error_set(err, "there are no words to look for");
	row->code = fields[1];
	row->words = fields[2];
	row->meaning = fields[3];
	return true;
}

static void insert(struct reply_patterns *w, size_t at, const struct reply_pattern *row)
{
	w->rows = mem_grow(w->rows, &w->cap, w->count + 1, sizeof(*w->rows));
	memmove(&w->rows[at + 1], &w->rows[at], (w->count - at) * sizeof(*w->rows));
	w->rows[at] = *row;
	w->count++;
}

bool reply_patterns_add(struct reply_patterns *w, struct slice text, struct error *err)
{
	struct slice rest = arena_copy(&w->texts, text);
	struct error why;
	size_t at = 0;

	for (unsigned int number = 1; rest.len > 0; number++) {
		size_t len = slice_find(rest, '\n');
		struct slice line = slice_trim(slice_sub(rest, 0, len));
		struct reply_pattern row;

		rest = slice_after(rest, len + 1);
		if (line.len > 0 && line.data[line.len - 1] == '\r')
			line.len--;
		if (line.len == 0 || line.data[0] == '#')
			continue;
		if (!read_row(line, &row, &why))
			return error_set(err, "line %u: %.400s", number, why.text);
		insert(w, at++, &row);
	}
	return true;
}

struct reply_patterns *reply_patterns_new(void)
{
	struct reply_patterns *w = mem_zalloc(sizeof(*w));
	struct error err;

	if (!reply_patterns_add(w, slice_from_text(built_in), &err))
		abort(); /* a test reads the same file */
	return w;
}

void reply_patterns_free(struct reply_patterns *w)
{
	if (w == NULL)
		return;
	free(w->rows);
	arena_fini(&w->texts);
	free(w);
}

bool reply_patterns_add_file(struct reply_patterns *w, const char *path, struct error *err)
{
	FILE *file = fopen(path, "re");
	char *text;
	struct error why;
	size_t len;
	bool good;

	if (file == NULL)
		return error_set(err, "%.300s cannot be read: %s", path, strerror(errno));
	text = mem_alloc(FILE_MAX);
	len = fread(text, 1, FILE_MAX, file);
	good = !ferror(file) && (len < FILE_MAX || fgetc(file) == EOF);
	fclose(file);
	if (!good)
		error_set(err, "%.300s cannot be read, or is longer than 1 MiB", path);
	else if (!reply_patterns_add(w, slice_of(text, len), &why))
		good = error_set(err, "%.150s, %.340s", path, why.text);
	free(text);
	return good;
}

const struct reply_pattern *reply_patterns_find(const struct reply_patterns *w, const struct reply *r)
{
	struct slice text = reply_text(r);

	for (size_t i = 0; w != NULL && i < w->count; i++) {
		const struct reply_pattern *row = &w->rows[i];

		if (row->code.len <= r->code_len &&
		    (row->code.len == 0 || memcmp(row->code.data, r->code, row->code.len) == 0) &&
		    phrase_stands_in(text, row->words, true))
			return row;
	}
	return NULL;
}

size_t reply_patterns_count(const struct reply_patterns *w)
{
	return w->count;
}
