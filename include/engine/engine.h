/*
 * engine: one packet through all stages: store, dissection, flow, dialogue, session; and what is to be done with the
 * results.
 *
 * Owned by the worker thread; works without threads too: a test feeds packets, finishes, and looks. With `keep`
 * sessions, the packet index and all places stay for a screen, within the budget; without it a session goes as soon as
 * it is over and its outputs are written.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/name_table.h"
#include "common/ports.h"
#include "common/wanted.h"
#include "diagnosis/diagnosis.h"
#include "engine/connection.h"
#include "engine/content.h"
#include "engine/session_filter.h"
#include "output/save.h"
#include "packet/dissect.h"
#include "packet/record.h"
#include "store/index.h"
#include "tls/tls_reader.h"

struct engine;
struct statistics;

/* Who wants to know what was decoded; any of the functions may be NULL. */
struct engine_output {
	void (*command)(void *ctx, struct connection *v, const struct command *c);
	/* `fields`: decoded header fields and, with `details`, hash and parts. */
	void (*mail)(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields);
	/* `names`: of both hosts; NULL where they are not known. */
	void (*session)(void *ctx, struct connection *v, const char *const names[SIDES]);
	/* Of a filter: what was put out of the session while it was open (connection.h) passes, or does not. */
	void (*decided)(void *ctx, const struct connection *v);
	/* Whether so much of open sessions waits that they must be decided as they stand. */
	bool (*is_full)(void *ctx);
};

enum {
	ENGINE_SOURCES_MAX = 64,
	ENGINE_FEED_MAX = 16,
	ENGINE_FOCUS_MAX = 3, /* one, and two side by side */
};

struct engine_options {
	struct ports ports;
	uint8_t observer_of[ENGINE_SOURCES_MAX];	/* by the capture's source: what several saw stays apart */
	const char *observer_names[ENGINE_SOURCES_MAX]; /* where there are several; NULL: it has none */
	const struct name_table *interfaces; /* the names that packets have the numbers of; NULL: they have none */
	bool keep;
	bool keep_commands; /* of a session until it is over, for a report or statistics */
	bool statistics;    /* of sessions, see statistics.h: with `keep` or `keep_commands` */
	bool diagnose;	    /* find out what went wrong */
	struct limits limits;
	const struct reply_patterns *patterns; /* may be NULL */
	const struct key_help *key_help;       /* NULL: nothing is known of this machine, as of a file's */
	bool details;
	bool numeric; /* no host names */
	/* Looks for keys of TLS; NULL: there are none, and will be none. */
	tls_find_keys *find_keys;
	void *find_keys_ctx;
	int64_t key_wait_ns; /* a session waits so long for its key: see engine_note_key; INT64_MAX: to the end */
	/* Makes text of what is encrypted, see stream_filter.h; NULL: TLS is read, with the keys that there are. */
	const struct stream_filter *tls_filter;
	struct observers observers; /* of others, told behind the engine's own */
	const struct engine_output *output;
	void *output_ctx;
	const struct expression *filter; /* likewise, those that pass; outlives the engine; NULL: all do */
	const struct wanted *wanted;	 /* sessions: only they are put out and saved; NULL: all are */
	/* Gets the packets of wanted sessions, or all, as they were captured and in that order; NULL: nobody does.
	 * Before them the secrets of TLS with which they are read, each once. */
	void (*packet)(void *ctx, const struct packet_record *record, struct slice bytes);
	void (*secrets)(void *ctx, const uint8_t client_random[KEY_RANDOM_LEN], const struct key_set *keys);
	void *packet_ctx;
	bool wants_all_packets;
	bool save; /* every finished mail */
	char save_target[SAVE_PATH_SIZE - SAVE_NAME_SIZE];
	enum save_format save_format;
	/* saving by itself ends there; 0: no limit */
	uint64_t save_count;
	uint64_t save_bytes;
	uint64_t save_free; /* bytes of the disk that stay free */
	/* Carries out a job and later gives it back by engine_job_done; NULL: done inline. */
	void (*submit)(void *ctx, struct save_job *job);
	void *submit_ctx;
	bool (*is_given_up)(void *ctx); /* see save.h; any thread; NULL: never */
	uint64_t memory_limit;		/* bytes of decoded state kept for a screen; 0: none */
	uint64_t spool_limit;
	uint64_t spool_memory; /* bytes of memory that serve where the disk refuses the spool */
};

