#include "guard/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "guard/landlock.h"
#include "guard/privileges.h"
#include "guard/syscalls.h"
#include "guard/traced.h"

/* Linux 6.3; the C library's header may be older. */
enum {
	SET_MDWE = 65,
	REFUSE_EXEC_GAIN = 1,
};

enum protection {
	PROTECTION_PRIVILEGES,
	PROTECTION_USER,
	PROTECTION_CORE,
	PROTECTION_CODE,
	PROTECTION_FILES,
	PROTECTION_TCP,
	PROTECTION_SIGNALS,
	PROTECTION_CALLS,
	PROTECTION_SOCKETS,
	PROTECTIONS
};

/* Written before there are threads. */
static struct sandbox_row rows[PROTECTIONS] = {
	[PROTECTION_PRIVILEGES] = {"no capabilities, no new privileges", "capabilities", SANDBOX_NOT_ENTERED},
	[PROTECTION_USER] = {"not root", "setuid", SANDBOX_NOT_ENTERED},
	[PROTECTION_CORE] = {"no core dumps, not to be traced", "prctl", SANDBOX_NOT_ENTERED},
	[PROTECTION_CODE] = {"memory cannot become code", "MDWE", SANDBOX_NOT_ENTERED},
	[PROTECTION_FILES] = {"no files but those named", "Landlock", SANDBOX_NOT_ENTERED},
	[PROTECTION_TCP] = {"no TCP connections", "Landlock", SANDBOX_NOT_ENTERED},
	[PROTECTION_SIGNALS] = {"no signals, no abstract sockets", "Landlock", SANDBOX_NOT_ENTERED},
	[PROTECTION_CALLS] = {"only listed system calls", "seccomp", SANDBOX_NOT_ENTERED},
	[PROTECTION_SOCKETS] = {"nothing is sent by a capture", "seccomp", SANDBOX_NOT_ENTERED},
};

void sandbox_allow(struct sandbox_needs *needs, const char *path, enum sandbox_access access)
{
	if (path != NULL && needs->path_count < SANDBOX_PATHS_MAX)
		needs->paths[needs->path_count++] = (struct sandbox_path){path, access};
}

static void note(enum protection which, bool holds)
{
	rows[which].state = holds ? SANDBOX_HOLDS : SANDBOX_NOT_ON_KERNEL;
}

static void confine_files(int ruleset, int abi)
{
	bool holds = ruleset >= 0 && landlock_enter(ruleset);

	note(PROTECTION_FILES, holds);
	note(PROTECTION_TCP, holds && abi >= LANDLOCK_ABI_TCP);
	note(PROTECTION_SIGNALS, holds && abi >= LANDLOCK_ABI_SCOPES);
}

static bool confine_calls(const struct sandbox_needs *needs, struct error *err)
{
	bool holds;

	note(PROTECTION_CODE, prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) == 0);
	if (!syscalls_limit_process(needs, &holds, err))
		return false;
	note(PROTECTION_CALLS, holds);
	note(PROTECTION_SOCKETS, holds);
	if (needs->socket_count == 0)
		rows[PROTECTION_SOCKETS].state = SANDBOX_NOT_NEEDED;
	return true;
}

static bool stay_open(struct error *err)
{
	for (size_t i = 0; i < PROTECTIONS; i++)
		rows[i].state = SANDBOX_NOT_IN_BUILD;
	note(PROTECTION_PRIVILEGES, true);
	return privileges_drop(NULL, err);
}

bool sandbox_enter(const struct sandbox_needs *needs, struct error *err)
{
	int abi;
	int ruleset;

	if (OPEN_BUILD)
		return stay_open(err);
	ruleset = landlock_prepare(needs, &abi);

	if (!privileges_drop(needs->user, err)) {
		if (ruleset >= 0)
			close(ruleset);
		return false;
	}
	note(PROTECTION_PRIVILEGES, true);
	note(PROTECTION_USER, geteuid() != 0);
	note(PROTECTION_CORE, true);
	if (TRACED_BUILD)
		rows[PROTECTION_CORE].state = SANDBOX_NOT_IN_BUILD;
	confine_files(ruleset, abi);
	return confine_calls(needs, err);
}

bool sandbox_row(size_t number, struct sandbox_row *row)
{
	if (number >= PROTECTIONS)
		return false;
	*row = rows[number];
	return true;
}

const char *sandbox_state_name(enum sandbox_state state)
{
	switch (state) {
	case SANDBOX_HOLDS:
		return "yes";
	case SANDBOX_NOT_ENTERED:
		return "not yet";
	case SANDBOX_NOT_ON_KERNEL:
		return "not on this kernel";
	case SANDBOX_NOT_IN_BUILD:
		return "not in this build";
	case SANDBOX_NOT_NEEDED:
		break;
	}
	return "not needed here";
}
