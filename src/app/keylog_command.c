#include "app/keylog_command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "app/keylog_library.h"
#include "base/log.h"
#include "base/mem.h"
#include "guard/privileges.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_NOT_RUN = 126,   /* as shells say it */
	EXIT_NOT_FOUND = 127, /* likewise */
	EXIT_BY_SIGNAL = 128,

	LAST_PACKETS_MS = 300, /* what servers still say, and what the kernel has not handed over */

	FOLDER_SIZE = PATH_MAX - 128,
	NAME_MAX_SHOWN = 60,
};

/* Those that the program takes or ignores; what the caller had for them is COMMAND's. */
static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};

enum {
	SIGNALS = sizeof(signals) / sizeof(signals[0]),
	KEYS = 2, /* the first of them, that are typed */
};

static struct sigaction callers[SIGNALS];

void keylog_command_remember_signals(void)
{
	for (int i = 0; i < SIGNALS; i++)
		sigaction(signals[i], NULL, &callers[i]);
}

static void set_signals(const struct sigaction *actions, int count)
{
	for (int i = 0; i < count; i++)
		sigaction(signals[i], &actions[i], NULL);
}

/* What the terminal sends to all of them is for the one that has it; `mine`: what this process had for it. */
static void ignore_keys(struct sigaction mine[KEYS])
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigemptyset(&ignore.sa_mask);
	for (int i = 0; i < KEYS; i++)
		sigaction(signals[i], &ignore, &mine[i]);
}

struct run {
	const struct options *options;
	keylog_command_program *program;
	const atomic_bool *stop;
	struct sigaction keys_of_program[KEYS]; /* as the program takes them */
	char folder[FOLDER_SIZE];
	char keys[PATH_MAX];
	char packets[PATH_MAX];
};

/* ---- the folder ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static bool make_keys(const struct run *r, struct error *err)
{
	int fd = open(r->keys, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);

	if (fd < 0)
		return error_set(err, "cannot make the key log %.200s: %s", r->keys, strerror(errno));
	close(fd);
	return true;
}

/* Nobody but the caller can look into it. */
static bool make_folder(struct run *r, struct error *err)
{
	const char *place = secure_getenv("TMPDIR");

	if (place == NULL || *place == '\0')
		place = "/tmp";
	if ((size_t)snprintf(r->folder, sizeof(r->folder), "%s/mailtap-XXXXXX", place) >= sizeof(r->folder))
		return error_set(err, "the path of TMPDIR is too long");
	if (mkdtemp(r->folder) == NULL)
		return error_set(err, "cannot make a folder for the key log in %.200s: %s; set TMPDIR to another",
				 place, strerror(errno));
	snprintf(r->keys, sizeof(r->keys), "%s/keys", r->folder);
	snprintf(r->packets, sizeof(r->packets), "%s/%.*s.pcapng", r->folder, NAME_MAX_SHOWN,
		 base_name(r->options->command[0]));
	if (make_keys(r, err))
		return true;
	rmdir(r->folder);
	return false;
}

static void remove_folder(const struct run *r)
{
	unlink(r->keys);
	unlink(r->packets);
	if (rmdir(r->folder) != 0)
		log_warn("cannot remove %s, which holds keys: %s", r->folder, strerror(errno));
}

/* ---- processes ---- */

/* Waits; whoever asks this process to end asks the other. Returns what wait() says. */
static int wait_for(const struct run *r, pid_t pid)
{
	bool is_told = false;
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		if (atomic_load(r->stop) && !is_told) {
			is_told = true;
			kill(pid, SIGTERM);
		}
	return status;
}

