/*
 * mailtap: reads the command line, opens what is to be captured or read, gives rights up, starts the threads, runs,
 * joins.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/key_sources.h"
#include "app/keylog_command.h"
#include "app/session_file.h"
#include "app/setup.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/name_table.h"
#include "capture/capture.h"
#include "capture/interfaces.h"
#include "config/options.h"
#include "diagnosis/reply_patterns.h"
#include "guard/files.h"
#include "guard/privileges.h"
#include "guard/runner.h"
#include "guard/sandbox.h"
#include "guard/syscalls.h"
#include "mime/fields.h"
#include "mime/message.h"
#include "store/store.h"
#include "ui/picker.h"
#include "ui/ui.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,

	LIVE_RING_SIZE = 64 * 1024 * 1024, /* takes the packets of a stall */
	FILE_RING_SIZE = 4 * 1024 * 1024,  /* a file waits: small enough to stay in the processor's cache */
	REQUEST_RING_SIZE = 64 * 1024,

	SOCKET_OF_NOBODY = 1023,
};

static atomic_bool stop_requested; /* the handler runs on any thread, two threads read it */
static atomic_bool reopen_requested;

static void on_signal(int number)
{
	(void)number;
	stop_requested = true;
	files_hurry();
}

static void on_hangup(int number)
{
	(void)number;
	reopen_requested = true;
}

