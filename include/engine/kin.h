/*
 * kin: which mails are one and the same: a program said it again in the session, or a proxy passed it on in another.
 *
 * Remembers the last KIN_ENTRIES mails whose data ended, by their Message-ID. Owned by the engine, worker thread;
 * private to the engine layer. Memory is taken with the first mail.
 */
#ifndef ENGINE_KIN_H
#define ENGINE_KIN_H

#include "mail/session.h"
#include "output/records.h"

enum {
	KIN_ENTRIES = 4096,
	KIN_LINKS_MAX = 8, /* told of one mail */
};

struct kin;

struct kin *kin_new(void);
void kin_free(struct kin *k);

/* The mail's data have ended, and it has a number; `message_id` is not empty. */
void kin_add(struct kin *k, uint32_t session, struct mail *m, struct slice message_id);

/* Its outcome is known: if the same was sent before in its session, to the same recipients, m->repeats says so. */
void kin_settle(struct kin *k, uint32_t session, struct mail *m);

/* The same mail in other sessions at about the same time: the latest, at most KIN_LINKS_MAX. Returns how many. */
size_t kin_find(const struct kin *k, uint32_t session, const struct mail *m, struct record_link links[KIN_LINKS_MAX]);

#endif
