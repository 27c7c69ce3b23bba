/*
 * embedded: files that lie in a part but are no MIME parts: uuencoded within a text (POSIX uuencode, also its base64
 * form), and in a TNEF container (winmail.dat, MS-OXTNEF).
 *
 * Pure functions from bytes to files; what is damaged ends the search, what was found before stays. Limits:
 * EMBEDDED_FILES_MAX files of a part, names of EMBEDDED_NAME_MAX bytes.
 */
#ifndef MIME_EMBEDDED_H
#define MIME_EMBEDDED_H

#include "base/buffer.h"

enum {
	EMBEDDED_FILES_MAX = 100,
	EMBEDDED_NAME_MAX = 255,
};

/* `name`: as it stands there, in an unknown charset, or UTF-8; `bytes`: decoded, valid during the call. `from` and
 * `len`: what of the part it takes. */
typedef void embedded_sink(void *ctx, struct slice name, struct slice bytes, size_t from, size_t len);

/* Calls `sink` for each file that is uuencoded in the text. Returns how many. */
size_t embedded_find_uuencode(struct slice text, embedded_sink *sink, void *ctx);

/* Calls `sink` for each attachment of a TNEF container. Returns how many; 0 also when it is none. */
size_t embedded_find_tnef(struct slice bytes, embedded_sink *sink, void *ctx);

#endif
