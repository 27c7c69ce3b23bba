/*
 * navigate: what opens above the panes and closes again: a mail, a packet with its fields and its bytes, the help.
 */
#ifndef UI_NAVIGATE_H
#define UI_NAVIGATE_H

#include "ui/state.h"

/* Opens the view, or closes it when it is the uppermost. */
void navigate_toggle(struct state *st, enum view_id view);
/* A mail of the focused session. */
void navigate_mail(struct state *st, uint32_t mail);
void navigate_packet(struct state *st, uint64_t packet);

/* The packet before (-1) or after (1) the opened one, in the list that it was opened from; the cursor stays on its
 * field. */
void navigate_step_packet(struct state *st, const struct snapshot *s, int step);
/* The fields of the opened packet get the keys. */
void navigate_fields(struct state *st);
/* The bytes of the opened packet, as they are drawn, get the keys; or its fields again. */
void navigate_switch_bytes(struct state *st, const struct snapshot *s);

/* Statistics: of what was before (-1) or comes after (1). */
void navigate_kind(struct state *st, int step);
/* The sessions of a row, by a term that is added to the filter; and back. */
void navigate_to_sum(struct state *st, const struct snapshot *s, const char *term);
void navigate_statistics(struct state *st, const struct snapshot *s);

/* Two sessions side by side are asked for: the worker says which. */
void navigate_compare(struct state *st);
/* The timeline of one of them, at that row; and back. */
void navigate_to_compared(struct state *st, const struct snapshot *s, uint64_t session,
			  const struct snapshot_timeline_row *row);
void navigate_back_to_compare(struct state *st);
/* The difference before (-1) or after (1) the row under the cursor. */
void navigate_difference(struct state *st, const struct snapshot *s, int step);

#endif
