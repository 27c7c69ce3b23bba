/*
 * filter_words: the words of the filter language (filter/words.def) that the word before the cursor may become; behind
 * a whole one, the values for it that were seen.
 */
#ifndef UI_FILTER_WORDS_H
#define UI_FILTER_WORDS_H

#include "filter/expression.h"
#include "snapshot/snapshot.h"
#include "ui/edit.h"

enum {
	FILTER_WORDS_SIZE = 16,
};

struct filter_words {
	enum expression_word found[EXPRESSION_ANY];
	size_t count;
	size_t len;	 /* of what was typed of the word; 0: it is whole, and its value is typed, or nothing is */
	size_t value_at; /* where the value begins that is typed; 0: none is */
};

void filter_words_find(struct filter_words *w, const struct edit *e);

/* What is to be typed for them: as far as they agree, of a single one with what stands before a value. */
void filter_words_rest(const struct filter_words *w, char out[FILTER_WORDS_SIZE]);

/* Asks for values that begin as the one that is typed, where they are kept for its word. */
void filter_words_ask(const struct filter_words *w, const struct edit *e, struct query *q);
/* Whether the snapshot has them. */
bool filter_words_has_values(const struct filter_words *w, const struct edit *e, const struct snapshot *s);
/* Types as much of them as agrees; a single one whole. */
void filter_words_complete(const struct filter_words *w, struct edit *e, const struct snapshot *s);

#endif
