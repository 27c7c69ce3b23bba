#include "ui/view_stack.h"

#include <string.h>

/* Its place from below, or -1. */
static int find(const struct view_stack *stack, enum view_id view)
{
	int at = stack->count - 1;

	while (at >= 0 && stack->views[at].view != view)
		at--;
	return at;
}

enum view_id view_stack_top(const struct view_stack *stack)
{
	return stack->count > 0 ? stack->views[stack->count - 1].view : VIEWS;
}

bool view_stack_holds(const struct view_stack *stack, enum view_id view)
{
	return find(stack, view) >= 0;
}

uint64_t view_stack_item(const struct view_stack *stack, enum view_id view)
{
	int at = find(stack, view);

	return at >= 0 ? stack->views[at].item : 0;
}

void view_stack_push(struct view_stack *stack, enum view_id view, uint64_t item)
{
	if (stack->count == VIEW_STACK_MAX)
		stack->count--;
	stack->views[stack->count++] = (struct view_opened){view, item};
}

void view_stack_pop(struct view_stack *stack)
{
	if (stack->count > 0)
		stack->count--;
}

void view_stack_remove(struct view_stack *stack, enum view_id view)
{
	int at = find(stack, view);

	if (at < 0)
		return;
	stack->count--;
	memmove(&stack->views[at], &stack->views[at + 1], (size_t)(stack->count - at) * sizeof(stack->views[0]));
}
