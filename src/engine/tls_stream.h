/*
 * tls_stream: the stream_filter that reads TLS, with the keys of whoever has them. What TLS tells beside the text goes
 * to the session and its diagnosis. Private to the engine layer; worker thread.
 */
#ifndef ENGINE_TLS_STREAM_H
#define ENGINE_TLS_STREAM_H

#include "engine/stream_filter.h"
#include "tls/certificate_cache.h"
#include "tls/tls_reader.h"

struct tls_stream_keys {
	tls_find_keys *find; /* NULL: there are none, and will be none */
	void *ctx;
	/* Told of what was found for a connection that is put out, each secret once; NULL: nobody is. */
	void (*found)(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], const struct key_set *keys);
	void *found_ctx;
	struct resumption *resumption;
	struct certificate_cache *certificates;
};

/* Its `ctx` is a struct tls_stream_keys, as long as it is there. */
extern const struct stream_filter tls_stream_filter;

#endif
