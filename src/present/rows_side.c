/* Who captured a session, what TCP tells of one side of it, and what others say of both, in a line. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/rowtext.h"
#include "present/rows.h"

enum {
	SEEN_NAME_SIZE = 48,
};

/* A list of what is not 0: its first member follows a colon, the others commas. */
struct facts {
	char *out;
	size_t size;
	bool has_any;
};

static void add(struct facts *f, const char *text)
{
	rowtext_append(f->out, f->size, slice_from_text(f->has_any ? ", " : ": "));
	rowtext_append(f->out, f->size, slice_from_text(text));
	f->has_any = true;
}

static void add_count(struct facts *f, uint64_t count, const char *what)
{
	char text[80];

	if (count == 0)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " %s", count, what);
	add(f, text);
}

static void add_closed_window(struct facts *f, const struct tcp_flaws *flaws)
{
	char text[80];

	if (flaws->zero_windows == 0)
		return;
	snprintf(text, sizeof(text), "window closed %" PRIu32 " time%s, up to %.1f s", flaws->zero_windows,
		 flaws->zero_windows == 1 ? "" : "s", (double)flaws->zero_window_ns / (double)CLOCK_NS_PER_S);
	add(f, text);
}

void rows_side(const struct session *s, enum side side, char *out, size_t size)
{
	const struct session_side *facts = &s->side[side];
	const struct tcp_flaws *flaws = session_flaws(facts);
	struct facts f = {.out = out, .size = size};

	rowtext_printf(out, size, "%s %" PRIu64 " packet%s, %" PRIu64 " byte%s",
		       side == SIDE_CLIENT ? "Client" : "Server", facts->packets, facts->packets == 1 ? "" : "s",
		       facts->bytes, facts->bytes == 1 ? "" : "s");
	add_count(&f, facts->missing_bytes, "bytes missing");
	add_count(&f, flaws->retransmitted, "retransmitted");
	add_count(&f, flaws->out_of_order, "out of order");
	add_count(&f, flaws->damaged, "damaged");
	add_count(&f, flaws->duplicate_acks, "duplicate ACKs");
	add_closed_window(&f, flaws);
	add_count(&f, flaws->conflicts, "contradicting overlaps");
	add_count(&f, flaws->copied, "captured twice");
}

void rows_annotations(const struct annotations *a, char *out, size_t size)
{
	char text[ANNOTATIONS_TEXT_MAX + 80];

	for (const struct annotation *n = a->first; n != NULL; n = n->next) {
		snprintf(text, sizeof(text), " %s of the %s: %s.", n->kind,
			 n->side == SIDE_CLIENT ? "client" : "server", n->text);
		rowtext_append(out, size, slice_from_text(text));
	}
}

/* A part of the sentence; names are cut where they are longer than those of people. */
static void append_name(char *out, size_t size, const char *before, const char *name)
{
	char text[SEEN_NAME_SIZE];

	if (name == NULL)
		return;
	rowtext_put(text, sizeof(text), slice_from_text(name));
	rowtext_append(out, size, slice_from_text(before));
	rowtext_append(out, size, slice_from_text(text));
}

size_t rows_seen(const struct engine *e, const struct session *s, char *out, size_t size)
{
	const char *interface = engine_interface(e, s->interface);
	const char *observer = engine_observer(e, s);

	out[0] = '\0';
	if (interface == NULL && observer == NULL)
		return 0;
	rowtext_printf(out, size, "Captured");
	append_name(out, size, " on ", interface);
	append_name(out, size, " by ", observer);
	rowtext_append(out, size, slice_from_text(". "));
	return strlen(out);
}
