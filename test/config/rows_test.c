/* Every row of options.def, in each way that it can be given: what it takes, what it refuses, and that it changes
 * something. */
#include "../main.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/settings.h"

enum {
	TEXT_SIZE = 4096,
	WORDS_MAX = 80,
};

enum way {
	IN_FILE,
	ON_COMMAND_LINE,
	WAYS
};

/* A value given to a row. */
struct given {
	const struct options_row *row;
	enum way way;
	char text[TEXT_SIZE]; /* of the file, or of the command line */
	struct options options;
	struct error err;
	bool good;
};

/* What else must stand on the command line. */
static const struct {
	const char *name;
	const char *words;
} companions[] = {
	{"follow", "-r x"},	      {"load-and-quit", "-r x"}, {"rotate", "-w x"},
	{"keep", "-w x --rotate 1G"}, {"replay", "-r x"},
};

static bool is_possible(const struct options_row *row, enum way way)
{
	return (way == IN_FILE ? row->setting : row->name) != NULL;
}

static bool takes_value(const struct options_row *row, enum way way)
{
	return is_possible(row, way) && (way == IN_FILE || row->argument != NULL);
}

static void parse_file(struct given *g)
{
	g->good = settings_parse(&g->options, "file", slice_from_text(g->text), &g->err);
}

static void parse_command_line(struct given *g)
{
	static char words[TEXT_SIZE];
	char *argv[WORDS_MAX + 1];
	char *save = NULL;
	int argc = 0;

	strcpy(words, g->text);
	for (char *word = strtok_r(words, " ", &save); word && argc < WORDS_MAX; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	g->good = options_parse(&g->options, argc, argv, &g->err);
}

static void put(struct given *g, const char *text)
{
	ck_assert_uint_lt(strlen(g->text) + strlen(text), TEXT_SIZE);
	strcat(g->text, text);
}

/* The row's name with a value, for a list `times` of it; NULL: an option without. */
static void give_times(struct given *g, const struct options_row *row, enum way way, const char *value, size_t times)
{
	char part[300];

	*g = (struct given){.row = row, .way = way};
	options_init(&g->options);
	if (way == IN_FILE) {
		snprintf(part, sizeof(part), "%s = %s", row->setting, row->type == OPTIONS_LIST ? "{" : "");
		put(g, part);
	} else {
		put(g, "mailtap");
		for (size_t i = 0; i < sizeof(companions) / sizeof(companions[0]); i++)
			if (strcmp(row->name, companions[i].name) == 0)
				snprintf(g->text, sizeof(g->text), "mailtap %s", companions[i].words);
	}
	for (size_t i = 0; i < times; i++) {
		if (way == IN_FILE)
			snprintf(part, sizeof(part), "%s\"%s\"", i > 0 ? ", " : "", value);
		else
			snprintf(part, sizeof(part), value != NULL ? " --%s=%s" : " --%s", row->name, value);
		put(g, part);
	}
	if (way == IN_FILE)
		put(g, row->type == OPTIONS_LIST ? "}\n" : "\n");
	(way == IN_FILE ? parse_file : parse_command_line)(g);
}

static void give(struct given *g, const struct options_row *row, enum way way, const char *value)
{
	give_times(g, row, way, value, 1);
}

static void drop(struct given *g)
{
	options_fini(&g->options);
}

static const void *member(const struct options *o, size_t offset)
{
	return (const char *)o + offset;
}

static void show_list(const struct options *o, const struct options_row *row, char out[TEXT_SIZE])
{
	const char *const *texts = member(o, row->offset);
	const size_t *count = member(o, row->count_offset);
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < *count; i++)
		len += (size_t)snprintf(out + len, TEXT_SIZE - len, "%s ", texts[i]);
}

/* What the row's member is, as text. */
static void show(const struct options *o, const struct options_row *row, char out[TEXT_SIZE])
{
	const void *m = member(o, row->offset);

	snprintf(out, TEXT_SIZE, "none");
	switch (row->type) {
	case OPTIONS_BOOL:
		snprintf(out, TEXT_SIZE, "%s", *(const bool *)m ? "yes" : "no");
		break;
	case OPTIONS_NUMBER:
	case OPTIONS_SIZE:
	case OPTIONS_PERCENT:
		snprintf(out, TEXT_SIZE, "%llu", (unsigned long long)*(const uint64_t *)m);
		break;
	case OPTIONS_TIME:
		snprintf(out, TEXT_SIZE, "%lld", (long long)*(const int64_t *)m);
		break;
	case OPTIONS_TEXT:
	case OPTIONS_PATH:
	case OPTIONS_WORD:
		if (*(const char *const *)m != NULL)
			snprintf(out, TEXT_SIZE, "%s", *(const char *const *)m);
		break;
	case OPTIONS_CHOICE:
	case OPTIONS_VALUE:
		snprintf(out, TEXT_SIZE, "%u", *(const unsigned int *)m);
		break;
	case OPTIONS_LIST:
		show_list(o, row, out);
		break;
	case OPTIONS_PORTS:
		ports_text(&o->ports, (enum protocol)row->min, out);
		break;
	case OPTIONS_FUNCTION:
	case OPTIONS_TYPES:
		break;
	}
}

