#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../main.h"
#include "child.h"
#include "guard/privileges.h"

static const char *drop(void)
{
	static struct error err;

	return privileges_drop(NULL, &err) ? NULL : err.text;
}

static const char *check_no_rights(void)
{
	struct rlimit core;

	capng_get_caps_process();
	if (capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE)
		return "capabilities are left";
	if (geteuid() == 0 && capng_have_capabilities(CAPNG_SELECT_BOUNDS) != CAPNG_NONE)
		return "the bounding set is not empty";
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return "new privileges are possible";
	if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
		return "core dumps are possible";
	return NULL;
}

static const char *check_plain(void)
{
	uid_t before = geteuid();
	const char *wrong;

	unsetenv("SUDO_UID");
	wrong = drop();
	if (wrong == NULL && geteuid() != before)
		wrong = "the user changed";
	if (wrong == NULL)
		wrong = check_no_rights();
	return wrong;
}

START_TEST(a_plain_process_keeps_its_user_and_nothing_else)
{
	in_child(check_plain);
}
END_TEST

/* Root without capabilities is the owner of its files and no more. */
static const char *check_root_files(void)
{
	char path[] = "/tmp/mailtap-test-XXXXXX";
	char inner[64];
	int fd;
	const char *wrong = NULL;

	unsetenv("SUDO_UID");
	if (mkdtemp(path) == NULL)
		return "no directory";
	snprintf(inner, sizeof(inner), "%s/x", path);
	wrong = drop();
	if (wrong != NULL)
		return wrong;
	fd = open(inner, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return "its own directory cannot be written";
	close(fd);
	if (geteuid() == 0 && chown(inner, 12345, 12345) == 0)
		wrong = "a file could be given away";
	unlink(inner);
	rmdir(path);
	return wrong;
}

START_TEST(its_own_directories_can_be_written)
{
	in_child(check_root_files);
}
END_TEST

static const char *check_sudo(void)
{
	const char *wrong;
	gid_t groups[64];

	setenv("SUDO_UID", "12345", 1);
	setenv("SUDO_GID", "12346", 1);
	wrong = drop();
	if (wrong != NULL)
		return wrong;
	if (getuid() != 12345 || geteuid() != 12345 || getgid() != 12346 || getegid() != 12346)
		return "the process is not the user's";
	if (getgroups(64, groups) != 1 || groups[0] != 12346)
		return "root's groups are left";
	if (setuid(0) == 0 || seteuid(0) == 0)
		return "root came back";
	return check_no_rights();
}

START_TEST(behind_sudo_the_process_becomes_the_user)
{
	in_child(check_sudo);
}
END_TEST

/* Root's group may be a user's. */
static const char *check_sudo_group(void)
{
	const char *wrong;

	setenv("SUDO_UID", "12345", 1);
	setenv("SUDO_GID", "0", 1);
	wrong = drop();
	if (wrong != NULL)
		return wrong;
	if (getuid() != 12345 || geteuid() != 12345 || getgid() != 0)
		return "the process is not the user's";
	return check_no_rights();
}

START_TEST(behind_sudo_a_user_may_be_in_root_s_group)
{
	in_child(check_sudo_group);
}
END_TEST

static const char *check_root_s_sudo(void)
{
	const char *wrong;

	setenv("SUDO_UID", "0", 1);
	setenv("SUDO_GID", "12346", 1);
	wrong = drop();
	return wrong ? wrong : getgid() == 0 ? check_no_rights() : "root became another";
}

START_TEST(root_that_calls_sudo_stays_root)
{
	in_child(check_root_s_sudo);
}
END_TEST

static const char *check_malformed_sudo(void)
{
	const char *wrong;

	setenv("SUDO_UID", "12345x", 1);
	setenv("SUDO_GID", "4294967295", 1);
	wrong = drop();
	return wrong ? wrong : geteuid() == 0 ? check_no_rights() : "an id was invented";
}

START_TEST(a_malformed_sudo_variable_names_nobody)
{
	in_child(check_malformed_sudo);
}
END_TEST

/* What the user names is opened with his rights; root's are there before, after and for the drop. */
static const char *check_borrowed(void)
{
	char path[] = "/tmp/mailtap-test-XXXXXX";
	gid_t before[64];
	gid_t after[64];
	int count = getgroups(64, before);
	struct error err;
	int fd = mkstemp(path);

	setenv("SUDO_UID", "12345", 1);
	setenv("SUDO_GID", "12346", 1);
	if (fd < 0 || fchmod(fd, 0600) != 0 || !privileges_borrow(&err))
		return "no file, or nothing was borrowed";
	if (open(path, O_RDONLY) >= 0)
		return "root's file was read";
	if (getgroups(64, after) != 1 || after[0] != 12346 || geteuid() != 12345 || getegid() != 12346)
		return "not all is the user's";
	privileges_return();
	if (open(path, O_RDONLY) < 0 || unlink(path) != 0)
		return "root's rights are not back";
	if (getgroups(64, after) != count || memcmp(before, after, (size_t)count * sizeof(gid_t)) != 0 ||
	    getegid() != 0)
		return "root's groups are not back";
	if (!privileges_borrow(&err))
		return "not twice";
	return check_sudo();
}

START_TEST(rights_are_borrowed_and_returned)
{
	in_child(check_borrowed);
}
END_TEST

START_TEST(the_hint_is_a_whole_command)
{
	char hint[4096];

	privileges_hint(hint, sizeof(hint));
#ifdef MAILTAP_CAPTURE_HINT
	ck_assert_str_eq(hint, MAILTAP_CAPTURE_HINT);
#else
	ck_assert_int_eq(strncmp(hint, "sudo setcap cap_net_raw+ep /", 28), 0);
	ck_assert_ptr_nonnull(strstr(hint, "privileges_test"));
#endif
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, a_plain_process_keeps_its_user_and_nothing_else);
	tcase_add_test(t, its_own_directories_can_be_written);
	tcase_add_test(t, the_hint_is_a_whole_command);
	if (geteuid() == 0) { /* only root can become another user */
		tcase_add_test(t, behind_sudo_the_process_becomes_the_user);
		tcase_add_test(t, behind_sudo_a_user_may_be_in_root_s_group);
		tcase_add_test(t, root_that_calls_sudo_stays_root);
		tcase_add_test(t, a_malformed_sudo_variable_names_nobody);
		tcase_add_test(t, rights_are_borrowed_and_returned);
	}
}
