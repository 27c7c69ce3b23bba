/*
 * wordings: what servers say in words of their own, and which rule that stands for: rows of a text file (conf/wordings,
 * which is built in, and one of the user's). Read once, then shared; it never changes.
 */
#ifndef DIAGNOSIS_WORDINGS_H
#define DIAGNOSIS_WORDINGS_H

#include "base/error.h"
#include "base/slice.h"
#include "diagnosis/rule.h"
#include "mail/session.h"

struct wording {
	enum rule rule;
	struct slice code;  /* the reply's begins so; empty: any */
	struct slice words; /* a piece of its text */
	struct slice meaning;
};

struct wordings;

/* The built-in ones. */
struct wordings *wordings_new(void);
void wordings_free(struct wordings *w);

/* Adds rows before those that are there; the text is copied. False: `err` says which line is wrong and how. */
bool wordings_add(struct wordings *w, struct slice text, struct error *err);
/* The same from a file. */
bool wordings_add_file(struct wordings *w, const char *path, struct error *err);

/* The first row that fits; NULL when none does, or `w` is NULL. */
const struct wording *wordings_find(const struct wordings *w, const struct reply *r);

size_t wordings_count(const struct wordings *w);

#endif
