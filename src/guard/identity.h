/*
 * identity: what a file or folder is, whatever it is called. One that is made anew may get the number of one that has
 * gone; where the file system tells when it was born, the two differ.
 */
#ifndef GUARD_IDENTITY_H
#define GUARD_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

struct identity {
	uint64_t device;
	uint64_t inode;
	int64_t born_s; /* 0: not told */
	int64_t born_ns;
};

/* Of what bears the name itself, be it a link; of `folder` when the name is empty. False: it cannot be told. */
bool identity_find(int folder, const char *name, struct identity *out);
bool identity_equals(const struct identity *a, const struct identity *b);

#endif
