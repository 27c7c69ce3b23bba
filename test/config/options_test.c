#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../main.h"
#include "base/clock.h"
#include "config/options.h"

enum {
	WORDS_MAX = 80,
};

/* A command line: words separated by blanks, argv as getopt wants it. */
struct line {
	char *text;
	char *argv[WORDS_MAX + 1];
	int argc;
	struct options options;
	struct error err;
	bool good;
};

/* No configuration but the one that -f names. */
static void forget_environment(void)
{
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	unsetenv("SUDO_UID");
	unsetenv("NO_COLOR");
}

static void parse(struct line *l, const char *words)
{
	char *save = NULL;

	l->text = strdup(words);
	l->argc = 0;
	l->err.text[0] = '\0';
	for (char *word = strtok_r(l->text, " ", &save); word && l->argc < WORDS_MAX; word = strtok_r(NULL, " ", &save))
		l->argv[l->argc++] = word;
	l->argv[l->argc] = NULL;
	options_init(&l->options);
	l->good = options_parse(&l->options, l->argc, l->argv, &l->err);
}

static void drop(struct line *l)
{
	options_fini(&l->options);
	free(l->text);
}

START_TEST(without_anything_the_screen_shows_any_interface)
{
	struct line l;
	const struct options *o = &l.options;
	struct limits limits;

	limits_init(&limits);
	parse(&l, "mailtap");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_int_eq(o->action, OPTIONS_RUN);
	ck_assert_int_eq(o->mode, OPTIONS_SCREEN);
	ck_assert_uint_eq(o->interface_count, 1);
	ck_assert_str_eq(o->interfaces[0], "any");
	ck_assert_uint_eq(o->file_count, 0);
	ck_assert_uint_eq(o->key_log_count, 0);
	ck_assert_int_eq(o->key_wait_ns, 5 * CLOCK_NS_PER_S);
	ck_assert_ptr_null(o->capture_filter);
	ck_assert(o->promiscuous && !o->save && !o->details && !o->numeric && !o->ascii_lines);
	ck_assert_int_eq(o->secrets, OPTIONS_SECRETS_ASK);
	ck_assert_uint_eq(o->buffer_mib, 32);
	ck_assert_uint_eq(o->memory_mib, 512);
	ck_assert_uint_eq(o->spool_mib, 2048);
	ck_assert_uint_eq(o->charset_count, 4);
	ck_assert_str_eq(o->charsets[0], "gb18030");
	ck_assert_str_eq(o->theme, "dark");
	ck_assert_str_eq(o->save_dir, ".");
	ck_assert_int_eq(ports_protocol(&o->ports, 587), PROTOCOL_SMTP);
	ck_assert_mem_eq(&o->limits, &limits, sizeof(limits));
	drop(&l);
}
END_TEST

START_TEST(every_option_does_what_it_says)
{
	struct line l;
	const struct options *o = &l.options;

	parse(&l,
	      "mailtap -r a.pcap --read=b.pcap -w out.pcap -P smtp=25;125 --port pop3=1110 -o /mails --format maildir "
	      "--json=mail,capture --details --show-secrets -n -c 17 --no-promiscuous -B 64 --replay=2.5 "
	      "--keylog one --keylog=two "
	      "host 10.0.0.5 and port 25");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_uint_eq(o->interface_count, 0);
	ck_assert_uint_eq(o->file_count, 2);
	ck_assert_str_eq(o->files[0], "a.pcap");
	ck_assert_str_eq(o->files[1], "b.pcap");
	ck_assert_str_eq(o->write_file, "out.pcap");
	ck_assert_uint_eq(o->key_log_count, 2);
	ck_assert_str_eq(o->key_logs[0], "one");
	ck_assert_str_eq(o->key_logs[1], "two");
	ck_assert_int_eq(ports_protocol(&o->ports, 125), PROTOCOL_SMTP);
	ck_assert_int_eq(ports_protocol(&o->ports, 587), PROTOCOL_UNKNOWN);
	ck_assert_int_eq(ports_protocol(&o->ports, 1110), PROTOCOL_POP3);
	ck_assert_str_eq(o->save_dir, "/mails");
	ck_assert(o->save);
	ck_assert_int_eq(o->save_format, OPTIONS_SAVE_MAILDIR);
	ck_assert_int_eq(o->mode, OPTIONS_JSON);
	ck_assert_uint_eq(o->datasets, OPTIONS_DATASET_MAIL | OPTIONS_DATASET_CAPTURE);
	ck_assert(o->details && o->numeric && !o->promiscuous);
	ck_assert_int_eq(o->secrets, OPTIONS_SECRETS_SHOW);
	ck_assert_uint_eq(o->packet_count, 17);
	ck_assert_uint_eq(o->buffer_mib, 64);
	ck_assert(o->replay_speed > 2.499 && o->replay_speed < 2.501);
	ck_assert_str_eq(o->capture_filter, "host 10.0.0.5 and port 25");
	drop(&l);
}
END_TEST

