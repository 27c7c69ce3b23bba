/*
 * A program that talks TLS with itself, for keylog_test.c to run with the library preloaded: one argument names what it
 * does. It exits with 0 if the TLS went well, and whatever it says itself of the library's doings is as it should be.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	THREADS = 8,
	ROUNDS = 40,
	MANY = 1000000,
	FIRST_DESCRIPTOR = 500
};

/* Key lines the program's own callback was given. */
static atomic_int own_lines;

/* Descriptors that were open, but for the log, when the program began. */
static int begun_with;

#define MUST(condition) ((condition) ? (void)0 : fail(__LINE__, #condition))

static void fail(int line, const char *condition)
{
	printf("peer.c:%d: %s\n", line, condition);
	exit(1);
}

static void take_line(const SSL *ssl, const char *line)
{
	MUST(ssl && line && !strchr(line, '\n'));
	own_lines++;
}

static SSL_CTX *make_context(const SSL_METHOD *method)
{
	SSL_CTX *context = SSL_CTX_new(method);

	MUST(context);
	return context;
}

/* A server without a certificate: anonymous, of TLS 1.2, which writes one line for each side. */
static void be_anonymous(SSL_CTX *context)
{
	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	MUST(SSL_CTX_set_cipher_list(context, "aNULL:@SECLEVEL=0"));
	SSL_CTX_set_ecdh_auto(context, 1);
}

static SSL *make_side(SSL_CTX *context, BIO *in, BIO *out, bool is_server)
{
	SSL *ssl = SSL_new(context);

	MUST(ssl);
	BIO_up_ref(in);
	BIO_up_ref(out);
	SSL_set_bio(ssl, in, out);
	is_server ? SSL_set_accept_state(ssl) : SSL_set_connect_state(ssl);
	return ssl;
}

/* And bytes go through. */
static void shake_hands(SSL_CTX *client_context, SSL_CTX *server_context)
{
	BIO *to_server = BIO_new(BIO_s_mem()), *to_client = BIO_new(BIO_s_mem());
	SSL *client = make_side(client_context, to_client, to_server, false);
	SSL *server = make_side(server_context, to_server, to_client, true);
	char got[8];
	int i;

	for (i = 0; i < 10 && !(SSL_is_init_finished(client) && SSL_is_init_finished(server)); i++) {
		SSL_do_handshake(client);
		SSL_do_handshake(server);
	}
	MUST(SSL_is_init_finished(client) && SSL_is_init_finished(server));
	MUST(SSL_write(client, "hello", 5) == 5 && SSL_read(server, got, sizeof(got)) == 5 &&
	     memcmp(got, "hello", 5) == 0);
	SSL_free(client);
	SSL_free(server);
	BIO_free(to_server);
	BIO_free(to_client);
}

static void talk_with(SSL_CTX *client, SSL_CTX *server)
{
	be_anonymous(client);
	be_anonymous(server);
	shake_hands(client, server);
	SSL_CTX_free(client);
	SSL_CTX_free(server);
}

/* Two lines: each side's. */
static void talk(void)
{
	talk_with(make_context(TLS_client_method()), make_context(TLS_server_method()));
}

static void talk_by_new_ex(void)
{
	talk_with(SSL_CTX_new_ex(NULL, NULL, TLS_client_method()), SSL_CTX_new_ex(NULL, NULL, TLS_server_method()));
}

/* What libssl itself was given, by its own word. */
static SSL_CTX_keylog_cb_func library_callback(const SSL_CTX *context)
{
	void *libssl = dlopen("libssl.so.3", RTLD_LAZY | RTLD_NOLOAD), *get;
	SSL_CTX_keylog_cb_func (*real)(const SSL_CTX *);

	libssl = libssl ? libssl : dlopen("libssl.so.1.1", RTLD_LAZY | RTLD_NOLOAD);
	MUST(libssl);
	get = dlsym(libssl, "SSL_CTX_get_keylog_callback");
	memcpy(&real, &get, sizeof(real));
	return real(context);
}

