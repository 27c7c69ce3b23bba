#include "guard/identity.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

bool identity_find(int folder, const char *name, struct identity *out)
{
	struct statx status;

	memset(out, 0, sizeof(*out));
	if (statx(folder, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &status) != 0)
		return false;
	out->device = (uint64_t)status.stx_dev_major << 32 | status.stx_dev_minor;
	out->inode = status.stx_ino;
	if (status.stx_mask & STATX_BTIME) {
		out->born_s = status.stx_btime.tv_sec;
		out->born_ns = status.stx_btime.tv_nsec;
	}
	return true;
}

bool identity_equals(const struct identity *a, const struct identity *b)
{
	return a->device == b->device && a->inode == b->inode && a->born_s == b->born_s && a->born_ns == b->born_ns;
}
