#include "flow/byte_stream.h"

#include <assert.h>

struct byte_run byte_stream_at(const struct byte_stream *s, uint64_t offset)
{
	const struct extents *x = s->extents;
	size_t at = extents_find(x, offset);
	struct byte_run run = {.kind = BYTE_RUN_BYTES};
	const struct extent *e;

	if (at == x->count)
		return (struct byte_run){.kind = BYTE_RUN_NONE};
	e = &x->items[at];
	assert(e->offset <= offset); /* what is forgotten is not asked for */
	run.len = (extent_is_here(e) ? e->len : extents_run_len(x, at)) - (offset - e->offset);
	if (offset >= s->opaque_begin || e->place == EXTENT_OPAQUE)
		run.kind = BYTE_RUN_OPAQUE;
	else if (e->place == EXTENT_MISSING)
		run.kind = BYTE_RUN_GAP;
	else
		run.place = e->place + (offset - e->offset);
	if (run.kind != BYTE_RUN_OPAQUE && run.len > s->opaque_begin - offset)
		run.len = s->opaque_begin - offset;
	return run;
}
