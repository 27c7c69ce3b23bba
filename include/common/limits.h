/*
 * limits: from when on a diagnosis calls something slow, or a path bad.
 *
 * One row of limits.def each: the configuration reads them (config), the rules compare with them (diagnosis).
 */
#ifndef COMMON_LIMITS_H
#define COMMON_LIMITS_H

#include <stdint.h>

struct limits {
#define LIMIT_TIME(member, setting, seconds, help, remark)    int64_t member;
#define LIMIT_PERCENT(member, setting, percent, help, remark) uint64_t member;
#include "common/limits.def"
#undef LIMIT_TIME
#undef LIMIT_PERCENT
};

/* The defaults. */
void limits_init(struct limits *l);

#endif
