/*
 * lexer: the words of a filter, one after the other, and where each stands.
 */
#ifndef FILTER_LEXER_H
#define FILTER_LEXER_H

#include "base/slice.h"

enum lexer_kind {
	LEXER_END,
	LEXER_OPEN,  /* ( */
	LEXER_CLOSE, /* ) */
	LEXER_AND,
	LEXER_OR,
	LEXER_NOT,
	LEXER_WORD,
};

/* `text` is what stands there, quotes included. */
struct lexer_token {
	enum lexer_kind kind;
	size_t at;
	struct slice text;
	bool is_unended; /* a quote or stroke that is not closed */
};

struct lexer {
	struct slice text;
	size_t at; /* of what comes next */
};

/* A word ends at a blank or a bracket that is not in quotes or between strokes. */
struct lexer_token lexer_take(struct lexer *l);
/* The same, but it comes again. */
struct lexer_token lexer_peek(const struct lexer *l);

#endif
