/*
 * dotstuff: undoes the transparency of RFC 5321 section 4.5.2 and RFC 1939 section 3.
 *
 * Bytes of a mail come in as they arrive, in pieces of any size; the mail's own bytes go out. One object serves one
 * mail at a time. It keeps at most four bytes and allocates nothing. Only CRLF.CRLF ends a mail, but that of a server
 * whose lines end with LF; the line end before the final dot belongs to the mail. A mail may be empty (the data begin
 * with ".CRLF").
 */
#ifndef PROTO_DOTSTUFF_H
#define PROTO_DOTSTUFF_H

#include "base/slice.h"

enum dotstuff_status {
	DOTSTUFF_MORE,	/* the mail goes on */
	DOTSTUFF_END,	/* the final "." line was seen; what follows it in the input is not ours */
	DOTSTUFF_LOOSE, /* a "." line that some servers take for the end was seen (only with `stops_loosely`): the mail
			   goes on, or it ends here */
};

/* How the dots at the beginnings of a mail's lines stand. */
enum dotstuff_kind {
	DOTSTUFF_NONE, /* as they are: the bytes are counted */
	DOTSTUFF_CRLF, /* doubled after CRLF, which alone ends lines */
	DOTSTUFF_LF,   /* doubled after CRLF and LF, by a server that ends its lines with LF */
};

/* What no mail should hold (RFC 5321 section 2.3.8), a bit each. */
enum dotstuff_oddity {
	DOTSTUFF_BARE_LF = 1 << 0,
	DOTSTUFF_LOOSE_DOT = 1 << 1, /* a line of a single dot between line ends one of which is a bare LF: some servers
					end the mail there, and take what follows for commands (CVE-2023-51764) */
};

enum {
	DOTSTUFF_TAIL = 4,
};

struct dotstuff {
	uint8_t state;
	uint8_t oddities;   /* enum dotstuff_oddity, since dotstuff_init */
	bool any_line_end;  /* a bare LF ends a line, too */
	uint8_t end_len;    /* after DOTSTUFF_END: the length of the "." line, its line end included */
	bool stops_loosely; /* set by the caller: tell of each loose dot */
	bool is_behind_gap; /* the next byte is the first that was captured again */
	/* after DOTSTUFF_LOOSE: the length of that line, as it came in and as it was passed on */
	uint8_t loose_in_len;
	uint8_t loose_out_len;
	uint8_t tail[DOTSTUFF_TAIL]; /* the last bytes that came in */
};

/* At the beginning of a line; `kind` is not DOTSTUFF_NONE where anything is fed. */
void dotstuff_init(struct dotstuff *d, enum dotstuff_kind kind);

/* After missing bytes: in the middle of a line. */
void dotstuff_gap(struct dotstuff *d);

/* Decodes a prefix of `in`, calls `out` (may be NULL: only counts) for each run of mail bytes, sets `*used_len` to how
 * many bytes of `in` it took (all while the mail goes on) and adds the number of mail bytes to `*mail_size`. Long runs
 * are passed on uncopied. */
enum dotstuff_status dotstuff_feed(struct dotstuff *d, struct slice in, size_t *used_len, uint64_t *mail_size,
				   slice_sink *out, void *ctx);

/* The mail ends here, whatever its line ends are: the length of the "." line at the end of what came in (0: there is
 * none), and how many bytes of it were passed on. */
uint8_t dotstuff_odd_end(const struct dotstuff *d, uint8_t *out_len);

/* No more will come: passes on what was held back (a CR, a dot that could have been the end). */
void dotstuff_finish(struct dotstuff *d, uint64_t *mail_size, slice_sink *out, void *ctx);

#endif
