/*
 * mail_data: the bytes of mails as they come, handed to what knows which commands they belong to: transaction,
 * retrieved or imap_mails. Private to the mail layer.
 */
#ifndef MAIL_MAIL_DATA_H
#define MAIL_MAIL_DATA_H

#include "mail/session.h"

/* DIALOGUE_MAIL_BEGIN, _RANGE and _END. */
void mail_data_begin(struct session *s, const struct dialogue_event *event, const struct stamp *at);
void mail_data_add_range(struct session *s, const struct dialogue_event *event);
void mail_data_end(struct session *s, const struct dialogue_event *event, const struct stamp *at,
		   const struct observers *observers);

#endif
