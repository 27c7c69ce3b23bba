/*
 * Prints what the documents say of options, settings, keys, commands and words of the JSON, from the tables that the
 * program uses.
 * test/tools/docs puts it between the documents' markers; the sample configuration is made as a whole.
 */
#include <stdio.h>
#include <string.h>

#include "common/commands.h"
#include "common/key_log_ways.h"
#include "common/protocol.h"
#include "config/options.h"
#include "diagnosis/codes.h"
#include "diagnosis/diagnosis.h"
#include "filter/expression.h"
#include "packet/dissect.h"
#include "packet/segment.h"
#include "proto/non_mail.h"
#include "ui/key_table.h"

#include "completions.h"

enum {
	REMARK_WIDTH = 120,
};

/* Text for roff: a hyphen is a minus, a backslash is said. */
static void roff(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '-')
			printf("\\-");
		else if (*text == '\\')
			printf("\\e");
		else
			putchar(*text);
}

static void option_names(const struct options_row *row, void (*put)(const char *))
{
	char name[80];

	if (row->letter != 0) {
		snprintf(name, sizeof(name), "-%c, ", row->letter);
		put(name);
	}
	snprintf(name, sizeof(name), "--%s", row->name);
	put(name);
	if (row->argument == NULL)
		return;
	if (row->argument[0] == '[')
		snprintf(name, sizeof(name), "[=%s", row->argument + 1);
	else
		snprintf(name, sizeof(name), " %s", row->argument);
	put(name);
}

static void plain(const char *text)
{
	fputs(text, stdout);
}

static void print_options(void)
{
	for (size_t i = 0; options_row(i) != NULL; i++) {
		const struct options_row *row = options_row(i);

		if (row->name == NULL)
			continue;
		printf(".TP\n.B ");
		option_names(row, roff);
		putchar('\n');
		roff(row->help);
		putchar('\n');
	}
}

static void print_readme_options(void)
{
	for (size_t i = 0; options_row(i) != NULL; i++) {
		const struct options_row *row = options_row(i);

		if (row->name == NULL)
			continue;
		printf("    ");
		option_names(row, plain);
		printf("\n        %s\n", row->help);
	}
}

static void print_settings(void)
{
	for (size_t i = 0; options_row(i) != NULL; i++) {
		const struct options_row *row = options_row(i);
		char text[200];

		if (row->setting == NULL)
			continue;
		printf(".TP\n.BR %s \" = ", row->setting);
		options_default(row, text, sizeof(text));
		for (const char *c = text; *c != '\0'; c++)
			if (*c == '"')
				printf("\"\"");
			else
				putchar(*c);
		printf("\"\n");
		roff(row->setting_help != NULL ? row->setting_help : row->help);
		putchar('\n');
	}
}

/* Lines of a configuration that begin with "#". */
static void print_remark(const char *text)
{
	size_t at = 1;

	putchar('#');
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (at + 1 + len > REMARK_WIDTH) {
			printf("\n#");
			at = 1;
		}
		printf(" %.*s", (int)len, text);
		at += 1 + len;
		text += len + (text[len] == ' ');
	}
	putchar('\n');
}

static void print_section(enum options_section section)
{
	printf("\n\n");
	print_remark(options_section_title(section));
	for (size_t i = 0; options_row(i) != NULL; i++) {
		const struct options_row *row = options_row(i);
		char text[200];

		if (row->setting == NULL || row->section != section)
			continue;
		if (row->remark != NULL) {
			putchar('\n');
			print_remark(row->remark);
		}
		options_default(row, text, sizeof(text));
		printf("# %s = %s\n", row->setting, text);
	}
}

static void print_sample(void)
{
	puts("# mailtap.conf: settings of mailtap, see mailtap.conf(5).\n#");
	print_remark(
		"Read from $XDG_CONFIG_HOME/mailtap/mailtap.conf (usually ~/.config/mailtap/mailtap.conf), else from "
		"/etc/mailtap.conf. Behind sudo only from /etc/mailtap.conf. mailtap --config FILE reads FILE instead. "
		"What the command line says wins.");
	puts("#");
	print_remark("Every setting is shown here at its default, behind a \"#\". Remove the \"#\" to change it.");
	for (enum options_section section = OPTIONS_CAPTURED; section < OPTIONS_SECTIONS; section++)
		print_section(section);
}

static void print_keys(void)
{
	for (size_t i = 0; key_table_row(i) != NULL; i++) {
		printf(".TP\n.B ");
		roff(key_table_row(i)->keys);
		putchar('\n');
		roff(key_table_row(i)->help);
		putchar('\n');
	}
}

static void print_filter_words(void)
{
	const struct expression_row *row;

	for (size_t i = 0; (row = expression_row((enum expression_word)i)) != NULL; i++) {
		bool is_compared = row->kind >= EXPRESSION_KIND_DURATION && row->kind <= EXPRESSION_KIND_COUNT;

		printf(".TP\n.B ");
		roff(row->word);
		if (row->argument != NULL) {
			putchar(is_compared ? '>' : ':');
			roff(row->argument);
		}
		putchar('\n');
		roff(row->help);
		putchar('\n');
	}
}

