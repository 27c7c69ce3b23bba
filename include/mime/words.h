/*
 * words: encoded words (RFC 2047) that stand side by side, made one.
 *
 * Senders cut a text into words wherever they like: in the middle of a character, of a base64 quantum, or with padding
 * in each word. The bytes of adjacent words of one charset are put together before anybody looks for characters in
 * them.
 */
#ifndef MIME_WORDS_H
#define MIME_WORDS_H

#include "base/buffer.h"

/* Appends an unfolded field value in which no two words of the same charset stand side by side. What is no encoded word
 * stays as it is. */
void words_join(struct slice value, struct buffer *out);

#endif
