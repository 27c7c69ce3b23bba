/*
 * html: an HTML text as plain lines: paragraphs, lists, tables by rows, the targets of links, nothing of scripts,
 * styles or what is hidden. libxml2 parses it; nothing is ever fetched, and no entity but HTML's own is known.
 *
 * Limits: HTML_MAX bytes are read, elements lie at most HTML_DEPTH_MAX deep; html_text says so where it ends early.
 */
#ifndef MIME_HTML_H
#define MIME_HTML_H

#include "base/buffer.h"

enum {
	HTML_MAX = 512 * 1024,
	HTML_DEPTH_MAX = 256,
};

/* Once, on the main thread; and when no thread uses it any more. */
void html_init(void);
void html_fini(void);

/* Appends the text of `html` (valid UTF-8) as lines that end in LF. False: a limit was reached, the rest is left out.
 */
bool html_text(struct slice html, struct buffer *out);

/* The charset that a page names itself (<meta charset=x>, or in a content type); false: none. */
bool html_charset(struct slice html, char *out, size_t size);

#endif
