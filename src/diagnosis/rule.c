#include "diagnosis/rule.h"

#include <assert.h>

static const struct rule_row rows[RULES] = {
#define RULE(id, name, temporary, permanent, order, meaning, advice, source)                                           \
	[RULE_##id] = {#id, name, SEVERITY_##temporary, SEVERITY_##permanent, ORDER_##order, meaning, advice, source},
#include "diagnosis/rules.def"
#undef RULE
};

const struct rule_row *rule_row(enum rule rule)
{
	assert(rule < RULES);
	return &rows[rule];
}

const char *severity_name(enum severity severity)
{
	static const char *const names[SEVERITIES] = {
		[SEVERITY_INFO] = "info",
		[SEVERITY_NOTICE] = "notice",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_CRITICAL] = "critical",
	};

	return names[severity];
}