static const struct {
	const char *words;
	uint64_t bytes;
	uint64_t s;
	uint64_t keep;
} rotations[] = {
	{"", 0, 0, 0},
	{"-w x", 0, 0, 0},
	{"-w x --rotate 500k", 512000, 0, 0},
	{"-w x --rotate 500K", 512000, 0, 0},
	{"-w x --rotate 100M", 104857600, 0, 0},
	{"-w x --rotate=1G --keep=10", 1073741824, 0, 10},
	{"-w x --rotate 60s", 0, 60, 0},
	{"-w x --rotate 10m", 0, 600, 0},
	{"-w x --rotate 1h --keep 24 --rotate 5G", UINT64_C(5) << 30, 3600, 24},
	{"--json-file x --rotate 1k --keep 2", 1024, 0, 2},
};

START_TEST(rotation_is_by_size_or_time)
{
	char words[100];
	struct line l;

	snprintf(words, sizeof(words), "mailtap %s", rotations[_i].words);
	parse(&l, words);
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_uint_eq(l.options.rotate_bytes, rotations[_i].bytes);
	ck_assert_uint_eq(l.options.rotate_s, rotations[_i].s);
	ck_assert_uint_eq(l.options.keep_count, rotations[_i].keep);
	ck_assert(!l.options.follow);
	drop(&l);
	parse(&l, "mailtap -r x --load-and-quit");
	ck_assert(l.good && l.options.load_and_quit);
	drop(&l);
	parse(&l, "mailtap -r x --follow");
	ck_assert(l.good && l.options.follow);
	drop(&l);
}
END_TEST

static const struct {
	const char *words;
	enum options_mode mode;
	unsigned int datasets;
} records[] = {
	{"mailtap --json-file f", OPTIONS_SCREEN, OPTIONS_DATASET_ALL},
	{"mailtap -N --json-file f", OPTIONS_LINES, OPTIONS_DATASET_ALL},
	{"mailtap --json-file f --report", OPTIONS_REPORT, OPTIONS_DATASET_ALL},
	{"mailtap -N --json=mail --json-file f", OPTIONS_LINES, OPTIONS_DATASET_MAIL},
	{"mailtap --json-file f --json --report", OPTIONS_REPORT, OPTIONS_DATASET_ALL},
	{"mailtap --json-file f --json", OPTIONS_JSON, OPTIONS_DATASET_ALL},
	{"mailtap --json=mail --json-file f", OPTIONS_JSON, OPTIONS_DATASET_MAIL},
	{"mailtap --json-file f --write p", OPTIONS_SCREEN, OPTIONS_DATASET_ALL},
	{"mailtap --json-file f --write -", OPTIONS_PACKETS, OPTIONS_DATASET_ALL},
	{"mailtap --write - --json=mail --json-file f", OPTIONS_JSON, OPTIONS_DATASET_MAIL},
};

START_TEST(records_go_into_a_file_beside_what_else_is_asked_for)
{
	struct line l;

	parse(&l, records[_i].words);
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_str_eq(l.options.json_file, "f");
	ck_assert_int_eq(l.options.mode, records[_i].mode);
	ck_assert_uint_eq(l.options.datasets, records[_i].datasets);
	drop(&l);
}
END_TEST

static const struct {
	const char *words;
	enum options_mode mode;
	unsigned int datasets;
} statistics[] = {
	{"mailtap --stats", OPTIONS_STATISTICS, 0},
	{"mailtap --stats --json", OPTIONS_JSON, OPTIONS_DATASET_STATISTICS},
	{"mailtap --json --stats", OPTIONS_JSON, OPTIONS_DATASET_STATISTICS},
	{"mailtap --stats --json=mail", OPTIONS_JSON, OPTIONS_DATASET_MAIL | OPTIONS_DATASET_STATISTICS},
	{"mailtap --stats --json-file f", OPTIONS_STATISTICS, OPTIONS_DATASET_ALL},
	{"mailtap --stats --json --json-file f", OPTIONS_STATISTICS, OPTIONS_DATASET_ALL | OPTIONS_DATASET_STATISTICS},
	{"mailtap --stats --json=mail --json-file f", OPTIONS_STATISTICS,
	 OPTIONS_DATASET_MAIL | OPTIONS_DATASET_STATISTICS},
	{"mailtap --stats --json --write - --json-file f", OPTIONS_SCREEN, 0},
	{"mailtap --stats --write -", OPTIONS_SCREEN, 0},
};

