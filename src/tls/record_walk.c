#include "tls/record_walk.h"

#include "tls/record_header.h"

void record_walk_init(struct record_walk *w, enum side side, uint64_t offset)
{
	*w = (struct record_walk){.side = side, .offset = offset};
}

void record_walk_gap(struct record_walk *w)
{
	w->is_deaf = true;
}

static void tell(const struct record_walk *w, tls_sink *sink, void *ctx)
{
	struct tls_event event = {.kind = TLS_DATA,
				  .side = w->side,
				  .begin = w->offset - RECORD_HEADER_LEN - record_header_len(w->head),
				  .end = w->offset,
				  .record_len = record_header_len(w->head),
				  .name = "",
				  .protocol = ""};

	if (record_header_is_clear_alert(w->head)) {
		event.kind = TLS_ALERT;
		event.level = w->head[RECORD_HEADER_LEN];
		event.description = w->head[RECORD_HEADER_LEN + 1];
	} else if (w->head[0] == RECORD_ALERT) {
		event.kind = TLS_ALERT_HIDDEN;
	} else if (w->head[0] != RECORD_DATA) {
		return;
	}
	sink(ctx, &event);
}

static bool is_record(const struct record_walk *w)
{
	return record_header_begins(slice_of(w->head, RECORD_HEADER_LEN)) &&
	       record_header_len(w->head) <= RECORD_BODY_MAX;
}

/* A byte of the head, or of the body. */
static void take_head(struct record_walk *w, uint8_t byte)
{
	w->head[w->head_len++] = byte;
	w->offset++;
	if (w->head_len != RECORD_HEADER_LEN)
		return;
	w->left = record_header_len(w->head);
	w->is_deaf = !is_record(w);
}

static size_t take_body(struct record_walk *w, struct slice in)
{
	size_t len = in.len < w->left ? in.len : w->left;

	for (size_t i = 0; i < len && w->head_len < sizeof(w->head); i++)
		w->head[w->head_len++] = in.data[i];
	w->left -= (uint32_t)len;
	w->offset += len;
	return len;
}

void record_walk_feed(struct record_walk *w, struct slice in, tls_sink *sink, void *ctx)
{
	while (in.len > 0 && !w->is_deaf) {
		if (w->head_len < RECORD_HEADER_LEN) {
			take_head(w, in.data[0]);
			in = slice_after(in, 1);
		}
		if (w->head_len < RECORD_HEADER_LEN || w->is_deaf)
			continue;
		in = slice_after(in, take_body(w, in));
		if (w->left > 0)
			continue;
		tell(w, sink, ctx);
		w->head_len = 0;
	}
}
