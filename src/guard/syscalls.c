#include "guard/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "guard/traced.h"

enum {
	ARGUMENTS_MAX = 2,
	ANYONE = SYSCALLS_SCREEN | SYSCALLS_WORKER | SYSCALLS_CAPTURE | SYSCALLS_TASKS | SYSCALLS_RESOLVER |
		 SYSCALLS_HELPER,
	OPTIMISED = 2, /* libseccomp: a tree instead of a chain */
};

/* The kernel takes most arguments as 32 bits and ignores what is above them, so we do. */
#define LOW UINT64_C(0xffffffff)

/* How newer C libraries ask for a terminal's modes; their own headers hide the numbers. */
#define MODES_GET	0x802c542a
#define MODES_SET	0x402c542b
#define MODES_SET_WAIT	0x402c542c
#define MODES_SET_FLUSH 0x402c542d

/* Namespaces and what makes a process of what should be a thread. */
#define CLONE_NAMESPACES                                                                                               \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#if defined(__s390__) || defined(__s390x__)
enum {
	CLONE_FLAGS_ARGUMENT = 1
};
#else
enum {
	CLONE_FLAGS_ARGUMENT = 0
};
#endif

/* What a call needs besides a thread that may make it. */
enum condition {
	ALWAYS,
	IF_FILTERS = 1 << 0,
	IF_RESOLVES = 1 << 1,
	IF_HELPS = 1 << 2,
	IF_TRACED = 1 << 3,
};

/* What is done with what is open already, with memory and time, and what the process may know of itself. Calls that
 * this machine's architecture lacks are passed over. */
static const int harmless_calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pwrite64),
	SCMP_SYS(close),
	SCMP_SYS(lseek),
	SCMP_SYS(_llseek),
	SCMP_SYS(fstat),
	SCMP_SYS(fstat64),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64),
	SCMP_SYS(stat),
	SCMP_SYS(stat64),
	SCMP_SYS(lstat),
	SCMP_SYS(lstat64),
	SCMP_SYS(statx),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd),
	SCMP_SYS(fstatfs),
	SCMP_SYS(fstatfs64),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(ftruncate),
	SCMP_SYS(ftruncate64),
	SCMP_SYS(fallocate),
	SCMP_SYS(fadvise64),
	SCMP_SYS(fadvise64_64),
	SCMP_SYS(flock),
	SCMP_SYS(getdents),
	SCMP_SYS(getdents64),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(ppoll_time64),
	SCMP_SYS(select),
	SCMP_SYS(_newselect),
	SCMP_SYS(pselect6),
	SCMP_SYS(pselect6_time64),
	SCMP_SYS(eventfd2),
	SCMP_SYS(pipe2),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(msync),
	SCMP_SYS(brk),
	SCMP_SYS(membarrier),
	SCMP_SYS(futex),
	SCMP_SYS(futex_time64),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(clock_nanosleep_time64),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_getres_time64),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(times),
	SCMP_SYS(getrusage),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(gettid),
	SCMP_SYS(getpgrp),
	SCMP_SYS(getpgid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getuid32),
	SCMP_SYS(geteuid32),
	SCMP_SYS(getgid32),
	SCMP_SYS(getegid32),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(getcpu),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigpending),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigsuspend),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(get_robust_list),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(rseq),
	SCMP_SYS(wait4),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* A call that some threads may make, or with some arguments only: the argument's bits in the mask must have the value.
 */
struct permission {
	int call;
	unsigned int roles; /* 0: while the threads are started only */
	enum condition condition;
	unsigned int argument_count;
	struct {
		unsigned int number;
		uint64_t mask;
		uint64_t value;
	} arguments[ARGUMENTS_MAX];
};

#define OPEN_WRITES ((uint64_t)(O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY)))

#define PLAIN(name, roles, condition)                                                                                  \
	{                                                                                                              \
		SCMP_SYS(name), roles, condition, 0,                                                                   \
		{                                                                                                      \
			{                                                                                              \
				0, 0, 0                                                                                \
			}                                                                                              \
		}                                                                                                      \
	}
#define ONLY(name, roles, condition, number, mask, value)                                                              \
	{                                                                                                              \
		SCMP_SYS(name), roles, condition, 1,                                                                   \
		{                                                                                                      \
			{                                                                                              \
				number, mask, value                                                                    \
			}                                                                                              \
		}                                                                                                      \
	}
