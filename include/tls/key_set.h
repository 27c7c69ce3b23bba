/*
 * key_set: the secrets of one handshake, by the labels of the key log format (RFC 9850, NSS).
 *
 * Whoever holds one wipes it (key_set_wipe) before its memory goes.
 */
#ifndef TLS_KEY_SET_H
#define TLS_KEY_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KEY_RANDOM_LEN = 32,
	KEY_SECRET_MAX = 48,
	KEY_SET_TEXT_SIZE = 2048,
};

/* In the order in which they come into use. */
enum key_label {
	KEY_CLIENT_RANDOM, /* the master secret, before TLS 1.3 */
	KEY_CLIENT_EARLY_TRAFFIC_SECRET,
	KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET,
	KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET,
	KEY_CLIENT_TRAFFIC_SECRET_0,
	KEY_SERVER_TRAFFIC_SECRET_0,
	KEY_LABELS,
};

struct key_secret {
	uint8_t len; /* 0: not known */
	uint8_t bytes[KEY_SECRET_MAX];
};

struct key_set {
	struct key_secret of[KEY_LABELS];
};

/* As a key log writes it. */
const char *key_set_label_name(enum key_label label);

/* Writes them as a key log has them to `out` (at most `size` bytes with the NUL); returns the length, 0 when there are
 * none or they do not fit: KEY_SET_TEXT_SIZE is enough. The caller wipes it. */
size_t key_set_print(const struct key_set *s, const uint8_t client_random[KEY_RANDOM_LEN], char *out, size_t size);

bool key_set_has_any(const struct key_set *s);
void key_set_wipe(struct key_set *s);

#endif
