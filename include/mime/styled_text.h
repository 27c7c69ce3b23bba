/*
 * styled_text: a text in lines for people, and what each stretch of it is. Filled by whoever knows something to show of
 * a mail, read by the screen.
 */
#ifndef MIME_STYLED_TEXT_H
#define MIME_STYLED_TEXT_H

#include "base/buffer.h"

enum styled_text_kind {
	STYLED_BODY,  /* of the mail */
	STYLED_FIELD, /* of its header */
	STYLED_PART,  /* a part of it, or an attachment */
	STYLED_NOTE,  /* a remark of ours */
	STYLED_GOOD,  /* what went well, may be wrong, went wrong */
	STYLED_WARNING,
	STYLED_ERROR,
};

struct styled_text_run {
	size_t begin; /* in the text */
	enum styled_text_kind kind;
	uint32_t part; /* of STYLED_PART: its number in the list of parts, from 1; else 0 */
};

/* All zero: an empty text. */
struct styled_text {
	struct buffer text; /* UTF-8, lines that end in LF */
	struct styled_text_run *runs;
	size_t run_count;
	size_t run_cap;
};

void styled_text_fini(struct styled_text *t);

/* What is appended to the text from now on is of that kind. */
void styled_text_begin(struct styled_text *t, enum styled_text_kind kind);

/* What is appended from now on is the row of that part, from 1. */
void styled_text_begin_part(struct styled_text *t, uint32_t number);

/* The kind of the byte at `offset`. */
enum styled_text_kind styled_text_kind_at(const struct styled_text *t, size_t offset);

#endif
