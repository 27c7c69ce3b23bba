/*
 * rows_marks: what happened to the bytes of a row on their way, for its ladder and its detail. Private to present.
 */
#ifndef PRESENT_ROWS_MARKS_H
#define PRESENT_ROWS_MARKS_H

#include "present/session_detail.h"

void rows_marks(const struct session_detail *f, struct connection *v, size_t item, struct snapshot_timeline_row *row);

#endif