static void catch_signal(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static void catch_signals(void)
{
	catch_signal(SIGINT, on_signal);
	catch_signal(SIGTERM, on_signal);
	catch_signal(SIGHUP, on_signal);
	signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of write */
	signal(SIGXFSZ, SIG_IGN); /* so is a file that may not grow */
}

static int fail(const struct error *err)
{
	log_warn("%s", err->text);
	return EXIT_FAILED;
}

/* ---- without a screen ---- */

static bool run_plain(struct worker_options *w, struct error *err)
{
	struct worker *worker;
	bool done;

	w->finish_at_end = true;
	worker = worker_new(w, err);
	if (worker == NULL)
		return false;
	done = worker_run(worker);
	worker_free(worker);
	err->text[0] = '\0'; /* said already */
	return done;
}

/* ---- with a screen ---- */

struct screen_thread {
	struct worker *worker;
	bool done;
};

static void *run_worker(void *ctx)
{
	struct screen_thread *t = ctx;

	t->done = worker_run(t->worker);
	return NULL;
}

static void ask(struct ring *requests, struct doorbell *bell, enum request_kind kind, const char *text)
{
	struct request *r;

	while ((r = ring_reserve(requests, sizeof(*r))) == NULL)
		usleep(1000);
	*r = (struct request){.kind = kind};
	snprintf(r->text, sizeof(r->text), "%s", text);
	ring_commit(requests, sizeof(*r));
	ring_publish(requests);
	doorbell_ring(bell);
}

/* What the screen and the worker share. */
struct link {
	struct query queries[3];
	struct snapshot *snapshots[3];
	struct triple_buffer query_buffer;
	struct triple_buffer snapshot_buffer;
	struct ring *requests;
	struct doorbell bell;
};

static bool open_link(struct link *l, struct error *err)
{
	if (!doorbell_init(&l->bell, err))
		return false;
	for (int i = 0; i < 3; i++)
		l->snapshots[i] = snapshot_new();
	triple_buffer_init(&l->query_buffer, &l->queries[0], &l->queries[1], &l->queries[2]);
	triple_buffer_init(&l->snapshot_buffer, l->snapshots[0], l->snapshots[1], l->snapshots[2]);
	l->requests = ring_new(REQUEST_RING_SIZE);
	return true;
}

static void close_link(struct link *l)
{
	for (int i = 0; i < 3; i++)
		snapshot_free(l->snapshots[i]);
	ring_free(l->requests);
	doorbell_fini(&l->bell);
}

static bool run_threads(const struct options *o, const struct worker_options *w, struct link *l, struct error *err)
{
	struct screen_thread thread = {0};
	pthread_t id;
	int status;

	thread.worker = worker_new(w, err);
	if (thread.worker == NULL) {
		ui_close();
		return false;
	}
	status = pthread_create(&id, NULL, run_worker, &thread);
	if (status != 0) {
		ui_close();
		worker_free(thread.worker);
		return error_set(err, "cannot start a thread: %s", strerror(status));
	}
	syscalls_limit_thread(SYSCALLS_SCREEN);
	if (o->filter != NULL)
		ask(l->requests, w->doorbell, REQUEST_FILTER, o->filter);
	ui_run(&(struct ui_link){.queries = &l->query_buffer,
				 .snapshots = &l->snapshot_buffer,
				 .requests = l->requests,
				 .worker = w->doorbell,
				 .ui = &l->bell},
	       o, &stop_requested);
	files_hurry();
	ask(l->requests, w->doorbell, REQUEST_QUIT, "");
	ui_close(); /* what is still to be saved is not waited for before a dead screen */
	pthread_join(id, NULL);
	worker_free(thread.worker);
	err->text[0] = '\0'; /* said already */
	return thread.done;
}

static bool run_screen(const struct options *o, const struct worker_options *plain, struct error *err)
{
	struct worker_options w = *plain;
	struct link l = {0};
	char source[128];
	bool done;

	if (!open_link(&l, err)) {
		ui_close();
		return false;
	}
	setup_title(o, source, sizeof(source));
	w.source = source;
	w.resolver = o->resolver;
	w.never_secrets = o->secrets == OPTIONS_SECRETS_NEVER;
	w.queries = &l.query_buffer;
	w.snapshots = &l.snapshot_buffer;
	w.requests = l.requests;
	w.ui = &l.bell;
	done = run_threads(o, &w, &l, err);
	close_link(&l);
	return done;
}

/* ---- */

/* What was asked for did not reach its reader when standard output is full or closed. */
static int printed(void)
{
	struct error err;

	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_DONE;
	error_set(&err, "cannot write to standard output: %s", strerror(errno));
	return fail(&err);
}

/* The built-in file of wordings, and the user's before it. */
static bool read_patterns(const struct options *o, struct reply_patterns **patterns, struct error *err)
{
	*patterns = reply_patterns_new();
	return o->wordings == NULL || reply_patterns_add_file(*patterns, o->wordings, err);
}

/* NULL where none is asked for. False: it is wrong. */
static bool read_filter(const struct options *o, struct expression **filter, struct error *err)
{
	struct expression_fault fault;

	*filter = NULL;
	if (o->filter == NULL)
		return true;
	if (o->mode == OPTIONS_SCREEN && strlen(o->filter) >= QUERY_TEXT_SIZE)
		return error_set(err, "--filter: this is too long for the screen, which has %d letters for it",
				 QUERY_TEXT_SIZE - 1);
	*filter = expression_new(o->filter, clock_wall_ns(), &fault);
	if (*filter != NULL)
		return true;
	return error_set(err, "--filter: %.200s, at \"%.60s\"; see mailtap-filter(7)", fault.why.text,
			 o->filter + fault.at);
}

static bool decodes_mails(const struct options *o)
{
	return o->filter != NULL || o->mode != OPTIONS_JSON || (o->datasets & OPTIONS_DATASET_MAIL) || o->save;
}

/* Loads and opens what will be needed, while that is allowed; the screen last: it hides messages. */
static bool prepare(const struct options *o, struct error *err)
{
	fields_init(o->charsets, o->charset_count);
	message_hash_load();
	if (decodes_mails(o))
		fields_load();
	store_prepare();
	tzset();
	return o->mode != OPTIONS_SCREEN || ui_open(o, err);
}

static bool run(const struct options *o, const struct setup_opened *opened, struct worker_options *w, struct error *err)
{
	bool done;

	if (!setup_printers(o, opened, w->printers, err) || !capture_start(w->capture, err)) {
		if (o->mode == OPTIONS_SCREEN)
			ui_close();
		done = false;
	} else {
		done = o->mode == OPTIONS_SCREEN ? run_screen(o, w, err) : run_plain(w, err);
	}
	for (size_t i = 0; i < WORKER_PRINTERS; i++)
		batch_output_free(w->printers[i]);
	return done;
}

static bool run_capture(const struct options *o, struct setup_opened *opened, struct worker_options *w,
			struct error *err)
{
	struct capture_options *c = &opened->capture;
	struct error closing = {{0}};
	bool done;

	setup_engine(o, w->engine.filter, &w->engine);
	w->engine.interfaces = opened->interfaces;
	w->engine.key_help = opened->key_help;
	w->engine.find_keys = key_sources_find;
	w->engine.find_keys_ctx = w->keys = opened->keys;
	w->waits_for_keys = setup_waits_for_keys(o);
	w->writes_all = wanted_is_all(&o->wanted);
	w->writes_secrets = setup_writes_secrets(o);
	w->session_file = setup_session_file(o, opened);
	w->packets = c->ring = ring_new(o->file_count > 0 ? FILE_RING_SIZE : LIVE_RING_SIZE);
	c->consumer = w->doorbell;
	w->capture = capture_new(c);
	free(c->sources); /* the list; what is in it is the capture's */
	done = run(o, opened, w, err);
	if (!done && err->text[0] != '\0')
		log_warn("%s", err->text);
	err->text[0] = '\0';
	if (!session_file_close(w->session_file, err))
		done = false;
	if (!capture_free(w->capture, &closing)) {
		*err = closing;
		done = false;
	}
	ring_free(w->packets);
	name_table_free(opened->interfaces);
	key_sources_free(opened->keys);
	key_help_free(opened->key_help);
	return done;
}

/* ---- which interface ---- */

static void collect_packets(void *ctx)
{
	interfaces_collect(ctx);
}

static size_t read_interfaces(void *ctx, struct interface_row *rows, size_t max)
{
	return interfaces_read(ctx, rows, max);
}

static bool wants_choice(const struct options *o)
{
	return o->picks_interface && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && interfaces_are_several();
}

/* Asks where several are possible and nobody has named one; the capture then begins as if the chosen one had been
 * named. Where nothing may be captured nobody is asked: opening the capture says why. `*chosen` is false: the user has
 * left. */
static bool choose_interface(struct options *o, char name[INTERFACE_ROW_NAME_SIZE], bool *chosen, struct error *err)
{
	struct picker_source source = {.collect = collect_packets, .read = read_interfaces};
	struct error why;

	*chosen = true;
	if (!wants_choice(o))
		return true;
	privileges_return();
	source.ctx = interfaces_open(&o->ports, &why);
	if (!privileges_borrow(err) || (source.ctx != NULL && !ui_open(o, err))) {
		interfaces_free(source.ctx);
		return false;
	}
	if (source.ctx == NULL)
		return true;
	*chosen = picker_run(&source, o, &stop_requested, name);
	ui_close();
	interfaces_free(source.ctx);
	if (*chosen)
		o->interfaces[0] = name;
	return true;
}

static bool open_and_run(const struct options *o, struct worker_options *w, int started, struct error *err)
{
	struct setup_opened opened = {.json_file = NULL};

	if (!setup_files(o, err) || !setup_capture(o, &opened, err))
		return false;
	if (!prepare(o, err)) {
		setup_close(&opened);
		return false;
	}
	if (!setup_confine(o, &opened, err)) {
		if (o->mode == OPTIONS_SCREEN)
			ui_close();
		setup_close(&opened);
		return false;
	}
	if (started >= 0 && write(started, "", 1) != 1)
		log_warn("nobody waits for the capture any more");
	return run_capture(o, &opened, w, err);
}

/* `started`: a byte goes there when packets are captured; -1: nobody waits for that. */
static int capture_and_run(const struct options *asked, int started)
{
	struct options chosen = *asked; /* its texts are `asked`'s */
	const struct options *o = &chosen;
	char name[INTERFACE_ROW_NAME_SIZE];
	bool has_chosen = false;
	struct doorbell bell;
	struct error err = {{0}};
	struct reply_patterns *patterns = NULL;
	struct expression *filter = NULL;
	struct worker_options w = {.doorbell = &bell, .stop = &stop_requested};
	bool done;

	if (!read_filter(o, &filter, &err)) {
		fail(&err);
		return EXIT_USAGE;
	}
	if (!read_patterns(o, &patterns, &err) || !doorbell_init(&bell, &err)) {
		reply_patterns_free(patterns);
		expression_free(filter);
		return fail(&err);
	}
	w.engine.patterns = patterns;
	w.engine.filter = filter;
	if (setup_reopens(o)) {
		w.reopen = &reopen_requested;
		catch_signal(SIGHUP, on_hangup);
	}
	done = choose_interface(&chosen, name, &has_chosen, &err) &&
	       (!has_chosen || open_and_run(o, &w, started, &err));
	if (!done && err.text[0] != '\0')
		log_warn("%s", err.text);
	files_stop();
	runner_stop();
	doorbell_fini(&bell);
	reply_patterns_free(patterns);
	expression_free(filter);
	fields_fini();
	return done ? EXIT_DONE : EXIT_FAILED;
}

/* As a capture would have it, with a socket that packets come from. */
static bool print_sandbox(struct error *err)
{
	struct sandbox_needs needs = {.sockets = {SOCKET_OF_NOBODY}, .socket_count = 1, .user = ""};
	struct sandbox_row row;

	if (!sandbox_enter(&needs, err))
		return false;
	for (size_t i = 0; sandbox_row(i, &row); i++)
		printf("%-36s %-13s %s\n", row.what, row.how, sandbox_state_name(row.state));
	return true;
}

/* The number of a standard descriptor that is missing would be given to the next file that is opened, and what is
 * printed would go there. What holds it can be used as little as the missing one. */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_FAILED);
}

int main(int argc, char **argv)
{
	struct options o;
	struct error err;
	int status = EXIT_DONE;

	hold_standard_descriptors();
	privileges_gain_capture(argv);
	setlocale(LC_ALL, "");
	keylog_command_remember_signals();
	catch_signals();
	options_init(&o);
	if (!privileges_borrow(&err)) {
		options_fini(&o);
		return fail(&err);
	}
	if (!options_parse(&o, argc, argv, &err)) {
		log_warn("%s", err.text);
		options_fini(&o);
		return EXIT_USAGE;
	}
	switch (o.action) {
	case OPTIONS_HELP:
		options_print_help();
		status = printed();
		break;
	case OPTIONS_VERSION:
		options_print_version();
		status = printed();
		break;
	case OPTIONS_LIST_INTERFACES:
		privileges_return();
		status = source_list_interfaces(stdout, &err) ? printed() : fail(&err);
		break;
	case OPTIONS_SANDBOX_CHECK:
		status = print_sandbox(&err) ? printed() : fail(&err);
		break;
	case OPTIONS_RUN:
		status = o.command != NULL ? keylog_command_run(&o, capture_and_run, &stop_requested)
					   : capture_and_run(&o, -1);
		break;
	}
	options_fini(&o);
	return status;
}
