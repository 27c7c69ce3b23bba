#include "completions.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/protocol.h"
#include "config/options.h"

enum completion {
	COMPLETION_NOTHING, /* an argument that only the user knows */
	COMPLETION_FILE,
	COMPLETION_FOLDER,
	COMPLETION_INTERFACE,
	COMPLETION_PROTOCOL, /* "smtp=", ports follow */
	COMPLETION_WORD,
	COMPLETION_WORDS, /* with commas between */
};

/* How the table calls what is completed in a way of its own. */
static const struct {
	const char *argument;
	enum completion completion;
} arguments[] = {{"FILE", COMPLETION_FILE},
		 {"DIR", COMPLETION_FOLDER},
		 {"IF", COMPLETION_INTERFACE},
		 {"PROTO=LIST", COMPLETION_PROTOCOL}};

static enum completion completion_of(const struct options_row *row)
{
	for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++)
		if (strcmp(row->argument, arguments[i].argument) == 0)
			return arguments[i].completion;
	if (row->words == NULL)
		return COMPLETION_NOTHING;
	return strcmp(row->argument, "[LIST]") == 0 ? COMPLETION_WORDS : COMPLETION_WORD;
}

static bool is_optional(const struct options_row *row)
{
	return row->argument != NULL && row->argument[0] == '[';
}

/* The next row of an option from `*at` on; NULL past the last. */
static const struct options_row *next_option(size_t *at)
{
	const struct options_row *row;

	while ((row = options_row(*at)) != NULL) {
		(*at)++;
		if (row->name != NULL)
			return row;
	}
	return NULL;
}

static void print_words(const struct options_row *row)
{
	for (size_t i = 0; row->words[i] != NULL; i++)
		printf(i > 0 ? " %s" : "%s", row->words[i]);
}

static void print_protocols(void)
{
	for (enum protocol p = PROTOCOL_UNKNOWN + 1; p < PROTOCOLS; p++)
		printf(p > PROTOCOL_UNKNOWN + 1 ? " %s=" : "%s=", protocol_name(p));
}

/* The first part of the help, with a backslash before each of `special`, in single quotes. */
static void print_help(const char *help, const char *special)
{
	const char *end = strstr(help, "; ");

	for (const char *c = help; *c != '\0' && c != end; c++) {
		if (*c == '\'')
			printf("'\\'");
		else if (strchr(special, *c) != NULL)
			putchar('\\');
		putchar(*c);
	}
}

/* ---- bash ---- */

void completions_print_bash_options(void)
{
	const struct options_row *row;

	for (size_t at = 0; (row = next_option(&at)) != NULL;) {
		putchar('\t');
		if (row->letter != 0)
			printf("-%c ", row->letter);
		printf("--%s\n", row->name);
	}
}

static void print_bash_action(const struct options_row *row)
{
	switch (completion_of(row)) {
	case COMPLETION_NOTHING:
		break;
	case COMPLETION_FILE:
		printf(" _mailtap_files default");
		break;
	case COMPLETION_FOLDER:
		printf(" _mailtap_files dirnames");
		break;
	case COMPLETION_INTERFACE:
		printf(" _mailtap_words \"$(_mailtap_interfaces \"$1\")\"");
		break;
	case COMPLETION_PROTOCOL:
		printf(" _mailtap_begun \"");
		print_protocols();
		putchar('"');
		break;
	case COMPLETION_WORD:
		printf(" _mailtap_words \"");
		print_words(row);
		putchar('"');
		break;
	case COMPLETION_WORDS:
		printf(" _mailtap_list \"");
		print_words(row);
		putchar('"');
		break;
	}
}

void completions_print_bash_arguments(void)
{
	const struct options_row *row;

	for (size_t at = 0; (row = next_option(&at)) != NULL;) {
		if (row->argument == NULL)
			continue;
		putchar('\t');
		if (row->letter != 0)
			printf("-%c | ", row->letter);
		if (!is_optional(row))
			printf("--%s | ", row->name);
		printf("--%s=)", row->name);
		print_bash_action(row);
		printf(" ;;\n");
	}
}

/* ---- zsh ---- */

static void print_zsh_argument(const struct options_row *row)
{
	const char *name = row->argument;

	if (is_optional(row))
		printf("::%.*s:", (int)strlen(name) - 2, name + 1);
	else
		printf(":%s:", name);
	switch (completion_of(row)) {
	case COMPLETION_NOTHING:
		putchar(' ');
		break;
	case COMPLETION_FILE:
		printf("_files");
		break;
	case COMPLETION_FOLDER:
		printf("_files -/");
		break;
	case COMPLETION_INTERFACE:
		printf("_mailtap_interfaces");
		break;
	case COMPLETION_PROTOCOL:
		printf("compadd -S \"\" -- ");
		print_protocols();
		break;
	case COMPLETION_WORD:
		putchar('(');
		print_words(row);
		putchar(')');
		break;
	case COMPLETION_WORDS:
		printf("_sequence compadd - ");
		print_words(row);
		break;
	}
}

/* What may stand once excludes itself, by either name. */
static void print_zsh_option(const struct options_row *row)
{
	const char *equals = row->argument == NULL ? "" : is_optional(row) ? "=-" : "=";
	const char *plus = row->argument == NULL ? "" : "+";
	bool repeats = strstr(row->help, "may be repeated") != NULL;

	if (row->letter == 0)
		printf("'%s--%s%s", repeats ? "*" : "", row->name, equals);
	else if (repeats)
		printf("'*'{-%c%s,--%s%s}'", row->letter, plus, row->name, equals);
	else
		printf("'(-%c --%s)'{-%c%s,--%s%s}'", row->letter, row->name, row->letter, plus, row->name, equals);
}

void completions_print_zsh(void)
{
	const struct options_row *row;

	for (size_t at = 0; (row = next_option(&at)) != NULL;) {
		putchar('\t');
		print_zsh_option(row);
		putchar('[');
		print_help(row->help, "[]");
		putchar(']');
		if (row->argument != NULL)
			print_zsh_argument(row);
		printf("'\n");
	}
}

/* ---- fish ---- */

static void print_fish_argument(const struct options_row *row)
{
	const char *exclusive = is_optional(row) ? "" : " -x";

	switch (completion_of(row)) {
	case COMPLETION_NOTHING:
		printf("%s", exclusive);
		break;
	case COMPLETION_FILE:
		printf(" -r -F");
		break;
	case COMPLETION_FOLDER:
		printf("%s -a '(__fish_complete_directories)'", exclusive);
		break;
	case COMPLETION_INTERFACE:
		printf("%s -a '(__mailtap_interfaces)'", exclusive);
		break;
	case COMPLETION_PROTOCOL:
		printf("%s -a '", exclusive);
		print_protocols();
		putchar('\'');
		break;
	case COMPLETION_WORD:
		printf("%s -a '", exclusive);
		print_words(row);
		putchar('\'');
		break;
	case COMPLETION_WORDS:
		printf("%s -a '(__fish_append , ", exclusive);
		print_words(row);
		printf(")'");
		break;
	}
}

void completions_print_fish(void)
{
	const struct options_row *row;

	for (size_t at = 0; (row = next_option(&at)) != NULL;) {
		printf("complete -c mailtap");
		if (row->letter != 0)
			printf(" -s %c", row->letter);
		printf(" -l %s", row->name);
		if (row->argument != NULL)
			print_fish_argument(row);
		printf(" -d '");
		print_help(row->help, "\\");
		printf("'\n");
	}
}
