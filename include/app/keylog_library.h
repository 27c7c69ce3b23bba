/*
 * keylog_library: where the library is that makes other programs write their keys of TLS (mailtap-keylog(7)).
 */
#ifndef APP_KEYLOG_LIBRARY_H
#define APP_KEYLOG_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* Its path: beside this program, as it is built, or in ../lib/mailtap from there, as it is installed. False: it is at
 * neither place, or its path has no room in `size` bytes; `out` then holds the name alone. Before the sandbox. */
bool keylog_library_find(char *out, size_t size);

#endif
