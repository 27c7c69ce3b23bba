#include "common/statistics.h"

#include <stddef.h>

const struct statistics_kind *statistics_kind(enum statistics_of of)
{
	static const struct statistics_kind kinds[STATISTICS_KINDS] = {
#define STATISTIC(id, name, title, heading, word) {name, title, heading, word},
#include "common/statistics.def"
#undef STATISTIC
	};

	return &kinds[of];
}
