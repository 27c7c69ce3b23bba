#include "present/about.h"

#include <stdio.h>
#include <string.h>

#include "engine/parts.h"
#include "filter/filter.h"
#include "present/rowtext.h"

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

static void fill_links(const struct engine *e, struct snapshot_about *about)
{
	char name[80];

	about->links[0] = '\0';
	for (uint8_t link = 0; e->index != NULL && link < index_link_count(e->index); link++) {
		filter_link_name(index_link_type(e->index, link), name, sizeof(name));
		if (link > 0)
			rowtext_append(about->links, sizeof(about->links), slice_from_text(", "));
		rowtext_append(about->links, sizeof(about->links), slice_from_text(name));
	}
}

static void fill_counts(const struct engine *e, struct snapshot_about *about)
{
	struct engine_given_up given_up;

	about->skipped_count = about->given_up_count = 0;
	for (enum dissect_result r = DISSECT_UDP; r < DISSECT_RESULTS; r++)
		add(about->skipped, &about->skipped_count, dissect_name(r), e->counters.skipped[r]);
	engine_read_given_up(e, &given_up);
	add(about->given_up, &about->given_up_count, "sessions to save memory", e->counters.evicted);
	add(about->given_up, &about->given_up_count, "connections, too many", given_up.flows);
	add(about->given_up, &about->given_up_count, "connections, silent", given_up.idle_flows);
	add(about->given_up, &about->given_up_count, "holes in streams", given_up.holes);
	add(about->given_up, &about->given_up_count, "fragmented packets", given_up.fragments);
}

void about_fill(const struct engine *e, struct snapshot_about *about)
{
	about->first_ns = e->counters.first_ns;
	about->last_ns = e->counters.last_ns;
	fill_links(e, about);
	fill_counts(e, about);
	about->memory = e->kept_memory + store_memory_bytes(e->store) + (e->index != NULL ? index_bytes(e->index) : 0);
	about->memory_limit = e->options.memory_limit;
	about->spool = store_spool_bytes(e->store);
	about->spool_limit = e->options.spool_limit;
	about->names = names_count(e->names);
}
