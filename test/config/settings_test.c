#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../main.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "config/settings.h"

static bool parse(struct options *o, const char *text, struct error *err)
{
	options_init(o);
	err->text[0] = '\0';
	return settings_parse(o, "file", slice_from_text(text), err);
}

START_TEST(every_setting_is_read)
{
	struct options o;
	struct error err;

	ck_assert_msg(parse(&o,
			    "interface = \"eth0\"\nsmtp_ports = \"1,2\"\nlmtp_ports = \"3\"\npop3_ports = \"4;5\"\n"
			    "imap_ports = \"\"\nsave = yes\nsave_count = 7\nsave_bytes = 3k\nsave_free = 9\nsave_dir = "
			    "\"/x y\"\nsave_format = maildir\nsecrets = never\n"
			    "numeric = on\nresolve = yes\nresolver = \"192.0.2.1:5353\"\npromiscuous = false\nbuffer = "
			    "100\nmemory = 1000\nspool = 3000\n"
			    "charsets = {\"big5\", koi8-r}\ntheme = mono\nascii = true\n"
			    "key_wait = 0.5\ngreeting_time = 0.25\nfinal_reply_time = 30\nresent_percent = 1.5\n",
			    &err),
		      "%s", err.text);
	ck_assert_str_eq(o.default_interface, "eth0");
	ck_assert_int_eq(ports_protocol(&o.ports, 2), PROTOCOL_SMTP);
	ck_assert_int_eq(ports_protocol(&o.ports, 3), PROTOCOL_LMTP);
	ck_assert_int_eq(ports_protocol(&o.ports, 5), PROTOCOL_POP3);
	ck_assert_uint_eq(o.ports.count[PROTOCOL_IMAP], 0);
	ck_assert(o.save && o.numeric && !o.promiscuous && o.ascii_lines);
	ck_assert(o.resolve);
	ck_assert_uint_eq(o.save_count, 7);
	ck_assert_uint_eq(o.save_bytes, 3072);
	ck_assert_uint_eq(o.save_free_mib, 9);
	ck_assert_str_eq(o.resolver, "192.0.2.1:5353");
	ck_assert_str_eq(o.save_dir, "/x y");
	ck_assert_int_eq(o.save_format, OPTIONS_SAVE_MAILDIR);
	ck_assert_int_eq(o.secrets, OPTIONS_SECRETS_NEVER);
	ck_assert_uint_eq(o.buffer_mib, 100);
	ck_assert_uint_eq(o.memory_mib, 1000);
	ck_assert_uint_eq(o.spool_mib, 3000);
	ck_assert_uint_eq(o.charset_count, 2);
	ck_assert_str_eq(o.charsets[0], "big5");
	ck_assert_str_eq(o.charsets[1], "koi8-r");
	ck_assert_str_eq(o.theme, "mono");
	ck_assert_int_eq(o.key_wait_ns, 500 * CLOCK_NS_PER_MS);
	ck_assert_int_eq(o.limits.greeting_ns, 250 * CLOCK_NS_PER_MS);
	ck_assert_int_eq(o.limits.end_of_data_ns, 30 * CLOCK_NS_PER_S);
	ck_assert_uint_eq(o.limits.retransmission_permille, 15);
	ck_assert_int_eq(o.limits.stall_ns, 5 * CLOCK_NS_PER_S);
	options_fini(&o);
}
END_TEST

