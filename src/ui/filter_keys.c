#include "ui/filter_keys.h"

#include <stdio.h>
#include <string.h>

#include "ui/filter_text.h"
#include "ui/list.h"

static void filter_to(struct state *st, const char *text)
{
	struct request *r = state_request(st, REQUEST_FILTER);

	snprintf(r->text, sizeof(r->text), "%s", text);
	edit_remember(&st->filters, text);
	if (text[0] != '\0')
		state_say(st, false, "Filter: %s (F7 changes it)", text);
	else
		state_say(st, false, "No filter: all sessions");
}

void filter_keys_toggle(struct state *st, const struct snapshot *s, const char *term)
{
	char text[EDIT_SIZE];

	snprintf(text, sizeof(text), "%s", s->filter);
	if (filter_text_remove(text, term) || filter_text_add(text, term))
		filter_to(st, text);
	else
		state_say(st, true, "The filter is too long for more words: F7 changes it");
}

/* Adds the first term; when it is there, the second takes its place; when that is, it is taken away. */
static void filter_cycle(struct state *st, const struct snapshot *s, const char *first, const char *second)
{
	char text[EDIT_SIZE];

	snprintf(text, sizeof(text), "%s", s->filter);
	if (strcmp(first, second) != 0 && filter_text_remove(text, first)) {
		if (filter_text_add(text, second))
			filter_to(st, text);
		return;
	}
	filter_keys_toggle(st, s, filter_text_has(text, second) ? second : first);
}

/* The row under the cursor when it may be of any session or none: in the list of all packets. */
static const struct snapshot_packet_row *free_packet(const struct state *st, const struct snapshot *s)
{
	return st->focus == VIEW_PACKETS && st->all_packets ? list_row(st, s, VIEW_PACKETS) : NULL;
}

static void filter_to_host(struct state *st, const struct snapshot *s, const char *first, const char *second)
{
	char terms[2][64];

	if (first[0] == '\0') {
		state_say(st, true, "This packet has no address of a host");
		return;
	}
	snprintf(terms[0], sizeof(terms[0]), "host %s", first);
	snprintf(terms[1], sizeof(terms[1]), "host %s", second);
	filter_cycle(st, s, terms[0], terms[1]);
}

static void filter_to_port(struct state *st, const struct snapshot *s, uint16_t first, uint16_t second)
{
	char terms[2][64];

	if (first == 0) {
		state_say(st, true, "This packet has no port");
		return;
	}
	snprintf(terms[0], sizeof(terms[0]), "port %u", first);
	snprintf(terms[1], sizeof(terms[1]), "port %u", second);
	filter_cycle(st, s, terms[0], terms[1]);
}

void filter_keys_host(struct state *st, const struct snapshot *s)
{
	const struct snapshot_session_row *row = state_session_row(st, s);
	const struct snapshot_packet_row *packet = free_packet(st, s);

	if (packet != NULL)
		filter_to_host(st, s, packet->source_address, packet->destination_address);
	else if (row != NULL)
		filter_to_host(st, s, row->client_address, row->server_address);
}

void filter_keys_port(struct state *st, const struct snapshot *s)
{
	const struct snapshot_session_row *row = state_session_row(st, s);
	const struct snapshot_packet_row *packet = free_packet(st, s);

	if (packet != NULL)
		filter_to_port(st, s, packet->destination_port, packet->source_port);
	else if (row != NULL)
		filter_to_port(st, s, row->server_port, row->server_port);
}