#define BOTH(name, roles, condition, number, mask, value, number2, mask2, value2)                                      \
	{                                                                                                              \
		SCMP_SYS(name), roles, condition, 2,                                                                   \
		{                                                                                                      \
			{number, mask, value},                                                                         \
			{                                                                                              \
				number2, mask2, value2                                                                 \
			}                                                                                              \
		}                                                                                                      \
	}

static const struct permission permissions[] = {
	/* memory, but none that can be run */
	ONLY(mmap, ANYONE, ALWAYS, 2, PROT_EXEC, 0),
	ONLY(mmap2, ANYONE, ALWAYS, 2, PROT_EXEC, 0),
	ONLY(mprotect, ANYONE, ALWAYS, 2, PROT_EXEC, 0),
	/* limits are read, not set */
	ONLY(prlimit64, ANYONE, ALWAYS, 2, UINT64_MAX, 0),
	PLAIN(getrlimit, ANYONE, ALWAYS),
	PLAIN(ugetrlimit, ANYONE, ALWAYS),
	/* no descriptor gets another number: the fences around sockets know them by theirs; no owner is set for signals
	 */
	ONLY(fcntl, ANYONE, ALWAYS, 1, LOW, F_GETFL),
	ONLY(fcntl, ANYONE, ALWAYS, 1, LOW, F_SETFL),
	ONLY(fcntl, ANYONE, ALWAYS, 1, LOW, F_GETFD),
	ONLY(fcntl, ANYONE, ALWAYS, 1, LOW, F_SETFD),
	ONLY(fcntl, ANYONE, ALWAYS, 1, LOW, F_GETLK),
	ONLY(fcntl, ANYONE, ALWAYS, 1, LOW, F_SETLK),
	ONLY(fcntl64, ANYONE, ALWAYS, 1, LOW, F_GETFL),
	ONLY(fcntl64, ANYONE, ALWAYS, 1, LOW, F_SETFL),
	ONLY(fcntl64, ANYONE, ALWAYS, 1, LOW, F_GETFD),
	ONLY(fcntl64, ANYONE, ALWAYS, 1, LOW, F_SETFD),
	ONLY(fcntl64, ANYONE, ALWAYS, 1, LOW, F_GETLK),
	ONLY(fcntl64, ANYONE, ALWAYS, 1, LOW, F_SETLK),
	/* the terminal: also a thread that crashes puts it back */
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, TCGETS),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, TCSETS),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, TCSETSW),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, TCSETSF),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, TCFLSH),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, MODES_GET),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, MODES_SET),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, MODES_SET_WAIT),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, MODES_SET_FLUSH),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, TIOCGWINSZ),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, TIOCGPGRP),
	ONLY(ioctl, ANYONE, ALWAYS, 1, LOW, FIONREAD),
	/* whether an interface is still there */
	ONLY(ioctl, SYSCALLS_CAPTURE, ALWAYS, 1, LOW, SIOCGIFFLAGS),
	ONLY(ioctl, SYSCALLS_CAPTURE, ALWAYS, 1, LOW, SIOCGIFINDEX),
	/* its name */
	ONLY(ioctl, SYSCALLS_CAPTURE, ALWAYS, 1, LOW, SIOCGIFNAME),
	/* packets and what the kernel counts of them */
	PLAIN(recvfrom, SYSCALLS_CAPTURE | SYSCALLS_RESOLVER, ALWAYS),
	PLAIN(recv, SYSCALLS_CAPTURE | SYSCALLS_RESOLVER, ALWAYS),
	PLAIN(recvmsg, SYSCALLS_CAPTURE | SYSCALLS_RESOLVER, ALWAYS),
	PLAIN(getsockopt, SYSCALLS_CAPTURE | SYSCALLS_RESOLVER, ALWAYS),
	BOTH(setsockopt, SYSCALLS_CAPTURE, IF_FILTERS, 1, LOW, SOL_SOCKET, 2, LOW, SO_ATTACH_FILTER),
	/* files: Landlock says which */
	ONLY(openat, ANYONE, ALWAYS, 2, OPEN_WRITES, O_RDONLY),
	ONLY(open, ANYONE, ALWAYS, 1, OPEN_WRITES, O_RDONLY),
	/* what the helper gives */
	PLAIN(mlock, SYSCALLS_WORKER, ALWAYS), /* secrets of TLS */
	PLAIN(recvmsg, SYSCALLS_TASKS | SYSCALLS_SCREEN | SYSCALLS_WORKER, ALWAYS),
	/* the helper itself, which writes for the others */
	PLAIN(openat, SYSCALLS_HELPER, IF_HELPS),
	PLAIN(open, SYSCALLS_HELPER, IF_HELPS),
	PLAIN(mkdirat, SYSCALLS_HELPER, IF_HELPS),
	PLAIN(fchmod, SYSCALLS_HELPER, IF_HELPS),
	ONLY(fcntl, SYSCALLS_HELPER, IF_HELPS, 1, LOW, F_DUPFD_CLOEXEC),
	ONLY(fcntl64, SYSCALLS_HELPER, IF_HELPS, 1, LOW, F_DUPFD_CLOEXEC),
	PLAIN(renameat2, SYSCALLS_HELPER, IF_HELPS),
	PLAIN(linkat, SYSCALLS_HELPER, IF_HELPS),
	PLAIN(unlinkat, SYSCALLS_HELPER, IF_HELPS),
	PLAIN(sendmsg, SYSCALLS_HELPER, IF_HELPS),
	/* whether the process that left a file is still there */
	ONLY(kill, SYSCALLS_HELPER, IF_HELPS, 1, LOW, 0),
	/* questions to name servers: datagrams only */
	BOTH(socket, SYSCALLS_RESOLVER, IF_RESOLVES, 0, LOW, AF_INET, 1, 0xf, SOCK_DGRAM),
	BOTH(socket, SYSCALLS_RESOLVER, IF_RESOLVES, 0, LOW, AF_INET6, 1, 0xf, SOCK_DGRAM),
	PLAIN(connect, SYSCALLS_RESOLVER, IF_RESOLVES),
	PLAIN(getsockname, SYSCALLS_RESOLVER, IF_RESOLVES),
	PLAIN(sendto, SYSCALLS_RESOLVER, IF_RESOLVES),
	PLAIN(send, SYSCALLS_RESOLVER, IF_RESOLVES),
	/* until all threads are there: to start them, and to give each its own list */
	ONLY(clone, 0, ALWAYS, CLONE_FLAGS_ARGUMENT, CLONE_NAMESPACES | CLONE_THREAD, CLONE_THREAD),
	PLAIN(seccomp, 0, ALWAYS),
	ONLY(prctl, 0, ALWAYS, 0, LOW, PR_SET_NO_NEW_PRIVS),
	ONLY(prctl, 0, ALWAYS, 0, LOW, PR_SET_SECCOMP),
	/* the sanitizers' own */
	PLAIN(clone, ANYONE, IF_TRACED),
	PLAIN(prctl, ANYONE, IF_TRACED),
	PLAIN(ptrace, ANYONE, IF_TRACED),
	PLAIN(kill, ANYONE, IF_TRACED),
	PLAIN(tgkill, ANYONE, IF_TRACED),
	PLAIN(sched_getparam, ANYONE, IF_TRACED),
	PLAIN(sched_getscheduler, ANYONE, IF_TRACED),
	PLAIN(personality, ANYONE, IF_TRACED),
	PLAIN(arch_prctl, ANYONE, IF_TRACED),
	PLAIN(pipe, ANYONE, IF_TRACED),
	PLAIN(dup2, ANYONE, IF_TRACED),
	PLAIN(execve, ANYONE, IF_TRACED),
	PLAIN(mincore, ANYONE, IF_TRACED),
};

