/*
 * keylog_library: where the library is that makes programs write their keys; see mailtap-keylog(7).
 */
#ifndef APP_KEYLOG_LIBRARY_H
#define APP_KEYLOG_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* Beside the program, as it is built, or in ../lib/mailtap, as it is installed. False: in neither; `out` is its name
 * alone then. Before the sandbox. */
bool keylog_library_find(char *out, size_t size);

#endif
