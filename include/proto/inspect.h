/*
 * inspect: facts about a mail's bytes that tell why it may not arrive as it should: header fields that are missing or
 * doubled, lines that are too long, 8-bit text, ends that are none (RFC 5322, RFC 5321 section 4.5.3.1.6, RFC 6152, RFC
 * 3030).
 *
 * A push scanner, pure: the mail's bytes go in as they stood on the wire, in pieces of any size, dots doubled or not.
 * It keeps the beginning of the header, INSPECT_HEADER_MAX bytes at most.
 */
#ifndef PROTO_INSPECT_H
#define PROTO_INSPECT_H

#include "base/buffer.h"

enum {
	INSPECT_HEADER_MAX = 64 * 1024,
	INSPECT_LINE_MAX = 998, /* without its line end */
	INSPECT_RECEIVED_MAX = 10000,
	INSPECT_COMMAND_MAX = 64, /* looked at of a line that may be a command */
};

/* Looks for an end that only some servers see (LF.LF, CRLF.LF, CR.CR and so on) with a command behind it. */
struct inspect_ends {
	uint8_t before[2]; /* the latest bytes */
	uint8_t state;
	uint8_t first; /* the line end before the dot */
	uint8_t len;
	uint8_t line[INSPECT_COMMAND_MAX];
};

struct inspection {
	/* of the whole mail */
	uint64_t longest_line;
	uint32_t dotted_lines;	/* that begin with a dot */
	uint32_t doubled_lines; /* with two */
	bool has_8bit_body;
	bool has_gap;
	bool has_hidden_command; /* of mails whose dots are doubled: behind an end that only some servers see */
	/* of the header, valid after inspect_finish */
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
	struct inspect_ends ends;
	struct buffer header;
};

void inspect_init(struct inspection *i);
void inspect_feed(struct inspection *i, struct slice piece);
/* Bytes are missing. */
void inspect_gap(struct inspection *i);
void inspect_finish(struct inspection *i);
void inspect_fini(struct inspection *i);

#endif
