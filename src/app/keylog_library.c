#include "app/keylog_library.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "libmailtap-keylog.so"

/* The folder of this program, without links; false: it cannot be told. */
static bool read_own_folder(char out[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", out, PATH_MAX - 1);
	char *slash;

	if (len <= 0)
		return false;
	out[len] = '\0';
	slash = strrchr(out, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

/* A program that loads it wants a path without "..". */
static bool find_below(const char *folder, const char *place, char *out, size_t size)
{
	char path[PATH_MAX + sizeof("/../lib/mailtap/" NAME)];
	char real[PATH_MAX];
	struct stat status;

	snprintf(path, sizeof(path), "%s%s" NAME, folder, place);
	if (realpath(path, real) == NULL || stat(real, &status) != 0 || !S_ISREG(status.st_mode) ||
	    strlen(real) >= size)
		return false;
	snprintf(out, size, "%s", real);
	return true;
}

bool keylog_library_find(char *out, size_t size)
{
	char folder[PATH_MAX];

	if (read_own_folder(folder) &&
	    (find_below(folder, "/", out, size) || find_below(folder, "/../lib/mailtap/", out, size)))
		return true;
	snprintf(out, size, "%s", NAME);
	return false;
}