struct engine_counters {
	uint64_t packets;
	uint64_t bytes;
	uint64_t sessions;
	uint64_t sessions_failed;
	uint64_t mails;
	uint64_t findings[SEVERITIES];
	uint64_t evicted;	/* sessions that went because of the budget */
	uint64_t packets_swept; /* packets of no session, too */
	uint64_t saved;
	uint64_t unread[KEY_HELP_MAX]; /* sessions that lack a key, by what would help: see key_help_line */
	uint64_t keys_given_up;	       /* sessions that might have waited longer for their keys, but for the budget */
	uint32_t jobs_pending;
	int64_t first_ns;
	int64_t last_ns;
	int64_t clock_ns; /* likewise, or of the clock that goes on while none come */
	uint8_t time_digits;
	uint64_t skipped[DISSECT_RESULTS];
	uint16_t unknown_link_type; /* of the last packet with such; a LINKTYPE_ value */
};

/* What was given up because of a limit. */
struct engine_given_up {
	uint64_t flows;	     /* connections that went because there were too many */
	uint64_t idle_flows; /* connections that were silent for hours */
	uint64_t fragments;  /* packets whose fragments were too old, too many, or contradicted each other */
	uint64_t holes;	     /* missing bytes that were waited for until a limit was reached */
};

struct engine *engine_new(const struct engine_options *options);
void engine_free(struct engine *e);

/* Source `number` is a mapped file. */
void engine_map(struct engine *e, unsigned int number, struct slice mapping);
/* One that may be cut or changed: see store_watch. */
void engine_watch(struct engine *e, unsigned int number, const atomic_size_t *intact, const struct store_watch *watch);
/* Whether a mapped file was: what it no longer holds is missing. */
bool engine_source_is_changed(const struct engine *e);

/* A record of kind PACKET_DATA or PACKET_TICK; `bytes`: of a packet that is not mapped. */
void engine_feed(struct engine *e, const struct packet_record *record, struct slice bytes);

/* Several packets at once: with many connections, what they need of the memory comes faster. At most ENGINE_FEED_MAX,
 * all of kind PACKET_DATA. */
struct engine_packet {
	const struct packet_record *record;
	struct slice bytes;
	const struct dissected *found; /* of one that is mapped, its headers read where it is; NULL: nobody has */
};
void engine_feed_all(struct engine *e, const struct engine_packet *packets, size_t count);

/* The secrets of this handshake, or some of them, can be found now. When all that came together are noted, the sessions
 * that waited for them are read on: a side whose key came is held back while the other's may come. */
void engine_note_key(struct engine *e, const uint8_t client_random[KEY_RANDOM_LEN]);
void engine_use_keys(struct engine *e);
/* How many wait; on a screen also those that have ended. */
size_t engine_key_waits(const struct engine *e);

/* NULL: nobody wants them. */
struct statistics *engine_statistics(const struct engine *e);

/* The capture is over: all sessions end. */
void engine_finish(struct engine *e);

const struct engine_counters *engine_counters(const struct engine *e);
void engine_read_given_up(const struct engine *e, struct engine_given_up *given_up);

/* Of its budgets, in bytes. */
struct engine_use {
	uint64_t memory;
	uint64_t memory_limit;
	uint64_t spool;
	uint64_t spool_limit;
	size_t names; /* of hosts that are known */
};
struct engine_use engine_use(const struct engine *e);
/* The first error met by saving or spooling, once; false when there is none. */
bool engine_take_error(struct engine *e, struct error *err);

