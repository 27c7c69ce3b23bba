/*
 * pattern: a piece of text, or a regular expression, to look for in texts of any script, without the case of letters.
 */
#ifndef FILTER_PATTERN_H
#define FILTER_PATTERN_H

#include "base/error.h"
#include "base/slice.h"

struct expression_pattern;

/* `is_regex`: in the syntax of PCRE2; it gives up after so much work as no honest one needs. NULL: wrong, only then. */
struct expression_pattern *pattern_new(struct slice text, bool is_regex, struct error *why);
void pattern_free(struct expression_pattern *p);
bool pattern_finds(const struct expression_pattern *p, struct slice text);

/* Whether every text that holds the first holds the second, as far as that can be seen. */
bool pattern_narrows(const struct expression_pattern *narrow, const struct expression_pattern *wide);

#endif
