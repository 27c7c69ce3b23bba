#include "guard/made.h"

#include <stddef.h>

#include "base/mem.h"
#include "guard/identity.h"

enum {
	MADE_MAX = 1 << 17,
};

static struct {
	struct identity *files; /* the last MADE_MAX of `count` */
	size_t count;
	size_t cap;
} made;

static struct identity *find(int folder, const char *name)
{
	size_t count = made.count < MADE_MAX ? made.count : MADE_MAX;
	struct identity one;

	if (!identity_find(folder, name, &one))
		return NULL;
	for (size_t i = count; i > 0; i--)
		if (identity_equals(&made.files[i - 1], &one))
			return &made.files[i - 1];
	return NULL;
}

void made_remember(int fd)
{
	struct identity one;

	if (!identity_find(fd, "", &one))
		return;
	if (made.count < MADE_MAX)
		made.files = mem_grow(made.files, &made.cap, made.count + 1, sizeof(*made.files));
	made.files[made.count++ % MADE_MAX] = one;
}

bool made_has(int folder, const char *name)
{
	return find(folder, name) != NULL;
}

void made_forget(int folder, const char *name)
{
	struct identity *one = find(folder, name);

	if (one != NULL)
		*one = (struct identity){0}; /* no file has this number */
}
