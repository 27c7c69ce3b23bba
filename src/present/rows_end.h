/*
 * rows_end: the last rows of a timeline: how the connection ended. Private to present.
 */
#ifndef PRESENT_ROWS_END_H
#define PRESENT_ROWS_END_H

#include "present/session_detail.h"

/* A FIN or RST: whose, and how long after its last byte. */
void rows_end_close(struct connection *v, const struct detail_item *item, struct snapshot_timeline_row *row);

/* The end of a connection that none of them shows. */
void rows_end(const struct session *s, struct snapshot_timeline_row *row);

#endif
