#include "app/setup.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/key_sources.h"
#include "app/keylog_library.h"
#include "app/session_file.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/rowtext.h"
#include "capture/dump.h"
#include "guard/files.h"
#include "guard/privileges.h"
#include "guard/runner.h"
#include "guard/sandbox.h"

#define KEYS_ADVISED "/run/mailtap.keys" /* where none is named */

enum {
	REPORT_SHARE = 8, /* of the memory, for pages that wait */
};

static bool open_sources(const struct options *o, struct name_table *interfaces, struct capture_options *c,
			 struct error *err)
{
	struct source_options options = {.promiscuous = o->promiscuous,
					 .buffer_mib = (int)o->buffer_mib,
					 .capture_filter = o->capture_filter,
					 .follow = o->follow,
					 .interfaces = interfaces,
					 .keeps_filter = o->mode != OPTIONS_SCREEN};
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

void setup_close(struct setup_opened *opened)
{
	struct capture_options *c = &opened->capture;

	for (size_t i = 0; i < c->source_count; i++)
		source_free(c->sources[i]);
	free(c->sources);
	dump_free(c->dump);
	c->sources = NULL;
	c->source_count = 0;
	c->dump = NULL;
	record_sink_free(opened->json_file);
	opened->json_file = NULL;
	name_table_free(opened->interfaces);
	opened->interfaces = NULL;
	key_sources_free(opened->keys);
	opened->keys = NULL;
	key_help_free(opened->key_help);
	opened->key_help = NULL;
}

/* Nobody waits for anything but the packets. */
static bool is_dump_all(const struct options *o)
{
	return o->mode == OPTIONS_PACKETS && o->json_file == NULL && !o->save;
}

static bool open_dump(const struct options *o, struct setup_opened *opened, struct error *err)
{
	struct capture_options *c = &opened->capture;
	struct dump_options options = {
		.path = o->write_file,
		.sources = c->sources,
		.source_count = c->source_count,
		.interfaces = opened->interfaces,
		.rotate_bytes = o->rotate_bytes,
		.rotate_ns = (int64_t)o->rotate_s * CLOCK_NS_PER_S,
		.keep = o->keep_count,
		.is_all = is_dump_all(o),
	};

	c->dump = dump_open(&options, err);
	return c->dump != NULL;
}

static bool is_rotated(const struct options *o)
{
	return o->rotate_bytes > 0 || o->rotate_s > 0;
}

static bool open_json_file(const struct options *o, struct setup_opened *opened, struct error *err)
{
	struct record_sink_options options = {
		.path = o->json_file,
		.rotate_bytes = o->rotate_bytes,
		.rotate_ns = (int64_t)o->rotate_s * CLOCK_NS_PER_S,
		.keep = o->keep_count,
	};

	opened->json_file = record_sink_open(&options, err);
	return opened->json_file != NULL;
}

/* What is asked for, and not there yet. */
static bool open_written(const struct options *o, struct setup_opened *opened, struct error *err)
{
	if (o->write_file != NULL && !open_dump(o, opened, err))
		return false;
	return o->json_file == NULL || open_json_file(o, opened, err);
}

/* What is captured here may have its ends here, too. The key log of the advice is the one that is read already. */
static struct key_help *read_key_help(const struct options *o)
{
	char library[PATH_MAX];
	char here[PATH_MAX] = "";
	char keys[2 * PATH_MAX] = KEYS_ADVISED;
	struct key_help *help;

