#include "common/limits.h"

#include "base/clock.h"

void limits_init(struct limits *l)
{
	*l = (struct limits){
#define LIMIT_TIME(member, setting, seconds, help, remark)    .member = (seconds)*CLOCK_NS_PER_S,
#define LIMIT_PERCENT(member, setting, percent, help, remark) .member = (percent)*10,
#include "common/limits.def"
#undef LIMIT_TIME
#undef LIMIT_PERCENT
	};
}
