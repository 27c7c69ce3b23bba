#include <assert.h>

#include "proto/tls_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	uint64_t events;
	uint64_t end;
};

static void look(void *ctx, const struct tls_event *event)
{
	struct seen *seen = ctx;

	assert(event->begin < event->end && event->end >= seen->end);
	assert(event->bytes.len <= TLS_MESSAGE_MAX && strlen(event->name) < TLS_NAME_SIZE);
	seen->events += 1 + event->kind;
	seen->end = event->end;
}

/* Whole and in pieces the same is told. The first byte is the length of a piece. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_after(slice_of(data, size), 1);
	size_t len = size > 0 ? data[0] + 1U : 1;
	struct seen whole = {0};
	struct seen pieces = {0};
	struct tls_record t;

	tls_record_init(&t, SIDE_SERVER);
	tls_record_feed(&t, in, look, &whole);
	tls_record_init(&t, SIDE_SERVER);
	for (; in.len > 0; in = slice_after(in, len))
		tls_record_feed(&t, slice_sub(in, 0, len), look, &pieces);
	assert(whole.events == pieces.events);
	return 0;
}
