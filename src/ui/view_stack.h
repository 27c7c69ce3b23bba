/*
 * view_stack: the views opened above the panes, one over the other. A plain value; all zero is an empty one.
 */
#ifndef UI_VIEW_STACK_H
#define UI_VIEW_STACK_H

#include "ui/view.h"

enum {
	VIEW_STACK_MAX = 4,
};

struct view_stack {
	struct view_opened {
		enum view_id view;
		uint64_t item; /* what it shows: a packet's number, a mail's in its session */
	} views[VIEW_STACK_MAX];
	int count;
};

/* The uppermost view; VIEWS: none is open. */
enum view_id view_stack_top(const struct view_stack *stack);
bool view_stack_holds(const struct view_stack *stack, enum view_id view);
/* What the view shows; 0 when it is not open. */
uint64_t view_stack_item(const struct view_stack *stack, enum view_id view);

/* On a full stack it takes the place of the uppermost. */
void view_stack_push(struct view_stack *stack, enum view_id view, uint64_t item);
/* Nothing happens to an empty one. */
void view_stack_pop(struct view_stack *stack);
/* Takes the view out, wherever it is. */
void view_stack_remove(struct view_stack *stack, enum view_id view);

#endif
