/*
 * culprit: the row of a session's timeline where it went wrong: the reply that refused, or what proves the cause.
 */
#ifndef PRESENT_CULPRIT_H
#define PRESENT_CULPRIT_H

#include "present/session_detail.h"

/* Of a finding of the session that `f` has in detail. */
void culprit_of_finding(const struct session_detail *f, struct connection *v, const struct finding *found,
			struct snapshot_place *out);

/* Of the session as a whole: its cause, or its last command that was refused. */
void culprit_find(const struct session_detail *f, struct connection *v, struct snapshot_place *out);

#endif
