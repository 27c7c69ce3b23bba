#include "capture/source.h"

#include <stdlib.h>

#include "capture/mapping.h"
#include "capture/source_ops.h"

void source_free(struct source *s)
{
	if (s == NULL)
		return;
	free(s->name);
	s->ops->free(s);
}

enum source_status source_read(struct source *s, struct source_packet *packet, struct error *err)
{
	return s->ops->read(s, packet, err);
}

const char *source_name(const struct source *s)
{
	return s->name;
}

bool source_is_live(const struct source *s)
{
	return s->is_live;
}

bool source_is_followed(const struct source *s)
{
	return s->is_followed;
}

bool source_is_fed(const struct source *s)
{
	return s->is_fed;
}

int source_link_type(const struct source *s)
{
	return s->ops->link_type(s);
}

int source_fd(const struct source *s)
{
	return s->ops->fd(s);
}

struct slice source_mapping(const struct source *s)
{
	return s->ops->mapping ? s->ops->mapping(s) : slice_of(NULL, 0);
}

struct slice source_secrets(const struct source *s)
{
	return s->ops->secrets != NULL ? s->ops->secrets(s) : slice_of(NULL, 0);
}

void source_wipe_secrets(struct source *s)
{
	if (s->ops->wipe_secrets != NULL)
		s->ops->wipe_secrets(s);
}

const atomic_size_t *source_intact(const struct source *s)
{
	return mapping_intact(source_mapping(s));
}

void source_look(const struct source *s)
{
	mapping_look(source_mapping(s));
}

bool source_is_changed(const struct source *s)
{
	return mapping_is_damaged(source_mapping(s));
}

void source_progress(const struct source *s, uint64_t *done, uint64_t *total)
{
	*done = *total = 0;
	if (s->ops->progress)
		s->ops->progress(s, done, total);
}

void source_counters(struct source *s, struct source_counters *counters)
{
	*counters = (struct source_counters){0};
	if (s->ops->counters)
		s->ops->counters(s, counters);
}

bool source_set_ports(struct source *s, const uint16_t *ports, size_t port_count, struct error *err)
{
	return s->ops->set_ports ? s->ops->set_ports(s, ports, port_count, err) : true;
}

bool source_set_stopped(struct source *s, bool stopped, struct error *err)
{
	return s->ops->set_stopped(s, stopped, err);
}
