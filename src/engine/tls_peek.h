/*
 * tls_peek: which protocol of mail speaks in a TLS connection on a port that is not one of mail's, where its keys are
 * known: by the first words in it. Private to the engine layer.
 */
#ifndef ENGINE_TLS_PEEK_H
#define ENGINE_TLS_PEEK_H

#include "common/protocol.h"
#include "flow/flow.h"
#include "store/store.h"
#include "tls/tls_reader.h"

struct tls_peek_scene {
	const struct store *store;
	tls_find_keys *find;
	void *ctx;
};

/* PROTOCOL_UNKNOWN while undecided or when it is none; `*decided` tells which. `begin`: where both sides' first words
 * are. */
enum protocol tls_peek(const struct tls_peek_scene *scene, const struct flow *f, const uint64_t begin[SIDES],
		       bool *decided);

#endif
