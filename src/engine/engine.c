#include "engine/engine.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/detect.h"
#include "engine/jobs.h"
#include "engine/lifecycle.h"
#include "engine/observers.h"
#include "engine/selection.h"

enum {
	UNANSWERED_WHOLE = 64, /* more at once are a flood, or a server that is down */
	UNANSWERED_SHOWN = 16384,
	UNANSWERED_BYTES = 4096, /* of one that is kept whole, its session included */
	FLOWS_PART = 16,
	STATISTICS_SHARE = 8,  /* of the memory */
	RESUMPTION_MAX = 4096, /* master secrets that are remembered */
};

/* ---- the engine itself ---- */

static void give_back_dialogue(void *ctx, struct dialogue *d)
{
	struct engine *e = ctx;

	dialogue_fini(d);
	pool_give(&e->dialogues, d);
}

/* Connections without an answer, and those that are over, have parts of the memory of their own. */
static void limit_flows(struct engine *e)
{
	uint64_t share = e->options.memory_limit / FLOWS_PART;
	struct flow_limits limits = {.unanswered = e->options.keep ? UNANSWERED_SHOWN : UNANSWERED_WHOLE,
				     .half_open = FLOW_TABLE_MAX,
				     .done = FLOW_TABLE_MAX,
				     .counts_memory = e->is_bounded};

	if (share > 0) {
		limits.half_open = share / FLOW_HALF_OPEN_BYTES;
		limits.done = share / sizeof(struct flow);
		limits.unanswered =
			share / UNANSWERED_BYTES < limits.unanswered ? share / UNANSWERED_BYTES : limits.unanswered;
	}
	flow_table_limit(e->flows, &limits);
}

static void open_parts(struct engine *e)
{
	e->dialogues.size = sizeof(struct dialogue);
	e->slots.size = sizeof(struct slot);
	e->store = store_new();
	e->lane.is_shared = true;
	store_set_memory(e->store, e->options.spool_memory);
	e->index = e->options.keep ? index_new() : NULL;
	e->flows = flow_table_new(&detect_flow_events, e);
	if (e->options.diagnose) {
		flow_table_note_anomalies(e->flows);
		e->related = related_new();
	}
	e->fragments = fragments_new();
	e->history = history_new(e->options.memory_limit);
	e->names = hostnames_new(e->options.memory_limit);
	e->duplicates = duplicates_new();
	if (e->options.statistics)
		e->statistics = statistics_new(e->options.memory_limit / STATISTICS_SHARE);
	e->selection = selection_new(e->options.wanted, e->options.packet, e->options.packet_ctx);
	hostnames_read_hosts(e->names, "/etc/hosts");
	observers_open(e);
	budget_init(&e->budget, e->options.memory_limit, e->options.spool_limit);
	limit_flows(e);
	e->keys = (struct tls_stream_keys){.find = e->options.find_keys,
					   .ctx = e->options.find_keys_ctx,
					   .found = e->options.secrets,
					   .found_ctx = e->options.packet_ctx,
					   .certificates = certificate_cache_new(),
					   .resumption = e->options.find_keys != NULL ? resumption_new(RESUMPTION_MAX)
										      : NULL};
	key_waits_init(&e->key_waits);
	e->scene = (struct connection_scene){.store = e->store,
					     .scratch = &e->scratch,
					     .observers = &e->observers,
					     .tls_filter = &tls_stream_filter,
					     .tls_ctx = &e->keys,
					     .give_back = give_back_dialogue,
					     .ctx = e};
	if (e->options.tls_filter != NULL)
		e->scene.tls_filter = e->options.tls_filter;
}

static void close_parts(struct engine *e)
{
	flow_table_free(e->flows);
	fragments_free(e->fragments);
	index_free(e->index); /* all rows at once, not by session; the store goes as a whole, too */
	e->index = NULL;
	for (uint64_t n = 0; (n = connection_table_next(&e->connections, n)) != 0;)
		lifecycle_free(e, connection_table_get(&e->connections, n));
	lifecycle_free_parked(e);
	connection_table_fini(&e->connections);
	key_waits_fini(&e->key_waits);
	resumption_free(e->keys.resumption);
	certificate_cache_free(e->keys.certificates);
	lifecycle_free_list(e);
	pool_fini(&e->dialogues);
	pool_fini(&e->slots);
	hostnames_free(e->names);
	history_free(e->history);
	duplicates_free(e->duplicates);
	statistics_free(e->statistics);
	related_free(e->related);
	selection_free(e->selection);
	store_free(e->store);
}

struct engine *engine_new(const struct engine_options *options)
{
	struct engine *e = mem_zalloc(sizeof(*e));

	e->options = *options;
	e->is_bounded = options->keep || options->memory_limit > 0 || options->spool_limit > 0;
	open_parts(e);
	return e;
}

void engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	assert(e->counters.jobs_pending == 0);
	close_parts(e);
	buffer_fini(&e->scratch);
	buffer_fini(&e->other_scratch);
	free(e);
}

void engine_map(struct engine *e, unsigned int number, struct slice mapping)
{
	store_map(e->store, number, mapping);
}

void engine_watch(struct engine *e, unsigned int number, const atomic_size_t *intact, const struct store_watch *watch)
{
	store_watch(e->store, number, intact, watch);
}

struct statistics *engine_statistics(const struct engine *e)
{
	return e->statistics;
}

const struct key_help *engine_key_help(const struct engine *e)
{
	return e->options.key_help;
}

const char *engine_observer(const struct engine *e, const struct session *s)
{
	return e->options.observer_names[s->observer % ENGINE_SOURCES_MAX];
}

