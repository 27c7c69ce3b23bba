/*
 * parts: what the engine is made of, for the files that share its work. Private to the engine layer.
 *
 * engine.c owns it all; intake.c takes packets in; detect.c knows what a connection speaks and passes its bytes on;
 * lifecycle.c keeps, evicts and frees conversations; jobs.c decodes, reports and saves mails.
 */
#ifndef ENGINE_PARTS_H
#define ENGINE_PARTS_H

#include "base/pool.h"
#include "diagnosis/history.h"
#include "engine/duplicates.h"
#include "engine/engine.h"
#include "engine/hostnames.h"
#include "engine/related.h"

struct engine {
	struct engine_options options;
	struct engine_counters counters;
	struct store *store;
	struct index *index; /* NULL unless kept */
	struct flow_table *flows;
	struct fragments *fragments;
	struct hostnames *names;
	struct history *history;
	struct duplicates *duplicates;
	struct related *related; /* NULL: no diagnoses are wanted */
	struct pool dialogues;
	struct pool seats;	    /* of conversations with their sessions */
	struct conversation *spare; /* over and let go: the next begin in their memory */
	size_t spare_count;
	struct conversation **conversations; /* by number - 1, when kept */
	size_t conversation_count;
	size_t conversation_cap;
	uint32_t last_session;
	uint64_t kept_memory; /* of sessions that are over */
	uint32_t oldest;      /* eviction looks from here on */
	uint32_t swept;	      /* up to this packet, those of no session were given back */
	struct buffer scratch;
	struct buffer other_scratch;
	struct conversation_scene scene;
	struct stamp now;
	uint32_t packet_behind_gap; /* the packet at hand, not yet in the index */
	struct error error;
	bool has_error;
	/* saving by itself */
	uint64_t saved_count;
	uint64_t saved_bytes;
	uint64_t copied_bytes; /* of jobs on their way, whose bytes will not last */
	bool save_stopped;     /* a limit was reached */
};

/* What sessions and flows tell the engine. */
extern const struct session_events jobs_session_events;
extern const struct flow_events detect_flow_events;

/* A conversation and its session, which come and go together. */
struct seat {
	struct conversation conversation;
	struct session session;
};

/* lifecycle.c */
struct conversation *lifecycle_begin(struct engine *e, struct flow *f, enum protocol protocol, bool by_content);
/* A packet of the index becomes the last of the session's chain. */
void lifecycle_chain(struct engine *e, struct conversation *v, uint32_t number, struct index_row *row);
/* It is over and nobody needs it any more: without a screen it goes. */
void lifecycle_release(struct engine *e, struct conversation *v);
/* The flow is over: what it holds counts from now on. */
void lifecycle_count(struct engine *e, struct conversation *v);
/* Above the budget packets of no session go first, then the oldest finished sessions; marked ones stay. */
void lifecycle_evict(struct engine *e);
void lifecycle_free(struct engine *e, struct conversation *v);
void lifecycle_free_spare(struct engine *e);
/* An extents_drop: its bytes are not needed any more. */
void lifecycle_release_extent(void *ctx, const struct extent *x);

/* jobs.c */
void jobs_data_ended(void *ctx, struct conversation *v, struct mail *m);
void jobs_free_fields(struct mail *m);
/* Bytes of the mail that were captured and are not there any more make it incomplete. */
void jobs_check_mail(struct engine *e, struct conversation *v, struct mail *m);
void jobs_copy_text(char *out, size_t size, struct slice text);

/* detect.c */
enum protocol detect_port_protocol(const struct engine *e, const struct flow *f);

#endif
