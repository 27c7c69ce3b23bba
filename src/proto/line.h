/*
 * line: cuts a line off the front of what a side said (RFC 5321 section 2.3.8, RFC 1939 section 3).
 *
 * Pure. CRLF ends a line; a bare LF does too, and is told. A line that does not end within DIALOGUE_LINE_MAX bytes is
 * cut there; whoever reads on then skips its rest.
 */
#ifndef PROTO_LINE_H
#define PROTO_LINE_H

#include "base/slice.h"

struct line {
	struct slice text; /* without its line end */
	uint64_t begin;	   /* stream offsets, line end included */
	uint64_t end;
	bool truncated; /* a gap follows: the rest of it was not captured */
	bool bare_lf;
	bool overlong; /* cut, its rest is still to come */
};

/* False while the line is not whole; else fills `line`, `offset` being the place of `in` in its stream. */
bool line_split(struct slice in, uint64_t offset, struct line *line);

/* A line that a gap cut: all of `in`. */
struct line line_cut(struct slice in, uint64_t offset);

/* How many bytes belong to the line that `in` is in the middle of; `*whole`: its end is among them. */
size_t line_rest(struct slice in, bool *whole);

#endif