	if (o->file_count > 0)
		return NULL;
	keylog_library_find(library, sizeof(library));
	if (o->key_log_count > 0 && o->key_logs[0][0] == '/')
		snprintf(keys, sizeof(keys), "%s", o->key_logs[0]);
	else if (o->key_log_count > 0 && getcwd(here, sizeof(here)) != NULL)
		snprintf(keys, sizeof(keys), "%s/%s", here, o->key_logs[0]);
	help = key_help_new(library, keys);
	key_help_read_addresses(help);
	return help;
}

bool setup_capture(const struct options *o, struct setup_opened *opened, struct error *err)
{
	struct capture_options *c = &opened->capture;
	bool good;

	opened->interfaces = name_table_new();
	opened->key_help = read_key_help(o);
	/* Who writes into a FIFO, or listens at a socket, goes on when that is opened: packets are captured by then. */
	good = open_sources(o, opened->interfaces, c, err) &&
	       (opened->keys = key_sources_open(o->key_logs, o->key_log_count, err)) != NULL;
	if (good && !is_rotated(o))
		good = open_written(o, opened, err);
	if (!good)
		setup_close(opened);
	c->packet_limit = o->packet_count;
	c->replay_speed = o->replay_speed;
	return good;
}

/* Nobody knows how much comes: live, from a pipe, or from a file that grows. */
static bool has_no_end(const struct options *o)
{
	struct stat status;

	if (o->file_count == 0 || o->follow)
		return true;
	for (size_t i = 0; i < o->file_count; i++) {
		bool is_stdin = strcmp(o->files[i], "-") == 0;

		if ((is_stdin ? fstat(STDIN_FILENO, &status) : stat(o->files[i], &status)) == 0 &&
		    !S_ISREG(status.st_mode))
			return true;
	}
	return false;
}

bool setup_waits_for_keys(const struct options *o)
{
	return !has_no_end(o);
}

/* ---- what is allowed from then on ---- */

/* The folder that holds a file, to be freed. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = mem_strdup(slash == NULL ? "." : slash == path ? "/" : path);

	if (slash != NULL && slash != path)
		folder[slash - path] = '\0';
	return folder;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_mbox(const struct options *o)
{
	return o->save_format == OPTIONS_SAVE_MBOX && !is_folder(o->save_dir);
}

/* A rotation's files begin with the name of -w or --json-file, up to its suffix. */
static char *stem_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *stem = mem_strdup(slash != NULL ? slash + 1 : path);
	char *dot = strrchr(stem, '.');

	if (dot != NULL && dot > stem)
		*dot = '\0';
	return stem;
}

/* The folder where the user happens to stand is no place when root is the one who writes: he is asked there. */
static bool may_save(const struct options *o)
{
	char here[PATH_MAX];

	if (o->save || o->mode != OPTIONS_SCREEN)
		return o->save;
	if (strcmp(o->save_dir, ".") != 0)
		return true;
	return geteuid() != 0 && getcwd(here, sizeof(here)) != NULL && strcmp(here, "/") != 0;
}

bool setup_reopens(const struct options *o)
{
	return o->json_file != NULL && o->mode != OPTIONS_SCREEN;
}

static void name_rotation(struct files_options *f, const char *path)
{
	if (path == NULL)
		return;
	f->places[f->place_count++] = folder_of(path);
	f->stems[f->stem_count++] = stem_of(path);
}

static void free_names(const struct files_options *f)
{
	for (size_t i = 0; i < f->place_count; i++)
		free((void *)(uintptr_t)f->places[i]);
	for (size_t i = 0; i < f->stem_count; i++)
		free((void *)(uintptr_t)f->stems[i]);
}

bool setup_files(const struct options *o, struct error *err)
{
	bool has_screen = o->mode == OPTIONS_SCREEN;
	struct files_options f = {.asks = has_screen};
	bool good = true;

	if (may_save(o))
		f.places[f.place_count++] = is_mbox(o) ? folder_of(o->save_dir) : mem_strdup(o->save_dir);
	if (is_rotated(o)) {
		name_rotation(&f, o->write_file);
		name_rotation(&f, o->json_file);
	} else if (setup_reopens(o)) {
		f.log = o->json_file;
	}
	for (size_t i = 0; o->follow && i < o->file_count; i++)
		if (strcmp(o->files[i], "-") != 0)
			f.named[f.named_count++] = o->files[i];
	if (has_screen && o->saved_file != NULL && f.named_count + 2 <= FILES_NAMED_MAX) {
		f.configuration = f.named[f.named_count++] = o->saved_file;
		f.named[f.named_count++] = OPTIONS_SYSTEM_FILE;
	}
	for (size_t i = 0; i < o->key_log_count && f.named_count < FILES_NAMED_MAX; i++)
		f.named[f.named_count++] = o->key_logs[i];
	if (has_screen || f.place_count > 0 || f.named_count > 0 || f.log != NULL)
		good = files_start(&f, err);
	free_names(&f);
	return good && (!has_screen || runner_start(o->user != NULL ? o->user : "", err));
}

static void allow_system_files(struct sandbox_needs *needs)
{
	static const char *const always[] = {"/etc/hosts", "/etc/localtime", "/usr/share/zoneinfo"};
	static const char *const to_resolve[] = {"/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/host.conf",
						 "/etc/services", "/dev/urandom"};

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		sandbox_allow(needs, always[i], SANDBOX_READ);
	for (size_t i = 0; needs->resolves && i < sizeof(to_resolve) / sizeof(to_resolve[0]); i++)
		sandbox_allow(needs, to_resolve[i], SANDBOX_READ);
}

static void fence_sockets(const struct capture_options *c, struct sandbox_needs *needs)
{
	for (size_t i = 0; i < c->source_count; i++)
		if (source_is_live(c->sources[i]) && source_fd(c->sources[i]) >= 0)
			needs->sockets[needs->socket_count++] = source_fd(c->sources[i]);
}