static void expect(struct given *g, const char *shown)
{
	char text[TEXT_SIZE];

	ck_assert_msg(g->good, "%s: %s", g->text, g->err.text);
	show(&g->options, g->row, text);
	ck_assert_msg(strcmp(text, shown) == 0, "%s: %s instead of %s", g->text, text, shown);
	drop(g);
}

/* Refused in a line that names the row. */
static void expect_refusal(struct given *g)
{
	char begin[80];

	ck_assert_msg(!g->good, "%s", g->text);
	if (g->way == IN_FILE)
		snprintf(begin, sizeof(begin), "file:1: %s: ", g->row->setting);
	else
		snprintf(begin, sizeof(begin), "--%s: ", g->row->name);
	ck_assert_msg(strncmp(g->err.text, begin, strlen(begin)) == 0, "%s: %s", g->text, g->err.text);
	ck_assert_ptr_null(strchr(g->err.text, '\n'));
	drop(g);
}

static void refuse(const struct options_row *row, enum way way, const char *value)
{
	struct given g;

	give(&g, row, way, value);
	expect_refusal(&g);
}

/* ---- numbers ---- */

/* How a number of the user stands in the member. */
static unsigned long long stored(const struct options_row *row, uint64_t number)
{
	if (row->type == OPTIONS_TIME)
		return number * (uint64_t)CLOCK_NS_PER_S;
	return row->type == OPTIONS_PERCENT ? number * 10 : number;
}

static void accept_number(const struct options_row *row, enum way way, uint64_t number)
{
	char text[40];
	char shown[40];
	struct given g;

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	snprintf(shown, sizeof(shown), "%llu", stored(row, number));
	give(&g, row, way, text);
	expect(&g, shown);
}

static void refuse_number(const struct options_row *row, enum way way, uint64_t number)
{
	char text[40];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	refuse(row, way, text);
}