static const struct {
	const char *text;
	const char *error; /* its beginning */
} wrong[] = {
	{"foo = 1\n", "file:1: "},
	{"# a\n# b\n\nfoo = 1\n", "file:4: "},
	{"/* a\n b */ foo = 1\n", "file:2: "},
	{"numeric = no # x\nbuffer = x\n", "file:2: buffer: "},
	{"numeric = no // x\n\n\nbuffer = 0\n", "file:4: buffer: "},
	{"save_dir = \"# no comment\"\nbuffer = 1000000\n", "file:2: buffer: "},
	{"numeric = no\n\\n\n", "file:2: a backslash"},
	{"theme = \"a\nb\"\n", "file:"},
	{"theme = pink\n", "file:1: theme: "},
	{"save_bytes = 3x\n", "file:1: save_bytes: "},
	{"save_bytes = 9999999999G\n", "file:1: save_bytes: "},
	{"save_count = -1\n", "file:1: save_count: "},
	{"save_free = many\n", "file:1: save_free: "},
	{"stall_time = soon\n", "file:1: stall_time: "},
	{"key_wait = soon\n", "file:1: key_wait: "},
	{"key_wait = -1\n", "file:1: key_wait: "},
	{"key_wait = 86401\n", "file:1: key_wait: "},
	{"keylog = \"x\"\n", "file:1: "},
	{"stall_time = 1x\n", "file:1: stall_time: "},
	{"stall_time = 86400.5\n", "file:1: stall_time: "},
	{"stall_time = 86401\n", "file:1: stall_time: "},
	{"resent_percent = 101\n", "file:1: resent_percent: "},
	{"save = maybe\n", "file:1: save: "},
	{"secrets = show\n", "file:1: secrets: "},
	{"smtp_ports = \"25;x\"\n", "file:1: smtp_ports: "},
	{"memory = 15\n", "file:1: memory: "},
	{"charsets = {\"a b\"}\n", "file:1: charsets: "},
	{"charsets = {a,b,c,d,e,f,g,h,i}\n", "file:1: charsets: "},
	{"save_dir = \"\"\n", "file:1: save_dir: "},
	{"numeric\n", "file:"},
	{"numeric = \"no", "file:"},
	{"numeric = {\n", "file:1: "},
};

START_TEST(a_fault_is_told_with_its_line)
{
	struct options o;
	struct error err;

	ck_assert(!parse(&o, wrong[_i].text, &err));
	ck_assert_msg(strncmp(err.text, wrong[_i].error, strlen(wrong[_i].error)) == 0, "%s", err.text);
	ck_assert_ptr_null(strchr(err.text, '\n'));
	options_fini(&o);
}
END_TEST

START_TEST(nothing_changes_nothing)
{
	static const char *const texts[] = {"", "\n", "#", "# x\n", "/*", "// x"};
	struct options o;
	struct error err;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ck_assert_msg(parse(&o, texts[i], &err), "%s", err.text);
		ck_assert_uint_eq(o.charset_count, 4);
		options_fini(&o);
	}
	options_init(&o);
	ck_assert(!settings_parse(&o, "file", slice_of("save = yes\0", 11), &err));
	options_fini(&o);
}
END_TEST

/* The sample that is installed, read from the directory that the tests run in. */
static void read_sample(struct buffer *text)
{
	FILE *file = fopen("conf/mailtap.conf", "r");

	ck_assert_msg(file != NULL, "run the tests in the repository's directory");
	text->len = fread(buffer_room(text, SETTINGS_FILE_MAX), 1, SETTINGS_FILE_MAX, file);
	fclose(file);
	buffer_append_byte(text, '\0');
}

START_TEST(the_sample_shows_every_setting_at_its_default)
{
	struct buffer text = {0};
	const struct options_row *row;
	size_t settings = 0;

	read_sample(&text);
	for (size_t i = 0; (row = options_row(i)) != NULL; i++) {
		char preset[120];
		char line[200];

		if (row->setting == NULL)
			continue;
		settings++;
		options_default(row, preset, sizeof(preset));
		snprintf(line, sizeof(line), "\n# %s = %s\n", row->setting, preset);
		ck_assert_msg(strstr((const char *)text.data, line) != NULL, "%s", line);
	}
	ck_assert_uint_ge(settings, 17);
	buffer_fini(&text);
}
END_TEST

/* A configuration that nobody but root can reach; what cannot be is in it. */
static void check_home(const char *home)
{
	char path[128];
	struct options o;
	struct error err;
	int fd;

	snprintf(path, sizeof(path), "%s/mailtap", home);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/mailtap/mailtap.conf", home);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write(fd, "foo = 1\n", 8), 8);
	close(fd);
	setenv("XDG_CONFIG_HOME", home, 1);
	options_init(&o);
	ck_assert(!settings_read(&o, &err));
	setenv("SUDO_UID", "12345", 1);
	ck_assert_msg(settings_read(&o, &err), "%s", err.text);
	ck_assert_int_eq(seteuid(12345), 0);
	ck_assert_msg(settings_read(&o, &err), "%s", err.text);
	ck_assert_int_eq(seteuid(0), 0);
	options_fini(&o);
	unsetenv("SUDO_UID");
}

