/* Settings are saved, and what cannot be saved is told in a line and loses nothing. */
#include "ui/save_settings.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../main.h"

static const atomic_bool never;
static char path[] = "/tmp/mailtap-test-XXXXXX";
static struct options options;
static struct state st;

static void put(const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static const char *get(void)
{
	static char text[4096];
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void setup(void)
{
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	options_init(&options);
	options.saved_file = path;
	state_init(&st, &options);
	changed_settings_know(&st.changed_settings, "theme", "dark");
	changed_settings_know(&st.changed_settings, "save", "no");
}

static void teardown(void)
{
	state_fini(&st);
	options_fini(&options);
	unlink(path);
}

static void save_theme(const char *theme)
{
	changed_settings_add(&st.changed_settings, "theme", theme);
	changed_settings_add(&st.changed_settings, "save", "no");
	st.changed_settings.is_wanted = true;
	save_settings_write(&st, &never);
}

START_TEST(only_what_was_changed_is_written)
{
	put("# a\nsave = yes\n");
	save_theme("dark");
	ck_assert_str_eq(get(), "# a\nsave = yes\n");
	ck_assert_ptr_nonnull(strstr(st.message, "Nothing was changed"));
	put("theme = mono # b\nsave = yes\n"); /* another wrote it meanwhile */
	save_theme("light");
	ck_assert_str_eq(get(), "theme = light # b\nsave = yes\n");
	ck_assert(strstr(st.message, path) != NULL && strstr(st.message, "Saved theme in") != NULL);
	ck_assert(st.message_stays);
	save_theme("light");
	ck_assert_ptr_nonnull(strstr(st.message, "Nothing was changed"));
	save_theme("dark");
	ck_assert_str_eq(get(), "theme = dark # b\nsave = yes\n");
}
END_TEST

START_TEST(what_cannot_be_read_is_left_alone)
{
	static const char text[] = "theme = pink\n";

	put(text);
	save_theme("light");
	ck_assert_str_eq(get(), text);
	ck_assert(st.message_is_error && strstr(st.message, ":1: theme") != NULL);
	put("");
	save_theme("light");
	ck_assert_ptr_nonnull(strstr(get(), "\ntheme = light\n"));
}
END_TEST

START_TEST(a_full_disk_loses_nothing)
{
	static const char text[] = "# a longer text than the disk has room for\ntheme = dark\n";
	struct rlimit limit = {.rlim_cur = 20, .rlim_max = RLIM_INFINITY};
	char command[100];

	put(text);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	save_theme("light");
	limit.rlim_cur = RLIM_INFINITY;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_str_eq(get(), text);
	ck_assert_msg(st.message_is_error && strstr(st.message, "Settings not saved: /tmp/") != NULL, "%s", st.message);
	snprintf(command, sizeof(command), "test -z \"$(find /tmp -maxdepth 1 -name '.mailtap-%ld-*')\"",
		 (long)getpid());
	ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(behind_sudo_there_is_no_file)
{
	options.saved_file = NULL;
	setenv("SUDO_UID", "1000", true);
	save_theme("light");
	ck_assert(st.message_is_error && strstr(st.message, "behind sudo") != NULL);
	unsetenv("SUDO_UID"); /* nor where there is no home */
	save_theme("dark");
	ck_assert(st.message_is_error && strstr(st.message, "HOME names no folder") != NULL);
}
END_TEST

START_TEST(columns_come_back)
{
	const struct column_table *columns = view_get(VIEW_SESSIONS)->table;
	char value[REWRITE_VALUE_SIZE];
	struct state other;

	st.hidden[VIEW_SESSIONS] ^= 1U << 3;
	column_move(columns, st.order[VIEW_SESSIONS], 5, 1);
	column_put_chosen(columns, st.hidden[VIEW_SESSIONS], st.order[VIEW_SESSIONS], value, sizeof(value));
	options.columns[OPTIONS_COLUMNS_SESSIONS] = value;
	options.columns[OPTIONS_COLUMNS_MAILS] = "Nowhere";
	state_init(&other, &options);
	ck_assert_uint_eq(other.hidden[VIEW_SESSIONS], st.hidden[VIEW_SESSIONS]);
	ck_assert_ptr_nonnull(strstr(other.message, "mail_columns: there is no column \"Nowhere\""));
	ck_assert_int_gt(other.message_until_ns, clock_wall_ns()); /* it is seen, and kept */
	ck_assert_str_eq(other.warnings[0], other.message);
	changed_settings_add(&other.changed_settings, "session_columns", value);
	ck_assert_uint_eq(other.changed_settings.change_count, 0);
	state_fini(&other);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, only_what_was_changed_is_written);
	tcase_add_test(t, what_cannot_be_read_is_left_alone);
	tcase_add_test(t, a_full_disk_loses_nothing);
	tcase_add_test(t, behind_sudo_there_is_no_file);
	tcase_add_test(t, columns_come_back);
}
