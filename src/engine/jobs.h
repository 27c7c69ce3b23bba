/*
 * jobs: decodes and saves mails. Private to the engine layer.
 */
#ifndef ENGINE_JOBS_H
#define ENGINE_JOBS_H

#include "engine/parts.h"

/* Saves a mail by itself, or has it settle; the last observer. */
extern const struct observer jobs_observer;

/* Nothing of the mail changes any more; once. */
void jobs_settle(struct engine *e, struct session *s, struct mail *m);
/* Mails that waited until their session was decided go on. */
void jobs_go_on(struct engine *e, struct session *s);
void jobs_free_fields(struct mail *m);
/* Bytes of the mail that were captured and are not there any more make it incomplete. */
void jobs_check_mail(struct engine *e, struct connection *v, struct mail *m);
void jobs_copy_text(char *out, size_t size, struct slice text);

#endif
