#include "config/settings.h"

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/table.h"

enum {
	SETTINGS_PATH_SIZE = 4096,
};

/* libconfuse's callbacks carry no argument of ours: this is set while one file is read. */
static struct {
	struct options *options;
	const char *name;
	struct error *err;
	bool has_failed;
} reading;

/* libconfuse calls this for what it finds wrong itself, cfg_error below for what we find. The first message counts. */
__attribute__((format(printf, 2, 0))) static void on_error(cfg_t *cfg, const char *format, va_list args)
{
	char text[300];

	if (reading.has_failed)
		return;
	reading.has_failed = true;
	vsnprintf(text, sizeof(text), format, args);
	/* A value may hold line breaks; a message is one line. */
	for (size_t i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] < ' ')
			text[i] = ' ';
	error_set(reading.err, "%.180s:%d: %s", reading.name, cfg->line - 1, text);
}

static const char *keep_text(struct options *o, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(arena_alloc(&o->texts, size), text, size);
}

/* Called at each value, while the line number is still that of the value; for a list at each member and once more at
 * the end. A list in the file replaces the default one. */
static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct options_row *row = options_setting(cfg_opt_name(opt));
	bool is_list = row != NULL && row->type == OPTIONS_LIST;
	unsigned int count = cfg_opt_size(opt);
	struct error why = {{0}};

	if (row == NULL)
		return 0;
	if (is_list)
		table_begin_list(reading.options, row);
	for (unsigned int i = is_list || count == 0 ? 0 : count - 1; i < count; i++) {
		const char *value = cfg_opt_getnstr(opt, i);

		if (table_apply(reading.options, row, keep_text(reading.options, value ? value : ""), &why))
			continue;
		cfg_error(cfg, "%s: %s", row->setting, why.text);
		return -1;
	}
	return 0;
}

static cfg_t *new_parser(cfg_opt_t *settings)
{
	const struct options_row *row;
	size_t count = 0;
	cfg_t *cfg;

	for (size_t i = 0; (row = table_row(i)) != NULL; i++) {
		if (row->setting == NULL)
			continue;
		if (row->type == OPTIONS_LIST)
			settings[count++] = (cfg_opt_t)CFG_STR_LIST(row->setting, NULL, CFGF_NODEFAULT);
		else
			settings[count++] = (cfg_opt_t)CFG_STR(row->setting, NULL, CFGF_NODEFAULT);
	}
	settings[count] = (cfg_opt_t)CFG_END();
	cfg = cfg_init(settings, CFGF_NONE);
	for (size_t i = 0; i < count; i++)
		cfg_set_validate_func(cfg, settings[i].name, on_value);
	cfg_set_error_function(cfg, on_error);
	return cfg;
}

/* The length of the comment at the start of `text`, without the line's end; 0 when there is none. */
static size_t comment_len(const char *text)
{
	if (text[0] == '#' || (text[0] == '/' && text[1] == '/'))
		return strcspn(text, "\n");
	if (text[0] == '/' && text[1] == '*') {
		const char *end = strstr(text + 2, "*/");

		return end ? (size_t)(end - text) + 2 : strlen(text);
	}
	return 0;
}

/* The length of the quoted string at the start of `text`; 0 when there is none. */
static size_t quoted_len(const char *text)
{
	size_t len = 1;

	if (text[0] != '"' && text[0] != '\'')
		return 0;
	while (text[len] != '\0' && text[len] != text[0])
		len += text[len] == '\\' && text[len + 1] != '\0' ? 2 : 1;
	return text[len] == '\0' ? len : len + 1;
}

/* libconfuse counts the lines of comments wrongly; blanks it counts right, and our messages name lines. Returns where a
 * backslash stands outside of quotes, which libconfuse would print on standard output, or NULL. */
static const char *blank_comments(char *text)
{
	bool at_token = true; /* a comment may begin here */

	while (*text != '\0' && *text != '\\') {
		size_t len = at_token ? comment_len(text) : 0;
		size_t quoted = quoted_len(text);

		for (size_t i = 0; i < len; i++)
			if (text[i] != '\n')
				text[i] = ' ';
		if (len == 0)
			len = quoted > 0 ? quoted : 1;
		text += len;
		at_token = strchr(" \t\n={},", text[-1]) != NULL;
	}
	return *text == '\\' ? text : NULL;
}

