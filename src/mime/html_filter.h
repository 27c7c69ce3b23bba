/*
 * html_filter: an HTML text with no more in its start tags than a reader of text needs, on its way to the parser.
 *
 * The parser compares each attribute of a tag with all before it, so a hostile mail could keep it busy for minutes.
 * Only href, alt, style and hidden stay, each once, their values in quotes and without angle brackets; the insides
 * of comments, scripts and styles go. Takes time in proportion to the length.
 */
#ifndef MIME_HTML_FILTER_H
#define MIME_HTML_FILTER_H

#include "base/buffer.h"

void html_filter_reduce(struct slice html, struct buffer *out);

#endif
