/*
 * file: fuzz input as a file without a name, for what reads files by their path.
 */
#ifndef TEST_FUZZ_FILE_H
#define TEST_FUZZ_FILE_H

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/slice.h"

enum {
	FUZZ_PATH_SIZE = 32,
};

/* Writes its path; the caller closes the descriptor. */
static int fuzz_file(struct slice bytes, char path[FUZZ_PATH_SIZE])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	assert(fd >= 0 && (bytes.len == 0 || write(fd, bytes.data, bytes.len) == (ssize_t)bytes.len));
	snprintf(path, FUZZ_PATH_SIZE, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