static int count_lines(const char *text, const char *end)
{
	int lines = 0;

	for (; text < end; text++)
		lines += *text == '\n';
	return lines;
}

static bool parse_text(struct options *o, const char *name, char *text, struct error *err)
{
	const char *backslash = blank_comments(text);
	cfg_opt_t settings[TABLE_ROWS_MAX + 1];
	cfg_t *cfg;
	int status;

	if (backslash != NULL)
		return error_set(err, "%.180s:%d: a backslash outside of quotes", name, count_lines(text, backslash));
	reading.options = o;
	reading.name = name;
	reading.err = err;
	reading.has_failed = false;
	cfg = new_parser(settings);
	status = cfg_parse_buf(cfg, text);
	if (status != CFG_SUCCESS && !reading.has_failed)
		error_set(err, "%.180s cannot be read as a configuration", name);
	cfg_free(cfg);
	return status == CFG_SUCCESS && !reading.has_failed;
}

bool settings_parse(struct options *o, const char *name, struct slice text, struct error *err)
{
	char *copy;
	bool good;

	if (text.len > 0 && slice_find(text, '\0') < text.len)
		return error_set(err, "%.180s is not a text file", name);
	copy = mem_zalloc(text.len + 2);
	copy[0] = '\n'; /* libconfuse refuses an empty text; taken from the line number again */
	if (text.len > 0)
		memcpy(copy + 1, text.data, text.len);
	good = parse_text(o, name, copy, err);
	free(copy);
	return good;
}

/* 1: read, 0: there is no such file, -1: an error. */
static int read_whole(const char *path, struct buffer *text, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		error_set(err, "cannot read %.180s: %s", path, strerror(errno));
		return 0;
	}
	while (fd >= 0 && got > 0 && text->len <= SETTINGS_FILE_MAX) {
		got = read(fd, buffer_room(text, SETTINGS_FILE_MAX), SETTINGS_FILE_MAX);
		text->len += got > 0 ? (size_t)got : 0;
	}
	if (fd < 0 || got < 0)
		error_set(err, "cannot read %.180s: %s", path, strerror(errno));
	else if (text->len > SETTINGS_FILE_MAX)
		error_set(err, "%.180s is too long for a configuration", path);
	if (fd >= 0)
		close(fd);
	return fd >= 0 && got == 0 ? 1 : -1;
}

static bool read_named_file(struct options *o, const char *path, struct error *err)
{
	struct buffer text = {0};
	bool good = read_whole(path, &text, err) == 1 && settings_parse(o, path, buffer_slice(&text), err);

	buffer_fini(&text);
	return good;
}

/* A file that nobody named: one that cannot be read is as good as none, but for a warning. What can be read and is
 * wrong is an error: with half of the settings, or none, the program might show what it must not. */
static int read_default_file(struct options *o, const char *path, struct error *err)
{
	struct buffer text = {0};
	int status = read_whole(path, &text, err);

	if (status < 0) {
		log_warn("%s; going on without it", err->text);
		status = 0;
	} else if (status == 1 && !settings_parse(o, path, buffer_slice(&text), err)) {
		status = -1;
	}
	buffer_fini(&text);
	return status;
}

/* The user's own file; behind sudo there is none: root does not follow what another user's directory says. */
static bool user_path(char path[SETTINGS_PATH_SIZE])
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	/* the real user: what is in force may be another's already */
	if (getuid() == 0 && getenv("SUDO_UID") != NULL)
		return false;
	if (config != NULL && config[0] == '/')
		snprintf(path, SETTINGS_PATH_SIZE, "%s/mailtap/mailtap.conf", config);
	else if (home != NULL && home[0] == '/')
		snprintf(path, SETTINGS_PATH_SIZE, "%s/.config/mailtap/mailtap.conf", home);
	else
		return false;
	return true;
}

bool settings_read(struct options *o, struct error *err)
{
	char path[SETTINGS_PATH_SIZE];
	int status = 0;

	o->saved_file = o->config_file;
	if (o->config_file != NULL)
		return read_named_file(o, o->config_file, err);
	if (user_path(path)) {
		o->saved_file = keep_text(o, path);
		status = read_default_file(o, path, err);
	}
	if (status == 0)
		status = read_default_file(o, OPTIONS_SYSTEM_FILE, err);
	if (status == 0)
		err->text[0] = '\0';
	return status >= 0;
}
