/*
 * rows_wait: the rows of the timeline that no command and no reply stand for: when nobody spoke, and the data of a
 * mail. Private to present.
 */
#ifndef PRESENT_ROWS_WAIT_H
#define PRESENT_ROWS_WAIT_H

#include "present/session_detail.h"

/* "12.3 s of silence: the server was to answer RCPT". Whose turn it was is told only where it is known. */
void rows_wait(const struct session_detail *f, const struct session *s, size_t item, struct snapshot_timeline_row *row);

/* "(message) 27778 bytes, unfinished"; `m` may be NULL. */
void rows_wait_mail(const struct connection *v, const struct mail *m, struct snapshot_timeline_row *row);

#endif
