#include "guard/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/slice.h"
#include "guard/traced.h"

enum {
	NOBODY = 65534, /* where no user has that name */
};

struct invoker {
	uid_t uid;
	gid_t gid;
};

static bool read_id(const char *variable, unsigned long *id)
{
	const char *text = getenv(variable);
	size_t digits;
	uint64_t value;

	if (text == NULL || *text == '\0')
		return false;
	value = slice_decimal(slice_from_text(text), &digits);
	*id = (unsigned long)value;
	/* The largest value means "unchanged" to the system. */
	return text[digits] == '\0' && value < UINT32_MAX;
}

/* The user who called sudo; false when there is none, or it is root itself. */
static bool find_invoker(struct invoker *invoker)
{
	unsigned long uid;
	unsigned long gid;

	if (getuid() != 0 || geteuid() != 0 || !read_id("SUDO_UID", &uid) || !read_id("SUDO_GID", &gid) || uid == 0)
		return false;
	*invoker = (struct invoker){(uid_t)uid, (gid_t)gid};
	return true;
}

/* Root's, and nobody else's to change: what another puts there would be run by whoever calls this program. */
static bool is_roots(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == 0 &&
	       (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

void privileges_gain_capture(char **argv)
{
	static const char own[] = "/bin/mailtap";
	static const char copy[] = "/lib/mailtap/mailtap";
	char path[PATH_MAX + sizeof(copy)];
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *end;

	capng_get_caps_process();
	if (len < (ssize_t)sizeof(own) || geteuid() == 0 || capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW))
		return;
	path[len] = '\0';
	end = path + len + 1 - sizeof(own);
	if (strcmp(end, own) != 0 || !is_roots(path))
		return;
	memcpy(end, copy, sizeof(copy));
	if (is_roots(path))
		execv(path, argv); /* where that fails, this program goes on as it is */
}

/* What root's was while the user's is in force. */
static struct {
	bool is_borrowed;
	gid_t gid;
	gid_t *groups;
	int group_count;
} root;

static bool set_groups(const struct invoker *invoker)
{
	const struct passwd *user = getpwuid(invoker->uid);

	return user != NULL ? initgroups(user->pw_name, invoker->gid) == 0 : setgroups(1, &invoker->gid) == 0;
}

bool privileges_borrow(struct error *err)
{
	struct invoker invoker;

	if (!find_invoker(&invoker))
		return true;
	root.gid = getegid();
	root.group_count = getgroups(0, NULL);
	free(root.groups);
	root.groups = mem_alloc(sizeof(gid_t) * (size_t)(root.group_count + 1));
	root.group_count = getgroups(root.group_count, root.groups);
	root.is_borrowed = true;
	if (root.group_count >= 0 && set_groups(&invoker) && setegid(invoker.gid) == 0 && seteuid(invoker.uid) == 0)
		return true;
	error_set(err, "cannot act as user %u: %s", (unsigned int)invoker.uid, strerror(errno));
	privileges_return();
	return false;
}

void privileges_return(void)
{
	if (!root.is_borrowed)
		return;
	root.is_borrowed = false;
	if (seteuid(0) != 0 || setegid(root.gid) != 0 ||
	    setgroups(root.group_count < 0 ? 0 : (size_t)root.group_count, root.groups) != 0)
		abort(); /* what follows would be done with the wrong rights */
	free(root.groups);
	root.groups = NULL;
}

static bool become(const struct invoker *invoker, struct error *err)
{
	bool good = set_groups(invoker);

	good = good && setresgid(invoker->gid, invoker->gid, invoker->gid) == 0;
	good = good && setresuid(invoker->uid, invoker->uid, invoker->uid) == 0;
	if (!good)
		return error_set(err, "cannot become user %u: %s", (unsigned int)invoker->uid, strerror(errno));
	if (setuid(0) == 0)
		return error_set(err, "root's rights came back after they were given up");
	return true;
}

static bool clear_bounding_set(struct error *err)
{
	capng_get_caps_process();
	if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		return true; /* without it the set cannot be used either: no_new_privs follows */
	capng_clear(CAPNG_SELECT_BOUNDS);
	if (capng_apply(CAPNG_SELECT_BOUNDS) != 0)
		return error_set(err, "cannot clear the capability bounding set: %s", strerror(errno));
	return true;
}

static bool clear_capabilities(struct error *err)
{
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return error_set(err, "cannot give up capabilities: %s", strerror(errno));
	return true;
}

/* Memory holds mails and passwords. */
static bool forbid_core_dumps(struct error *err)
{
	struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none) != 0 || (!TRACED_BUILD && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0))
		return error_set(err, "cannot switch core dumps off: %s", strerror(errno));
	return true;
}

/* Whom root becomes where nobody called it through sudo: the user of that name, or the first there is of those made
 * for such a purpose. */
static bool find_other(const char *name, struct invoker *other, struct error *err)
{
	static const char *const usual[] = {"mailtap", "nobody"};
	const struct passwd *user = *name != '\0' ? getpwnam(name) : NULL;

	if (*name != '\0' && user == NULL)
		return error_set(err, "there is no user \"%.100s\" to become (user)", name);
	for (size_t i = 0; user == NULL && i < sizeof(usual) / sizeof(usual[0]); i++)
		user = getpwnam(usual[i]);
	*other = user != NULL ? (struct invoker){user->pw_uid, user->pw_gid} : (struct invoker){NOBODY, NOBODY};
	return true;
}

/* Root of a container may lack the right to become another. */
static bool may_change_user(void)
{
	capng_get_caps_process();
	return geteuid() == 0 && capng_have_capability(CAPNG_EFFECTIVE, CAP_SETUID) &&
	       capng_have_capability(CAPNG_EFFECTIVE, CAP_SETGID);
}

/* The system takes a process that changes its user for one that is not to be traced. */
static void stay_traceable(void)
{
	if (TRACED_BUILD)
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

bool privileges_drop(const char *user, struct error *err)
{
	struct invoker invoker = {0};
	bool is_other;

	privileges_return();
	is_other = find_invoker(&invoker);
	if (!is_other && user != NULL && may_change_user()) {
		if (!find_other(user, &invoker, err))
			return false;
		is_other = invoker.uid != 0;
	}
	if (!clear_bounding_set(err))
		return false;
	if (is_other && !become(&invoker, err))
		return false;
	stay_traceable();
	if (!clear_capabilities(err))
		return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_set(err, "cannot forbid new privileges: %s", strerror(errno));
	return forbid_core_dumps(err);
}

bool privileges_become_caller(struct error *err)
{
	struct invoker caller = {getuid(), getgid()};

	privileges_return();
	if (find_invoker(&caller))
		return become(&caller, err);
	if (setresgid(caller.gid, caller.gid, caller.gid) != 0 || setresuid(caller.uid, caller.uid, caller.uid) != 0)
		return error_set(err, "cannot become user %u: %s", (unsigned int)caller.uid, strerror(errno));
	return caller.uid == 0 || clear_capabilities(err);
}

#ifdef MAILTAP_CAPTURE_HINT
void privileges_hint(char *out, unsigned int size)
{
	snprintf(out, size, "%s", MAILTAP_CAPTURE_HINT);
}
#else
void privileges_hint(char *out, unsigned int size)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[len > 0 ? len : 0] = '\0';
	snprintf(out, size, "sudo setcap cap_net_raw+ep %s", len > 0 ? path : "mailtap");
}
#endif
