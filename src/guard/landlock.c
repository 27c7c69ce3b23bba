#include "guard/landlock.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guard/traced.h"

/* The same numbers everywhere. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule	    445
#define SYS_landlock_restrict_self  446
#endif

/* The kernel's own header may be older than the kernel: these are its values (linux/landlock.h). */
#define FS_EXECUTE     (UINT64_C(1) << 0)
#define FS_WRITE_FILE  (UINT64_C(1) << 1)
#define FS_READ_FILE   (UINT64_C(1) << 2)
#define FS_READ_DIR    (UINT64_C(1) << 3)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_DIR    (UINT64_C(1) << 7)
#define FS_MAKE_REG    (UINT64_C(1) << 8)
#define FS_REFER       (UINT64_C(1) << 13)
#define FS_TRUNCATE    (UINT64_C(1) << 14)

#define FS_ABI_1 ((UINT64_C(1) << 13) - 1)
#define NET_TCP	 UINT64_C(3) /* bind and connect */
#define SCOPES	 UINT64_C(3) /* abstract sockets and signals */

/* Of what can be done with a file that is no folder. */
#define FS_OF_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)

enum {
	CREATE_RULESET_VERSION = 1,
	RULE_PATH_BENEATH = 1,
	ABI_RENAME = 2, /* before, nothing could be renamed from one folder to another */
};

struct ruleset_attributes {
	uint64_t fs;
	uint64_t net;
	uint64_t scopes;
};

struct path_attributes {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

static int read_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static uint64_t handled_files(int abi)
{
	uint64_t handled = FS_ABI_1;

	if (abi >= 2)
		handled |= FS_REFER;
	if (abi >= 3)
		handled |= FS_TRUNCATE;
	return handled;
}

/* A kernel takes only as much of the structure as it knows. */
static int create_ruleset(int abi)
{
	struct ruleset_attributes a = {.fs = handled_files(abi)};
	size_t size = sizeof(a.fs);

	if (abi >= LANDLOCK_ABI_TCP) {
		a.net = NET_TCP;
		size += sizeof(a.net);
	}
	if (abi >= LANDLOCK_ABI_SCOPES) {
		a.scopes = SCOPES;
		size += sizeof(a.scopes);
	}
	return (int)syscall(SYS_landlock_create_ruleset, &a, size, 0);
}

static uint64_t allowed_by(enum sandbox_access access)
{
	switch (access) {
	case SANDBOX_READ:
		return FS_READ_FILE | FS_READ_DIR;
	case SANDBOX_LIST:
		return FS_READ_DIR;
	case SANDBOX_WRITE:
		break;
	}
	return FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_REG | FS_MAKE_DIR | FS_REMOVE_FILE |
	       FS_REFER;
}

/* What cannot be opened, cannot be opened later either: no rule is needed. */
static bool allow(int ruleset, int abi, const struct sandbox_path *p)
{
	struct path_attributes rule = {.allowed = allowed_by(p->access) & handled_files(abi)};
	struct stat status;
	bool good;

	rule.parent_fd = open(p->path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return true;
	if (fstat(rule.parent_fd, &status) == 0 && !S_ISDIR(status.st_mode))
		rule.allowed &= FS_OF_FILE;
	good = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return good;
}

static bool writes(const struct sandbox_needs *needs)
{
	for (size_t i = 0; i < needs->path_count; i++)
		if (needs->paths[i].access == SANDBOX_WRITE)
			return true;
	return false;
}

int landlock_prepare(const struct sandbox_needs *needs, int *abi)
{
	static const struct sandbox_path of_the_process = {"/proc", SANDBOX_READ};
	int ruleset;
	bool good;

	*abi = read_abi();
	if (*abi < 1 || (*abi < ABI_RENAME && writes(needs)))
		return -1;
	ruleset = create_ruleset(*abi);
	if (ruleset < 0)
		return -1;
	good = !TRACED_BUILD || allow(ruleset, *abi, &of_the_process);
	for (size_t i = 0; i < needs->path_count; i++)
		good = good && allow(ruleset, *abi, &needs->paths[i]);
	if (good)
		return ruleset;
	close(ruleset);
	return -1;
}

bool landlock_enter(int ruleset)
{
	bool good = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;

	close(ruleset);
	return good;
}
