/*
 * pattern: a piece of text, or a regular expression, to look for in texts of any script, without the case of letters.
 */
#ifndef FILTER_PATTERN_H
#define FILTER_PATTERN_H

#include "base/error.h"
#include "base/slice.h"

struct pattern;

/* As a user types it to search: /between two strokes/ a regular expression, else a piece of text. Otherwise as
 * pattern_new. */
struct pattern *pattern_from_text(const char *text, struct error *why);

/* `is_regex`: in the syntax of PCRE2; it gives up after so much work as no honest one needs. NULL: wrong, only then. */
struct pattern *pattern_new(struct slice text, bool is_regex, struct error *why);
void pattern_free(struct pattern *p);
bool pattern_finds(const struct pattern *p, struct slice text);
bool pattern_finds_text(const struct pattern *p, const char *text);

/* Where it stands in the UTF-8 text from byte `from` on, in bytes: [*begin, *end), which is not empty. A text that is
 * the same only in another normal form has no such place, though pattern_finds says yes. */
bool pattern_next(const struct pattern *p, const char *text, size_t from, size_t *begin, size_t *end);

/* Whether every text that holds the first holds the second, as far as that can be seen. */
bool pattern_narrows(const struct pattern *narrow, const struct pattern *wide);

#endif
