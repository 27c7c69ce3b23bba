/*
 * duplicates: which mails are one and the same: a program said it again in the session, or a proxy passed it on in
 * another.
 *
 * Remembers the last DUPLICATES_ENTRIES mails whose data ended, by their Message-ID. Owned by the engine, worker
 * thread. Memory is taken with the first mail.
 */
#ifndef ENGINE_DUPLICATES_H
#define ENGINE_DUPLICATES_H

#include "mail/session.h"
#include "output/records.h"

enum {
	DUPLICATES_ENTRIES = 4096,
	DUPLICATES_LINKS_MAX = 8, /* told of one mail */
};

struct duplicates;

struct duplicates *duplicates_new(void);
void duplicates_free(struct duplicates *k);

/* The mail's data have ended, and it has a number; `message_id` is not empty. */
void duplicates_add(struct duplicates *k, const struct session *s, struct mail *m, struct slice message_id);

/* Its outcome is known: if the same was sent before in its session, to the same recipients, m->repeats says so. */
void duplicates_settle(struct duplicates *k, uint64_t session, struct mail *m);

/* The same mail in other sessions at about the same time: the latest, at most DUPLICATES_LINKS_MAX. Returns how many.
 */
size_t duplicates_find(const struct duplicates *k, uint64_t session, const struct mail *m,
		       struct record_link links[DUPLICATES_LINKS_MAX]);

#endif
