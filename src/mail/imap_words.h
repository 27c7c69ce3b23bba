/*
 * imap_words: the words of a command of IMAP, or of an answer: atoms, quoted strings, literals, brackets (RFC 9051
 * section 4). Private to the mail layer. Pure.
 *
 * A literal stands in the text as its announcement; its bytes are those of the command's next literal.
 */
#ifndef MAIL_IMAP_WORDS_H
#define MAIL_IMAP_WORDS_H

#include "mail/session_imap.h"

struct imap_words {
	struct slice rest;
	const struct imap_literal *literals; /* those that are not used up; NULL: none */
	bool is_flat;			     /* brackets are no words of their own, but parts of atoms */
};

enum imap_word_kind {
	IMAP_WORD_ATOM,
	IMAP_WORD_QUOTED,
	IMAP_WORD_BROKEN, /* a quoted string without its end */
	IMAP_WORD_LITERAL,
	IMAP_WORD_OPEN,
	IMAP_WORD_CLOSE,
};

struct imap_word {
	enum imap_word_kind kind;
	struct slice raw;  /* as sent; of a literal its announcement */
	struct slice text; /* without quotes, backslashes not undone; data NULL: a literal that is not known */
	bool is_last;	   /* nothing but blanks follows it */
};

/* Takes the next word off the front; false when there is none. */
bool imap_words_next(struct imap_words *w, struct imap_word *word);

/* Appends what the word says; false when that is not known. */
bool imap_words_append(const struct imap_word *word, struct buffer *out);

bool imap_words_equal(const struct imap_word *word, const char *text);

/* Takes a number or a range off the front of a set ("3,5:9"); false: there is none that is one. */
bool imap_words_next_range(struct slice *set, uint64_t *low, uint64_t *high);

/* What stands behind the first word of a response code, such as "38505 3955" of "[APPENDUID 38505 3955] Done"; data
 * NULL: the text, which stands behind OK and the like, does not begin with that code. */
struct slice imap_words_code_rest(struct slice text, const char *code);

/* The words of a command's arguments. */
struct imap_words imap_words_of(const struct command *c);

#endif