const char *engine_interface(const struct engine *e, uint16_t number)
{
	return name_table_text(e->options.interfaces, number);
}

bool engine_source_is_changed(const struct engine *e)
{
	return store_is_changed(e->store);
}

const struct engine_counters *engine_counters(const struct engine *e)
{
	return &e->counters;
}

void engine_read_given_up(const struct engine *e, struct engine_given_up *given_up)
{
	const struct flow_counters *flows = flow_table_counters(e->flows);

	*given_up = (struct engine_given_up){.flows = flows->evicted,
					     .idle_flows = flows->idle,
					     .holes = flows->holes,
					     .fragments = fragments_counters(e->fragments)->given_up};
}

bool engine_take_error(struct engine *e, struct error *err)
{
	if (!e->has_error || e->error.text[0] == '\0')
		return false;
	*err = e->error;
	e->error.text[0] = '\0';
	return true;
}

void engine_set_ports(struct engine *e, const struct ports *ports)
{
	e->options.ports = *ports;
}

const struct ports *engine_ports(const struct engine *e)
{
	return &e->options.ports;
}

void engine_set_save(struct engine *e, bool save, const char *target, enum save_format format)
{
	e->options.save = save;
	e->options.save_format = format;
	e->saved_count = e->saved_bytes = 0;
	e->save_stopped = false;
	jobs_copy_text(e->options.save_target, sizeof(e->options.save_target), slice_from_text(target));
}

bool engine_save_setting(const struct engine *e, const char **target)
{
	*target = e->options.save_target;
	return e->options.save;
}

struct connection *engine_connection(const struct engine *e, uint64_t number)
{
	return connection_table_get(&e->connections, number);
}

struct connection *engine_next_connection(const struct engine *e, uint64_t number)
{
	return connection_table_get(&e->connections, connection_table_next(&e->connections, number));
}

uint64_t engine_wanted_session(const struct engine *e)
{
	return e->wanted_session;
}

uint64_t engine_last_session(const struct engine *e)
{
	return e->last_session;
}

/* Numbers of the same low half are 2^32 apart; a row goes with its session. */
uint64_t engine_packet_session(const struct engine *e, uint64_t packet)
{
	const struct index_row *row = index_get(e->index, packet);
	uint64_t number;

	if (row == NULL || row->session == 0)
		return 0;
	number = e->last_session - (uint32_t)((uint32_t)e->last_session - row->session);
	for (; number > UINT32_MAX; number -= UINT64_C(1) << 32) {
		const struct connection *v = engine_connection(e, number);

		if (v != NULL && v->first_packet <= packet && packet <= v->last_packet)
			break;
	}
	return number;
}

struct engine_use engine_use(const struct engine *e)
{
	return (struct engine_use){.memory = lifecycle_memory(e),
				   .memory_limit = e->options.memory_limit,
				   .spool = store_spool_bytes(e->store),
				   .spool_limit = e->options.spool_limit,
				   .names = hostnames_count(e->names)};
}

_Static_assert((int)ENGINE_FOCUS_MAX == (int)BUDGET_FOCUS_MAX, "all of them are spared");

void engine_focus(struct engine *e, const uint64_t sessions[ENGINE_FOCUS_MAX])
{
	memcpy(e->budget.focused, sessions, sizeof(e->budget.focused));
}

void engine_pin(struct connection *v)
{
	v->pins++;
}

void engine_unpin(struct engine *e, struct connection *v)
{
	v->pins--;
	lifecycle_release(e, v);
}

void engine_check_mail(struct engine *e, struct connection *v, struct mail *m)
{
	jobs_check_mail(e, v, m);
}

const struct store *engine_store(const struct engine *e)
{
	return e->store;
}

const char *engine_host_name(const struct engine *e, const uint8_t *address, bool is_ipv6)
{
	return hostnames_lookup(e->names, address, is_ipv6);
}

void engine_filter_scene(struct engine *e, struct session_filter_scene *scene)
{
	*scene = (struct session_filter_scene){
		.engine = e, .store = e->store, .host_name = engine_host_name, .fields = engine_fields};
}

const char *engine_name(const struct engine *e, const struct session *s, enum side side)
{
	return e->options.numeric ? NULL : engine_host_name(e, s->side[side].address, s->is_ipv6);
}

uint64_t engine_name_changes(const struct engine *e)
{
	return hostnames_changes(e->names);
}

void engine_add_name(struct engine *e, const uint8_t *address, bool is_ipv6, const char *name)
{
	hostnames_add(e->names, address, is_ipv6, name);
}

static bool is_host_name(const char *kind)
{
	return strcmp(kind, ANNOTATIONS_HOST_NAME) == 0;
}

void engine_annotate(struct engine *e, const struct annotation_subject *about, const char *kind, const char *text)
{
	struct connection *v = engine_connection(e, about->session);
	const struct endpoint *end = &about->ends[about->side];

	if (is_host_name(kind))
		engine_add_name(e, end->address, end->is_ipv6, text);
	if (v == NULL || is_host_name(kind))
		return;
	if (!annotations_add(&v->annotations, kind, about->side, text))
		return;
	v->version++;
	budget_weigh(&e->budget, v);
}

const char *engine_annotation(const struct engine *e, const struct annotation_subject *about, const char *kind)
{
	const struct connection *v = engine_connection(e, about->session);
	const struct endpoint *end = &about->ends[about->side];

	if (is_host_name(kind))
		return hostnames_lookup(e->names, end->address, end->is_ipv6);
	return v != NULL ? annotations_lookup(&v->annotations, kind, about->side) : NULL;
}

const struct index *engine_index(const struct engine *e)
{
	return e->index;
}