static bool confine(const struct options *o, const struct capture_options *c, struct error *err)
{
	struct sandbox_needs needs = {.filters = o->file_count == 0 && o->mode == OPTIONS_SCREEN,
				      .resolves = o->mode == OPTIONS_SCREEN && !o->numeric,
				      .user = o->user != NULL ? o->user : ""};

	fence_sockets(c, &needs);
	allow_system_files(&needs);
	if (o->mode == OPTIONS_SCREEN) /* it completes names of folders */
		sandbox_allow(&needs, "/", SANDBOX_LIST);
	return sandbox_enter(&needs, err);
}

bool setup_confine(const struct options *o, struct setup_opened *opened, struct error *err)
{
	return confine(o, &opened->capture, err) && (!is_rotated(o) || open_written(o, opened, err));
}

/* ---- */

static size_t source_count(const struct options *o)
{
	return o->file_count > 0 ? o->file_count : o->interface_count;
}

/* The file that holds a source's packets: the one that is written, or read; NULL: none, or one of a
 * rotation, which is told as it begins. */
static const char *packets_file(const struct options *o, size_t source)
{
	if (o->write_file != NULL && strcmp(o->write_file, "-") != 0)
		return is_rotated(o) ? NULL : o->write_file;
	if (o->command != NULL) /* they are in a folder that is removed */
		return NULL;
	return o->file_count > 0 && strcmp(o->files[source], "-") != 0 ? o->files[source] : NULL;
}

static void read_host(char host[HOST_NAME_MAX + 1])
{
	memset(host, 0, HOST_NAME_MAX + 1);
	gethostname(host, HOST_NAME_MAX);
}

/* As the records have it. */
static const char *observer_name(const struct options *o, size_t source, const char *host)
{
	const char *name = options_observer(o, source);

	return name != NULL ? name : host;
}

/* The first source of the same observer. */
static size_t first_of_observer(const struct options *o, size_t source, const char *host)
{
	size_t first = 0;

	while (strcmp(observer_name(o, first, host), observer_name(o, source, host)) != 0)
		first++;
	return first;
}

/* Those of the same name are one; one alone needs no name. */
static void number_observers(const struct options *o, struct engine_options *e)
{
	char host[HOST_NAME_MAX + 1];
	bool are_several = false;

	read_host(host);
	for (size_t i = 0; i < source_count(o); i++) {
		e->observer_of[i] = (uint8_t)first_of_observer(o, i, host);
		are_several = are_several || e->observer_of[i] > 0;
	}
	for (size_t i = 0; are_several && i < source_count(o); i++)
		if (options_observer(o, i) != NULL) /* else it may have a name from another source */
			e->observer_names[e->observer_of[i]] = options_observer(o, i);
}

static void list_sources(const struct options *o, const char *host, struct record_source sources[OPTIONS_SOURCES_MAX])
{
	for (size_t i = 0; i < source_count(o); i++)
		sources[i] = (struct record_source){.observer = observer_name(o, i, host), .file = packets_file(o, i)};
}

/* Who saw it all: the one observer, or this host, which has put together what several did. */
static const char *observer_of_all(const struct record_source *sources, size_t count, const char *host)
{
	assert(count > 0);
	for (size_t i = 1; i < count; i++)
		if (strcmp(sources[i].observer, sources[0].observer) != 0)
			return host;
	return sources[0].observer;
}

bool setup_writes_secrets(const struct options *o)
{
	return o->secrets == OPTIONS_SECRETS_SHOW && o->write_file != NULL &&
	       (o->key_log_count > 0 || o->file_count > 0);
}

struct session_file *setup_session_file(const struct options *o, struct setup_opened *opened)
{
	struct dump *dump = opened->capture.dump;

	if ((wanted_is_all(&o->wanted) && !setup_writes_secrets(o)) || dump == NULL)
		return NULL;
	opened->capture.dump = NULL;
	return session_file_new(dump);
}

