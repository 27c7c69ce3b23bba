/*
 * wanted: which sessions are asked for by --session: those of one Community ID, or the one of them that began at a
 * given time.
 *
 * The contract: with a wanted session, every session is decoded, numbered and counted as without, for what other
 * sessions say goes into the findings of the one; but records, lines, pages, saved mails and written packets are those
 * of wanted sessions only. Whether one is wanted is settled when its connection begins, by its end points and the time
 * of its first packet, and never changes: nothing is asked for each packet. Several observers may see the same session:
 * all of them are meant. Constant once read.
 */
#ifndef COMMON_WANTED_H
#define COMMON_WANTED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "common/community_id.h"

struct wanted {
	char id[COMMUNITY_ID_SIZE]; /* "": all sessions are wanted */
	bool has_start;
	int64_t start_ns;
	char start[CLOCK_RFC3339_SIZE]; /* as it was typed */
};

/* Reads "ID" or "ID@START": network.community_id and mailtap.session_start, as the records print them. False: `err`
 * says what the form is. */
bool wanted_read(struct wanted *w, const char *text, struct error *err);

static inline bool wanted_is_all(const struct wanted *w)
{
	return w->id[0] == '\0';
}

/* A session between these ends that begins then. One that is no session of mail is wanted here, too. */
bool wanted_has(const struct wanted *w, const struct community_ends *ends, int64_t start_ns);

#endif
