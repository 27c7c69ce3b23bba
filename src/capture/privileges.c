#include "capture/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/slice.h"

/* The sanitizers look for leaks by tracing the process from within when it ends. */
#if defined(__SANITIZE_ADDRESS__)
#define PRIVILEGES_TRACED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(leak_sanitizer)
#define PRIVILEGES_TRACED 1
#endif
#endif
#ifndef PRIVILEGES_TRACED
#define PRIVILEGES_TRACED 0
#endif

/* What a reader of packets never needs; a hole in a decoder must not reach them. */
static const int refused_calls[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(mount),
	SCMP_SYS(umount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(open_tree),
	SCMP_SYS(move_mount),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsmount),
	SCMP_SYS(fsconfig),
	SCMP_SYS(fspick),
	SCMP_SYS(mount_setattr),
	SCMP_SYS(chroot),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(bpf),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(acct),
	SCMP_SYS(quotactl),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(clock_adjtime),
	SCMP_SYS(adjtimex),
	SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname),
	SCMP_SYS(iopl),
	SCMP_SYS(ioperm),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(name_to_handle_at),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(syslog),
	SCMP_SYS(vhangup),
	SCMP_SYS(personality),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(mknod),
	SCMP_SYS(mknodat),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(kcmp),
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
	return text[digits] == '\0' && value > 0 && value < UINT32_MAX;
}

/* The user who called sudo; false when there is none, or it is root itself. */
static bool find_invoker(struct invoker *invoker)
{
	unsigned long uid;
	unsigned long gid;

	if (getuid() != 0 || geteuid() != 0 || !read_id("SUDO_UID", &uid) || !read_id("SUDO_GID", &gid))
		return false;
	*invoker = (struct invoker){(uid_t)uid, (gid_t)gid};
	return true;
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
		return error_set(err, "cannot become user %u again: %s", (unsigned int)invoker->uid, strerror(errno));
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

	if (setrlimit(RLIMIT_CORE, &none) != 0 || (!PRIVILEGES_TRACED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0))
		return error_set(err, "cannot switch core dumps off: %s", strerror(errno));
	return true;
}

static bool refuse_calls(struct error *err)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
	int status = context ? 0 : -ENOMEM;

	/* A call that this machine's architecture lacks cannot be made: that it cannot be refused is no failure. */
	for (size_t i = 0; context && i < sizeof(refused_calls) / sizeof(refused_calls[0]); i++)
		seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), refused_calls[i], 0);
	if (context && !PRIVILEGES_TRACED)
		seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ptrace), 0);
	if (context)
		status = seccomp_load(context);
	seccomp_release(context);
	/* A kernel built without seccomp, or a supervisor that has none, is not the user's to change. */
	if (status == 0 || status == -EINVAL || status == -ENOSYS || status == -ECANCELED)
		return true;
	return error_set(err, "cannot limit the system calls: %s", strerror(-status));
}

bool privileges_drop(struct error *err)
{
	struct invoker invoker;

	privileges_return();
	if (!clear_bounding_set(err))
		return false;
	if (find_invoker(&invoker) && !become(&invoker, err))
		return false;
	if (!clear_capabilities(err))
		return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_set(err, "cannot forbid new privileges: %s", strerror(errno));
	return forbid_core_dumps(err) && refuse_calls(err);
}

void privileges_hint(char *out, unsigned int size)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[len > 0 ? len : 0] = '\0';
	snprintf(out, size, "sudo setcap cap_net_raw+ep %s", len > 0 ? path : "mailtap");
}