/* By which something could leave by a socket that packets come from; some are in no list anyway. */
static const int sending_calls[] = {
	SCMP_SYS(write),    SCMP_SYS(writev), SCMP_SYS(pwrite64), SCMP_SYS(pwritev),
	SCMP_SYS(pwritev2), SCMP_SYS(sendto), SCMP_SYS(sendmsg),  SCMP_SYS(sendmmsg),
	SCMP_SYS(sendfile), SCMP_SYS(splice), SCMP_SYS(send),
};

/* Set before there are threads. */
static struct {
	bool is_limited;
	unsigned int conditions;
} process;

static bool is_permitted(const struct permission *p, enum syscalls_role role)
{
	if ((p->condition & ~process.conditions) != 0)
		return false;
	return role == SYSCALLS_START || (p->roles & role);
}

static void add_permission(scmp_filter_ctx context, const struct permission *p)
{
	struct scmp_arg_cmp arguments[ARGUMENTS_MAX];

	for (unsigned int i = 0; i < p->argument_count; i++)
		arguments[i] = (struct scmp_arg_cmp){.arg = p->arguments[i].number,
						     .op = SCMP_CMP_MASKED_EQ,
						     .datum_a = p->arguments[i].mask,
						     .datum_b = p->arguments[i].value};
	seccomp_rule_add_array(context, SCMP_ACT_ALLOW, p->call, p->argument_count, arguments);
}

