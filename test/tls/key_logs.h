/*
 * key_logs: logs for tests, in memory. The secrets of a handshake follow from its number.
 */
#ifndef TEST_TLS_KEY_LOGS_H
#define TEST_TLS_KEY_LOGS_H

#include <check.h>

#include "base/buffer.h"
#include "tls/secret_table.h"

enum {
	KEY_LOGS = 4,
};

struct key_logs {
	struct buffer logs[KEY_LOGS];
	size_t piece; /* a read gives no more; 0: all that is asked for */
	size_t reads;
	size_t read_len;
};

static inline void key_logs_fini(struct key_logs *l)
{
	for (int i = 0; i < KEY_LOGS; i++)
		buffer_fini(&l->logs[i]);
}

/* A secret_table_read. */
static inline size_t key_logs_read(void *ctx, unsigned int log, uint64_t offset, uint8_t *out, size_t len)
{
	struct key_logs *l = ctx;
	struct slice part;

	ck_assert_uint_lt(log, KEY_LOGS);
	part = slice_sub(buffer_slice(&l->logs[log]), (size_t)offset, len);
	part = slice_sub(part, 0, l->piece > 0 ? l->piece : part.len);
	if (part.len > 0)
		memcpy(out, part.data, part.len);
	l->reads++;
	l->read_len += part.len;
	return part.len;
}

static inline void key_logs_fill(uint8_t *out, size_t len, uint64_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed += UINT64_C(0x9e3779b97f4a7c15);
		seed = (seed ^ seed >> 31) * UINT64_C(0xbf58476d1ce4e5b9);
		out[i] = (uint8_t)(seed >> 56);
	}
}

static inline void key_logs_random(uint32_t handshake, uint8_t client_random[KEY_RANDOM_LEN])
{
	key_logs_fill(client_random, KEY_RANDOM_LEN, handshake);
}

/* Every third handshake is of a suite with SHA-384. */
static inline struct key_secret key_logs_secret(uint32_t handshake, enum key_label label)
{
	struct key_secret secret = {.len = label == KEY_CLIENT_RANDOM || handshake % 3 == 0 ? 48 : 32};

	key_logs_fill(secret.bytes, secret.len, (uint64_t)handshake << 32 | (1U + label));
	return secret;
}

static inline struct key_line key_logs_line(uint32_t handshake, enum key_label label)
{
	struct key_line line = {.label = label, .secret = key_logs_secret(handshake, label), .begin = 1, .end = 2};

	key_logs_random(handshake, line.client_random);
	return line;
}

static inline void key_logs_hex(struct buffer *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buffer_printf(out, "%02x", bytes[i]);
}

static inline void key_logs_append(struct buffer *out, uint32_t handshake, enum key_label label, const char *end)
{
	struct key_line line = key_logs_line(handshake, label);

	buffer_printf(out, "%s ", key_set_label_name(label));
	key_logs_hex(out, line.client_random, KEY_RANDOM_LEN);
	buffer_append_byte(out, ' ');
	key_logs_hex(out, line.secret.bytes, line.secret.len);
	buffer_append_text(out, end);
}

/* The lines of TLS 1.3, or the one of TLS 1.2. */
static inline void key_logs_append_all(struct buffer *out, uint32_t handshake, bool is_1_3)
{
	if (!is_1_3)
		key_logs_append(out, handshake, KEY_CLIENT_RANDOM, "\n");
	for (int label = KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET; is_1_3 && label < KEY_LABELS; label++)
		key_logs_append(out, handshake, (enum key_label)label, "\n");
}

struct key_logs_index {
	struct secret_table *table;
	unsigned int log;
};

static inline void key_logs_take(void *ctx, const struct key_line *line)
{
	struct key_logs_index *index = ctx;

	secret_table_add_place(index->table, index->log, line);
}

static inline void key_logs_index(struct key_logs *l, unsigned int log, struct secret_table *t)
{
	struct key_logs_index index = {t, log};
	struct key_log parser;

	key_log_init(&parser);
	key_log_feed(&parser, buffer_slice(&l->logs[log]), key_logs_take, &index);
	key_log_finish(&parser, key_logs_take, &index);
}

static inline bool key_logs_find(struct secret_table *t, uint32_t handshake, struct key_set *found)
{
	uint8_t client_random[KEY_RANDOM_LEN];
	bool is_known;

	*found = (struct key_set){0};
	key_logs_random(handshake, client_random);
	is_known = secret_table_find(t, client_random, found);
	ck_assert_int_eq(is_known, key_set_has_any(found));
	return is_known;
}

static inline bool key_logs_is_right(const struct key_set *found, uint32_t handshake, enum key_label label)
{
	struct key_secret wanted = key_logs_secret(handshake, label);
	const struct key_secret *secret = &found->of[label];

	if (secret->len == 0)
		return false;
	ck_assert_uint_eq(secret->len, wanted.len);
	ck_assert_mem_eq(secret->bytes, wanted.bytes, wanted.len);
	return true;
}

static inline bool key_logs_is_known(struct secret_table *t, uint32_t handshake, enum key_label label)
{
	struct key_set found;

	return key_logs_find(t, handshake, &found) && key_logs_is_right(&found, handshake, label);
}

#endif
