#include "present/capture_info.h"

#include <stdio.h>
#include <string.h>

#include "base/rowtext.h"
#include "engine/engine.h"
#include "filter/filter.h"

_Static_assert((int)KEY_HELP_LINES == (int)SNAPSHOT_UNREAD_LINES, "the snapshot has no room for all lines");
_Static_assert((int)DISSECT_RESULTS <= (int)SNAPSHOT_COUNTS_MAX, "the snapshot has no room for all reasons");

static void add(struct snapshot_count *counts, uint32_t *count, const char *name, uint64_t number)
{
	struct snapshot_count *c = &counts[*count];

	if (number == 0)
		return;
	rowtext_put(c->name, sizeof(c->name), slice_from_text(name));
	for (char *blank = c->name; (blank = strchr(blank, '_')) != NULL;)
		*blank = ' ';
	c->count = number;
	++*count;
}

/* Several interfaces may have one link type. */
static bool was_met(const struct index *index, uint8_t link)
{
	for (uint8_t before = 0; before < link; before++)
		if (index_link_type(index, before) == index_link_type(index, link))
			return true;
	return false;
}

static void fill_links(const struct engine *e, struct snapshot_about *about)
{
	const struct index *index = engine_index(e);
	char name[80];

	about->links[0] = '\0';
	for (uint8_t link = 0; index != NULL && link < index_link_count(index); link++) {
		if (was_met(index, link))
			continue;
		filter_link_name(index_link_type(index, link), name, sizeof(name));
		if (link > 0)
			rowtext_append(about->links, sizeof(about->links), slice_from_text(", "));
		rowtext_append(about->links, sizeof(about->links), slice_from_text(name));
	}
}

static void fill_counts(const struct engine *e, struct snapshot_about *about)
{
	const struct engine_counters *counters = engine_counters(e);
	struct engine_given_up given_up;

	about->skipped_count = about->given_up_count = 0;
	for (enum dissect_result r = DISSECT_UDP; r < DISSECT_RESULTS; r++)
		add(about->skipped, &about->skipped_count, dissect_name(r), counters->skipped[r]);
	engine_read_given_up(e, &given_up);
	add(about->given_up, &about->given_up_count, "sessions to save memory", counters->evicted);
	add(about->given_up, &about->given_up_count, "other packets to save memory", counters->packets_swept);
	add(about->given_up, &about->given_up_count, "waits for keys to save memory", counters->keys_given_up);
	add(about->given_up, &about->given_up_count, "connections, too many", given_up.flows);
	add(about->given_up, &about->given_up_count, "connections, silent", given_up.idle_flows);
	add(about->given_up, &about->given_up_count, "holes in streams", given_up.holes);
	add(about->given_up, &about->given_up_count, "fragmented packets", given_up.fragments);
}

/* What would help most of them: a program on this machine before all else. */
static unsigned int best_help(const uint64_t counts[KEY_HELP_MAX])
{
	unsigned int best = KEY_HELP_PROGRAM;

	for (unsigned int kind = best + 1; kind < KEY_HELP_MAX; kind++)
		if (counts[kind] > counts[best])
			best = kind;
	if (counts[best] > 0)
		return best;
	return counts[KEY_HELP_CLIENT] > 0 ? KEY_HELP_CLIENT : KEY_HELP_MANUAL;
}

static void fill_unread(const struct engine *e, struct snapshot_unread *unread)
{
	const uint64_t *counts = engine_counters(e)->unread;

	unread->sessions = 0;
	for (unsigned int kind = 0; kind < KEY_HELP_MAX; kind++)
		unread->sessions += counts[kind];
	for (size_t i = 0; i < SNAPSHOT_UNREAD_LINES; i++) {
		const char *line =
			unread->sessions > 0 ? key_help_line(engine_key_help(e), best_help(counts), i) : NULL;

		rowtext_put(unread->lines[i], sizeof(unread->lines[i]), slice_from_text(line != NULL ? line : ""));
	}
}

void capture_info_fill(const struct engine *e, struct snapshot_about *about)
{
	struct engine_use use = engine_use(e);

	about->first_ns = engine_counters(e)->first_ns;
	about->last_ns = engine_counters(e)->last_ns;
	fill_links(e, about);
	fill_counts(e, about);
	about->memory = use.memory;
	about->memory_limit = use.memory_limit;
	about->spool = use.spool;
	about->spool_limit = use.spool_limit;
	about->names = use.names;
	fill_unread(e, &about->unread);
}
