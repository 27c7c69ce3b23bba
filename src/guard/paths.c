#include "guard/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guard/place.h"

/* Appends a path part by part; false: it has "..", or is too long. */
static bool append_parts(char out[HELPER_PATH_SIZE], const char *path)
{
	while (*path != '\0') {
		size_t len = strcspn(path, "/");
		size_t end = strlen(out);

		if (len == 2 && strncmp(path, "..", 2) == 0)
			return false;
		if (len > 0 && !(len == 1 && *path == '.')) {
			if (end + len + 2 > HELPER_PATH_SIZE)
				return false;
			out[end] = '/';
			memcpy(out + end + 1, path, len);
			out[end + 1 + len] = '\0';
		}
		path += len;
		path += strspn(path, "/");
	}
	return true;
}

bool paths_absolute(const char *path, char out[HELPER_PATH_SIZE])
{
	char here[HELPER_PATH_SIZE] = "";

	out[0] = '\0';
	if (*path != '/' && (getcwd(here, sizeof(here)) == NULL || !append_parts(out, here)))
		return false;
	return append_parts(out, path);
}

static bool resolve_there(const char *path, char out[HELPER_PATH_SIZE])
{
	char real[PATH_MAX];

	out[0] = '\0';
	if (realpath(path, real) == NULL)
		return false;
	errno = ENAMETOOLONG;
	return append_parts(out, real);
}

/* A folder that is there, and a name in it. */
static bool resolve_in_parent(const char *path, char out[HELPER_PATH_SIZE])
{
	char parent[HELPER_PATH_SIZE];
	size_t len = strlen(path);
	size_t from;

	while (len > 1 && path[len - 1] == '/')
		len--;
	for (from = len; from > 0 && path[from - 1] != '/'; from--)
		;
	if (from == 0 || len >= sizeof(parent))
		return false;
	memcpy(parent, path, len);
	parent[from] = parent[len] = '\0';
	if (!resolve_there(parent, out))
		return false;
	memcpy(parent, path, len);
	errno = ENOENT;
	return append_parts(out, parent + from);
}

bool paths_resolve(const char *path, char out[HELPER_PATH_SIZE])
{
	if (paths_absolute(path, out) || resolve_there(path, out))
		return true;
	return errno == ENOENT && resolve_in_parent(path, out);
}

const char *paths_below(const char *path, const char *place)
{
	size_t len = strlen(place);

	if (strncmp(path, place, len) != 0 || (path[len] != '/' && path[len] != '\0'))
		return NULL;
	return path[len] == '/' ? path + len + 1 : path + len;
}

/* The next part of a path, and what follows it. */
static const char *next_part(const char *rest, char part[FILES_NAME_SIZE])
{
	size_t len = strcspn(rest, "/");

	snprintf(part, FILES_NAME_SIZE, "%.*s", (int)(len < FILES_NAME_SIZE ? len : 0), rest);
	return rest[len] == '/' ? rest + len + 1 : rest + len;
}

int paths_walk(const char *place, const char *rest, unsigned int flags, bool *is_unmade)
{
	char part[FILES_NAME_SIZE];
	int fd;

	if (*place == '\0')
		place = "/";
	if (*rest == '\0')
		return place_folder(AT_FDCWD, place, flags, is_unmade);
	fd = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0) {
		int next;

		rest = next_part(rest, part);
		if (part[0] == '\0' || part[0] == '.') {
			close(fd);
			errno = EACCES;
			return -1;
		}
		if (*rest == '\0')
			next = place_folder(fd, part, flags | FILES_NO_LINK, is_unmade);
		else
			next = openat(fd, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(fd);
		if (*rest == '\0')
			return next;
		fd = next;
	}
	return -1;
}

bool paths_missing(const char *path)
{
	struct stat status;

	return stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

bool paths_has_no_parent(const char *path)
{
	char parent[HELPER_PATH_SIZE];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", path);
	for (size_t len = strlen(parent); len > 1 && parent[len - 1] == '/'; len--)
		parent[len - 1] = '\0';
	slash = strrchr(parent, '/');
	if (slash == NULL || slash == parent)
		return false;
	*slash = '\0';
	return paths_missing(parent);
}
