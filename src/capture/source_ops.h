/*
 * source_ops: what a kind of source implements. Private to src/capture: source.c calls these for the functions of
 * source.h, live.c and file.c fill them.
 */
#ifndef CAPTURE_SOURCE_OPS_H
#define CAPTURE_SOURCE_OPS_H

#include "capture/source.h"

struct source_ops {
	void (*free)(struct source *s);
	enum source_status (*read)(struct source *s, struct source_packet *packet, struct error *err);
	int (*fd)(const struct source *s);
	int (*link_type)(const struct source *s);
	/* NULL where a kind has none */
	struct slice (*mapping)(const struct source *s);
	struct slice (*secrets)(const struct source *s);
	void (*wipe_secrets)(struct source *s);
	void (*progress)(const struct source *s, uint64_t *done, uint64_t *total);
	void (*counters)(struct source *s, struct source_counters *counters);
	bool (*set_ports)(struct source *s, const uint16_t *ports, size_t port_count, struct error *err);
	bool (*set_stopped)(struct source *s, bool stopped, struct error *err);
};

/* The first member of each kind's own struct. */
struct source {
	const struct source_ops *ops;
	char *name;
	bool is_live;
	bool is_followed;
	bool is_fed;
	bool has_secrets; /* that nobody has taken yet */
};

#endif
