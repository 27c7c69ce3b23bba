/*
 * reply_patterns: what servers say in words of their own, and which rule that stands for: rows of a text file
 * (conf/wordings, which is built in, and one of the user's). Read once, then shared; it never changes.
 */
#ifndef DIAGNOSIS_REPLY_PATTERNS_H
#define DIAGNOSIS_REPLY_PATTERNS_H

#include "base/error.h"
#include "base/slice.h"
#include "diagnosis/rule.h"
#include "mail/session.h"

struct reply_pattern {
	enum rule rule;
	struct slice code;  /* the reply's begins so; empty: any */
	struct slice words; /* a piece of its text */
	struct slice meaning;
};

struct reply_patterns;

/* The built-in ones. */
struct reply_patterns *reply_patterns_new(void);
void reply_patterns_free(struct reply_patterns *w);

/* Adds rows before those that are there; the text is copied. False: `err` says which line is wrong and how. */
bool reply_patterns_add(struct reply_patterns *w, struct slice text, struct error *err);
/* The same from a file. */
bool reply_patterns_add_file(struct reply_patterns *w, const char *path, struct error *err);

/* The first row that fits; NULL when none does, or `w` is NULL. */
const struct reply_pattern *reply_patterns_find(const struct reply_patterns *w, const struct reply *r);

size_t reply_patterns_count(const struct reply_patterns *w);

#endif