/* The process may send signals to itself: that is how it aborts, and stops for the shell. */
static void add_own_signals(scmp_filter_ctx context)
{
	uint64_t own = (uint64_t)getpid();

	seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, LOW, own));
	seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, LOW, own));
}

static scmp_filter_ctx new_list(enum syscalls_role role)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (context == NULL)
		return NULL;
	seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, OPTIMISED);
	for (size_t i = 0; i < sizeof(harmless_calls) / sizeof(harmless_calls[0]); i++)
		seccomp_rule_add(context, SCMP_ACT_ALLOW, harmless_calls[i], 0);
	for (size_t i = 0; i < sizeof(permissions) / sizeof(permissions[0]); i++)
		if (is_permitted(&permissions[i], role))
			add_permission(context, &permissions[i]);
	add_own_signals(context);
	/* Its arguments lie in memory, where they cannot be looked at: the C library then uses clone. */
	seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return context;
}

static scmp_filter_ctx new_fences(const struct sandbox_needs *needs)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);

	for (size_t s = 0; context != NULL && s < needs->socket_count; s++)
		for (size_t i = 0; i < sizeof(sending_calls) / sizeof(sending_calls[0]); i++)
			seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), sending_calls[i], 1,
					 SCMP_A0(SCMP_CMP_MASKED_EQ, LOW, (uint64_t)needs->sockets[s]));
	return context;
}

/* Puts it in force and frees it. Returns 0 or a negative error number. */
static int load(scmp_filter_ctx context)
{
	int status = context != NULL ? seccomp_load(context) : -ENOMEM;

	if (context != NULL)
		seccomp_release(context);
	return status;
}

bool syscalls_limit_process(const struct sandbox_needs *needs, bool *holds, struct error *err)
{
	int status = 0;

	process.conditions = (needs->filters ? IF_FILTERS : 0) | (needs->resolves ? IF_RESOLVES : 0) |
			     (needs->helps ? IF_HELPS : 0) | (TRACED_BUILD ? IF_TRACED : 0);
	if (needs->socket_count > 0)
		status = load(new_fences(needs));
	if (status == 0)
		status = load(new_list(SYSCALLS_START));
	*holds = process.is_limited = status == 0;
	/* A kernel built without seccomp, or a supervisor that has none, is not the user's to change. */
	if (status == 0 || status == -EINVAL || status == -ENOSYS || status == -ECANCELED)
		return true;
	return error_set(err, "cannot limit the system calls: %s", strerror(-status));
}

/* The other forms of calls that programs of this machine may use. */
static void add_architectures(scmp_filter_ctx context)
{
	switch (seccomp_arch_native()) {
	case SCMP_ARCH_X86_64:
		seccomp_arch_add(context, SCMP_ARCH_X86);
		seccomp_arch_add(context, SCMP_ARCH_X32);
		break;
	case SCMP_ARCH_AARCH64:
		seccomp_arch_add(context, SCMP_ARCH_ARM);
		break;
	default:
		break;
	}
}

void syscalls_forbid_typing(void)
{
	static const uint64_t requests[] = {TIOCSTI, TIOCLINUX};
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);

	if (context == NULL)
		return;
	add_architectures(context);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
				 SCMP_A1(SCMP_CMP_MASKED_EQ, LOW, requests[i]));
	load(context);
}

void syscalls_limit_thread(enum syscalls_role role)
{
	int status;

	if (!process.is_limited)
		return;
	status = load(new_list(role));
	if (status == 0)
		return;
	fprintf(stderr, "mailtap: cannot limit the system calls of a thread: %s\n", strerror(-status));
	abort();
}
