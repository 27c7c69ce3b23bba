#include "app/keylog_library.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "libmailtap-keylog.so"

bool keylog_library_find(char *out, size_t size)
{
	static const char *const places[] = {"/" NAME, "/../lib/mailtap/" NAME};
	char folder[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
	char *slash;

	folder[len > 0 ? len : 0] = '\0';
	slash = strrchr(folder, '/');
	for (size_t i = 0; slash != NULL && i < sizeof(places) / sizeof(places[0]); i++) {
		char path[PATH_MAX + sizeof("/../lib/mailtap/" NAME)];

		*slash = '\0';
		snprintf(path, sizeof(path), "%s%s", folder, places[i]);
		if (access(path, R_OK) == 0 && (size_t)snprintf(out, size, "%s", path) < size)
			return true;
	}
	snprintf(out, size, "%s", NAME);
	return false;
}
