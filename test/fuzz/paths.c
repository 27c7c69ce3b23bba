/* What the helper is asked for: the first line is a path, the second a place. A path that is made absolute has no parts
 * that lead upwards, and the way to a folder below a place does not leave it, whatever links lie there. */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/slice.h"
#include "guard/paths.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char place[] = "/tmp/mailtap-fuzz-XXXXXX";

static void forget_place(void)
{
	if (chdir(place) != 0)
		return;
	rmdir("a/b");
	unlink("a/up");
	rmdir("a");
	unlink("out");
	rmdir(place);
}

/* Folders "a" and "a/b", and links that lead out of the place: "out" and "a/up". */
static void make_place(void)
{
	bool good = mkdtemp(place) != NULL && chdir(place) == 0 && mkdir("a", 0700) == 0 && mkdir("a/b", 0700) == 0 &&
		    symlink("/", "out") == 0 && symlink("../..", "a/up") == 0;

	assert(good);
	atexit(forget_place);
}

static void check_absolute(const char *path)
{
	char out[HELPER_PATH_SIZE];
	char again[HELPER_PATH_SIZE];

	if (!paths_absolute(path, out))
		return;
	assert(out[0] == '/' || out[0] == '\0');
	assert(strstr(out, "//") == NULL && strstr(out, "/../") == NULL && strstr(out, "/./") == NULL);
	assert(paths_absolute(out[0] == '\0' ? "/" : out, again) && strcmp(out, again) == 0);
}

static void check_below(const char *path, const char *other)
{
	const char *below = paths_below(path, other);

	assert(below == NULL || (below >= path + strlen(other) && below <= path + strlen(path)));
}

static void check_walk(const char *rest)
{
	char link[64];
	char target[HELPER_PATH_SIZE];
	bool is_unmade = false;
	int fd = paths_walk(place, rest, 0, &is_unmade);
	ssize_t len;

	if (fd < 0)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, target, sizeof(target));
	assert(len >= (ssize_t)strlen(place) && memcmp(target, place, strlen(place)) == 0);
	close(fd);
}

static void put_text(char *out, size_t size, struct slice text)
{
	snprintf(out, size, "%.*s", (int)text.len, text.len > 0 ? (const char *)text.data : "");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_of(data, size);
	size_t len = slice_find(in, '\n');
	char resolved[HELPER_PATH_SIZE];
	char path[HELPER_PATH_SIZE + 100];
	char other[HELPER_PATH_SIZE];

	if (place[strlen(place) - 1] == 'X')
		make_place();
	put_text(path, sizeof(path), slice_sub(in, 0, len));
	put_text(other, sizeof(other), slice_after(in, len + 1));
	check_absolute(path);
	check_below(path, other);
	check_walk(path);
	if (paths_resolve(path, resolved))
		assert(strstr(resolved, "/../") == NULL);
	paths_missing(path);
	paths_has_no_parent(path);
	return 0;
}
