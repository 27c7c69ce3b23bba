/*
 * key_log: reads the lines of a key log (RFC 9850, NSS): "LABEL client_random secret". A push parser, pure; pieces of
 * any size go in.
 *
 * Lines end by LF, CRLF or CR. Comments, labels that are not needed and lines that do not fit are passed over, however
 * long. What it keeps of a line is wiped once that is told.
 */
#ifndef TLS_KEY_LOG_H
#define TLS_KEY_LOG_H

#include "base/slice.h"
#include "tls/key_set.h"

enum {
	KEY_LINE_MAX = 256, /* longer is none */
};

struct key_line {
	enum key_label label;
	uint8_t client_random[KEY_RANDOM_LEN];
	struct key_secret secret;
	uint64_t begin; /* of the line, counted from where the parser began */
	uint64_t end;	/* behind its last character */
};

/* `line` is valid during the call only, and wiped behind it. */
typedef void key_line_sink(void *ctx, const struct key_line *line);

struct key_log {
	uint64_t offset;
	uint64_t begin;	  /* of the line at hand */
	bool is_skipping; /* it fits no more */
	uint16_t len;
	char line[KEY_LINE_MAX];
};

void key_log_init(struct key_log *k);
void key_log_feed(struct key_log *k, struct slice in, key_line_sink *sink, void *ctx);
/* The log ends: a last line without its end counts too. */
void key_log_finish(struct key_log *k, key_line_sink *sink, void *ctx);

/* One whole line without its end; false: it is none that is needed. */
bool key_log_parse(struct slice line, struct key_line *out);

#endif
