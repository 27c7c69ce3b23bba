#include "engine/annotations.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char *annotations_lookup(const struct annotations *a, const char *kind, enum side side)
{
	for (const struct annotation *n = a->first; n != NULL; n = n->next)
		if (n->side == side && strcmp(n->kind, kind) == 0)
			return n->text;
	return NULL;
}

bool annotations_add(struct annotations *a, const char *kind, enum side side, const char *text)
{
	struct annotation **last = &a->first;
	size_t len = strnlen(text, ANNOTATIONS_TEXT_MAX);
	struct annotation *n;

	if (len == 0 || a->count == ANNOTATIONS_MAX || annotations_lookup(a, kind, side) != NULL)
		return false;
	while (*last != NULL)
		last = &(*last)->next;
	n = mem_zalloc(sizeof(*n) + len + 1);
	n->kind = kind;
	n->side = side;
	memcpy(n->text, text, len);
	*last = n;
	a->count++;
	a->memory += sizeof(*n) + len + 1;
	return true;
}

void annotations_fini(struct annotations *a)
{
	while (a->first != NULL) {
		struct annotation *next = a->first->next;

		free(a->first);
		a->first = next;
	}
	*a = (struct annotations){0};
}
