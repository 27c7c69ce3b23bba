#include "config/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "config/settings.h"
#include "config/table.h"

enum {
	OPTIONS_LONG_BASE = 256, /* getopt's value for row n, apart from all letters */
	OPTIONS_HELP_COLUMN = 28,
	OPTIONS_HELP_WIDTH = 80,
};

void options_init(struct options *o)
{
	const struct options_row *row;

	*o = (struct options){0};
	for (size_t i = 0; (row = table_row(i)) != NULL; i++)
		table_preset(o, row);
}

void options_fini(struct options *o)
{
	free(o->capture_filter);
	o->capture_filter = NULL;
	arena_fini(&o->texts);
}

const struct options_row *options_row(size_t number)
{
	return table_row(number);
}

const struct options_row *options_setting(const char *setting)
{
	const struct options_row *row;

	for (size_t i = 0; (row = table_row(i)) != NULL; i++)
		if (row->setting != NULL && strcmp(row->setting, setting) == 0)
			return row;
	return NULL;
}

const char *options_text(const struct options *o, const struct options_row *row)
{
	const char *text;

	memcpy(&text, (const char *)o + row->offset, sizeof(text));
	return text;
}

void options_default(const struct options_row *row, char *out, size_t size)
{
	static const bool is_quoted[OPTIONS_TYPES] = {
		[OPTIONS_SIZE] = true, [OPTIONS_TEXT] = true, [OPTIONS_PATH] = true, [OPTIONS_PORTS] = true};
	size_t len = 0;

	if (row->type != OPTIONS_LIST) {
		snprintf(out, size, is_quoted[row->type] ? "\"%s\"" : "%s", row->preset);
		return;
	}
	for (size_t i = 0; row->words[i] != NULL && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s\"%s\"", i > 0 ? ", " : "{", row->words[i]);
	if (len < size)
		snprintf(out + len, size - len, "}");
}

const char *options_section_title(enum options_section section)
{
	static const char *const titles[OPTIONS_SECTIONS] = {
		[OPTIONS_CAPTURED] = "What is captured",
		[OPTIONS_SAVED] = "How mails are saved",
		[OPTIONS_SHOWN] = "What is shown",
		[OPTIONS_KEPT] =
			"How much a live capture keeps. When a limit is reached, the oldest finished sessions go "
			"first.",
		[OPTIONS_SLOW] = "From when on a diagnosis calls something slow, in seconds; parts of a second are "
				 "possible.",
	};

	return titles[section];
}

/* getopt's own tables, made from ours. */
struct getopt_tables {
	struct option names[TABLE_ROWS_MAX + 1];
	char letters[3 * TABLE_ROWS_MAX + 2];
};

static int argument_kind(const struct options_row *row)
{
	if (row->argument == NULL)
		return no_argument;
	return row->argument[0] == '[' ? optional_argument : required_argument;
}

static void make_tables(struct getopt_tables *t)
{
	const struct options_row *row;
	size_t count = 0;
	size_t letter = 0;

	*t = (struct getopt_tables){0};
	t->letters[letter++] = ':'; /* tell a missing argument from an unknown option */
	for (size_t i = 0; (row = options_row(i)) != NULL; i++) {
		if (row->name == NULL)
			continue;
		t->names[count++] = (struct option){row->name, argument_kind(row), NULL, OPTIONS_LONG_BASE + (int)i};
		if (row->letter == 0)
			continue;
		t->letters[letter++] = row->letter;
		for (int colons = argument_kind(row); colons > 0; colons--)
			t->letters[letter++] = ':';
	}
}

static const struct options_row *find_row(int found)
{
	const struct options_row *row;

	if (found >= OPTIONS_LONG_BASE)
		return table_row((size_t)(found - OPTIONS_LONG_BASE));
	for (size_t i = 0; (row = table_row(i)) != NULL; i++)
		if (row->letter != 0 && row->letter == found)
			return row;
	return NULL;
}

static bool usage_error(struct error *err, const char *option, const char *what)
{
	return error_set(err, "%.80s: %.300s; see mailtap --help", option, what);
}

/* How the user wrote the option that getopt just refused. */
static const char *refused_option(char **argv, char letter[3])
{
	if (optopt == 0 || optopt >= OPTIONS_LONG_BASE)
		return argv[optind - 1];
	letter[0] = '-';
	letter[1] = (char)optopt;
	letter[2] = '\0';
	return letter;
}

