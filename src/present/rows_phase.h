/*
 * rows_phase: the phases of a session, told at the rows of the timeline where they begin. Private to present.
 */
#ifndef PRESENT_ROWS_PHASE_H
#define PRESENT_ROWS_PHASE_H

#include "present/session_detail.h"

/* "envelope": the phase that begins with this row; NULL: none does, or it is not known. At most eight letters. */
const char *rows_phase(const struct session_detail *f, const struct session *s, size_t item);

#endif