static void check_number(const struct options_row *row, enum way way)
{
	static const char *const wrong[] = {"", "x", "-1", "1x", "1 2", "99999999999999999999", "0x10", "1kk"};

	ck_assert_uint_lt(row->min, row->max);
	if (row->min > 0)
		refuse_number(row, way, row->min - 1);
	accept_number(row, way, row->min);
	accept_number(row, way, row->min + 1);
	accept_number(row, way, row->max);
	refuse_number(row, way, row->max + 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (way == IN_FILE || strchr(wrong[i], ' ') == NULL)
			refuse(row, way, wrong[i]);
}

static void check_fraction(const struct options_row *row, enum way way)
{
	char text[40];
	struct given g;

	check_number(row, way);
	give(&g, row, way, "0.25");
	expect(&g, row->type == OPTIONS_TIME ? "250000000" : "2");
	snprintf(text, sizeof(text), "%llu.1", (unsigned long long)row->max);
	refuse(row, way, text);
	refuse(row, way, "1.");
	refuse(row, way, "1,5");
}

static void check_size(const struct options_row *row, enum way way)
{
	struct given g;

	check_number(row, way);
	give(&g, row, way, "3k");
	expect(&g, "3072");
	give(&g, row, way, "5G");
	expect(&g, "5368709120");
	refuse(row, way, "9999999999G");
}

/* ---- texts ---- */

static void check_bool(const struct options_row *row, enum way way)
{
	static const char *const words[][2] = {{"yes", "yes"}, {"TRUE", "yes"}, {"on", "yes"}, {"1", "yes"},
					       {"no", "no"},   {"false", "no"}, {"Off", "no"}, {"0", "no"}};
	bool is_on = row->preset != NULL && strcmp(row->preset, "yes") == 0;
	struct given g;

	if (way == ON_COMMAND_LINE) {
		ck_assert_ptr_null(row->argument);
		give(&g, row, way, NULL);
		expect(&g, is_on ? "no" : "yes");
		return;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		give(&g, row, way, words[i][0]);
		expect(&g, words[i][1]);
	}
	refuse(row, way, "maybe");
	refuse(row, way, "");
}

static void check_words(const struct options_row *row, enum way way)
{
	struct given g;
	char shown[16];

	for (size_t i = 0; row->words[i] != NULL; i++) {
		snprintf(shown, sizeof(shown), "%zu", i);
		give(&g, row, way, row->words[i]);
		expect(&g, row->type == OPTIONS_CHOICE ? shown : row->words[i]);
	}
	give(&g, row, way, "pink");
	for (size_t i = 0; row->words[i] != NULL; i++)
		ck_assert_msg(strstr(g.err.text, row->words[i]) != NULL, "%s", g.err.text);
	expect_refusal(&g);
	refuse(row, way, "");
}

static void check_text(const struct options_row *row, enum way way)
{
	const char *value = row->check != NULL ? "192.0.2.1" : "/dev/null";
	struct given g;

	give(&g, row, way, value);
	expect(&g, value);
	if (row->type == OPTIONS_PATH) {
		refuse(row, way, "");
		return;
	}
	give(&g, row, way, "");
	expect(&g, "none");
}

static void check_list(const struct options_row *row, enum way way)
{
	struct given g;

	give(&g, row, way, "koi8-u");
	expect(&g, "koi8-u ");
	give_times(&g, row, way, "koi8-u", row->max);
	ck_assert_msg(g.good, "%s", g.err.text);
	ck_assert_uint_eq(*(const size_t *)member(&g.options, row->count_offset), row->max);
	drop(&g);
	give_times(&g, row, way, "koi8-u", row->max + 1);
	expect_refusal(&g);
	refuse(row, way, "");
}

static void check_ports(const struct options_row *row, enum way way)
{
	struct given g;

	give(&g, row, way, "1, 65535");
	expect(&g, "1;65535");
	give(&g, row, way, "");
	expect(&g, "");
	refuse(row, way, "0");
	refuse(row, way, "65536");
	refuse(row, way, "smtp");
}

/* ---- without a value, and functions ---- */

static void check_value(const struct options_row *row, enum way way)
{
	struct given g;
	char shown[16];

	ck_assert_int_eq(way, ON_COMMAND_LINE);
	ck_assert_uint_gt(row->min, 0); /* it would change nothing */
	snprintf(shown, sizeof(shown), "%u", (unsigned int)row->min);
	give(&g, row, way, NULL);
	expect(&g, shown);
}

static bool is_rotated(const struct options *o)
{
	return o->rotate_bytes == 102400 && o->rotate_s == 0;
}

static bool has_port(const struct options *o)
{
	return ports_protocol(&o->ports, 125) == PROTOCOL_SMTP && ports_protocol(&o->ports, 25) == PROTOCOL_UNKNOWN;
}

static bool is_saved(const struct options *o)
{
	return o->save && strcmp(o->save_dir, "/x") == 0;
}

static bool is_lines(const struct options *o)
{
	return o->mode == OPTIONS_LINES;
}

static bool is_json(const struct options *o)
{
	return o->mode == OPTIONS_JSON && o->datasets == OPTIONS_DATASET_MAIL;
}

static bool is_report(const struct options *o)
{
	return o->mode == OPTIONS_REPORT;
}

static bool is_statistics(const struct options *o)
{
	return o->mode == OPTIONS_STATISTICS;
}

static bool shows_secrets(const struct options *o)
{
	return o->secrets == OPTIONS_SECRETS_SHOW;
}

static bool is_replayed(const struct options *o)
{
	return o->replay_speed > 1.99 && o->replay_speed < 2.01;
}

static bool is_session_wanted(const struct options *o)
{
	return strcmp(o->wanted.id, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=") == 0 && o->wanted.has_start;
}

static bool is_observed(const struct options *o)
{
	return options_observer(o, 0) != NULL && strcmp(options_observer(o, 0), "gateway") == 0;
}

/* What a function makes of a value, and one that it refuses. */
static const struct {
	const char *name;
	const char *value;
	const char *wrong;
	bool (*holds)(const struct options *o);
} functions[] = {
	{"session", "1:LQU9qZlK+B5F3KDmev6m5PMibrg=@2026-11-23T12:34:52.953081Z", "1", is_session_wanted},
	{"observer", "gateway", "", is_observed},
	{"rotate", "100k", "100", is_rotated},
	{"port", "smtp=125", "125", has_port},
	{"save-dir", "/x", "", is_saved},
	{"no-ui", NULL, NULL, is_lines},
	{"json", "mail", "mails", is_json},
	{"report", NULL, NULL, is_report},
	{"stats", NULL, NULL, is_statistics},
	{"show-secrets", NULL, NULL, shows_secrets},
	{"replay", "2", "0", is_replayed},
};

static void check_function(const struct options_row *row, enum way way)
{
	struct options defaults;
	struct given g;
	size_t i = 0;

	ck_assert_int_eq(way, ON_COMMAND_LINE);
	while (i < sizeof(functions) / sizeof(functions[0]) && strcmp(functions[i].name, row->name) != 0)
		i++;
	ck_assert_msg(i < sizeof(functions) / sizeof(functions[0]), "no test of --%s", row->name);
	options_init(&defaults);
	ck_assert_msg(!functions[i].holds(&defaults), "--%s", row->name);
	options_fini(&defaults);
	give(&g, row, way, functions[i].value);
	ck_assert_msg(g.good, "%s", g.err.text);
	ck_assert_msg(functions[i].holds(&g.options), "%s", g.text);
	drop(&g);
	if (functions[i].wrong != NULL)
		refuse(row, way, functions[i].wrong);
}

/* ---- */

static void (*const checks[OPTIONS_TYPES])(const struct options_row *row, enum way way) = {
	[OPTIONS_BOOL] = check_bool,	     [OPTIONS_NUMBER] = check_number,	 [OPTIONS_SIZE] = check_size,
	[OPTIONS_TIME] = check_fraction,     [OPTIONS_PERCENT] = check_fraction, [OPTIONS_TEXT] = check_text,
	[OPTIONS_PATH] = check_text,	     [OPTIONS_CHOICE] = check_words,	 [OPTIONS_WORD] = check_words,
	[OPTIONS_LIST] = check_list,	     [OPTIONS_PORTS] = check_ports,	 [OPTIONS_VALUE] = check_value,
	[OPTIONS_FUNCTION] = check_function,
};

START_TEST(a_row_takes_what_it_may_and_refuses_the_rest)
{
	const struct options_row *row = options_row((size_t)_i);

	for (enum way way = IN_FILE; way < WAYS; way++)
		if (is_possible(row, way))
			checks[row->type](row, way);
}
END_TEST

START_TEST(a_default_is_what_its_text_says)
{
	const struct options_row *row = options_row((size_t)_i);
	struct options defaults;
	char shown[TEXT_SIZE];
	char text[300];
	struct given g = {.row = row, .way = IN_FILE};

	if (row->setting == NULL)
		return;
	options_init(&defaults);
	show(&defaults, row, shown);
	options_fini(&defaults);
	options_default(row, text, sizeof(text));
	snprintf(g.text, sizeof(g.text), "%s = %s\n", row->setting, text);
	options_init(&g.options);
	parse_file(&g);
	expect(&g, shown);
}
END_TEST

START_TEST(an_option_without_argument_takes_none)
{
	const struct options_row *row = options_row((size_t)_i);
	struct given g;

	if (row->name == NULL || takes_value(row, ON_COMMAND_LINE))
		return;
	give(&g, row, ON_COMMAND_LINE, "x");
	ck_assert(!g.good);
	drop(&g);
}
END_TEST

START_TEST(a_row_can_be_shown)
{
	const struct options_row *row = options_row((size_t)_i);

	ck_assert(row->name != NULL || row->setting != NULL);
	ck_assert_ptr_nonnull(row->help);
	ck_assert(row->setting == NULL || row->preset != NULL || row->words != NULL);
	ck_assert(row->setting == NULL || row->section < OPTIONS_SECTIONS);
	ck_assert_ptr_nonnull(options_section_title(row->section));
	if (row->setting != NULL)
		ck_assert_ptr_eq(options_setting(row->setting), row);
}
END_TEST

static void forget_environment(void)
{
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	unsetenv("SUDO_UID");
	unsetenv("NO_COLOR");
}

void list_tests(TCase *t)
{
	int rows = 0;

	while (options_row((size_t)rows) != NULL)
		rows++;
	tcase_add_checked_fixture(t, forget_environment, NULL);
	tcase_add_loop_test(t, a_row_takes_what_it_may_and_refuses_the_rest, 0, rows);
	tcase_add_loop_test(t, a_default_is_what_its_text_says, 0, rows);
	tcase_add_loop_test(t, an_option_without_argument_takes_none, 0, rows);
	tcase_add_loop_test(t, a_row_can_be_shown, 0, rows);
}
