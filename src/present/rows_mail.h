/*
 * rows_mail: what the lists show of a mail, for which it may have to be read. Worker thread, the viewer's.
 */
#ifndef PRESENT_ROWS_MAIL_H
#define PRESENT_ROWS_MAIL_H

#include "engine/engine.h"
#include "snapshot/snapshot.h"

void rows_mail(struct engine *e, struct connection *v, struct mail *m, struct snapshot_mail_row *row);
/* Adds what the columns of a session's first mail show. */
void rows_mail_of_session(struct engine *e, struct connection *v, struct snapshot_session_row *row);

#endif
