/*
 * probe: what a hole in mailtap could be used for. Linked around syscalls_limit_thread, so that the program itself has
 * nothing of it: each thread, when it has given up its rights and before it reads a single packet, tries what must be
 * refused, and writes a line for each try to descriptor 3: "refused WORKER read a file", or "POSSIBLE ...".
 *
 * PROBE_FILE names a file that belongs to the user whom the program is to become; PROBE_INTERFACE the number of another
 * interface.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <net/ethernet.h>
#include <netpacket/packet.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "guard/syscalls.h"

enum {
	REPORT_FD = 3,
	DESCRIPTORS_MAX = 256,
	FRAME_LEN = 60,
};

/* Threads try one after the other: in glibc a setresuid may wait for a thread that could not be started, and the other
 * way round. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

void __real_syscalls_limit_thread(enum syscalls_role role);
void __wrap_syscalls_limit_thread(enum syscalls_role role);

static int packet_socket = -1;
static char page[4096] __attribute__((aligned(4096)));
static char frame[FRAME_LEN];

/* Each returns what the system says: 0 and more is success. */

static long read_shadow(void)
{
	return open("/etc/shadow", O_RDONLY);
}

static long read_own(void)
{
	return open(getenv("PROBE_FILE"), O_RDONLY);
}

static long make_job(void)
{
	return open("/etc/cron.d/mailtap-probe", O_WRONLY | O_CREAT, 0644);
}

static long make_temporary(void)
{
	return open("/var/tmp", O_TMPFILE | O_RDWR, 0600);
}

static long write_own(void)
{
	return open(getenv("PROBE_FILE"), O_WRONLY | O_APPEND);
}

static long set_user_bit(void)
{
	return chmod(getenv("PROBE_FILE"), 04755);
}

static long give_away(void)
{
	return chown(getenv("PROBE_FILE"), 65533, 65533);
}

static long delete_own(void)
{
	return unlink(getenv("PROBE_FILE"));
}

static long link_own(void)
{
	return symlink("/etc/shadow", "/tmp/mailtap-probe-link");
}

static long type_into_terminal(void)
{
	return ioctl(STDIN_FILENO, TIOCSTI, "x");
}

static long paste_into_console(void)
{
	return ioctl(STDIN_FILENO, TIOCLINUX, "\3");
}

static long open_tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static long open_udp(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static long open_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static long open_packets(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static long open_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0);
}

static long unshare_user(void)
{
	return unshare(CLONE_NEWUSER);
}

static long clone_user(void)
{
	long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);

	if (child == 0)
		_exit(0);
	return child;
}

static long enter_namespace(void)
{
	return setns(STDIN_FILENO, 0);
}

