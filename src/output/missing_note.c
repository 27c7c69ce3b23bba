#include "output/missing_note.h"

#include <inttypes.h>

enum {
	GAPS_SHOWN = 1000,
};

/* Gaps, as they are met; those that touch are one. */
struct gaps {
	struct buffer *out;
	const char *separator;
	bool is_gone;  /* some were captured */
	uint64_t size; /* of what passed */
	uint64_t begin;
	uint64_t len; /* of the gap at hand; 0: none */
	uint64_t count;
};

static void put_gap(struct gaps *g)
{
	if (g->len > 0 && g->count++ < GAPS_SHOWN)
		buffer_printf(g->out, "%" PRIu64 " byte%s missing at offset %" PRIu64 ": %s%s", g->len,
			      g->len == 1 ? " is" : "s are", g->begin,
			      g->is_gone && g->len == 1 ? "it is gone"
			      : g->is_gone		? "they are gone"
			      : g->len == 1		? "it was not captured"
							: "they were not captured",
			      g->separator);
	g->len = 0;
}

static void pass(void *ctx, struct slice piece)
{
	struct gaps *g = ctx;

	g->size += piece.len;
}

static void note_gap(void *ctx, uint64_t offset, uint64_t len)
{
	struct gaps *g = ctx;

	if (g->len > 0 && offset != g->begin)
		put_gap(g);
	g->begin = offset;
	g->len += len;
}

static void describe(const struct save_job *job, const char *separator, struct buffer *out)
{
	struct gaps g = {.out = out, .separator = separator, .is_gone = job->is_gone};

	save_read(job, pass, note_gap, &g);
	put_gap(&g);
	if (g.count > GAPS_SHOWN)
		buffer_printf(out, "%" PRIu64 " gaps in all%s", g.count, separator);
	if (job->is_piece)
		buffer_printf(out, "it may be a part only: what began it was not captured%s", separator);
	if (job->is_gone)
		buffer_printf(out, "the capture file was cut or changed before it was saved%s", separator);
	if (job->why[0] != '\0')
		buffer_printf(out, "it ends at offset %" PRIu64 ": %s%s", g.size, job->why, separator);
}

void missing_note_put(const struct save_job *job, struct buffer *out)
{
	buffer_printf(out, "The mail %s is incomplete:\n", job->name);
	describe(job, "\n", out);
}

void missing_note_put_field(const struct save_job *job, struct buffer *out)
{
	buffer_append_text(out, "X-Mailtap-Partial: yes;\n ");
	describe(job, ";\n ", out);
	out->len -= 3; /* the last separator */
	if (out->data[out->len - 1] == ';')
		out->len--;
	buffer_append_byte(out, '\n');
}