/* Sets what the options say; an option that ends the program also ends the reading. */
static bool apply_options(struct options *o, int argc, char **argv, struct error *err)
{
	struct getopt_tables tables;
	int found;

	make_tables(&tables);
	opterr = 0;
	optind = 0; /* start again: the command line is read twice */
	while ((found = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		const struct options_row *row = find_row(found);
		char letter[3];
		struct error why;

		if (row == NULL)
			return usage_error(err, refused_option(argv, letter),
					   found == ':' ? "its argument is missing"
							: "no such option, or it takes no argument");
		if (!table_apply(o, row, optarg, &why)) {
			char option[80];

			snprintf(option, sizeof(option), "--%s", row->name);
			return usage_error(err, option, why.text);
		}
		if (o->action != OPTIONS_RUN)
			return true;
	}
	return true;
}

/* The words that are no options are the capture filter. */
static void join_filter(struct options *o, int argc, char **argv)
{
	struct buffer filter = {0};

	for (int i = optind; i < argc; i++) {
		if (i > optind)
			buffer_append_byte(&filter, ' ');
		buffer_append_text(&filter, argv[i]);
	}
	if (filter.len > 0) {
		buffer_append_byte(&filter, '\0');
		o->capture_filter = mem_strdup((const char *)filter.data);
	}
	buffer_fini(&filter);
}

static bool is_same_status(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat first;
	struct stat second;

	return stat(a, &first) == 0 && stat(b, &second) == 0 && S_ISREG(first.st_mode) &&
	       is_same_status(&first, &second);
}

/* The last part of a path; the folder that holds it goes to `status`. */
static const char *split_path(const char *path, struct stat *status)
{
	const char *slash = strrchr(path, '/');
	char *folder = mem_strdup(slash == NULL ? "." : path);
	bool is_there;

	if (slash != NULL)
		folder[slash - path + 1] = '\0';
	is_there = stat(folder, status) == 0;
	free(folder);
	return !is_there ? NULL : slash != NULL ? slash + 1 : path;
}

/* Also where nothing is there yet. */
static bool will_be_same_file(const char *a, const char *b)
{
	struct stat folder_a;
	struct stat folder_b;
	const char *name_a = split_path(a, &folder_a);
	const char *name_b = split_path(b, &folder_b);

	return is_same_file(a, b) || (name_a != NULL && name_b != NULL && strcmp(name_a, name_b) == 0 &&
				      is_same_status(&folder_a, &folder_b));
}

static bool is_stdout(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

/* Packets on standard output are alone there. */
static bool check_stdout(const struct options *o, struct error *err)
{
	if (!is_stdout(o->write_file))
		return true;
	if (o->mode == OPTIONS_LINES || o->mode == OPTIONS_REPORT || o->mode == OPTIONS_STATISTICS ||
	    (o->wants_records && o->json_file == NULL))
		return usage_error(err, "--write", "standard output is taken; name a file");
	if (o->rotate_bytes > 0 || o->rotate_s > 0)
		return usage_error(err, "--rotate", "standard output cannot be spread over files");
	return true;
}

static bool check_written(const struct options *o, const char *option, const char *path, struct error *err)
{
	if (path == NULL || is_stdout(path))
		return true;
	for (size_t i = 0; i < o->file_count; i++)
		if (is_same_file(path, o->files[i]))
			return usage_error(err, option, "this is a capture that is to be read");
	return true;
}

static bool check_written_files(const struct options *o, struct error *err)
{
	if (is_stdout(o->json_file))
		return usage_error(err, "--json-file", "needs the name of a file; --json alone is for standard output");
	if (o->json_file != NULL && o->write_file != NULL && will_be_same_file(o->json_file, o->write_file))
		return usage_error(err, "--json-file", "the packets of --write go there; name another file");
	return check_stdout(o, err) && check_written(o, "--write", o->write_file, err) &&
	       check_written(o, "--json-file", o->json_file, err);
}

static bool check_rotation(const struct options *o, struct error *err)
{
	bool is_rotated = o->rotate_bytes > 0 || o->rotate_s > 0;

	if (is_rotated && o->write_file == NULL && o->json_file == NULL)
		return usage_error(err, "--rotate", "needs a file, by --write or --json-file");
	if (o->keep_count > 0 && !is_rotated)
		return usage_error(err, "--keep", "needs --rotate, which says when a new file begins");
	return true;
}

static bool check_follow(const struct options *o, struct error *err)
{
	if (!o->follow)
		return true;
	if (o->file_count == 0)
		return usage_error(err, "--follow", "needs a file to --read");
	if (o->replay_speed > 0)
		return usage_error(err, "--follow", "cannot go with --replay");
	for (size_t i = 0; i < o->file_count; i++)
		if (strcmp(o->files[i], "-") == 0)
			return usage_error(err, "--follow", "standard input is always read as it comes; leave it away");
	return true;
}

static bool check_observers(const struct options *o, struct error *err)
{
	size_t count = o->file_count + o->interface_count;

	if (o->observer_count > 0 && count > 0 && o->observer_begins[o->observer_count - 1] >= count)
		return usage_error(err, "--observer", "names who captures what -r or -i after it says; none comes");
	return true;
}

const char *options_observer(const struct options *o, size_t number)
{
	const char *name = NULL;

	for (size_t i = 0; i < o->observer_count && o->observer_begins[i] <= number; i++)
		name = o->observers[i];
	return name;
}

/* Takes "keylog" away in front, and at the end "--" with the command, which goes to `o`. */
static bool take_keylog(struct options *o, int *argc, char ***argv, struct error *err)
{
	int end = 2;

	if (*argc < 2 || strcmp((*argv)[1], "keylog") != 0)
		return true;
	while (end < *argc && strcmp((*argv)[end], "--") != 0)
		end++;
	if (end + 1 >= *argc)
		return usage_error(err, "keylog",
				   "name the command after two dashes: mailtap keylog -- swaks --tls ...");
	o->command = *argv + end + 1;
	(*argv)[end] = NULL;
	*argc = end - 1;
	++*argv;
	return true;
}

static bool check_load(const struct options *o, struct error *err)
{
	if (!o->load_and_quit)
		return true;
	if (o->file_count == 0)
		return usage_error(err, "--load-and-quit", "needs a file to --read");
	if (o->follow)
		return usage_error(err, "--load-and-quit", "cannot go with --follow, which never has all of a file");
	if (o->mode != OPTIONS_SCREEN || o->wants_records || is_stdout(o->write_file))
		return usage_error(err, "--load-and-quit",
				   "needs the screen: without one the program ends with its input");
	return true;
}

/* What no option says alone. */
static bool check_together(const struct options *o, struct error *err)
{
	if (o->command != NULL && o->file_count > 0)
		return usage_error(err, "--read", "cannot go with keylog, which captures what the command does");
	if (o->command != NULL && o->key_log_count == OPTIONS_SOURCES_MAX)
		return usage_error(err, "--keylog", "is given too often: keylog adds one of its own");
	if (o->interface_count > 0 && o->file_count > 0)
		return usage_error(err, "--interface", "cannot go with --read");
	if (o->replay_speed > 0 && o->file_count == 0)
		return usage_error(err, "--replay", "needs a file to --read");
	if (o->wants_records && o->mode != OPTIONS_SCREEN && o->mode != OPTIONS_STATISTICS && o->json_file == NULL)
		return usage_error(err, "--json",
				   "cannot go with -N or --report unless a --json-file takes the records");
	return check_observers(o, err) && check_follow(o, err) && check_load(o, err) && check_rotation(o, err) &&
	       check_written_files(o, err);
}

/* What no-color.org asks for; the configuration, more particular, overrules it. */
static void take_environment(struct options *o)
{
	const char *no_color = getenv("NO_COLOR");

	if (no_color != NULL && no_color[0] != '\0')
		o->theme = "mono";
}

/* As records beside others that are asked for by name; where a file takes the records, as tables, too. */
static void choose_statistics(struct options *o)
{
	if (o->json_file == NULL) {
		o->mode = OPTIONS_JSON;
		o->datasets = o->names_datasets ? o->datasets : 0;
	}
	o->datasets |= OPTIONS_DATASET_STATISTICS;
}

/* What is put out, by all that was said of it. */
static void settle_output(struct options *o)
{
	if (o->wants_records && o->mode == OPTIONS_STATISTICS)
		choose_statistics(o);
	else if (o->wants_records && o->mode == OPTIONS_SCREEN)
		o->mode = OPTIONS_JSON;
	if (is_stdout(o->write_file) && o->mode == OPTIONS_SCREEN)
		o->mode = OPTIONS_PACKETS;
	if (o->json_file != NULL && !o->wants_records)
		o->datasets = OPTIONS_DATASET_ALL;
}

/* Who writes the packets, or runs a command, waits for no question. */
static bool picks_interface(const struct options *o)
{
	bool is_named = o->interface_count > 0 || o->default_interface != options_setting("interface")->preset;

	return !is_named && o->file_count == 0 && o->mode == OPTIONS_SCREEN && o->write_file == NULL &&
	       o->command == NULL;
}

bool options_parse(struct options *o, int argc, char **argv, struct error *err)
{
	struct options only_command_line;
	bool good;

	/* First alone: it names the configuration file, and its own mistakes come before those of the file. */
	options_init(&only_command_line);
	if (!take_keylog(o, &argc, &argv, err))
		return false;
	only_command_line.command = o->command;
	good = apply_options(&only_command_line, argc, argv, err);
	if (!good)
		return false;
	o->action = only_command_line.action;
	if (o->action != OPTIONS_RUN)
		return true;
	if (!check_together(&only_command_line, err))
		return false;
	o->config_file = only_command_line.config_file;
	take_environment(o);
	if (!settings_read(o, err) || !apply_options(o, argc, argv, err))
		return false;
	join_filter(o, argc, argv);
	settle_output(o);
	o->picks_interface = picks_interface(o);
	if (o->interface_count == 0 && o->file_count == 0)
		o->interfaces[o->interface_count++] = o->default_interface;
	return true;
}

/* Prints words from the current column on, broken before the right edge and indented to `column`. */
static void print_wrapped(const char *text, int column)
{
	int at = column;

	while (*text != '\0') {
		int len = (int)strcspn(text, " ");

		if (at > column && at + 1 + len > OPTIONS_HELP_WIDTH) {
			printf("\n%*s", column, "");
			at = column;
		}
		at += printf(at > column ? " %.*s" : "%.*s", len, text);
		text += len;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_option(const struct options_row *row)
{
	char left[80];
	int len = row->letter ? snprintf(left, sizeof(left), "  -%c, --%s", row->letter, row->name)
			      : snprintf(left, sizeof(left), "      --%s", row->name);

	if (argument_kind(row) == optional_argument) /* "[X]" is written "[=X]" */
		len += snprintf(left + len, sizeof(left) - (size_t)len, "[=%s", row->argument + 1);
	else if (row->argument != NULL)
		len += snprintf(left + len, sizeof(left) - (size_t)len, " %s", row->argument);
	printf("%s", left);
	if (len >= OPTIONS_HELP_COLUMN)
		printf("\n%*s", OPTIONS_HELP_COLUMN, "");
	else
		printf("%*s", OPTIONS_HELP_COLUMN - len, "");
	print_wrapped(row->help, OPTIONS_HELP_COLUMN);
}

void options_print_help(void)
{
	const struct options_row *row;

	puts("mailtap shows live, in a terminal, why mail does not move: SMTP, POP3 and IMAP\n"
	     "sessions with their commands, packets, mails, and what went wrong.\n"
	     "\n"
	     "  mailtap [-i IF]... [options] [capture filter]    live\n"
	     "  mailtap -r FILE... [options] [capture filter]    read captures\n"
	     "  mailtap keylog [options] [capture filter] -- COMMAND [ARGUMENT]...\n"
	     "      run COMMAND so that it writes its keys of TLS, then show its sessions in clear\n");
	for (size_t i = 0; (row = options_row(i)) != NULL; i++)
		if (row->name != NULL)
			print_option(row);
	puts("\n"
	     "The filter is in tcpdump's syntax. Without one, a live capture makes its own from\n"
	     "the ports, and files are read whole. Exit status: 0 done; 1 something could not be\n"
	     "read, captured or saved; 2 wrong usage. Settings: mailtap.conf(5).");
}

void options_print_version(void)
{
	puts("mailtap " MAILTAP_VERSION);
}
