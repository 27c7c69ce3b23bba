/*
 * rewrite: changes settings in the text of a configuration file and leaves all else of it as it is, byte for byte:
 * comments, order, blanks, line ends, settings that are repeated. Pure.
 *
 * The value that counts, the last one, is replaced. A setting that is not there is put below the line that shows it
 * behind a "#", as the sample does, else at the end, below a comment that says what it is.
 */
#ifndef CONFIG_REWRITE_H
#define CONFIG_REWRITE_H

#include "base/buffer.h"
#include "config/options.h"

enum {
	REWRITE_VALUE_SIZE = 1024,
};

struct rewrite_change {
	const struct options_row *row; /* no list */
	char value[REWRITE_VALUE_SIZE];
};

/* `name` is for messages. False: one line in `err`; the text cannot be read as a configuration, or would not be one. */
bool rewrite_settings(const char *name, struct slice text, const struct rewrite_change *changes, size_t count,
		      struct buffer *out, struct error *err);

#endif
