/*
 * mail_list: the mails of all sessions that are shown, by number, or sorted by another column. Worker thread, the
 * viewer's.
 */
#ifndef PRESENT_MAIL_LIST_H
#define PRESENT_MAIL_LIST_H

#include "filter/pattern.h"
#include "present/item_list.h"

/* Its items: a mail by its number in the session. */
extern const struct item_list_kind mail_list_kind;

/* Whether the text is in what the list shows of the mail. */
bool mail_list_row_contains(struct engine *e, struct connection *v, struct mail *m, const struct pattern *p);

#endif
