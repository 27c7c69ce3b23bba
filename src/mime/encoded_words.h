/*
 * encoded_words: encoded words (RFC 2047), each run of them made one of UTF-8.
 *
 * Senders cut a text into words wherever they like: in the middle of a character, of a base64 quantum, or with padding
 * in each word. The bytes of adjacent words of one charset are put together before anybody looks for characters in
 * them, and are read as bodies are (charset.h). They stay encoded: what is in them is no syntax of the field.
 */
#ifndef MIME_ENCODED_WORDS_H
#define MIME_ENCODED_WORDS_H

#include "base/buffer.h"

/* Appends an unfolded field value in which no two words stand side by side, and each is UTF-8 in base64. What is no
 * encoded word stays as it is. */
void encoded_words_join(struct slice value, struct buffer *out);

#endif
