/* Saving settings: what was not changed stays byte for byte. libconfuse says what a text means. */
#include "config/rewrite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../main.h"
#include "config/settings.h"

static struct rewrite_change change(const char *setting, const char *value)
{
	struct rewrite_change c = {.row = options_setting(setting)};

	ck_assert_ptr_nonnull(c.row);
	snprintf(c.value, sizeof(c.value), "%s", value);
	return c;
}

static const struct {
	const char *before;
	const char *setting;
	const char *value;
	const char *after;
} changes[] = {
	{"theme = dark\n", "theme", "light", "theme = light\n"},
	{"theme = dark # mine\nsave = no\n", "theme", "light", "theme = light # mine\nsave = no\n"},
	{"theme='dark'\t// mine\r\n", "theme", "light", "theme=\"light\"\t// mine\r\n"},
	{"theme =\n  dark", "theme", "mono", "theme =\n  mono"},
	{"theme = dark save = yes\n", "save", "no", "theme = dark save = no\n"},
	{"theme = dark\ntheme = light\n", "theme", "mono", "theme = dark\ntheme = mono\n"},
	{"/* theme = x */ theme = dark\n", "theme", "mono", "/* theme = x */ theme = mono\n"},
	{"# Colours.\n# theme = dark\n\nsave = no\n", "theme", "mono",
	 "# Colours.\n# theme = dark\ntheme = mono\n\nsave = no\n"},
	{"#theme=dark", "theme", "mono", "#theme=dark\ntheme = mono\n"},
	{"# x\r\n# theme = dark\r\n", "theme", "mono", "# x\r\n# theme = dark\r\ntheme = mono\r\n"},
	{"save = no # theme = dark\n", "theme", "mono",
	 "save = no # theme = dark\n\n# Colours for a dark or a light terminal, or none at all (mono).\ntheme = "
	 "mono\n"},
	{"", "theme", "mono", "# Colours for a dark or a light terminal, or none at all (mono).\ntheme = mono\n"},
	{"charsets = { # theme = dark\n\"big5\", koi8-r }\ntheme = dark", "theme", "mono",
	 "charsets = { # theme = dark\n\"big5\", koi8-r }\ntheme = mono"},
	{"save_dir = \"/a \\\" # b\" # c\n", "save_dir", "/x", "save_dir = \"/x\" # c\n"},
	{"save_dir = /a\n", "save_dir", "/q\"\\${HOME}", "save_dir = \"/q\\\"\\\\\\${HOME}\"\n"},
	{"save_dir = /a\n", "smtp_ports", "25;26", "save_dir = /a\n\n# The TCP ports of each protocol"},
};

START_TEST(only_the_value_is_changed)
{
	struct rewrite_change c = change(changes[_i].setting, changes[_i].value);
	struct buffer out = {0};
	struct error err;
	bool is_beginning = strcmp(c.row->setting, "smtp_ports") == 0;
	size_t len = strlen(changes[_i].after);

	ck_assert_msg(rewrite_settings("file", slice_from_text(changes[_i].before), &c, 1, &out, &err), "%s", err.text);
	buffer_append_byte(&out, '\0');
	if (is_beginning)
		((char *)out.data)[len] = '\0';
	ck_assert_str_eq((const char *)out.data, changes[_i].after);
	buffer_fini(&out);
}
END_TEST

START_TEST(what_is_no_configuration_is_left_alone)
{
	static const char *const texts[] = {"theme = pink\n", "nothing = 1\n",	    "theme\n",
					    "theme = \"dark", "save = no\n/* open", "\\"};
	struct rewrite_change c = change("theme", "mono");
	struct buffer out = {0};
	struct error err;

	ck_assert(!rewrite_settings("file", slice_from_text(texts[_i]), &c, 1, &out, &err));
	ck_assert_msg(strncmp(err.text, "file", 4) == 0, "%s", err.text);
	ck_assert_ptr_null(strchr(err.text, '\n'));
	ck_assert_uint_eq(out.len, 0);
	buffer_fini(&out);
}
END_TEST

/* ---- any configuration ---- */

static unsigned int seed;

static unsigned int below(unsigned int end)
{
	seed = seed * 1103515245U + 12345U;
	return seed / 65536U % end;
}

#define ANY(list) ((list)[below(sizeof(list) / sizeof((list)[0]))])

static void put_filler(struct buffer *out, const char *newline)
{
	static const char *const fillers[] = {
		"# a comment", "// theme = light", "# theme = dark",	   "",		 "   ", "/* save = yes */",
		"#save=no",    "/* two\nlines */", "# save_dir = \"x\" y", "\t# \"quote"};

	buffer_printf(out, "%s%s", ANY(fillers), newline);
}