static long trace_parent(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static long read_parent(void)
{
	struct iovec local = {page, 1};
	struct iovec remote = {page, 1};

	return process_vm_readv(getppid(), &local, 1, &remote, 1, 0);
}

static long signal_parent(void)
{
	return kill(getppid(), SIGCONT);
}

static long signal_everybody(void)
{
	return kill(-1, SIGCONT);
}

static long ask_for_signals(void)
{
	return fcntl(STDIN_FILENO, F_SETOWN, getppid());
}

static long run_page(void)
{
	return mprotect(page, sizeof(page), PROT_READ | PROT_EXEC);
}

static long map_code(void)
{
	return (long)mmap(NULL, sizeof(page), PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static long map_file(void)
{
	return (long)mmap(NULL, sizeof(page), PROT_READ | PROT_EXEC, MAP_PRIVATE, REPORT_FD, 0);
}

static long make_memory_file(void)
{
	return memfd_create("probe", 0);
}

static long run_program(void)
{
	char name[] = "/bin/true";
	char *arguments[] = {name, NULL};

	return execve(name, arguments, arguments + 1);
}

static long fork_child(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child;
}

static void *nothing(void *ctx)
{
	return ctx;
}

static long start_thread(void)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, nothing, NULL);
	return errno == 0 ? 0 : -1;
}

static long become_root(void)
{
	return setresuid(0, 0, 0);
}

static long become_traceable(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long dump_core(void)
{
	struct rlimit any = {RLIM_INFINITY, RLIM_INFINITY};

	return setrlimit(RLIMIT_CORE, &any);
}

static long mount_something(void)
{
	return mount("none", "/mnt", "tmpfs", 0, NULL);
}

static long change_root(void)
{
	return chroot("/");
}

static long load_program(void)
{
	return syscall(SYS_bpf, 5, page, sizeof(page));
}

static long start_ring(void)
{
	return syscall(SYS_io_uring_setup, 4, page);
}

static long watch_events(void)
{
	return syscall(SYS_perf_event_open, page, 0, -1, -1, 0);
}

static long use_keys(void)
{
	return syscall(SYS_keyctl, 0, -3, 1);
}

static long set_another_list(void)
{
	return prctl(PR_SET_SECCOMP, 2, page, 0, 0);
}

static long inject_by_write(void)
{
	return write(packet_socket, frame, sizeof(frame));
}

static long inject_by_writev(void)
{
	struct iovec piece = {frame, sizeof(frame)};

	return writev(packet_socket, &piece, 1);
}

static long inject_by_another_number(void)
{
	/* the kernel ignores what is above the 32 bits of a descriptor */
	return syscall(SYS_write, (1L << 32) + packet_socket, frame, sizeof(frame));
}

static long inject_by_send(void)
{
	return send(packet_socket, frame, sizeof(frame), 0);
}

static long copy_descriptor(void)
{
	return dup(packet_socket);
}

static long copy_descriptor_by_fcntl(void)
{
	return fcntl(packet_socket, F_DUPFD_CLOEXEC, 0);
}

static long detach_filter(void)
{
	int yes = 1;

	return setsockopt(packet_socket, SOL_SOCKET, SO_DETACH_FILTER, &yes, sizeof(yes));
}

static long attach_filter(void)
{
	struct sock_filter all = BPF_STMT(BPF_RET | BPF_K, 0x40000);
	struct sock_fprog program = {1, &all};

	return setsockopt(packet_socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static long bind_elsewhere(void)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_protocol = 0x0300};
	const char *number = getenv("PROBE_INTERFACE");

	to.sll_ifindex = number != NULL ? atoi(number) : 0;
	return bind(packet_socket, (struct sockaddr *)&to, sizeof(to));
}

static const struct attempt {
	const char *what;
	long (*try)(void);
	bool needs_socket;
	bool is_for_screen; /* with a screen the capture thread may */
} attempts[] = {
	{"read the shadow file", read_shadow, false, false},
	{"read a file of the user", read_own, false, false},
	{"make a system job", make_job, false, false},
	{"make a temporary file", make_temporary, false, false},
	{"write to a file of the user", write_own, false, false},
	{"make a file set-uid", set_user_bit, false, false},
	{"give a file away", give_away, false, false},
	{"make a symbolic link", link_own, false, false},
	{"delete a file of the user", delete_own, false, false},
	{"type into the terminal", type_into_terminal, false, false},
	{"paste into the console", paste_into_console, false, false},
	{"open a TCP socket", open_tcp, false, false},
	{"open a UDP socket", open_udp, false, false},
	{"open a local socket", open_unix, false, false},
	{"open a packet socket", open_packets, false, false},
	{"open a netlink socket", open_netlink, false, false},
	{"make a user namespace", unshare_user, false, false},
	{"start a process in a user namespace", clone_user, false, false},
	{"enter a namespace", enter_namespace, false, false},
	{"trace another process", trace_parent, false, false},
	{"read the memory of another process", read_parent, false, false},
	{"signal another process", signal_parent, false, false},
	{"signal every process", signal_everybody, false, false},
	{"have another process signalled", ask_for_signals, false, false},
	{"run what was written", run_page, false, false},
	{"map memory to write and run", map_code, false, false},
	{"map a file to run", map_file, false, false},
	{"make a file in memory", make_memory_file, false, false},
	{"start a program", run_program, false, false},
	{"start a process", fork_child, false, false},
	{"start a thread", start_thread, false, false},
	{"become root", become_root, false, false},
	{"be traced", become_traceable, false, false},
	{"dump core", dump_core, false, false},
	{"mount", mount_something, false, false},
	{"change the root", change_root, false, false},
	{"load a program into the kernel", load_program, false, false},
	{"start a ring of calls", start_ring, false, false},
	{"watch events", watch_events, false, false},
	{"use keys", use_keys, false, false},
	{"set another list of calls", set_another_list, false, false},
	{"inject a frame by write", inject_by_write, true, false},
	{"inject a frame by writev", inject_by_writev, true, false},
	{"inject a frame by a descriptor's other number", inject_by_another_number, true, false},
	{"inject a frame by send", inject_by_send, true, false},
	{"copy the packet socket", copy_descriptor, true, false},
	{"copy the packet socket by fcntl", copy_descriptor_by_fcntl, true, false},
	{"detach the capture filter", detach_filter, true, false},
	{"attach another capture filter", attach_filter, true, true},
	{"bind to another interface", bind_elsewhere, true, false},
};

static const char *name_of(enum syscalls_role role)
{
	switch (role) {
	case SYSCALLS_WORKER:
		return "worker";
	case SYSCALLS_CAPTURE:
		return "capture";
	case SYSCALLS_TASKS:
		return "tasks";
	case SYSCALLS_SCREEN:
		return "screen";
	case SYSCALLS_RESOLVER:
		return "resolver";
	case SYSCALLS_HELPER:
		return "helper";
	case SYSCALLS_START:
		break;
	}
	return "?";
}

/* Of two threads: both find the same. */
static void find_socket(void)
{
	for (int fd = REPORT_FD + 1; fd < DESCRIPTORS_MAX && packet_socket < 0; fd++) {
		int domain = 0;
		socklen_t size = sizeof(domain);

		if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_PACKET)
			packet_socket = fd;
	}
}

static void put(const char *line)
{
	if (write(REPORT_FD, line, strlen(line)) < 0)
		abort();
}

static void make_attempt(const struct attempt *a, enum syscalls_role role)
{
	char line[256];
	bool is_refused;

	errno = 0;
	is_refused = a->try() < 0 && (errno == EPERM || errno == EACCES);
	snprintf(line, sizeof(line), "%s %s: %s (%s)\n", is_refused ? "refused" : "POSSIBLE", name_of(role), a->what,
		 strerror(errno));
	put(line);
}

void __wrap_syscalls_limit_thread(enum syscalls_role role)
{
	bool is_tried = role == SYSCALLS_WORKER || role == SYSCALLS_CAPTURE;
	bool has_screen = getenv("PROBE_SCREEN") != NULL;
	char line[64];

	if (is_tried)
		find_socket();
	__real_syscalls_limit_thread(role);
	if (!is_tried)
		return;
	pthread_mutex_lock(&turn);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		if (!(attempts[i].needs_socket && packet_socket < 0) && !(attempts[i].is_for_screen && has_screen))
			make_attempt(&attempts[i], role);
	pthread_mutex_unlock(&turn);
	snprintf(line, sizeof(line), "tried %s\n", name_of(role));
	put(line);
}
