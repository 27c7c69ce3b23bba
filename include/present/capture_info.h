/*
 * capture_info: what the engine tells about the capture as a whole: link types, packets that were not understood, what
 * was given up, memory in use. Worker thread.
 */
#ifndef PRESENT_CAPTURE_INFO_H
#define PRESENT_CAPTURE_INFO_H

#include "engine/engine.h"
#include "snapshot/snapshot.h"

/* All but what the resolver knows. */
void capture_info_fill(const struct engine *e, struct snapshot_about *about);

#endif
