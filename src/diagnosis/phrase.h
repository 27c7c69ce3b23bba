/*
 * phrase: whether a server's text speaks of something. A piece counts where a word begins ("rbl" is not in "warbler"),
 * and may end within one ("greylist" is in "greylisted"), but not within a number. Private to the mail layer.
 */
#ifndef DIAGNOSIS_PHRASE_H
#define DIAGNOSIS_PHRASE_H

#include "base/slice.h"

/*
 * Whether `piece` stands in `text`, in letters of either case. In a mail address it tells nothing, so it does not count
 * there unless it has an "@" itself; in the name of a host only when `in_hosts`, or when it ends in a dot: "rbl." is
 * the label of one.
 */
bool phrase_stands_in(struct slice text, struct slice piece, bool in_hosts);

/* Whether one of `pieces` does, which "|" divides. */
bool phrase_any(struct slice text, const char *pieces);

#endif
