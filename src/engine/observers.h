/*
 * observers: who follows the sessions of an engine. Private to the engine layer.
 */
#ifndef ENGINE_OBSERVERS_H
#define ENGINE_OBSERVERS_H

#include "engine/parts.h"

void observers_open(struct engine *e);

#endif