static void print_commands(void)
{
	for (size_t i = 0; commands_row(i) != NULL; i++) {
		const struct command_row *row = commands_row(i);

		printf(".TP\n.BR ");
		roff(row->name);
		printf(" \" (%s)\"\n", protocol_row((enum protocol)row->protocol)->label);
		roff(row->meaning);
		if (row->source[0] != '\0')
			printf(" (%s)", row->source);
		putchar('\n');
	}
}

static void print_rules(void)
{
	for (int i = 0; i < RULES; i++) {
		const struct rule_row *row = rule_row((enum rule)i);

		printf(".TP\n.BR %s \" ", row->id);
		roff(row->name);
		printf(" (%s", severity_name(row->temporary));
		if (row->permanent != row->temporary)
			printf("/%s", severity_name(row->permanent));
		printf(")\"\n");
		roff(row->meaning);
		putchar('\n');
		roff(row->advice);
		if (row->source[0] != '\0') {
			printf("\n(");
			roff(row->source);
			putchar(')');
		}
		putchar('\n');
	}
}

static void print_codes(void)
{
	const char *code;
	const char *meaning;

	for (size_t i = 0; codes_row(i, &code, &meaning); i++) {
		printf(".TP\n.B ");
		roff(code);
		putchar('\n');
		roff(meaning);
		putchar('\n');
	}
}

/* One of a list of words that a member of the JSON may be. */
static void print_word(const char *word, bool is_last)
{
	printf(".BR \"");
	roff(word);
	printf("\" %s\n", is_last ? "." : ",");
}

static void print_protocols(void)
{
	for (enum protocol p = PROTOCOL_UNKNOWN + 1; p < PROTOCOLS; p++)
		print_word(protocol_name(p), p + 1 == PROTOCOLS);
}

static void print_severities(void)
{
	for (enum severity s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++)
		print_word(severity_name(s), s == SEVERITY_CRITICAL);
}

static void print_phases(void)
{
	for (enum phase p = PHASE_NONE + 1; p < PHASES; p++)
		print_word(phase_name(p), p + 1 == PHASES);
}

static void print_tunnels(void)
{
	for (enum segment_tunnel_kind k = SEGMENT_TUNNEL_IP; k < SEGMENT_TUNNELS; k++)
		print_word(segment_tunnel_name(k), k + 1 == SEGMENT_TUNNELS);
}

static void print_foreign(void)
{
	for (enum non_mail f = NON_MAIL_HTTP; f <= NON_MAIL_BINARY; f++)
		print_word(non_mail_name(f), f == NON_MAIL_BINARY);
}

/* UDP, ICMP and other transports are not skipped: they can be read, and carry no mail. */
static void print_skipped(void)
{
	for (enum dissect_result r = DISSECT_NOT_IP; r < DISSECT_RESULTS; r++)
		print_word(dissect_name(r), r + 1 == DISSECT_RESULTS);
}

/* A line that is typed: at its start a dot or a quote would be a request of roff's. */
static void print_typed(const char *line)
{
	printf("\\&");
	roff(line);
	putchar('\n');
}

static void print_ways(enum key_log_role role)
{
	for (size_t i = 0; i < key_log_ways_count(); i++) {
		const struct key_log_way *way = key_log_ways_row(i);

		if (way->role != role)
			continue;
		printf(".SS ");
		roff(way->name);
		printf("\n.nf\n");
		print_typed(way->first);
		if (way->second != NULL)
			print_typed(way->second);
		printf(".fi\n");
		if (way->keys != NULL) {
			printf(".I KEYS\nis ");
			roff(way->keys);
			printf(".\n");
		}
		if (way->remark == NULL)
			continue;
		roff(way->remark);
		putchar('\n');
	}
}

static void print_server_ways(void)
{
	print_ways(KEY_LOG_SERVER);
}

static void print_client_ways(void)
{
	print_ways(KEY_LOG_CLIENT);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} sections[] = {{"options", print_options},
			{"readme-options", print_readme_options},
			{"settings", print_settings},
			{"sample", print_sample},
			{"keys", print_keys},
			{"commands", print_commands},
			{"filter-words", print_filter_words},
			{"rules", print_rules},
			{"codes", print_codes},
			{"protocols", print_protocols},
			{"severities", print_severities},
			{"phases", print_phases},
			{"tunnels", print_tunnels},
			{"foreign", print_foreign},
			{"skipped", print_skipped},
			{"key-log-servers", print_server_ways},
			{"key-log-clients", print_client_ways},
			{"bash-options", completions_print_bash_options},
			{"bash-arguments", completions_print_bash_arguments},
			{"zsh-options", completions_print_zsh},
			{"fish-options", completions_print_fish}};

	for (size_t i = 0; argc == 2 && i < sizeof(sections) / sizeof(sections[0]); i++)
		if (strcmp(argv[1], sections[i].name) == 0) {
			sections[i].print();
			return 0;
		}
	fprintf(stderr, "usage: docs SECTION, one of:");
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		fprintf(stderr, " %s", sections[i].name);
	fputc('\n', stderr);
	return 2;
}
