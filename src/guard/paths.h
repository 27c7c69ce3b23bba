/*
 * paths: the way to a folder below another, part by part, so that nothing on it leads elsewhere. Pure, but for the
 * walk.
 */
#ifndef GUARD_PATHS_H
#define GUARD_PATHS_H

#include "guard/helper.h"

/* "/a/b": absolute, each part of it a name; "/" is "". False: it has "..", or is too long. */
bool paths_absolute(const char *path, char out[HELPER_PATH_SIZE]);

/* As paths_absolute. What has "..", by where it leads to now; its last part need not be there. False: errno. */
bool paths_resolve(const char *path, char out[HELPER_PATH_SIZE]);

/* What of a path is below a place, both made absolute: "" when it is the place itself; NULL: it is elsewhere. */
const char *paths_below(const char *path, const char *place);

/* A place is opened as the user would open it; from there on no link is followed, and no part begins with a dot. -1:
 * errno. Flags and `*is_unmade`: see files_folder. */
int paths_walk(const char *place, const char *rest, unsigned int flags, bool *is_unmade);

bool paths_missing(const char *path);
/* Whether there is no folder to make one in. */
bool paths_has_no_parent(const char *path);

#endif
