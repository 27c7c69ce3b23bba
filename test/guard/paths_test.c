#include "guard/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../main.h"

/* A folder with a/b, and links to a/b and to the root; the tests stand in a. */
static char folder[] = "/tmp/mailtap-test-XXXXXX";

static void setup(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(system("mkdir -p a/b && ln -s a/b link && ln -s / root"), 0);
	ck_assert_int_eq(chdir("a"), 0);
}

static void teardown(void)
{
	char command[80];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static const struct {
	const char *path;
	const char *want; /* in the folder; NULL: none */
} in_folder[] = {
	{".", "/a"},
	{"b", "/a/b"},
	{"./b//", "/a/b"},
	{"new", "/a/new"},
	{"..", ""},
	{"../", ""},
	{"../a", "/a"},
	{"../new", "/new"},
	{"..//new//", "/new"},
	{"b/..", "/a"},
	{"b/../new", "/a/new"},
	{"b/../..", ""},
	{"../link", "/a/b"},
	{"../link/../new", "/a/new"}, /* as the system walks it */
	{"../nowhere/new", NULL},
	{"nowhere/..", NULL},
	{"nowhere/../new", NULL},
	{"../new/..", NULL},
};

START_TEST(a_path_is_resolved)
{
	char out[HELPER_PATH_SIZE];
	char want[128];
	bool found = paths_resolve(in_folder[_i].path, out);

	ck_assert_msg(found == (in_folder[_i].want != NULL), "%s: %s", in_folder[_i].path, strerror(errno));
	if (!found) {
		ck_assert_int_eq(errno, ENOENT);
		return;
	}
	snprintf(want, sizeof(want), "%s%s", folder, in_folder[_i].want);
	ck_assert_str_eq(out, want);
}
END_TEST

static const struct {
	const char *path;
	const char *want;
} elsewhere[] = {
	{"/", ""},
	{"//", ""},
	{"/.", ""},
	{"/..", ""},
	{"/../nowhere", "/nowhere"},
	{"/tmp/..", ""},
	{"/tmp/../nowhere", "/nowhere"},
	{"../root/../nowhere", "/nowhere"},
	{"/x/y", "/x/y"},
};

START_TEST(the_root_is_nothing)
{
	char out[HELPER_PATH_SIZE];

	ck_assert(paths_resolve(elsewhere[_i].path, out));
	ck_assert_str_eq(out, elsewhere[_i].want);
}
END_TEST

START_TEST(what_is_too_long_is_refused)
{
	char path[2 * HELPER_PATH_SIZE];
	char out[HELPER_PATH_SIZE];

	memset(path, 'x', sizeof(path));
	memcpy(path, "../", 3);
	path[sizeof(path) - 1] = '\0';
	ck_assert(!paths_resolve(path, out));
	for (size_t i = 200; i < sizeof(path) - 1; i += 200)
		path[i] = '/';
	ck_assert(!paths_resolve(path, out));
}
END_TEST

START_TEST(what_is_below_is_found)
{
	ck_assert_str_eq(paths_below("/a/b/c", "/a"), "b/c");
	ck_assert_str_eq(paths_below("/a", "/a"), "");
	ck_assert_str_eq(paths_below("/a", ""), "a");
	ck_assert_ptr_null(paths_below("/ab", "/a"));
	ck_assert_ptr_null(paths_below("", "/a"));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_path_is_resolved, 0, sizeof(in_folder) / sizeof(in_folder[0]));
	tcase_add_loop_test(t, the_root_is_nothing, 0, sizeof(elsewhere) / sizeof(elsewhere[0]));
	tcase_add_test(t, what_is_too_long_is_refused);
	tcase_add_test(t, what_is_below_is_found);
}
