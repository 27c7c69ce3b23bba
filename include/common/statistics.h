/*
 * statistics: what sessions are counted by, a row each (statistics.def).
 */
#ifndef COMMON_STATISTICS_H
#define COMMON_STATISTICS_H

enum statistics_of {
#define STATISTIC(id, name, title, heading, word) STATISTICS_##id,
#include "common/statistics.def"
#undef STATISTIC
	STATISTICS_KINDS
};

struct statistics_kind {
	const char *name;    /* in records */
	const char *title;   /* of the table */
	const char *heading; /* of its keys */
	const char *word;    /* of the filter language; NULL: none asks for it */
};

const struct statistics_kind *statistics_kind(enum statistics_of of);

#endif
