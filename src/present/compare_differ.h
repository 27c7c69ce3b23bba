/*
 * compare_differ: in what two rows of timelines differ that belong together. Private to present, worker thread.
 *
 * Other outcomes are errors: a yes and a no, another no, a row that the other side does not have. Lesser differences
 * are notices: other arguments, another way to say yes, mails of another class of size, a wait that is clearly longer.
 * What differs between any two sessions is none: names and numbers in texts, tags, ports, dates.
 */
#ifndef PRESENT_COMPARE_DIFFER_H
#define PRESENT_COMPARE_DIFFER_H

#include "present/compare_facts.h"

#define COMPARE_NO_ITEM UINT32_MAX

struct compare_difference {
	enum snapshot_meaning meaning; /* plain: they are the same */
	int slower;		       /* whose reply was clearly later; -1: neither's */
};

/* `items`: rows of both timelines, of which one may be COMPARE_NO_ITEM. */
struct compare_difference compare_differ(const struct compare_subject subjects[COMPARE_CHOICE_SIDES],
					 const uint32_t items[COMPARE_CHOICE_SIDES]);

#endif
