#include <assert.h>

#include "proto/tls_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(void *ctx, const struct tls_event *event)
{
	uint64_t *events = ctx;

	assert(event->begin < event->end && event->bytes.len <= TLS_MESSAGE_MAX);
	assert(strlen(tls_version_name(event->version)) > 0);
	if (event->kind == TLS_ALERT)
		tls_alert_name(event->description);
	*events = *events * 31 + event->end + event->kind + strlen(event->name);
}

/* Whole and in pieces the same is told. The first byte is the length of a piece. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_after(slice_of(data, size), 1);
	uint64_t whole = 0;
	uint64_t pieces = 0;
	struct tls_record t;

	tls_record_init(&t, SIDE_SERVER);
	tls_record_feed(&t, in, look, &whole);
	tls_record_init(&t, SIDE_SERVER);
	tls_record_gap(&t);
	tls_record_init(&t, SIDE_SERVER);
	for (; in.len > 0; in = slice_after(in, data[0] + 1U))
		tls_record_feed(&t, slice_sub(in, 0, data[0] + 1U), look, &pieces);
	assert(whole == pieces);
	return 0;
}
