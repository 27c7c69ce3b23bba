/*
 * child: what gives rights up for good is tried in a process of its own.
 */
#ifndef TEST_GUARD_CHILD_H
#define TEST_GUARD_CHILD_H

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs `check` in a child, where rights can be given up; it returns NULL or what is wrong. */
static void in_child(const char *(*check)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		const char *wrong = check();

		if (wrong != NULL)
			fprintf(stderr, "%s (%s)\n", wrong, strerror(errno));
		_exit(wrong != NULL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned int)status);
}

#endif