static int open_count(void)
{
	int fd, count = 0;

	for (fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* The descriptor of the log: -1 if there is none. */
static int log_descriptor(void)
{
	int fd;

	for (fd = FIRST_DESCRIPTOR; fd < 1024; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			return fd;
	}
	return -1;
}

static void with_own_callback(void)
{
	SSL_CTX *client = make_context(TLS_client_method()), *server = make_context(TLS_server_method());

	MUST(SSL_CTX_get_keylog_callback(client) == NULL);
	SSL_CTX_set_keylog_callback(client, take_line);
	MUST(SSL_CTX_get_keylog_callback(client) == take_line && SSL_CTX_get_keylog_callback(server) == NULL);
	talk_with(client, server);
	MUST(own_lines == 1);
	client = make_context(TLS_client_method());
	SSL_CTX_set_keylog_callback(client, take_line);
	SSL_CTX_set_keylog_callback(client, NULL);
	MUST(SSL_CTX_get_keylog_callback(client) == NULL);
	talk_with(client, make_context(TLS_server_method()));
	MUST(own_lines == 1);
}

/* As a server does that closes what it did not open; then the number is another's. */
static void with_descriptor_reused(void)
{
	int ends[2], fd;
	char got[16];

	talk();
	fd = log_descriptor();
	MUST(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC));
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
	MUST(dup2(ends[0], fd) == fd);
	talk();
	MUST(read(ends[1], got, sizeof(got)) < 0 && errno == EAGAIN);
	MUST(fcntl(fd, F_GETFD) == 0); /* and it is still open */
	close(fd);
	talk();
}

static void with_all_closed(void)
{
	int fd;

	talk();
	for (fd = 3; fd < 1024; fd++)
		close(fd);
	talk();
}

/* Deleted is ended: it is not made again. */
static void with_log_deleted(void)
{
	talk();
	MUST(unlink(getenv("SSLKEYLOGFILE")) == 0);
	talk();
	MUST(access(getenv("SSLKEYLOGFILE"), F_OK) != 0);
	MUST(close(open(getenv("SSLKEYLOGFILE"), O_CREAT | O_WRONLY, 0600)) == 0);
	talk();
	MUST(open_count() <= begun_with + 1);
}

static void with_fork(void)
{
	int i, status;

	talk();
	for (i = 0; i < THREADS; i++) {
		if (fork() == 0) {
			int round;

			for (round = 0; round < ROUNDS; round++)
				talk();
			_exit(0);
		}
	}
	while (wait(&status) > 0)
		MUST(status == 0);
}

static void *run_thread(void *unused)
{
	int round;

	(void)unused;
	for (round = 0; round < ROUNDS; round++)
		talk();
	return NULL;
}

static void run_threads(void)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		MUST(pthread_create(&threads[i], NULL, run_thread, NULL) == 0);
	for (i = 0; i < THREADS; i++)
		MUST(pthread_join(threads[i], NULL) == 0);
}

/* All open the log at once; and none of them leaves one open. */
static void with_threads(void)
{
	MUST(close(log_descriptor()) == 0);
	run_threads();
	MUST(open_count() <= begun_with + 1);
}

static const char a_line[] = "CLIENT_RANDOM 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "
			     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
			     "0123456789abcdef0123456789abcdef";

/* Only what is the library's: libssl's own locks do not stand a fork among threads. */
static void *run_forks(void *unused)
{
	SSL_CTX *context = make_context(TLS_client_method());
	SSL *ssl = SSL_new(context);
	SSL_CTX_keylog_cb_func write_line = library_callback(context);
	int i, status;

	(void)unused;
	for (i = 0; i < 10 * ROUNDS; i++) {
		pid_t child;

		close(log_descriptor());
		child = fork();
		if (child == 0) {
			alarm(20);
			write_line(ssl, a_line);
			_exit(0);
		}
		MUST(waitpid(child, &status, 0) == child && status == 0);
	}
	SSL_free(ssl);
	SSL_CTX_free(context);
	return NULL;
}

/* A child that is forked while other threads open the log and write does not wait for them. */
static void with_forks_and_threads(void)
{
	pthread_t forker;

	MUST(pthread_create(&forker, NULL, run_forks, NULL) == 0);
	run_threads();
	MUST(pthread_join(forker, NULL) == 0);
}

/* Without what a sanitizer does at exit, which needs more than is left. */
static void with_chroot_after_context(void)
{
	SSL_CTX *client = make_context(TLS_client_method()), *server = make_context(TLS_server_method());

	MUST(chroot("/var/empty") == 0 || chroot("/proc/self/fdinfo") == 0);
	MUST(setgid(65534) == 0 && setuid(65534) == 0);
	talk_with(client, server);
	talk();
	_exit(0);
}