/* OPTIONS_SCREEN: wrong usage. */
START_TEST(statistics_are_tables_or_records)
{
	struct line l;

	parse(&l, statistics[_i].words);
	ck_assert_int_eq(l.good, statistics[_i].mode != OPTIONS_SCREEN);
	if (l.good) {
		ck_assert_int_eq(l.options.mode, statistics[_i].mode);
		ck_assert_uint_eq(l.options.datasets, statistics[_i].datasets);
	}
	drop(&l);
}
END_TEST

START_TEST(packets_on_standard_output_need_no_screen)
{
	struct line l;

	parse(&l, "mailtap -r x -w -");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_int_eq(l.options.mode, OPTIONS_PACKETS);
	drop(&l);
}
END_TEST

START_TEST(a_session_is_one_or_all)
{
	struct line l;

	parse(&l, "mailtap -r x");
	ck_assert(l.good && wanted_is_all(&l.options.wanted));
	drop(&l);
	parse(&l, "mailtap -r x --session 1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
	ck_assert(l.good && !wanted_is_all(&l.options.wanted) && !l.options.wanted.has_start);
	drop(&l);
}
END_TEST

START_TEST(observers_are_those_of_what_comes_after_them)
{
	static const char *const expected[] = {NULL, "left", "left", "right"};
	struct line l;

	parse(&l, "mailtap -r a --observer left -r b -r c --observer right -r d");
	ck_assert(l.good);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		ck_assert_pstr_eq(options_observer(&l.options, i), expected[i]);
	drop(&l);
	parse(&l, "mailtap --observer gateway");
	ck_assert(l.good);
	ck_assert_str_eq(options_observer(&l.options, 0), "gateway");
	drop(&l);
}
END_TEST

START_TEST(interfaces_may_repeat_and_options_stand_anywhere)
{
	struct line l;

	parse(&l, "mailtap port 25 -i eth0 or port 26 --interface eth1 -N");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_uint_eq(l.options.interface_count, 2);
	ck_assert_str_eq(l.options.interfaces[1], "eth1");
	ck_assert_str_eq(l.options.capture_filter, "port 25 or port 26");
	ck_assert_int_eq(l.options.mode, OPTIONS_LINES);
	drop(&l);
}
END_TEST

/* Options of the command are its own, and its two dashes too. */
START_TEST(keylog_stands_before_options_and_a_command)
{
	struct line l;

	parse(&l, "mailtap keylog port 25 -i lo -N -- swaks -r --tls -- -i eth0");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_str_eq(l.options.capture_filter, "port 25");
	ck_assert_uint_eq(l.options.interface_count, 1);
	ck_assert_uint_eq(l.options.file_count, 0);
	ck_assert_int_eq(l.options.mode, OPTIONS_LINES);
	for (int i = 0; i <= 6; i++)
		ck_assert_ptr_eq(l.options.command[i], l.argv[8 + i]);
	ck_assert_str_eq(l.options.command[0], "swaks");
	ck_assert_str_eq(l.options.command[5], "eth0");
	drop(&l);
	parse(&l, "mailtap keylog -- true");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_str_eq(l.options.interfaces[0], "any");
	ck_assert_ptr_null(l.options.capture_filter);
	drop(&l);
	parse(&l, "mailtap -N keylog -- true"); /* a filter */
	ck_assert_ptr_null(l.options.command);
	ck_assert_str_eq(l.options.capture_filter, "keylog true");
	drop(&l);
}
END_TEST

static const struct {
	const char *words;
	enum options_action action;
} actions[] = {
	{"mailtap -h", OPTIONS_HELP},
	{"mailtap --version --bogus", OPTIONS_VERSION},
	{"mailtap -r a -i b -D", OPTIONS_LIST_INTERFACES},
	{"mailtap -f /nonexistent -h", OPTIONS_HELP},
};

START_TEST(some_options_end_the_program)
{
	struct line l;

	parse(&l, actions[_i].words);
	ck_assert(l.good);
	ck_assert_int_eq(l.options.action, actions[_i].action);
	drop(&l);
}
END_TEST

/* Each is refused with a line that names `names`. */
static const struct {
	const char *words;
	const char *names;
} wrong[] = {
	{"mailtap --bogus", "--bogus"},
	{"mailtap -Z", "-Z"},
	{"mailtap -c", "-c"},
	{"mailtap --count", "--count"},
	{"mailtap --report=x", "--report"},
	{"mailtap -c 0", "--count"},
	{"mailtap -c 5x", "--count"},
	{"mailtap -c -5", "--count"},
	{"mailtap -c 99999999999999999999", "--count"},
	{"mailtap -B 0", "--buffer"},
	{"mailtap -B 2048", "--buffer"},
	{"mailtap -N --json", "--json: cannot go with -N"},
	{"mailtap --json --report", "--json: cannot go with -N or --report"},
	{"mailtap --report -N", "choose one of -N, --report and --stats"},
	{"mailtap --json=mails", "--json"},
	{"mailtap --json=", "--json"},
	{"mailtap --json=averyverylongnameofadataset", "--json"},
	{"mailtap --format tar", "--format"},
	{"mailtap -P smtp", "--port"},
	{"mailtap -P smtp=70000", "--port"},
	{"mailtap -P http=80", "--port"},
	{"mailtap -i lo -r a", "--interface"},
	{"mailtap -r - -r -", "--read"},
	{"mailtap --replay", "--replay"},
	{"mailtap -r a --replay=0", "--replay"},
	{"mailtap -r a --replay=1,5", "--replay"},
	{"mailtap -r a --replay=x", "--replay"},
	{"mailtap --rotate 1G", "--rotate"},
	{"mailtap -w x --rotate 1", "--rotate"},
	{"mailtap -w x --rotate G", "--rotate"},
	{"mailtap -w x --rotate 0s", "--rotate"},
	{"mailtap -w x --rotate 1d", "--rotate"},
	{"mailtap -w x --rotate 1ms", "--rotate"},
	{"mailtap -w x --rotate -1s", "--rotate"},
	{"mailtap -w x --rotate 9999999999999999999999G", "--rotate"},
	{"mailtap -w x --rotate 2000000000h", "--rotate"},
	{"mailtap -w x --keep 5", "--keep"},
	{"mailtap -w x --rotate 1G --keep 0", "--keep"},
	{"mailtap -w x --rotate 1G --keep x", "--keep"},
	{"mailtap -r x --observer y", "--observer"},
	{"mailtap --observer x -r x --observer y", "--observer"},
	{"mailtap --observer= -r x", "--observer"},
	{"mailtap --session", "--session"},
	{"mailtap --session 5", "network.community_id"},
	{"mailtap --session 1:LQU9qZlK+B5F3KDmev6m5PMibrg=@12:34:52", "mailtap.session_start"},
	{"mailtap --follow", "--follow"},
	{"mailtap -i lo --follow", "--follow"},
	{"mailtap -r - --follow", "--follow"},
	{"mailtap -r x -r - --follow", "--follow"},
	{"mailtap -r x --follow --replay", "--follow"},
	{"mailtap -w - -N", "--write"},
	{"mailtap --json -w -", "--write"},
	{"mailtap --report -w -", "--write"},
	{"mailtap -w - --rotate 1G", "--rotate"},
	{"mailtap -r /etc/passwd -w /etc/../etc/passwd", "--write"},
	{"mailtap --json-file -", "--json-file"},
	{"mailtap --json-file=", "--json-file"},
	{"mailtap -r /etc/passwd --json-file /etc/../etc/passwd", "--json-file"},
	{"mailtap -w new --json-file new", "--json-file"},
	{"mailtap -w /tmp/new --json-file /tmp//../tmp/new", "--json-file"},
	{"mailtap -w /etc/passwd --json-file /etc/../etc/passwd", "--json-file"},
	{"mailtap --json-file x --keep 5", "--keep"},
	{"mailtap keylog", "keylog: name the command"},
	{"mailtap keylog -N swaks", "keylog: name the command"},
	{"mailtap keylog -N --", "keylog: name the command"},
	{"mailtap keylog -Z -- true", "-Z"},
	{"mailtap keylog -r x -- true", "--read: cannot go with keylog"},
	{"mailtap keylog --follow -- true", "--follow"},
	{"mailtap --load-and-quit", "--load-and-quit"},
	{"mailtap -i lo --load-and-quit", "--load-and-quit"},
	{"mailtap -r x --follow --load-and-quit", "--load-and-quit"},
	{"mailtap -r x --load-and-quit -N", "--load-and-quit"},
	{"mailtap -r x --load-and-quit --json", "--load-and-quit"},
	{"mailtap -r x --load-and-quit -w -", "--load-and-quit"},
};

START_TEST(wrong_usage_is_told_in_one_line)
{
	struct line l;

	parse(&l, wrong[_i].words);
	ck_assert_msg(!l.good, "%s", wrong[_i].words);
	ck_assert_msg(strstr(l.err.text, wrong[_i].names) != NULL, "%s", l.err.text);
	ck_assert_ptr_nonnull(strstr(l.err.text, "mailtap --help"));
	ck_assert_ptr_null(strchr(l.err.text, '\n'));
	drop(&l);
}
END_TEST

START_TEST(more_sources_than_there_can_be_are_refused)
{
	char words[1000] = "mailtap";
	struct line l;

	for (int i = 0; i < OPTIONS_SOURCES_MAX; i++)
		strcat(words, " -rx");
	parse(&l, words);
	ck_assert_msg(l.good, "%s", l.err.text);
	drop(&l);
	strcat(words, " -rx");
	parse(&l, words);
	ck_assert(!l.good);
	drop(&l);
}
END_TEST

/* Writes a configuration; the caller unlinks it. */
static void write_config(char path[32], const char *text)
{
	FILE *file;

	strcpy(path, "/tmp/mailtap-test-XXXXXX");
	file = fdopen(mkstemp(path), "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static void parse_with_config(struct line *l, const char *config, const char *words)
{
	char path[32];
	char line[500];

	write_config(path, config);
	snprintf(line, sizeof(line), "mailtap -f %s %s", path, words);
	parse(l, line);
	unlink(path);
}

START_TEST(the_command_line_wins_over_the_file)
{
	static const char config[] = "interface = \"lo\"\n"
				     "smtp_ports = \"2500\"\npop3_ports = \"1100\"\n"
				     "buffer = 8\nsave = yes\nsave_dir = \"/a\"\nsave_format = mbox\n"
				     "promiscuous = yes\nnumeric = no\n";
	struct line l;

	parse_with_config(&l, config, "-n -P pop3=1111 -o /b --no-promiscuous -B 16");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_str_eq(l.options.interfaces[0], "lo");
	ck_assert_int_eq(ports_protocol(&l.options.ports, 2500), PROTOCOL_SMTP);
	ck_assert_int_eq(ports_protocol(&l.options.ports, 1111), PROTOCOL_POP3);
	ck_assert_int_eq(ports_protocol(&l.options.ports, 1100), PROTOCOL_UNKNOWN);
	ck_assert_uint_eq(l.options.buffer_mib, 16);
	ck_assert_str_eq(l.options.save_dir, "/b");
	ck_assert_int_eq(l.options.save_format, OPTIONS_SAVE_MBOX);
	ck_assert(l.options.save && l.options.numeric && !l.options.promiscuous);
	drop(&l);
	parse_with_config(&l, config, "-i eth7");
	ck_assert_str_eq(l.options.interfaces[0], "eth7");
	ck_assert_uint_eq(l.options.interface_count, 1);
	drop(&l);
}
END_TEST

static const struct {
	const char *config;
	const char *words;
	bool picks;
} picks[] = {
	{"", "", true},
	{"numeric = yes\n", "-n -P smtp=26 --json-file x port 25", true},
	{"interface = \"eth0\"\n", "", false},
	{"interface = \"any\"\n", "", false},
	{"", "-i any", false},
	{"", "-i eth0 -i eth1", false},
	{"", "-r x", false},
	{"", "-r -", false},
	{"", "--no-ui", false},
	{"", "--json", false},
	{"", "--json=mail --json-file x", false},
	{"", "--report", false},
	{"", "--stats", false},
	{"", "-w -", false},
	{"", "-w x", false},
};

START_TEST(the_screen_may_ask_for_the_interface_that_nobody_names)
{
	struct line l;

	parse_with_config(&l, picks[_i].config, picks[_i].words);
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_int_eq(l.options.picks_interface, picks[_i].picks);
	drop(&l);
}
END_TEST

START_TEST(a_command_waits_for_no_question)
{
	struct line l;

	parse(&l, "mailtap keylog -n -- true");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert(!l.options.picks_interface);
	ck_assert_str_eq(l.options.interfaces[0], "any");
	drop(&l);
}
END_TEST

START_TEST(a_configuration_may_forbid_to_show_secrets)
{
	struct line l;

	parse_with_config(&l, "secrets = never\n", "--show-secrets");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_int_eq(l.options.secrets, OPTIONS_SECRETS_NEVER);
	drop(&l);
}
END_TEST

START_TEST(a_named_configuration_must_be_there)
{
	struct line l;

	parse(&l, "mailtap -f /nonexistent/mailtap.conf");
	ck_assert(!l.good);
	ck_assert_ptr_nonnull(strstr(l.err.text, "/nonexistent/mailtap.conf"));
	drop(&l);
}
END_TEST

START_TEST(the_user_s_file_is_found_but_not_behind_sudo)
{
	char directory[] = "/tmp/mailtap-test-XXXXXX";
	char path[200];
	struct line l;
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "mkdir %s/mailtap", directory);
	ck_assert_int_eq(system(path), 0);
	snprintf(path, sizeof(path), "%s/mailtap/mailtap.conf", directory);
	file = fopen(path, "w");
	fputs("theme = light\n", file);
	fclose(file);
	setenv("XDG_CONFIG_HOME", directory, 1);
	parse(&l, "mailtap");
	ck_assert_msg(l.good, "%s", l.err.text);
	ck_assert_str_eq(l.options.theme, "light");
	drop(&l);
	setenv("NO_COLOR", "1", 1);
	parse(&l, "mailtap");
	ck_assert_str_eq(l.options.theme, "light"); /* what the user wrote is more particular */
	drop(&l);
	parse(&l, "mailtap -f /dev/null");
	ck_assert_str_eq(l.options.theme, "mono");
	drop(&l);
	setenv("NO_COLOR", "", 1);
	parse(&l, "mailtap -f /dev/null");
	ck_assert_str_eq(l.options.theme, "dark");
	drop(&l);
	setenv("SUDO_UID", "1000", 1);
	parse(&l, "mailtap");
	ck_assert_str_eq(l.options.theme, geteuid() == 0 ? "dark" : "light");
	drop(&l);
	unlink(path);
	snprintf(path, sizeof(path), "rm -r %s", directory);
	ck_assert_int_eq(system(path), 0);
}
END_TEST

START_TEST(names_and_letters_are_unique)
{
	const struct options_row *row;
	const struct options_row *other;

	for (size_t i = 0; (row = options_row(i)) != NULL; i++) {
		for (size_t j = 0; j < i; j++) {
			other = options_row(j);
			ck_assert(row->letter == 0 || row->letter != other->letter);
			ck_assert(!row->name || !other->name || strcmp(row->name, other->name) != 0);
			ck_assert(!row->setting || !other->setting || strcmp(row->setting, other->setting) != 0);
		}
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, forget_environment, NULL);
	tcase_add_test(t, without_anything_the_screen_shows_any_interface);
	tcase_add_test(t, every_option_does_what_it_says);
	tcase_add_loop_test(t, rotation_is_by_size_or_time, 0, sizeof(rotations) / sizeof(rotations[0]));
	tcase_add_test(t, interfaces_may_repeat_and_options_stand_anywhere);
	tcase_add_test(t, keylog_stands_before_options_and_a_command);
	tcase_add_loop_test(t, records_go_into_a_file_beside_what_else_is_asked_for, 0,
			    sizeof(records) / sizeof(records[0]));
	tcase_add_loop_test(t, statistics_are_tables_or_records, 0, sizeof(statistics) / sizeof(statistics[0]));
	tcase_add_test(t, packets_on_standard_output_need_no_screen);
	tcase_add_test(t, a_session_is_one_or_all);
	tcase_add_test(t, observers_are_those_of_what_comes_after_them);
	tcase_add_loop_test(t, some_options_end_the_program, 0, sizeof(actions) / sizeof(actions[0]));
	tcase_add_loop_test(t, wrong_usage_is_told_in_one_line, 0, sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(t, more_sources_than_there_can_be_are_refused);
	tcase_add_test(t, the_command_line_wins_over_the_file);
	tcase_add_loop_test(t, the_screen_may_ask_for_the_interface_that_nobody_names, 0,
			    sizeof(picks) / sizeof(picks[0]));
	tcase_add_test(t, a_command_waits_for_no_question);
	tcase_add_test(t, a_configuration_may_forbid_to_show_secrets);
	tcase_add_test(t, a_named_configuration_must_be_there);
	tcase_add_test(t, the_user_s_file_is_found_but_not_behind_sudo);
	tcase_add_test(t, names_and_letters_are_unique);
}
