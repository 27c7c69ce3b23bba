#include "mime/sheet.h"

#include <stdlib.h>

#include "base/mem.h"

void sheet_fini(struct sheet *p)
{
	buffer_fini(&p->text);
	free(p->runs);
	*p = (struct sheet){0};
}

void sheet_begin(struct sheet *p, enum sheet_kind kind)
{
	if (p->run_count > 0 && p->runs[p->run_count - 1].kind == kind)
		return;
	p->runs = mem_grow(p->runs, &p->run_cap, p->run_count + 1, sizeof(*p->runs));
	p->runs[p->run_count++] = (struct sheet_run){.begin = p->text.len, .kind = kind};
}

enum sheet_kind sheet_kind_at(const struct sheet *p, size_t offset)
{
	size_t low = 0;
	size_t high = p->run_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->runs[middle].begin <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? p->runs[low - 1].kind : SHEET_TEXT;
}
