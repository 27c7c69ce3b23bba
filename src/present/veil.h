/*
 * veil: which bytes of a session's streams the screen must not show: secrets that the session knows of, and what may
 * become one, the parser not having taken it yet. Worker thread, the viewer's.
 */
#ifndef PRESENT_VEIL_H
#define PRESENT_VEIL_H

#include "engine/engine.h"

/* Marks in `hidden`, one for each byte, what is secret of `bytes`, which lie at `offset` of the side's stream (modulo
 * 2^32). Line ends never are. Returns whether anything was. veil_mark knows also of a password without its line end. */
bool veil_mark_known(const struct session *s, enum side side, uint32_t offset, struct slice bytes, bool *hidden);
bool veil_mark(struct engine *e, struct connection *v, enum side side, uint32_t offset, struct slice bytes,
	       bool *hidden);

/* Of bytes that belong to no session that is known: by what they look like. */
bool veil_mark_stray(struct slice bytes, bool *hidden);

/* Appends `bytes`, each run of hidden ones as MASK_TEXT, whatever its length; `*inside` carries a run on to the next
 * piece, false at first. */
void veil_append(struct buffer *out, struct slice bytes, const bool *hidden, bool *inside);

/* Puts a star for each hidden byte: where places matter. */
void veil_overwrite(uint8_t *bytes, const bool *hidden, size_t len);

#endif
