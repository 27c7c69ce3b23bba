/*
 * mailtap: reads the command line, opens what is to be captured or read, gives rights up, starts the threads, runs,
 * joins.
 */
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "capture/capture.h"
#include "capture/dump.h"
#include "capture/privileges.h"
#include "config/options.h"
#include "diagnosis/wordings.h"
#include "mime/fields.h"
#include "ui/ui.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,

	LIVE_RING_SIZE = 64 * 1024 * 1024, /* takes the packets of a stall */
	FILE_RING_SIZE = 4 * 1024 * 1024,  /* a file waits: small enough to stay in the processor's cache */
	REQUEST_RING_SIZE = 64 * 1024,
};

static atomic_bool stop_requested; /* the handler runs on any thread, two threads read it */

static void on_signal(int number)
{
	(void)number;
	stop_requested = true;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of write */
	signal(SIGXFSZ, SIG_IGN); /* so is a file that may not grow */
}

static int fail(const struct error *err)
{
	log_warn("%s", err->text);
	return EXIT_FAILED;
}

/* ---- what the worker needs of the capture ---- */

struct stage {
	struct capture *capture;
};

static void room(void *ctx)
{
	capture_room(((struct stage *)ctx)->capture);
}

static void quit(void *ctx)
{
	capture_quit(((struct stage *)ctx)->capture);
}

static void set_stopped(void *ctx, bool stopped)
{
	capture_set_stopped(((struct stage *)ctx)->capture, stopped);
}

static void start_anew(void *ctx)
{
	capture_start_anew(((struct stage *)ctx)->capture);
}

static void set_ports(void *ctx, const uint16_t *ports, size_t count)
{
	capture_set_ports(((struct stage *)ctx)->capture, ports, count);
}

static void read_status(void *ctx, struct worker_capture_status *status)
{
	struct capture_status s;

	capture_read_status(((struct stage *)ctx)->capture, &s);
	*status = (struct worker_capture_status){.live = s.live,
						 .followed = s.followed,
						 .running = s.running,
						 .ended = s.ended,
						 .kernel_drops = s.kernel_drops,
						 .ring_drops = s.ring_drops,
						 .done_bytes = s.done_bytes,
						 .total_bytes = s.total_bytes};
}

static bool mapping(void *ctx, size_t number, struct slice *mapped, const atomic_size_t **intact)
{
	const struct capture *c = ((struct stage *)ctx)->capture;

	if (number >= capture_source_count(c))
		return false;
	*mapped = source_mapping(capture_source(c, number));
	*intact = source_intact(capture_source(c, number));
	return true;
}

static void look(void *ctx, unsigned int number)
{
	source_look(capture_source(((struct stage *)ctx)->capture, number));
}

static void warn(void *ctx, const char *text)
{
	(void)ctx;
	log_warn("%s", text);
}

/* ---- opening ---- */

static bool open_sources(const struct options *o, struct capture_options *c, struct error *err)
{
	struct source_options options = {.promiscuous = o->promiscuous,
					 .buffer_mib = o->buffer_mib,
					 .capture_filter = o->capture_filter,
					 .follow = o->follow};
	size_t count = o->file_count > 0 ? o->file_count : o->interface_count;
	uint16_t ports[PROTOCOLS * PORTS_PER_PROTOCOL];
	size_t port_count = ports_all(&o->ports, ports);

	bool is_live = o->file_count == 0;

	c->sources = mem_zalloc(count * sizeof(struct source *));
	if (is_live)
		privileges_return();
	for (; c->source_count < count; c->source_count++) {
		size_t i = c->source_count;

		c->sources[i] = is_live ? source_open_live(o->interfaces[i], &options, ports, port_count, err)
					: source_open_file(o->files[i], &options, err);
		if (c->sources[i] == NULL)
			return false;
	}
	return !is_live || privileges_borrow(err);
}

static void close_sources(struct capture_options *c)
{
	for (size_t i = 0; i < c->source_count; i++)
		source_free(c->sources[i]);
	free(c->sources);
}

static bool open_dump(const struct options *o, struct capture_options *c, struct error *err)
{
	struct dump_options options = {
		.path = o->write_file,
		.sources = c->sources,
		.source_count = c->source_count,
		.rotate_bytes = o->rotate_bytes,
		.rotate_ns = (int64_t)o->rotate_s * CLOCK_NS_PER_S,
		.keep = o->keep_count,
	};

	c->dump = dump_open(&options, err);
	return c->dump != NULL;
}

/* Opens everything that may need rights, then gives them up. Interfaces are opened with root's, what the user named
 * with his. The files of a rotation are made with what is left. */
