/*
 * sheet: a text in lines for people, and what each stretch of it is. Filled by whoever knows something to show of a
 * mail, read by the screen.
 */
#ifndef MIME_SHEET_H
#define MIME_SHEET_H

#include "base/buffer.h"

enum sheet_kind {
	SHEET_TEXT,  /* of the mail */
	SHEET_FIELD, /* of its header */
	SHEET_PART,  /* a part of it, or an attachment */
	SHEET_NOTE,  /* a remark of ours */
	SHEET_GOOD,  /* what went well, may be wrong, went wrong */
	SHEET_WARNING,
	SHEET_ERROR,
};

struct sheet_run {
	size_t begin; /* in the text */
	enum sheet_kind kind;
};

/* All zero: an empty sheet. */
struct sheet {
	struct buffer text; /* UTF-8, lines that end in LF */
	struct sheet_run *runs;
	size_t run_count;
	size_t run_cap;
};

void sheet_fini(struct sheet *p);

/* What is appended to the text from now on is of that kind. */
void sheet_begin(struct sheet *p, enum sheet_kind kind);

/* The kind of the byte at `offset`. */
enum sheet_kind sheet_kind_at(const struct sheet *p, size_t offset);

#endif