START_TEST(behind_sudo_no_user_s_own_file_is_read)
{
	char home[] = "/tmp/mailtap-test-XXXXXX";
	char command[64];

	if (getuid() != 0)
		return;
	ck_assert_ptr_nonnull(mkdtemp(home));
	check_home(home);
	snprintf(command, sizeof(command), "rm -r %s", home);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

static bool is_setting_line(const char *line)
{
	size_t name = strspn(line + 2, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return strncmp(line, "# ", 2) == 0 && name > 0 && strncmp(line + 2 + name, " = ", 3) == 0;
}

static const struct {
	const char *server;
	bool good;
} servers[] = {
	{"", true},
	{"192.0.2.1", true},
	{"192.0.2.1:53", true},
	{"2001:db8::1", true},
	{"[2001:db8::1]", true},
	{"[2001:db8::1]:5353", true},
	{"192.0.2.1:0", false},
	{"192.0.2.1:65536", false},
	{"192.0.2.1:", false},
	{"192.0.2.1 53", false},
	{"192.0.2", false},
	{"[2001:db8::1", false},
	{"[2001:db8::1]53", false},
	{"[192.0.2.1]", false},
	{"ns.example.com", false},
	{"2001:db8:0000:0000:0000:0000:0000:0000:0000:0001:0001", false},
};

START_TEST(a_name_server_is_an_address)
{
	struct options o;
	struct error err;
	char text[128];

	snprintf(text, sizeof(text), "resolver = \"%s\"\n", servers[_i].server);
	ck_assert_int_eq(parse(&o, text, &err), servers[_i].good);
	if (servers[_i].good && servers[_i].server[0] != '\0')
		ck_assert_str_eq(o.resolver, servers[_i].server);
	else
		ck_assert_ptr_null(o.resolver);
	options_fini(&o);
}
END_TEST

START_TEST(the_sample_s_settings_are_the_defaults)
{
	struct buffer text = {0};
	struct options defaults;
	struct options o;
	struct error err;
	size_t settings = 0;

	read_sample(&text);
	for (char *line = (char *)text.data; line != NULL; line = strchr(line, '\n')) {
		line += line != (char *)text.data;
		if (is_setting_line(line)) {
			memset(line, ' ', 2);
			settings++;
		}
	}
	ck_assert_uint_ge(settings, 17);
	ck_assert_msg(parse(&o, (const char *)text.data, &err), "%s", err.text);
	options_init(&defaults);
	ck_assert_mem_eq(&o.ports, &defaults.ports, sizeof(o.ports));
	ck_assert_str_eq(o.default_interface, defaults.default_interface);
	ck_assert_str_eq(o.save_dir, defaults.save_dir);
	ck_assert_str_eq(o.theme, defaults.theme);
	ck_assert_mem_eq(&o.limits, &defaults.limits, sizeof(o.limits));
	ck_assert(o.save == defaults.save && o.save_format == defaults.save_format && o.secrets == defaults.secrets);
	ck_assert(o.resolve == defaults.resolve && o.resolver == defaults.resolver);
	ck_assert(o.numeric == defaults.numeric && o.promiscuous == defaults.promiscuous);
	ck_assert(o.buffer_mib == defaults.buffer_mib && o.memory_mib == defaults.memory_mib);
	ck_assert(o.spool_mib == defaults.spool_mib && o.ascii_lines == defaults.ascii_lines);
	ck_assert_uint_eq(o.charset_count, defaults.charset_count);
	for (size_t i = 0; i < o.charset_count; i++)
		ck_assert_str_eq(o.charsets[i], defaults.charsets[i]);
	options_fini(&o);
	options_fini(&defaults);
	buffer_fini(&text);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, every_setting_is_read);
	tcase_add_loop_test(t, a_fault_is_told_with_its_line, 0, sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(t, nothing_changes_nothing);
	tcase_add_loop_test(t, a_name_server_is_an_address, 0, sizeof(servers) / sizeof(servers[0]));
	tcase_add_test(t, the_sample_shows_every_setting_at_its_default);
	tcase_add_test(t, behind_sudo_no_user_s_own_file_is_read);
	tcase_add_test(t, the_sample_s_settings_are_the_defaults);
}
