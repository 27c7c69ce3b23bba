/*
 * detect: what a connection speaks, and its bytes on their way to the dialogue. Private to the engine layer.
 */
#ifndef ENGINE_DETECT_H
#define ENGINE_DETECT_H

#include "engine/parts.h"

/* What flows tell the engine. */
extern const struct flow_events detect_flow_events;

enum protocol detect_port_protocol(const struct engine *e, const struct flow *f);

/* Reads on in what is there already: what it waited for has come, or will not. */
void detect_read_on(struct engine *e, struct connection *v);

#endif
