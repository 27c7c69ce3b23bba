/*
 * primitive: what of a filter is tcpdump's, and how far it goes: qualifiers and what they qualify, or a comparison of
 * bytes. What libpcap makes of it is its own affair.
 */
#ifndef FILTER_PRIMITIVE_H
#define FILTER_PRIMITIVE_H

#include "filter/lexer.h"

/* Whether the word begins one. */
bool primitive_begins(struct slice word);

/* Takes one; returns where it ends in the lexer's text. */
size_t primitive_take(struct lexer *l);

/* Whether there is a host's name in it, which libpcap would ask the resolver for. */
bool primitive_has_name(struct slice text);

#endif
