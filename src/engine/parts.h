/*
 * parts: what the engine is made of, for the files that share its work. Private to the engine layer.
 *
 * engine.c owns it all; intake.c takes packets in; detect.c knows what a connection speaks and passes its bytes on;
 * lifecycle.c keeps, evicts and frees connections; observers.c lists who follows their sessions; jobs.c saves mails;
 * selection.c hands out the packets of wanted sessions; key_waits.c has those that wait for a key.
 */
#ifndef ENGINE_PARTS_H
#define ENGINE_PARTS_H

#include "base/pool.h"
#include "diagnosis/history.h"
#include "engine/budget.h"
#include "engine/connection_table.h"
#include "engine/duplicates.h"
#include "engine/engine.h"
#include "engine/hostnames.h"
#include "engine/key_waits.h"
#include "engine/related.h"
#include "engine/statistics.h"
#include "engine/tls_stream.h"

struct engine {
	struct engine_options options;
	struct engine_counters counters;
	struct store *store;
	struct store_lane lane; /* of packets that belong to no session, or not yet */
	struct index *index;	/* NULL unless kept */
	struct flow_table *flows;
	struct fragments *fragments;
	struct hostnames *names;
	struct history *history;
	struct duplicates *duplicates;
	struct statistics *statistics; /* NULL: nobody wants them */
	struct related *related;       /* NULL: no diagnoses are wanted */
	struct selection *selection;
	struct tls_stream_keys keys;
	struct key_waits key_waits;
	struct pool dialogues;
	struct pool slots;	      /* of connections with their sessions */
	struct connection *free_list; /* over and let go: the next begin in their memory */
	size_t free_count;
	struct connection_table connections; /* when kept */
	uint64_t last_session;
	uint64_t wanted_session; /* the first; 0: there was none */
	bool is_finishing;	 /* nothing more comes */
	bool is_bounded;	 /* memory is counted; else what is over goes at once, and the input has an end */
	struct budget budget;
	uint64_t mapped_packets; /* of mapped files, so far */
	uint64_t swept;		 /* up to this packet, those of no session were given back */
	struct buffer scratch;
	struct buffer other_scratch;
	struct connection_scene scene;
	struct observers observers;
	struct stamp now;
	int64_t ticked_ns;	    /* the observers, last */
	uint64_t packet_behind_gap; /* the packet at hand, not yet in the index */
	struct error error;
	bool has_error;
	/* saving by itself */
	uint64_t saved_count;
	uint64_t saved_bytes;
	uint64_t copied_bytes; /* of jobs on their way, whose bytes will not last */
	bool save_stopped;     /* a limit was reached */
};

/* A connection and its session, which come and go together. */
struct slot {
	struct connection connection;
	struct session session;
};

#endif
