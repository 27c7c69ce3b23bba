#include "app/shortfall.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "filter/filter.h"

static uint64_t unknown_links(const struct engine *e)
{
	return engine_counters(e)->skipped[DISSECT_UNKNOWN_LINK];
}

bool shortfall_links(const struct engine *e, char line[SHORTFALL_SIZE])
{
	const struct engine_counters *c = engine_counters(e);
	char name[128];

	if (unknown_links(e) == 0)
		return false;
	filter_link_name(c->unknown_link_type, name, sizeof(name));
	snprintf(line, SHORTFALL_SIZE, "%" PRIu64 " of %" PRIu64 " packet%s %s an unknown link type (%s): %s not read",
		 unknown_links(e), c->packets, text_plural(c->packets), unknown_links(e) == 1 ? "has" : "have", name,
		 unknown_links(e) == 1 ? "it was" : "they were");
	return true;
}

bool shortfall_is_all(const struct engine *e)
{
	return unknown_links(e) == engine_counters(e)->packets;
}

bool shortfall_keys(const struct engine *e, char line[SHORTFALL_SIZE])
{
	uint64_t count = engine_counters(e)->keys_given_up;

	if (count == 0)
		return false;
	snprintf(line, SHORTFALL_SIZE,
		 "%" PRIu64 " session%s waited for %s no longer, to save memory: a larger `memory` in the "
		 "configuration has room for more",
		 count, text_plural(count), count == 1 ? "its keys" : "their keys");
	return true;
}

bool shortfall_session(const struct engine *e, const struct wanted *wanted, char line[SHORTFALL_SIZE])
{
	if (wanted == NULL || engine_wanted_session(e) != 0)
		return false;
	snprintf(line, SHORTFALL_SIZE, "no session %s%s%s was captured", wanted->id,
		 wanted->has_start ? " that began at " : "", wanted->start);
	return true;
}
