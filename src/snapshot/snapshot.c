#include "snapshot/snapshot.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

size_t snapshot_put_logins(char *out, size_t size, const struct snapshot_logins *logins)
{
	const char *with = logins->passwords == 1 ? "login with its password" : "logins with their passwords";
	size_t len = 0;

	out[0] = '\0';
	if (logins->passwords > 0)
		len = (size_t)snprintf(out, size, "%" PRIu64 " %s", logins->passwords, with);
	if (logins->digests == 0 || len >= size)
		return len;
	if (len > 0)
		len += (size_t)snprintf(out + len, size - len, " and %" PRIu64 " with a digest of it", logins->digests);
	else
		len = (size_t)snprintf(out, size, "%" PRIu64 " login%s with a digest of %s", logins->digests,
				       logins->digests == 1 ? "" : "s",
				       logins->digests == 1 ? "its password" : "their passwords");
	return len;
}

/* From here on a list is rows as others are. */
#define LIST(id, name) ROWS(snapshot_##name##_row, name##_rows, list)

struct snapshot *snapshot_new(void)
{
	struct snapshot *s = mem_zalloc(sizeof(*s));

#define ROWS(structure, member, window) s->member = mem_zalloc(QUERY_ROWS_MAX * sizeof(*s->member));
#include "snapshot/rows.def"
#undef ROWS
	return s;
}

void snapshot_free(struct snapshot *s)
{
	if (s == NULL)
		return;
#define ROWS(structure, member, window) free(s->member);
#include "snapshot/rows.def"
#undef ROWS
	free(s);
}

static void copy_rows(void *target, const void *source, uint32_t count, size_t row_size)
{
	assert(count <= QUERY_ROWS_MAX);
	memcpy(target, source, count * row_size);
}

/* Which of the lists is filled the snapshot does not say: all are copied. */
void snapshot_copy(struct snapshot *target, const struct snapshot *source)
{
#define ROWS(structure, member, window) struct structure *member = target->member;
#include "snapshot/rows.def"
#undef ROWS
	*target = *source;
#define ROWS(structure, member, window)                                                                                \
	target->member = member;                                                                                       \
	copy_rows(member, source->member, source->window.count, sizeof(*(member)));
#include "snapshot/rows.def"
#undef ROWS
}
