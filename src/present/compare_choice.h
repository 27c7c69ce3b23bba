/*
 * compare_choice: which two sessions are compared: the two that are marked; the marked one and the one under the
 * cursor; else that one and the good session that is most alike. One walk over all sessions, in slices. Private to
 * present, worker thread.
 *
 * A good session is one of the same protocol that did not fail. Of several that one is taken which has most in common
 * with the session, by the list in compare_choice.c, and of those the nearest in time.
 */
#ifndef PRESENT_COMPARE_CHOICE_H
#define PRESENT_COMPARE_CHOICE_H

#include "present/session_walk.h"

enum {
	COMPARE_CHOICE_SIDES = 2,
	COMPARE_CHOICE_TEXT = 160,
};

enum compare_choice_reason {
	COMPARE_CHOICE_ALIKE,
	COMPARE_CHOICE_MARKED,	 /* both are */
	COMPARE_CHOICE_ONE_MARK, /* the second is */
	COMPARE_CHOICE_NOBODY,	 /* there are no two: `sides` has the first at most */
};

struct compare_choice {
	uint64_t session; /* under the cursor; 0: none */
	struct session_walk walk;
	int64_t begun_ns; /* the walk, and its end */
	int64_t done_ns;
	uint64_t seen; /* sessions, the latest time that nobody was found */
	uint64_t marked[COMPARE_CHOICE_SIDES];
	size_t mark_count; /* also of those that are not noted */
	uint64_t best;	   /* 0: none yet */
	unsigned int likeness;
	int64_t distance_ns;
	bool is_done;
	bool is_again; /* nobody was found before: that holds until it is done again */
	enum compare_choice_reason reason;
	uint64_t sides[COMPARE_CHOICE_SIDES]; /* numbers, the one in question first */
};

void compare_choice_fini(struct compare_choice *c);

/* For the session under the cursor, 0 where there is none. */
void compare_choice_begin(struct compare_choice *c, const struct engine *e, uint64_t session);

/* Looks at some sessions. Returns whether there is more to do. Where nobody was found it looks again when sessions have
 * come since, a tenth of the time at most. */
bool compare_choice_work(struct compare_choice *c, const struct engine *e);

/* The envelope sender of the session's first mail, also of one that was refused; empty: there is none. */
struct slice compare_choice_sender(const struct session *s);

/* "the good one most alike: same server, client, user"; where there are no two, why, and what to do. */
void compare_choice_say(const struct compare_choice *c, const struct engine *e, char out[COMPARE_CHOICE_TEXT]);

#endif