void engine_set_ports(struct engine *e, const struct ports *ports);
const struct ports *engine_ports(const struct engine *e);
void engine_set_save(struct engine *e, bool save, const char *target, enum save_format format);
bool engine_save_setting(const struct engine *e, const char **target);

/* Sessions that are kept, by number from 1; NULL when evicted or not there. */
struct connection *engine_connection(const struct engine *e, uint64_t number);
/* The next after `number` that is there; NULL: none. */
struct connection *engine_next_connection(const struct engine *e, uint64_t number);
/* The sessions that are looked at are kept longest; 0: none. */
void engine_focus(struct engine *e, const uint64_t sessions[ENGINE_FOCUS_MAX]);
/* Somebody needs it, though it may be over and memory scarce; each is taken back once. */
void engine_pin(struct connection *v);
void engine_unpin(struct engine *e, struct connection *v);
/* Asks the store whether all of a mail that has been read was there. */
void engine_check_mail(struct engine *e, struct connection *v, struct mail *m);
uint64_t engine_last_session(const struct engine *e);
/* The first of the wanted sessions, whether it is still there or not; 0: none has come yet. */
uint64_t engine_wanted_session(const struct engine *e);
/* Of a packet in the index, which has the low half of its session's number; 0: of none. */
uint64_t engine_packet_session(const struct engine *e, uint64_t packet);
const struct store *engine_store(const struct engine *e);
const struct index *engine_index(const struct engine *e);

/* What is known of this machine; NULL: nothing. */
const struct key_help *engine_key_help(const struct engine *e);

/* The name of who captured a session; NULL: it has none, or there is no other. */
const char *engine_observer(const struct engine *e, const struct session *s);
/* The name of an interface by its number in a session or index_link; NULL: it is not known. */
const char *engine_interface(const struct engine *e, uint16_t number);

/* The host name of an address (4 or 16 bytes), wanted or not; NULL when it is not known. */
const char *engine_host_name(const struct engine *e, const uint8_t *address, bool is_ipv6);
/* Rises when such a name comes or goes. */
uint64_t engine_name_changes(const struct engine *e);
/* For the output, of a session's end: NULL also where the options want no names. */
const char *engine_name(const struct engine *e, const struct session *s, enum side side);
/* A name that is known already stays. */
void engine_add_name(struct engine *e, const uint8_t *address, bool is_ipv6, const char *name);

/* What a source says of an end; the first of a kind stays. It is dropped when the session is not there any more. */
void engine_annotate(struct engine *e, const struct annotation_subject *about, const char *kind, const char *text);
/* NULL: nothing yet. Host names, wanted or not. */
const char *engine_annotation(const struct engine *e, const struct annotation_subject *about, const char *kind);

/* A mail's decoded fields, read when first asked for. */
const struct record_fields *engine_fields(struct engine *e, struct connection *v, struct mail *m);

/* For session_filter.h. */
void engine_filter_scene(struct engine *e, struct session_filter_scene *scene);

/* The same mail in other sessions: at most DUPLICATES_LINKS_MAX. */
size_t engine_same_mails(const struct engine *e, const struct session *s, const struct mail *m,
			 struct record_link *links);

/* How, and where to, something is saved. */
struct engine_save_order {
	const char *target;
	enum save_format format;
	struct part_path part; /* of SAVE_ATTACHMENTS: the one; none: all. Of SAVE_GIVEN; none: the mail */
	int fd;		       /* of SAVE_GIVEN */
	bool show_secrets;     /* in a transcript */
	bool is_automatic;
};

/* Saves a mail, or the transcript or the findings of a session, to the order's target; the result comes back through
 * engine_job_done. False: there is nothing to save. */
bool engine_save_as(struct engine *e, struct connection *v, struct mail *m, const struct engine_save_order *order);
bool engine_save_session(struct engine *e, struct connection *v, const struct engine_save_order *order);
/* What was submitted has been run. */
void engine_job_done(struct engine *e, struct save_job *job);

#endif