/* Dovecot's way: libssl is there and set up, contexts come later. */
static void with_chroot_before_context(void)
{
	MUST(close(log_descriptor()) == 0);
	MUST(chroot("/proc/self/fdinfo") == 0);
	MUST(setgid(65534) == 0 && setuid(65534) == 0);
	talk();
	_exit(0);
}

/* Closed, the folder being root's: what opens it again is the change of the user. */
static void with_setuid_before_context(void)
{
	MUST(close(log_descriptor()) == 0);
	MUST(setgid(65534) == 0 && setuid(65534) == 0);
	talk();
}

/* A size that the process may not exceed would end it by a signal. */
static void with_size_limit(void)
{
	struct rlimit limit = {64, 64};

	signal(SIGXFSZ, SIG_DFL);
	MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	talk();
}

static long heap_kb(void)
{
	struct mallinfo2 info = mallinfo2();

	return (long)(info.uordblks / 1024);
}

/* Contexts come and go; each fourth with a callback of its own. */
static void with_many_contexts(void)
{
	const char *many = getenv("MAILTAP_CONTEXTS");
	long before = 0;
	int i, descriptors = 0;

	for (i = 0; i < (many ? atoi(many) : 20000); i++) {
		SSL_CTX *context = SSL_CTX_new(TLS_server_method());

		MUST(context);
		if (i % 4 == 0)
			SSL_CTX_set_keylog_callback(context, take_line);
		SSL_CTX_free(context);
		if (i == 1000) {
			before = heap_kb();
			descriptors = open_count();
		}
	}
	MUST(heap_kb() - before < 64);
	MUST(open_count() == descriptors);
}

/* errno, handlers, masks and what is pending are as before a line. */
static void without_traces(void)
{
	SSL_CTX *context = make_context(TLS_client_method());
	SSL *ssl = SSL_new(context);
	sigset_t before = {0}, after = {0};
	struct sigaction pipe_before, pipe_after;

	MUST(ssl && sigprocmask(SIG_SETMASK, NULL, &before) == 0 && sigaction(SIGPIPE, NULL, &pipe_before) == 0);
	errno = 4711;
	library_callback(context)(ssl, a_line);
	MUST(errno == 4711);
	close(log_descriptor());
	errno = 4711;
	library_callback(context)(ssl, a_line);
	MUST(errno == 4711);
	MUST(sigprocmask(SIG_SETMASK, NULL, &after) == 0 && sigaction(SIGPIPE, NULL, &pipe_after) == 0);
	MUST(memcmp(&before, &after, sizeof(before)) == 0 && pipe_before.sa_handler == pipe_after.sa_handler);
	MUST(sigpending(&after) == 0 && sigismember(&after, SIGPIPE) == 0);
	SSL_free(ssl);
	SSL_CTX_free(context);
}

static void often(void)
{
	int i;

	for (i = 0; i < 1000; i++)
		talk();
	MUST(open_count() <= begun_with + 1);
}

/* What the library finds is the libssl of this program, as if it were not there. */
static void is_passed_on(void)
{
	SSL_CTX *context = make_context(TLS_client_method());

	SSL_CTX_set_keylog_callback(context, take_line);
	MUST(SSL_CTX_get_keylog_callback(context) == take_line && library_callback(context) == take_line);
	SSL_CTX_free(context);
	talk();
	MUST(open_count() == begun_with);
}

static const struct {
	const char *name;
	void (*run)(void);
} scenes[] = {
	{"talk", talk},
	{"new-ex", talk_by_new_ex},
	{"own-callback", with_own_callback},
	{"descriptor-reused", with_descriptor_reused},
	{"all-closed", with_all_closed},
	{"log-deleted", with_log_deleted},
	{"fork", with_fork},
	{"threads", with_threads},
	{"forks-and-threads", with_forks_and_threads},
	{"chroot-after-context", with_chroot_after_context},
	{"chroot-before-context", with_chroot_before_context},
	{"setuid-before-context", with_setuid_before_context},
	{"size-limit", with_size_limit},
	{"many-contexts", with_many_contexts},
	{"without-traces", without_traces},
	{"often", often},
	{"passed-on", is_passed_on},
};

int main(int argc, char **argv)
{
	size_t i;

	begun_with = open_count() - (log_descriptor() >= 0);
	for (i = 0; argc == 2 && i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		if (strcmp(argv[1], scenes[i].name) == 0) {
			scenes[i].run();
			return 0;
		}
	}
	fprintf(stderr, "usage: peer SCENE\n");
	return 2;
}
