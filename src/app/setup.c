#include "app/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "capture/dump.h"
#include "capture/privileges.h"

static bool open_sources(const struct options *o, struct capture_options *c, struct error *err)
{
	struct source_options options = {.promiscuous = o->promiscuous,
					 .buffer_mib = (int)o->buffer_mib,
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

void setup_close(struct capture_options *c)
{
	for (size_t i = 0; i < c->source_count; i++)
		source_free(c->sources[i]);
	free(c->sources);
	c->sources = NULL;
	c->source_count = 0;
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

static bool is_rotated(const struct options *o)
{
	return o->rotate_bytes > 0 || o->rotate_s > 0;
}

bool setup_capture(const struct options *o, struct capture_options *c, struct error *err)
{
	bool good = open_sources(o, c, err);

	if (good && o->write_file != NULL && !is_rotated(o))
		good = open_dump(o, c, err);
	if (!good)
		setup_close(c);
	c->packet_limit = o->packet_count;
	c->replay_speed = o->replay_speed;
	return good;
}

bool setup_confine(const struct options *o, struct capture_options *c, struct error *err)
{
	return privileges_drop(err) && (o->write_file == NULL || !is_rotated(o) || open_dump(o, c, err));
}

void setup_engine(const struct options *o, struct engine_options *e)
{
	e->ports = o->ports;
	e->diagnose = o->mode == OPTIONS_SCREEN || o->mode == OPTIONS_REPORT ||
		      (o->mode == OPTIONS_JSON && (o->datasets & OPTIONS_DATASET_DIAGNOSIS));
	e->limits = o->limits;
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

struct batch_output *setup_batch_output(const struct options *o)
{
	struct batch_output_options p = {.sessions = o->datasets & OPTIONS_DATASET_SESSION,
					 .commands = o->datasets & OPTIONS_DATASET_COMMAND,
					 .mails = o->datasets & OPTIONS_DATASET_MAIL,
					 .diagnoses = o->datasets & OPTIONS_DATASET_DIAGNOSIS,
					 .capture = o->datasets & OPTIONS_DATASET_CAPTURE,
					 .show_secrets = o->secrets == OPTIONS_SECRETS_SHOW,
					 .fd = STDOUT_FILENO};

	p.mode = o->mode == OPTIONS_JSON     ? BATCH_OUTPUT_JSON
		 : o->mode == OPTIONS_REPORT ? BATCH_OUTPUT_REPORT
					     : BATCH_OUTPUT_LINES;
	return batch_output_new(&p);
}

void setup_title(const struct options *o, char *out, size_t size)
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