static bool open_all(const struct options *o, struct capture_options *c, struct error *err)
{
	bool is_rotated = o->rotate_bytes > 0 || o->rotate_s > 0;
	bool good = open_sources(o, c, err);

	if (good && o->write_file != NULL && !is_rotated)
		good = open_dump(o, c, err);
	good = good && privileges_drop(err);
	if (good && o->write_file != NULL && is_rotated)
		good = open_dump(o, c, err);
	if (!good)
		close_sources(c);
	c->packet_limit = o->packet_count;
	c->replay_speed = o->replay_speed;
	return good;
}

/* The title's name of what is captured: "eth0", "a.pcap and 2 more". */
static void name_source(const struct options *o, char *out, size_t size)
{
	const char *first = o->file_count > 0 ? o->files[0] : o->interfaces[0];
	size_t count = o->file_count > 0 ? o->file_count : o->interface_count;
	const char *slash = o->file_count > 0 ? strrchr(first, '/') : NULL;

	if (o->file_count > 0 && strcmp(first, "-") == 0)
		first = "standard input";
	else if (slash != NULL && slash[1] != '\0')
		first = slash + 1;
	if (count > 1)
		snprintf(out, size, "%s and %zu more%s", first, count - 1, o->follow ? ", followed" : "");
	else
		snprintf(out, size, "%s%s", first, o->follow ? ", followed" : "");
}

static int64_t ns_of(uint64_t ms)
{
	return (int64_t)ms * CLOCK_NS_PER_MS;
}

static void set_limits(const struct options *o, struct diagnosis_limits *l)
{
	diagnosis_limits_init(l);
	l->connect_ns = ns_of(o->connect_ms);
	l->greeting_ns = ns_of(o->greeting_ms);
	l->reply_ns = ns_of(o->reply_ms);
	l->end_of_data_ns = ns_of(o->final_reply_ms);
	l->end_of_data_warning_ns = ns_of(o->final_reply_limit_ms);
	l->pop3_reply_ns = ns_of(o->pop3_reply_ms);
	l->pop3_retr_ns = ns_of(o->pop3_retrieve_ms);
	l->pop3_poll_ns = ns_of(o->pop3_poll_ms);
	l->zero_window_ns = ns_of(o->window_ms);
	l->stall_ns = ns_of(o->stall_ms);
	l->idle_smtp_ns = ns_of(o->smtp_idle_ms);
	l->idle_pop3_ns = ns_of(o->pop3_idle_ms);
	l->retransmission_permille = (uint32_t)o->resent_permille;
}

static void set_engine(const struct options *o, struct engine_options *e)
{
	e->ports = o->ports;
	e->diagnose = o->mode == OPTIONS_SCREEN || o->mode == OPTIONS_REPORT ||
		      (o->mode == OPTIONS_JSON && (o->datasets & OPTIONS_DATASET_DIAGNOSIS));
	set_limits(o, &e->limits);
	e->details = o->details;
	e->numeric = o->numeric;
	e->keep = o->mode == OPTIONS_SCREEN;
	e->keep_commands = o->mode == OPTIONS_REPORT;
	e->save = o->save;
	e->save_format = (enum save_format)o->save_format;
	e->save_count = o->save_count;
	e->save_bytes = o->save_bytes;
	e->save_free = o->save_free_mib << 20;
	snprintf(e->save_target, sizeof(e->save_target), "%s", o->save_dir);
	e->spool_memory = o->memory_mib << 20;
	if (o->file_count == 0 || o->follow) { /* no end is known */
		e->memory_limit = o->memory_mib << 20;
		e->spool_limit = o->spool_mib << 20;
	}
}

/* ---- without a screen ---- */

static struct printer *make_printer(const struct options *o)
{
	struct printer_options p = {.sessions = o->datasets & OPTIONS_DATASET_SESSION,
				    .commands = o->datasets & OPTIONS_DATASET_COMMAND,
				    .mails = o->datasets & OPTIONS_DATASET_MAIL,
				    .diagnoses = o->datasets & OPTIONS_DATASET_DIAGNOSIS,
				    .capture = o->datasets & OPTIONS_DATASET_CAPTURE,
				    .show_secrets = o->secrets == OPTIONS_SECRETS_SHOW,
				    .fd = STDOUT_FILENO};

	p.mode = o->mode == OPTIONS_JSON ? PRINTER_JSON : o->mode == OPTIONS_REPORT ? PRINTER_REPORT : PRINTER_LINES;
	return printer_new(&p);
}

