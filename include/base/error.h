/*
 * error: what the environment refused us (a file, a device, a name), in one line that says what to do.
 *
 * Functions that depend on the environment return bool and fill a `struct error` given by the caller. What traffic does
 * is never an error but an event; what we did wrong is an assert.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

struct error {
	char text[512];
};

/* Writes the message and returns false, so that a function can end in `return error_set(...)`. `err` may be NULL. */
bool error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