void setup_engine(const struct options *o, const struct expression *filter, struct engine_options *e)
{
	e->filter = filter;
	e->wanted = wanted_is_all(&o->wanted) ? NULL : &o->wanted;
	e->ports = o->ports;
	number_observers(o, e);
	e->statistics = o->mode == OPTIONS_SCREEN || o->mode == OPTIONS_STATISTICS ||
			(o->datasets & OPTIONS_DATASET_STATISTICS);
	e->diagnose = e->statistics || o->mode == OPTIONS_REPORT || filter != NULL ||
		      ((o->mode == OPTIONS_JSON || o->json_file != NULL) &&
		       (o->datasets & (OPTIONS_DATASET_DIAGNOSIS | OPTIONS_DATASET_SESSION)));
	e->limits = o->limits;
	if (o->key_log_count > 0)
		e->key_wait_ns = has_no_end(o) ? o->key_wait_ns : INT64_MAX;
	e->details = o->details;
	e->numeric = o->numeric;
	e->keep = o->mode == OPTIONS_SCREEN;
	e->keep_commands = o->mode == OPTIONS_REPORT || (e->statistics && !e->keep);
	e->save = o->save;
	e->save_format = (enum save_format)o->save_format;
	e->save_count = o->save_count;
	e->save_bytes = o->save_bytes;
	e->save_free = o->save_free_mib << 20;
	snprintf(e->save_target, sizeof(e->save_target), "%s", o->save_dir);
	e->spool_memory = o->memory_mib << 20;
	if (has_no_end(o)) {
		e->memory_limit = o->memory_mib << 20;
		e->spool_limit = o->spool_mib << 20;
	}
}

static struct batch_output *new_printer(const struct options *o, enum batch_output_mode mode, struct record_sink *file,
					const struct name_table *interfaces, struct error *err)
{
	struct batch_output_options p = {.mode = mode,
					 .sessions = o->datasets & OPTIONS_DATASET_SESSION,
					 .commands = o->datasets & OPTIONS_DATASET_COMMAND,
					 .mails = o->datasets & OPTIONS_DATASET_MAIL,
					 .diagnoses = o->datasets & OPTIONS_DATASET_DIAGNOSIS,
					 .capture = o->datasets & OPTIONS_DATASET_CAPTURE,
					 .statistics = o->datasets & OPTIONS_DATASET_STATISTICS,
					 .has_few = !wanted_is_all(&o->wanted) || o->filter != NULL,
					 .has_filter = o->filter != NULL,
					 .show_secrets = o->secrets == OPTIONS_SECRETS_SHOW,
					 .waiting_limit = has_no_end(o) ? (o->memory_mib << 20) / REPORT_SHARE : 0,
					 .fd = STDOUT_FILENO,
					 .file = file,
					 .is_live = o->file_count == 0,
					 .waits_a_little = has_no_end(o) || o->mode == OPTIONS_SCREEN};

	struct record_source sources[OPTIONS_SOURCES_MAX] = {{.observer = NULL}}; /* there is one at least */
	char host[HOST_NAME_MAX + 1];

	read_host(host);
	list_sources(o, host, sources);
	p.origin = (struct record_origin){.version = MAILTAP_VERSION,
					  .observer = observer_of_all(sources, source_count(o), host),
					  .sources = sources,
					  .source_count = source_count(o),
					  .interfaces = interfaces};
	return batch_output_new(&p, err);
}

bool setup_printers(const struct options *o, const struct setup_opened *opened,
		    struct batch_output *printers[WORKER_PRINTERS], struct error *err)
{
	static const enum batch_output_mode modes[] = {[OPTIONS_LINES] = BATCH_OUTPUT_LINES,
						       [OPTIONS_JSON] = BATCH_OUTPUT_JSON,
						       [OPTIONS_REPORT] = BATCH_OUTPUT_REPORT,
						       [OPTIONS_STATISTICS] = BATCH_OUTPUT_STATISTICS};
	struct record_sink *json_file = opened->json_file;
	bool is_elsewhere = o->mode == OPTIONS_SCREEN || o->mode == OPTIONS_PACKETS ||
			    (o->mode == OPTIONS_JSON && json_file != NULL);

	printers[0] = printers[1] = NULL;
	if (json_file != NULL &&
	    (printers[1] = new_printer(o, BATCH_OUTPUT_JSON, json_file, opened->interfaces, err)) == NULL)
		return false;
	return is_elsewhere || (printers[0] = new_printer(o, modes[o->mode], NULL, opened->interfaces, err)) != NULL;
}

void setup_title(const struct options *o, char *out, size_t size)
{
	const char *first = o->file_count > 0 ? o->files[0] : o->interfaces[0];
	size_t count = o->file_count > 0 ? o->file_count : o->interface_count;
	const char *slash = o->file_count > 0 ? strrchr(first, '/') : NULL;
	char more[64] = "";

	if (o->file_count > 0 && strcmp(first, "-") == 0)
		first = "standard input";
	else if (slash != NULL && slash[1] != '\0')
		first = slash + 1;
	if (count > 1)
		snprintf(more, sizeof(more), " and %zu more", count - 1);
	rowtext_put(out, size, slice_from_text(first));
	rowtext_append(out, size, slice_from_text(more));
	rowtext_append(out, size, slice_from_text(o->follow ? ", followed" : ""));
}
