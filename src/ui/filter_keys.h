/*
 * filter_keys: keys that add words to the display filter in force and take them away again.
 */
#ifndef UI_FILTER_KEYS_H
#define UI_FILTER_KEYS_H

#include "ui/state.h"

/* Adds a word to the filter, or takes it away where it is in it. */
void filter_keys_toggle(struct state *st, const struct snapshot *s, const char *term);

/* The selected row's host: the client's, again the server's, again none; of a packet the sender's first. */
void filter_keys_host(struct state *st, const struct snapshot *s);

/* The selected row's port: the server's; of a packet that of the receiver first. */
void filter_keys_port(struct state *st, const struct snapshot *s);

#endif
