#include "app/keylog_library.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../main.h"

/* The test's own program takes the place of mailtap. */
static char folder[PATH_MAX];
static char made[PATH_MAX];

static void setup(void)
{
	ssize_t len = readlink("/proc/self/exe", folder, sizeof(folder) - 1);

	ck_assert_int_gt(len, 0);
	folder[len] = '\0';
	*strrchr(folder, '/') = '\0';
	made[0] = '\0';
}

static void remove_made(void)
{
	if (made[0] != '\0')
		unlink(made);
}

static void make(const char *place)
{
	int fd;

	snprintf(made, sizeof(made), "%.*s%s", (int)sizeof(made) - 100, folder, place);
	for (char *slash = made + strlen(folder) + 1; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		mkdir(made, 0755);
	}
	fd = open(made, O_WRONLY | O_CREAT, 0600);
	ck_assert_msg(fd >= 0, "%s", made);
	close(fd);
}

START_TEST(where_it_is_not_its_name_is_told)
{
	char path[PATH_MAX];

	ck_assert(!keylog_library_find(path, sizeof(path)));
	ck_assert_str_eq(path, "libmailtap-keylog.so");
}
END_TEST

static const char *const places[] = {"/libmailtap-keylog.so", "/../lib/mailtap/libmailtap-keylog.so"};

START_TEST(it_is_found_beside_the_program_and_where_it_is_installed)
{
	char path[PATH_MAX];
	char real[PATH_MAX];
	char small[8];

	make(places[_i]);
	ck_assert(keylog_library_find(path, sizeof(path)));
	ck_assert_ptr_nonnull(realpath(made, real));
	ck_assert_str_eq(path, real);
	ck_assert(!keylog_library_find(small, sizeof(small)));
}
END_TEST

/* A folder of that name is none. */
START_TEST(a_folder_is_no_library)
{
	char path[PATH_MAX];
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "%.*s/libmailtap-keylog.so", (int)sizeof(name) - 100, folder);
	ck_assert_int_eq(mkdir(name, 0700), 0);
	ck_assert(!keylog_library_find(path, sizeof(path)));
	ck_assert_int_eq(rmdir(name), 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, remove_made);
	tcase_add_test(t, where_it_is_not_its_name_is_told);
	tcase_add_loop_test(t, it_is_found_beside_the_program_and_where_it_is_installed, 0,
			    sizeof(places) / sizeof(places[0]));
	tcase_add_test(t, a_folder_is_no_library);
}