static int exit_status(int status)
{
	return WIFSIGNALED(status) ? EXIT_BY_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Where this process is no more, nobody would end the capture: the kernel does when the pipe has no writer. */
static void end_with(int pipe_end)
{
	fcntl(pipe_end, F_SETSIG, SIGTERM);
	fcntl(pipe_end, F_SETOWN, getpid());
	fcntl(pipe_end, F_SETFL, O_ASYNC);
}

static struct options capture_options(const struct run *r)
{
	struct options o = *r->options;

	o.mode = OPTIONS_PACKETS;
	o.write_file = r->packets;
	o.json_file = NULL;
	o.rotate_bytes = o.rotate_s = o.keep_count = 0;
	o.key_log_count = 0;
	o.save = false;
	o.wanted = (struct wanted){0};
	return o;
}

static struct options view_options(const struct run *r)
{
	struct options o = *r->options;

	/* who captured on one of several interfaces is not known of what is read from one file */
	o.observer_count = o.interface_count == 1 && o.observer_count > 0 && o.observer_begins[0] == 0 ? 1 : 0;
	o.interface_count = 0;
	o.file_count = 1;
	o.files[0] = r->packets;
	o.key_logs[o.key_log_count++] = r->keys;
	o.capture_filter = NULL;
	o.packet_count = 0;
	return o;
}

struct pipes {
	int started[2]; /* the capture writes a byte when packets are captured */
	int ended[2];	/* closed by this process when it ends */
};

static _Noreturn void be_capture(const struct run *r, const struct pipes *p)
{
	struct options o = capture_options(r);

	close(p->started[0]);
	close(p->ended[1]);
	end_with(p->ended[0]);
	setpgid(0, 0); /* what is typed for COMMAND does not end it */
	exit(r->program(&o, p->started[1]));
}

/* Returns when packets are captured, or it has ended before that: then `*started` is false, and it has said why. */
static bool start_capture(const struct run *r, struct pipes *p, pid_t *pid, bool *started, struct error *err)
{
	char byte;
	ssize_t got;

	if (pipe2(p->started, O_CLOEXEC) != 0 || pipe2(p->ended, O_CLOEXEC) != 0)
		return error_set(err, "cannot make a pipe: %s", strerror(errno));
	*pid = fork();
	if (*pid == 0)
		be_capture(r, p);
	close(p->started[1]);
	close(p->ended[0]);
	if (*pid < 0)
		return error_set(err, "cannot start a process: %s", strerror(errno));
	do {
		got = read(p->started[0], &byte, 1);
	} while (got < 0 && errno == EINTR && !atomic_load(r->stop));
	close(p->started[0]);
	*started = got == 1;
	return true;
}

/* sudo leaves root's there, or not, as it is configured. */
static void name_home(void)
{
	const struct passwd *user = getpwuid(getuid());

	if (getenv("SUDO_UID") == NULL || user == NULL)
		return;
	setenv("HOME", user->pw_dir, 1);
	setenv("USER", user->pw_name, 1);
	setenv("LOGNAME", user->pw_name, 1);
}

static void name_library(void)
{
	const char *others = getenv("LD_PRELOAD");
	char library[PATH_MAX];
	char *list;
	size_t size;

	if (!keylog_library_find(library, sizeof(library)))
		return;
	size = strlen(library) + (others != NULL ? strlen(others) : 0) + sizeof(":");
	list = mem_alloc(size);
	snprintf(list, size, "%s%s%s", library, others != NULL && *others != '\0' ? ":" : "",
		 others != NULL ? others : "");
	setenv("LD_PRELOAD", list, 1);
	free(list);
}

static _Noreturn void be_command(const struct run *r)
{
	char *const *command = r->options->command;
	struct error err;
	int why;

	if (!privileges_become_caller(&err)) {
		log_warn("%s", err.text);
		_exit(EXIT_NOT_RUN);
	}
	name_home();
	name_library();
	setenv("SSLKEYLOGFILE", r->keys, 1);
	set_signals(callers, SIGNALS);
	execvp(command[0], command);
	why = errno;
	log_warn("cannot run %.200s: %s", command[0], strerror(why));
	_exit(why == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN);
}

/* COMMAND has the terminal; returns it as it was. */
static int run_command(const struct run *r)
{
	struct termios terminal;
	bool has_terminal = tcgetattr(STDIN_FILENO, &terminal) == 0;
	pid_t pid;
	int status;

	pid = fork();
	if (pid == 0)
		be_command(r);
	if (pid < 0) {
		log_warn("cannot start a process: %s", strerror(errno));
		return EXIT_NOT_RUN;
	}
	status = wait_for(r, pid);
	if (has_terminal)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal);
	return exit_status(status);
}

static int end_capture(const struct run *r, pid_t pid)
{
	usleep(LAST_PACKETS_MS * 1000);
	kill(pid, SIGTERM);
	return exit_status(wait_for(r, pid));
}

static int view(const struct run *r)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct options o = view_options(r);

		set_signals(r->keys_of_program, KEYS);
		exit(r->program(&o, -1));
	}
	if (pid < 0) {
		log_warn("cannot start a process: %s", strerror(errno));
		return EXIT_FAILED;
	}
	return exit_status(wait_for(r, pid));
}

static void say_where(const struct run *r)
{
	char library[PATH_MAX];

	if (!keylog_library_find(library, sizeof(library)))
		log_warn("%s is not where mailtap is: only programs that write their keys by themselves will", library);
	log_warn("%.100s writes its keys to %s; to look on meanwhile: mailtap --keylog %s",
		 base_name(r->options->command[0]), r->keys, r->keys);
}

/* From here on nothing is done but by the caller. */
static int run_between(const struct run *r, pid_t capture, struct error *err)
{
	int command;
	int captured;
	int shown;

	if (!privileges_become_caller(err))
		return EXIT_FAILED;
	say_where(r);
	command = run_command(r);
	captured = end_capture(r, capture);
	if (atomic_load(r->stop) || command == EXIT_NOT_FOUND || command == EXIT_NOT_RUN)
		return command;
	shown = view(r);
	return shown != EXIT_DONE ? shown : captured != EXIT_DONE ? captured : command;
}

static int run_in_folder(const struct run *r, struct error *err)
{
	struct pipes pipes;
	pid_t capture = -1;
	bool started = false;
	int status;

	if (!start_capture(r, &pipes, &capture, &started, err))
		return EXIT_FAILED;
	if (!started) {
		kill(capture, SIGTERM);
		return exit_status(wait_for(r, capture));
	}
	status = run_between(r, capture, err);
	close(pipes.ended[1]);
	return status;
}

int keylog_command_run(const struct options *o, keylog_command_program *program, const atomic_bool *stop)
{
	struct run r = {.options = o, .program = program, .stop = stop};
	struct error err = {{0}};
	int status = EXIT_FAILED;

	ignore_keys(r.keys_of_program);
	if (make_folder(&r, &err)) {
		status = run_in_folder(&r, &err);
		remove_folder(&r);
	}
	if (err.text[0] != '\0')
		log_warn("%s", err.text);
	return status;
}
