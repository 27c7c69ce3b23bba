/*
 * body_lint: facts about a mail's bytes that tell why it may not arrive as it should: header fields that are missing or
 * doubled, lines that are too long, 8-bit text, ends that are none (RFC 5322, RFC 5321 section 4.5.3.1.6, RFC 6152, RFC
 * 3030).
 *
 * A push scanner, pure: the mail's bytes go in as they stood on the wire, in pieces of any size, dots doubled or not.
 * It keeps the beginning of the header, BODY_LINT_HEADER_MAX bytes at most.
 */
#ifndef PROTO_BODY_LINT_H
#define PROTO_BODY_LINT_H

#include "base/buffer.h"

enum {
	BODY_LINT_HEADER_MAX = 64 * 1024,
	BODY_LINT_LINE_MAX = 998, /* without its line end */
	BODY_LINT_RECEIVED_MAX = 10000,
	BODY_LINT_COMMAND_MAX = 64, /* looked at of a line that may be a command */
};

/* Looks for an end that only some servers see (LF.LF, CRLF.LF, CR.CR and so on) with a command after it. */
struct body_lint_ends {
	uint8_t before[2]; /* the latest bytes */
	uint8_t state;
	uint8_t first; /* the line end before the dot */
	uint8_t len;
	uint8_t line[BODY_LINT_COMMAND_MAX];
};

struct body_lint {
	/* of the whole mail */
	uint64_t longest_line;
	uint32_t dotted_lines;	/* that begin with a dot */
	uint32_t doubled_lines; /* with two */
	bool has_8bit_body;
	bool has_gap;
	bool has_hidden_command; /* of mails whose dots are doubled: after an end that only some servers see */
	/* of the header, valid after body_lint_finish */
	bool has_header; /* it was seen whole */
	bool has_8bit_header;
	bool has_split_word; /* an encoded word ends within a character (RFC 2047 section 5) */
	uint32_t from_count;
	uint32_t date_count;
	uint32_t message_id_count;
	uint32_t received_count;
	struct slice from; /* the first field's value, folded as sent, in `header` */
	struct slice to;
	struct slice cc;
	struct slice message_id;
	/* the scanner's own */
	bool in_body;
	bool ends_in_cr;
	uint64_t line_len;
	uint8_t line_begin[2];
	struct body_lint_ends ends;
	struct buffer header;
};

void body_lint_init(struct body_lint *i);
void body_lint_feed(struct body_lint *i, struct slice piece);
/* Bytes are missing. */
void body_lint_gap(struct body_lint *i);
void body_lint_finish(struct body_lint *i);
void body_lint_fini(struct body_lint *i);

#endif