static bool run_plain(const struct options *o, struct worker_options *w, struct error *err)
{
	struct printer *printer = make_printer(o);
	struct worker *worker;
	bool done;

	w->printer = printer;
	w->finish_at_end = true;
	worker = worker_new(w, err);
	if (worker == NULL) {
		printer_free(printer);
		return false;
	}
	done = worker_run(worker);
	worker_free(worker);
	printer_free(printer);
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

static void ask_to_quit(struct ring *requests, struct doorbell *bell)
{
	struct request *r;

	while ((r = ring_reserve(requests, sizeof(*r))) == NULL)
		usleep(1000);
	*r = (struct request){.kind = REQUEST_QUIT};
	ring_commit(requests, sizeof(*r));
	ring_publish(requests);
	doorbell_ring(bell);
}

/* What the screen and the worker share. */
struct link {
	struct query queries[3];
	struct snapshot *snapshots[3];
	struct exchange query_exchange;
	struct exchange snapshot_exchange;
	struct ring *requests;
	struct doorbell bell;
};

static bool open_link(struct link *l, struct error *err)
{
	if (!doorbell_init(&l->bell, err))
		return false;
	for (int i = 0; i < 3; i++)
		l->snapshots[i] = snapshot_new();
	exchange_init(&l->query_exchange, &l->queries[0], &l->queries[1], &l->queries[2]);
	exchange_init(&l->snapshot_exchange, l->snapshots[0], l->snapshots[1], l->snapshots[2]);
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
	bool shown;

	thread.worker = worker_new(w, err);
	if (thread.worker == NULL)
		return false;
	if (pthread_create(&id, NULL, run_worker, &thread) != 0) {
		worker_free(thread.worker);
		return error_set(err, "cannot start a thread: %s", strerror(errno));
	}
	log_hold(true);
	shown = ui_run(&(struct ui_link){.queries = &l->query_exchange,
					 .snapshots = &l->snapshot_exchange,
					 .requests = l->requests,
					 .worker = w->doorbell,
					 .ui = &l->bell},
		       o, &stop_requested, err);
	ask_to_quit(l->requests, w->doorbell);
	pthread_join(id, NULL);
	log_hold(false);
	worker_free(thread.worker);
	if (shown)
		err->text[0] = '\0';
	return shown && thread.done;
}

static bool run_screen(const struct options *o, const struct worker_options *plain, struct error *err)
{
	struct worker_options w = *plain;
	struct link l = {0};
	char source[128];
	bool done;

	if (!open_link(&l, err))
		return false;
	name_source(o, source, sizeof(source));
	w.source = source;
	w.resolver = o->resolver;
	w.never_secrets = o->secrets == OPTIONS_SECRETS_NEVER;
	w.queries = &l.query_exchange;
	w.snapshots = &l.snapshot_exchange;
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
static bool read_wordings(const struct options *o, struct wordings **wordings, struct error *err)
{
	*wordings = wordings_new();
	return o->wordings == NULL || wordings_add_file(*wordings, o->wordings, err);
}

static bool run(const struct options *o, struct stage *stage, struct worker_options *w, struct error *err)
{
	if (!capture_start(stage->capture, err))
		return false;
	return o->mode == OPTIONS_SCREEN ? run_screen(o, w, err) : run_plain(o, w, err);
}

static int capture_and_run(const struct options *o)
{
	struct capture_options c = {0};
	struct doorbell bell;
	struct error err = {{0}};
	struct error closing = {{0}};
	struct stage stage = {0};
	struct wordings *wordings = NULL;
	struct worker_capture hooks = {.room = room,
				       .quit = quit,
				       .set_stopped = set_stopped,
				       .start_anew = start_anew,
				       .set_ports = set_ports,
				       .status = read_status,
				       .mapping = mapping,
				       .look = look,
				       .warn = warn,
				       .ctx = &stage};
	struct worker_options w = {.capture = &hooks, .doorbell = &bell, .stop = &stop_requested};
	bool done;

	if (!read_wordings(o, &wordings, &err) || !open_all(o, &c, &err) || !doorbell_init(&bell, &err)) {
		wordings_free(wordings);
		return fail(&err);
	}
	fields_init(o->charsets, o->charset_count);
	set_engine(o, &w.engine);
	w.engine.wordings = wordings;
	w.packets = c.ring = ring_new(o->file_count > 0 ? FILE_RING_SIZE : LIVE_RING_SIZE);
	c.consumer = &bell;
	stage.capture = capture_new(&c);
	free(c.sources); /* the list; what is in it is the capture's */
	done = run(o, &stage, &w, &err);
	if (!done && err.text[0] != '\0')
		log_warn("%s", err.text);
	if (!capture_free(stage.capture, &closing)) {
		if (closing.text[0] != '\0')
			log_warn("%s", closing.text);
		done = false;
	}
	ring_free(w.packets);
	doorbell_fini(&bell);
	wordings_free(wordings);
	fields_fini();
	return done ? EXIT_DONE : EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct options o;
	struct error err;
	int status = EXIT_DONE;

	setlocale(LC_ALL, "");
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
	case OPTIONS_RUN:
		status = capture_and_run(&o);
		break;
	}
	options_fini(&o);
	return status;
}
