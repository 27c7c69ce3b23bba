#include "mime/styled_text.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

void styled_text_fini(struct styled_text *t)
{
	buffer_fini(&t->text);
	free(t->runs);
	*t = (struct styled_text){0};
}

static void begin(struct styled_text *t, enum styled_text_kind kind, uint32_t part)
{
	if (t->run_count > 0 && t->runs[t->run_count - 1].kind == kind && t->runs[t->run_count - 1].part == part)
		return;
	assert(t->run_count == 0 || t->runs[t->run_count - 1].begin <= t->text.len);
	t->runs = mem_grow(t->runs, &t->run_cap, t->run_count + 1, sizeof(*t->runs));
	t->runs[t->run_count++] = (struct styled_text_run){.begin = t->text.len, .kind = kind, .part = part};
}

void styled_text_begin(struct styled_text *t, enum styled_text_kind kind)
{
	begin(t, kind, 0);
}

void styled_text_begin_part(struct styled_text *t, uint32_t number)
{
	begin(t, STYLED_PART, number);
}

enum styled_text_kind styled_text_kind_at(const struct styled_text *t, size_t offset)
{
	size_t low = 0;
	size_t high = t->run_count;

	assert(offset <= t->text.len);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->runs[middle].begin <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? t->runs[low - 1].kind : STYLED_BODY;
}
