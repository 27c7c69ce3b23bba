/*
 * term: one word of a filter with its value, as it is written: slow>1s, from:"alice b", subject:/inv.*e/, 192.0.2.1.
 */
#ifndef FILTER_TERM_H
#define FILTER_TERM_H

#include "filter/expression.h"

/* Reads the word at `at` of the whole text into `t`, whose texts point into it. */
bool term_read(struct expression_term *t, struct slice word, size_t at, int64_t now_ns, struct expression_fault *fault);
void term_fini(struct expression_term *t);

/* Writes the fault, returns false. */
bool term_refuse(struct expression_fault *fault, size_t at, size_t len, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