static void put_setting(struct buffer *out, const char *newline)
{
	static const char *const settings[] = {"theme = light",
					       "theme=\"mono\"",
					       "theme = 'dark'",
					       "save = yes",
					       "save = \"no\"",
					       "save_dir = \"/a b\"",
					       "save_dir = '/c # d'",
					       "save_dir = \"/e \\\" = f\"",
					       "memory = 100",
					       "charsets = {\"big5\", koi8-r}",
					       "charsets = { # in it\n big5 }",
					       "smtp_ports = \"25\"",
					       "user =\n \"u\"",
					       "numeric = on",
					       "theme = light numeric = off"};
	static const char *const ends[] = {"", "", " # theme = dark", " // it is", "\t/* so */", "  "};

	buffer_printf(out, "%s%s%s", ANY(settings), ANY(ends), newline);
}

static void put_configuration(struct buffer *out)
{
	const char *newline = below(4) == 0 ? "\r\n" : "\n";
	unsigned int lines = below(12);

	for (unsigned int i = 0; i < lines; i++)
		(below(2) ? put_filler : put_setting)(out, newline);
	if (below(4) == 0)
		buffer_append_text(out, below(2) ? "save = no" : "# the end");
}

/* Both say the same, but for the settings that were changed. */
static void check_meaning(struct slice before, struct slice after, const char *theme, const char *folder, bool save)
{
	struct options a;
	struct options b;
	struct error err;

	options_init(&a);
	options_init(&b);
	ck_assert_msg(settings_parse(&a, "before", before, &err), "%s", err.text);
	ck_assert_msg(settings_parse(&b, "after", after, &err), "%s", err.text);
	ck_assert_str_eq(b.theme, theme);
	ck_assert_str_eq(b.save_dir, folder);
	ck_assert(b.save == save);
	ck_assert(a.numeric == b.numeric && a.memory_mib == b.memory_mib && a.charset_count == b.charset_count);
	ck_assert(memcmp(&a.ports, &b.ports, sizeof(a.ports)) == 0);
	ck_assert((a.user == NULL) == (b.user == NULL));
	options_fini(&a);
	options_fini(&b);
}

/* What is left of a text when pieces of it are replaced and lines are added: all its bytes outside of values, in their
 * order. So each comment of it is still there, and the changed text changed back is the text. */
static void check_comments(struct slice before, struct slice after)
{
	size_t at = 0;

	for (size_t i = 0; i < before.len; i++) {
		size_t end = i + slice_find(slice_after(before, i), '\n');
		struct slice line = slice_sub(before, i, end - i);

		i = end;
		if (line.len == 0 || (line.data[0] != '#' && line.data[0] != '/'))
			continue;
		while (at + line.len <= after.len && memcmp(after.data + at, line.data, line.len) != 0)
			at++;
		ck_assert_msg(at + line.len <= after.len, "lost: %.*s", (int)line.len, (const char *)line.data);
		at += line.len;
	}
}

START_TEST(any_configuration_keeps_the_rest)
{
	static const char *const themes[] = {"dark", "light", "mono"};
	static const char *const folders[] = {"/x",	     "/a b",	      "/\"q\" \\ '",
					      "/${HOME} $x", "/# no comment", "/\xc3\xa4=,{}"};

	for (unsigned int turn = 0; turn < 5000; turn++) {
		struct rewrite_change set[3];
		struct buffer before = {0};
		struct buffer once = {0};
		struct buffer twice = {0};
		struct error err = {{0}};
		bool save;

		seed = turn;
		put_configuration(&before);
		save = below(2);
		set[0] = change("theme", ANY(themes));
		set[1] = change("save_dir", ANY(folders));
		set[2] = change("save", save ? "yes" : "no");
		ck_assert_msg(rewrite_settings("f", buffer_slice(&before), set, 3, &once, &err), "%u: %s\n%.*s", turn,
			      err.text, (int)before.len, (const char *)before.data);
		check_meaning(buffer_slice(&before), buffer_slice(&once), set[0].value, set[1].value, save);
		check_comments(buffer_slice(&before), buffer_slice(&once));
		/* what stands there already changes nothing */
		ck_assert(rewrite_settings("f", buffer_slice(&once), set, 3, &twice, &err));
		ck_assert_msg(slice_equals(buffer_slice(&once), buffer_slice(&twice)), "%u", turn);
		buffer_fini(&before);
		buffer_fini(&once);
		buffer_fini(&twice);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, only_the_value_is_changed, 0, (int)(sizeof(changes) / sizeof(changes[0])));
	tcase_add_loop_test(t, what_is_no_configuration_is_left_alone, 0, 6);
	tcase_add_test(t, any_configuration_keeps_the_rest);
}
