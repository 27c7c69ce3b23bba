/* A source that reads a capture file: savefile's packets, run through the capture filter. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "capture/savefile.h"
#include "capture/source_ops.h"
#include "filter/filter.h"

enum {
	FILE_LINK_TYPES_MAX = 64, /* packets of further link types do not pass a filter */
	LINKTYPE_ETHERNET = 1,
};

struct file_filter {
	int link_type;
	struct filter *filter; /* NULL: the expression means nothing for this link type, so nothing passes */
};

struct file_source {
	struct source base;
	struct savefile *file;
	bool is_stopped;
	char *expression; /* NULL: everything passes */
	struct file_filter filters[FILE_LINK_TYPES_MAX];
	size_t filter_count;
	/* the first packet, read at the opening */
	bool has_first;
	enum source_status first_status;
	struct source_packet first;
	struct error first_error;
};

static struct file_source *file_of(struct source *s)
{
	return (struct file_source *)(void *)s;
}

static const struct file_source *const_file_of(const struct source *s)
{
	return (const struct file_source *)(const void *)s;
}

static void file_free(struct source *s)
{
	struct file_source *f = file_of(s);

	for (size_t i = 0; i < f->filter_count; i++)
		filter_free(f->filters[i].filter);
	savefile_free(f->file);
	free(f->expression);
	free(f);
}

/* The filter for a link type, compiled when it is first met. An expression that the first link type cannot have is the
 * user's error; one that only a later one cannot have keeps that one's packets out. */
static bool find_filter(struct file_source *f, int link_type, const struct filter **filter, struct error *err)
{
	struct error why = {{0}};
	struct file_filter *entry;

	*filter = NULL;
	for (size_t i = 0; i < f->filter_count; i++)
		if (f->filters[i].link_type == link_type) {
			*filter = f->filters[i].filter;
			return true;
		}
	if (f->filter_count == FILE_LINK_TYPES_MAX)
		return true;
	entry = &f->filters[f->filter_count++];
	*entry = (struct file_filter){link_type, filter_compile(f->expression, link_type, &why)};
	*filter = entry->filter;
	if (entry->filter == NULL && f->filter_count == 1)
		return error_set(err, "capture filter: %.400s", why.text);
	return true;
}

static enum source_status read_filtered(struct file_source *f, struct source_packet *packet, struct error *err)
{
	struct error why; /* its text is set by the reader */
	enum source_status status = savefile_read(f->file, packet, &why);
	const struct filter *filter;

	f->base.has_secrets = savefile_secrets(f->file).len > 0;
	err->text[0] = '\0';
	if (why.text[0] != '\0')
		error_set(err, "%.150s %.340s", f->base.name, why.text);
	if (status != SOURCE_PACKET)
		return status;
	packet->filtered = false;
	if (f->expression == NULL)
		return status;
	if (!find_filter(f, packet->record.link_type, &filter, err))
		return SOURCE_ERROR;
	packet->filtered = filter == NULL || !filter_matches(filter, packet->bytes, packet->record.wire_len);
	return SOURCE_PACKET;
}

static enum source_status file_read(struct source *s, struct source_packet *packet, struct error *err)
{
	struct file_source *f = file_of(s);

	if (f->is_stopped)
		return SOURCE_IDLE;
	if (!f->has_first)
		return read_filtered(f, packet, err);
	f->has_first = false;
	*packet = f->first;
	*err = f->first_error;
	return f->first_status;
}

static int file_fd(const struct source *s)
{
	return input_fd(savefile_input(const_file_of(s)->file));
}

static int file_link_type(const struct source *s)
{
	const struct file_source *f = const_file_of(s);

	return f->has_first && f->first_status == SOURCE_PACKET ? f->first.record.link_type : -1;
}

static void file_counters(struct source *s, struct source_counters *counters)
{
	counters->kernel_drops = savefile_drops(file_of(s)->file);
}

static struct slice file_mapping(const struct source *s)
{
	return input_mapping(savefile_input(const_file_of(s)->file));
}

static struct slice file_secrets(const struct source *s)
{
	return savefile_secrets(const_file_of(s)->file);
}

static void file_wipe_secrets(struct source *s)
{
	savefile_wipe_secrets(file_of(s)->file);
	s->has_secrets = false;
}

static void file_progress(const struct source *s, uint64_t *done, uint64_t *total)
{
	input_progress(savefile_input(const_file_of(s)->file), done, total);
}

static bool file_set_stopped(struct source *s, bool stopped, struct error *err)
{
	(void)err;
	file_of(s)->is_stopped = stopped;
	return true;
}

static const struct source_ops file_ops = {
	.free = file_free,
	.read = file_read,
	.fd = file_fd,
	.link_type = file_link_type,
	.counters = file_counters,
	.mapping = file_mapping,
	.secrets = file_secrets,
	.wipe_secrets = file_wipe_secrets,
	.progress = file_progress,
	.set_stopped = file_set_stopped,
};

/* A regular file's first packet, which is kept for the first read. Whether the filter was compiled with it. */
static bool read_first(struct file_source *f, bool *is_compiled, struct error *err)
{
	f->first_status = read_filtered(f, &f->first, &f->first_error);
	f->has_first = f->first_status != SOURCE_IDLE;
	*is_compiled = f->first_status == SOURCE_PACKET;
	return f->first_status == SOURCE_ERROR ? error_set(err, "%s", f->first_error.text) : true;
}

/* Says at the opening what can be said then. */
static bool check_first(struct file_source *f, struct error *err)
{
	struct filter *filter;
	bool is_compiled = false;

	if (input_is_regular(savefile_input(f->file)) && !read_first(f, &is_compiled, err))
		return false;
	if (is_compiled || f->expression == NULL)
		return true;
	/* The link type is not known yet: the expression is compiled for the usual one, to find what is misspelt. */
	filter = filter_compile(f->expression, LINKTYPE_ETHERNET, err);
	filter_free(filter);
	return filter != NULL;
}

struct source *source_open_file(const char *path, const struct source_options *options, struct error *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct error why = {{0}};
	struct input *in = input_open(path, options->follow, &why);
	struct file_source *f;

	if (in == NULL) {
		error_set(err, "%.150s %.340s", name, why.text);
		return NULL;
	}
	f = mem_zalloc(sizeof(*f));
	f->base = (struct source){.ops = &file_ops,
				  .name = mem_strdup(name),
				  .is_followed = input_is_followed(in),
				  .is_fed = input_is_followed(in) || !input_is_regular(in)};
	f->file = savefile_new(in);
	savefile_name_interfaces(f->file, options->interfaces);
	if (options->capture_filter != NULL)
		f->expression = mem_strdup(options->capture_filter);
	if (!check_first(f, err)) {
		source_free(&f->base);
		return NULL;
	}
	return &f->base;
}
