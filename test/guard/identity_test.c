#include "guard/identity.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../main.h"
#include "guard/made.h"

static char path[] = "/tmp/mailtap-test-XXXXXX";
static int folder;

static void setup(void)
{
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(path));
	folder = open(path, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ge(folder, 0);
}

static void teardown(void)
{
	unlinkat(folder, "x", 0);
	unlinkat(folder, "y", 0);
	close(folder);
	ck_assert_int_eq(rmdir(path), 0);
}

static int make(const char *name)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	ck_assert_int_ge(fd, 0);
	return fd;
}

START_TEST(a_file_is_the_same_whatever_it_is_called)
{
	struct identity by_fd;
	struct identity by_name;
	int fd = make("x");

	ck_assert(identity_find(fd, "", &by_fd) && identity_find(folder, "x", &by_name));
	ck_assert(identity_equals(&by_fd, &by_name));
	ck_assert_int_eq(linkat(folder, "x", folder, "y", 0), 0);
	ck_assert(identity_find(folder, "y", &by_name) && identity_equals(&by_fd, &by_name));
	unlinkat(folder, "y", 0);
	ck_assert_int_eq(symlinkat("x", folder, "y"), 0);
	ck_assert(identity_find(folder, "y", &by_name) && !identity_equals(&by_fd, &by_name));
	ck_assert(!identity_find(folder, "z", &by_name));
	close(fd);
}
END_TEST

START_TEST(one_with_the_number_of_another_was_born_later)
{
	struct identity old;
	struct identity new;
	int fd = make("x");

	ck_assert(identity_find(fd, "", &old));
	new = old;
	new.born_ns++;
	ck_assert(!identity_equals(&old, &new));
	new = old;
	new.born_s++;
	ck_assert(!identity_equals(&old, &new));
	close(fd);
}
END_TEST

START_TEST(what_was_made_is_known_until_it_is_forgotten)
{
	int fd = make("x");
	int other = make("y");

	made_remember(fd);
	ck_assert(made_has(folder, "x") && !made_has(folder, "y") && !made_has(folder, "z"));
	ck_assert_int_eq(renameat(folder, "x", folder, "y"), 0);
	ck_assert(made_has(folder, "y"));
	made_forget(folder, "y");
	ck_assert(!made_has(folder, "y"));
	close(fd);
	close(other);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_file_is_the_same_whatever_it_is_called);
	tcase_add_test(t, one_with_the_number_of_another_was_born_later);
	tcase_add_test(t, what_was_made_is_known_until_it_is_forgotten);
}
