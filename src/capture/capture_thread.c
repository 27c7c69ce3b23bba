#include "capture/capture_thread.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "capture/dump.h"
#include "capture/source_ops.h"
#include "guard/files.h"
#include "guard/syscalls.h"
#include "packet/dissect.h"

enum {
	PUMP_BATCH = 256,	 /* packets between two looks at anything else */
	PUMP_LIVE_TURN = 1024,	 /* packets of one interface before the next one's turn */
	PUMP_LIVE_WAIT_MS = 100, /* also the time between two ticks */
	PUMP_WAIT_MS = 100,	 /* also how often a followed file is looked at */
	PUMP_LINGER_STEP_MS = 10,
	PUMP_DRAIN_MAX = 1000000,
	SECRETS_PIECE = 65536,
};

#define PUMP_STATS_NS (250 * CLOCK_NS_PER_MS)
/* The kernel hands out a block that is not full after 50 ms. */
#define PUMP_LINGER_NS (60 * CLOCK_NS_PER_MS)
#define PUMP_FLUSH_NS  CLOCK_NS_PER_S
/* A packet is handed out at most 50 ms after its time; what is older than this will not come any more. */
#define PUMP_TICK_LAG_NS (100 * CLOCK_NS_PER_MS)
/* Likewise of what comes through a pipe, by way of a buffer or a network. */
#define PUMP_FED_LAG_NS CLOCK_NS_PER_S

static void show_progress(struct capture *c)
{
	uint64_t done = 0;
	uint64_t total = 0;
	bool is_total_known = true;

	for (size_t i = 0; i < c->options.source_count; i++) {
		uint64_t one_done;
		uint64_t one_total;

		source_progress(c->sources[i], &one_done, &one_total);
		done += one_done;
		total += one_total;
		is_total_known = is_total_known && one_total > 0;
	}
	atomic_store_explicit(&c->shown.done_bytes, done, memory_order_relaxed);
	atomic_store_explicit(&c->shown.total_bytes, is_total_known ? total : 0, memory_order_relaxed);
}

static void show_kernel_drops(struct capture *c)
{
	uint64_t drops = 0;

	for (size_t i = 0; i < c->options.source_count; i++) {
		struct source_counters counters;

		source_counters(c->sources[i], &counters);
		drops += counters.kernel_drops;
	}
	atomic_store_explicit(&c->shown.kernel_drops, drops, memory_order_relaxed);
}

static void put_notice(struct capture *c, enum packet_kind kind, size_t source, const char *text);

/* A failure is told once, where the user looks, and the capture goes on. When nobody looks any more, dump_close tells
 * it. */
static void check_dump(struct capture *c, bool good, const struct error *err)
{
	if (good || c->is_dump_failure_told || atomic_load(&c->abandoned))
		return;
	c->is_dump_failure_told = true;
	put_notice(c, PACKET_DAMAGE, 0, err->text);
	if (dump_is_over(c->options.dump))
		atomic_store(&c->quit, true);
}

static void begin_dump(struct capture *c)
{
	struct error err;

	if (c->options.dump != NULL)
		check_dump(c, dump_begin(c->options.dump, &err), &err);
}

static void flush_dump(struct capture *c)
{
	struct error err;

	if (c->options.dump != NULL)
		check_dump(c, dump_flush(c->options.dump, &err), &err);
}

/* Makes everything so far visible: packets to the consumer, counters to whoever asks, -w to the system. */
static void show(struct capture *c, int64_t now)
{
	if (now >= c->flush_at) {
		c->flush_at = now + PUMP_FLUSH_NS;
		flush_dump(c);
	}
	if (c->has_news) {
		ring_publish(c->options.ring);
		doorbell_ring(c->options.consumer);
		c->has_news = false;
	}
	atomic_store_explicit(&c->shown.packets, c->packets, memory_order_relaxed);
	atomic_store_explicit(&c->shown.bytes, c->bytes, memory_order_relaxed);
	atomic_store_explicit(&c->shown.ring_drops, c->ring_drops, memory_order_relaxed);
	if (!c->is_live)
		show_progress(c);
	if (now >= c->stats_at) {
		show_kernel_drops(c);
		c->stats_at = now + PUMP_STATS_NS;
	}
}

/* Sleeps until another thread wants something, a source that is waited for has something, or the time is over. */
static void rest(struct capture *c, int timeout_ms, bool with_sources)
{
	struct pollfd fds[CAPTURE_SOURCES_MAX + 1];
	nfds_t count = 0;

	fds[count++] = (struct pollfd){.fd = doorbell_fd(&c->bell), .events = POLLIN};
	for (size_t i = 0; with_sources && i < c->options.source_count; i++)
		if (!c->has_ended[i] && (c->is_live || merge_waits_for(c->merge, i)))
			fds[count++] = (struct pollfd){.fd = source_fd(c->sources[i]), .events = POLLIN};
	poll(fds, count, timeout_ms);
	doorbell_answer(&c->bell);
}

static bool wants_something(struct capture *c)
{
	return atomic_load(&c->quit) || atomic_load(&c->want_stopped) != c->is_stopped ||
	       atomic_load(&c->restarts_wanted) != c->restarts_done || atomic_load(&c->new_ports) != NULL;
}

static void rest_unless_wanted(struct capture *c, int timeout_ms, bool with_sources)
{
	doorbell_prepare(&c->bell);
	rest(c, wants_something(c) ? 0 : timeout_ms, with_sources);
}

/* Room for a record, waited for; NULL when that has become pointless. */
static void *wait_for_room(struct capture *c, size_t len, bool until_quit)
{
	for (;;) {
		void *room = ring_reserve(c->options.ring, len);

		if (room != NULL)
			return room;
		if (atomic_load(&c->abandoned) || (until_quit && atomic_load(&c->quit)))
			return NULL;
		show(c, clock_monotonic_ns());
		doorbell_prepare(&c->bell);
		room = ring_reserve(c->options.ring, len);
		doorbell_wait(&c->bell, room ? 0 : PUMP_WAIT_MS);
		if (room != NULL)
			return room;
	}
}

static void put_record(struct capture *c, void *room, const struct packet_record *record, struct slice bytes)
{
	memcpy(room, record, sizeof(*record));
	if (bytes.len > 0)
		memcpy((uint8_t *)room + sizeof(*record), bytes.data, bytes.len);
	ring_commit(c->options.ring, sizeof(*record) + bytes.len);
	c->has_news = true;
}

/* A record that is no packet and must not be lost. */
static void put_text(struct capture *c, enum packet_kind kind, size_t source, struct slice bytes)
{
	struct packet_record record = {
		.time_ns = c->last_time_ns,
		.place = PACKET_PLACE_NONE,
		.caplen = (uint32_t)bytes.len,
		.wire_len = (uint32_t)bytes.len,
		.kind = (uint8_t)kind,
		.source = (uint16_t)source,
	};
	void *room = wait_for_room(c, sizeof(record) + bytes.len, false);

	if (room != NULL)
		put_record(c, room, &record, bytes);
}

static void put_notice(struct capture *c, enum packet_kind kind, size_t source, const char *text)
{
	put_text(c, kind, source, slice_from_text(text));
}

static bool is_at_limit(const struct capture *c)
{
	return c->options.packet_limit > 0 && c->passed >= c->options.packet_limit;
}

static void dump_packet(struct capture *c, const struct source_packet *packet, size_t source)
{
	struct error err;
	const char *begun;

	check_dump(c, dump_write(c->options.dump, packet, source, &err), &err);
	begun = dump_new_file(c->options.dump);
	if (begun != NULL)
		put_notice(c, PACKET_WRITTEN, source, begun);
}

/* What a file brings of them comes before the packets that it stands before. */
static void put_secrets(struct capture *c, size_t number)
{
	struct slice text = source_secrets(c->sources[number]);

	for (size_t at = 0; at < text.len; at += SECRETS_PIECE)
		put_text(c, PACKET_SECRETS, number, slice_sub(text, at, SECRETS_PIECE));
	if (text.len > 0)
		source_wipe_secrets(c->sources[number]);
}

static void put_all_secrets(struct capture *c)
{
	for (size_t i = 0; i < c->options.source_count; i++)
		if (c->sources[i]->has_secrets)
			put_secrets(c, i);
}

/* The bytes of a mapped packet stay where they are; the worker has less to do when its headers have been read. */
static void put_mapped(struct capture *c, void *room, const struct packet_record *record, struct slice bytes)
{
	struct packet_record *to = room;

	*to = *record;
	dissect_ahead(record->link_type, bytes, (void *)(to + 1));
	ring_commit(c->options.ring, sizeof(*to) + sizeof(struct dissected));
	c->has_news = true;
}

/* A live packet for which there is no room is dropped and counted; one of a file waits. */
static void put_packet(struct capture *c, const struct source_packet *packet, size_t source)
{
	bool is_mapped = packet->record.place != PACKET_PLACE_NONE;
	size_t len = sizeof(packet->record) + (is_mapped ? sizeof(struct dissected) : packet->bytes.len);
	struct packet_record record = packet->record;
	void *room;

	record.number = ++c->number;
	record.source = (uint16_t)source;
	if (packet->filtered)
		return;
	c->passed++;
	c->last_time_ns = record.time_ns;
	if (c->options.dump != NULL)
		dump_packet(c, packet, source);
	room = c->is_live ? ring_reserve(c->options.ring, len) : wait_for_room(c, len, true);
	if (room == NULL) {
		c->ring_drops += c->is_live; /* of a file: the user has quit */
		return;
	}
	if (is_mapped)
		put_mapped(c, room, &record, packet->bytes);
	else
		put_record(c, room, &record, packet->bytes);
	c->packets++;
	c->bytes += record.wire_len;
}

static enum packet_kind kind_of_end(const struct source *s)
{
	if (source_is_changed(s))
		return PACKET_CHANGED;
	return source_is_followed(s) ? PACKET_FAILED : PACKET_DAMAGE;
}

static void end_source(struct capture *c, size_t number, const struct error *err)
{
	c->has_ended[number] = true;
	c->open_count--;
	if (err->text[0] != '\0')
		put_notice(c, kind_of_end(c->sources[number]), number, err->text);
	put_notice(c, PACKET_SOURCE_END, number, "");
}

/* Waits until a packet of a replayed file is due; what another thread wants does not wait for that. */
static void pace(struct capture *c, int64_t packet_ns)
{
	int64_t now = clock_monotonic_ns();
	int64_t due = pacer_due(&c->pacer, packet_ns, now);

	if (due > now)
		show(c, now);
	while (due > now && !wants_something(c)) {
		int64_t left_ms = (due - now + CLOCK_NS_PER_MS - 1) / CLOCK_NS_PER_MS;

		doorbell_prepare(&c->bell);
		doorbell_wait(&c->bell, left_ms < 100 ? (int)left_ms : 100);
		now = clock_monotonic_ns();
	}
}

/* Whether there may be more to read at once. */
static bool read_files(struct capture *c)
{
	bool is_replay = c->options.replay_speed > 0;

	for (int i = 0; i < PUMP_BATCH && !is_at_limit(c) && !(is_replay && wants_something(c)); i++) {
		const struct source_packet *packet;
		struct error err;
		size_t number;

		switch (merge_read(c->merge, &packet, &number, &err)) {
		case SOURCE_PACKET:
			put_all_secrets(c);
			if (is_replay)
				pace(c, packet->record.time_ns);
			put_packet(c, packet, number);
			break;
		case SOURCE_END:
		case SOURCE_ERROR:
			put_secrets(c, number); /* behind the last packet */
			end_source(c, number, &err);
			break;
		case SOURCE_NOTICE:
			put_notice(c, PACKET_DAMAGE, number, err.text);
			break;
		case SOURCE_IDLE:
			return merge_is_done(c->merge);
		}
	}
	return true;
}

/* Reads what one interface has, for a while. Whether there may be more. */
static bool read_interface(struct capture *c, size_t number)
{
	for (int i = 0; i < PUMP_LIVE_TURN && !is_at_limit(c); i++) {
		struct source_packet packet;
		struct error err;
		enum source_status status = source_read(c->sources[number], &packet, &err);

		if (status == SOURCE_IDLE)
			return false;
		if (status != SOURCE_PACKET) {
			end_source(c, number, &err);
			return false;
		}
		put_packet(c, &packet, number);
		if (i % PUMP_BATCH == PUMP_BATCH - 1)
			show(c, 0);
	}
	return true;
}

static bool read_interfaces(struct capture *c)
{
	bool is_more = false;

	for (size_t i = 0; i < c->options.source_count; i++)
		if (!c->has_ended[i])
			is_more = read_interface(c, i) || is_more;
	return is_more;
}

/* What time it is in the capture while nothing comes: of a live one by the clock that stamps packets, else as much
 * later than its last packet as that came. */
static int64_t idle_time(const struct capture *c, int64_t now)
{
	if (c->is_live)
		return clock_wall_ns() - PUMP_TICK_LAG_NS;
	return c->last_time_ns == 0 ? 0 : c->idle_from_ns + (now - c->idle_at) - PUMP_FED_LAG_NS;
}

/* While nothing comes, the consumer's clock goes on. */
static void tick(struct capture *c, int64_t now)
{
	struct packet_record record = {.place = PACKET_PLACE_NONE, .kind = PACKET_TICK, .time_digits = 9};
	int64_t time_ns = idle_time(c, now);
	void *room;

	if (now < c->tick_at || (!c->is_live && time_ns <= c->last_time_ns))
		return;
	c->tick_at = now + PUMP_LIVE_WAIT_MS * CLOCK_NS_PER_MS;
	if (time_ns > c->last_time_ns)
		c->last_time_ns = time_ns;
	record.time_ns = c->last_time_ns;
	room = ring_reserve(c->options.ring, sizeof(record));
	if (room != NULL)
		put_record(c, room, &record, slice_of(NULL, 0));
}

static void drain_interfaces(struct capture *c)
{
	for (int i = 0; i < PUMP_DRAIN_MAX / PUMP_LIVE_TURN && read_interfaces(c); i++)
		;
}

/* What was captured before the user stopped is still handed out; what comes after is not. */
static void set_stopped(struct capture *c, bool stopped)
{
	if (stopped && c->is_live)
		drain_interfaces(c);
	for (size_t i = 0; i < c->options.source_count; i++) {
		struct error err;

		if (!c->has_ended[i] && !source_set_stopped(c->sources[i], stopped, &err))
			log_warn("%s", err.text);
	}
	c->is_stopped = stopped;
	atomic_store(&c->shown.stopped, stopped);
}

static void set_ports(struct capture *c, struct capture_ports *list)
{
	for (size_t i = 0; i < c->options.source_count; i++) {
		struct error err;

		if (!c->has_ended[i] && !source_set_ports(c->sources[i], list->port, list->count, &err))
			log_warn("%s", err.text);
	}
	free(list);
}

static void do_what_is_wanted(struct capture *c)
{
	bool stopped = atomic_load(&c->want_stopped);
	struct capture_ports *list = atomic_exchange(&c->new_ports, NULL);
	unsigned int wanted = atomic_load(&c->restarts_wanted);

	if (list != NULL)
		set_ports(c, list);
	if (stopped != c->is_stopped)
		set_stopped(c, stopped);
	if (wanted != c->restarts_done) {
		c->restarts_done = wanted;
		put_notice(c, PACKET_CLEARED, 0, "");
	}
}

static void note_idle(struct capture *c, int64_t now)
{
	if (c->idle_number == c->number && c->idle_at != 0 && !c->is_stopped)
		return;
	c->idle_at = now;
	c->idle_number = c->number;
	c->idle_from_ns = c->last_time_ns;
}

static void step(struct capture *c)
{
	bool is_more = !c->is_stopped && (c->is_live ? read_interfaces(c) : read_files(c));
	int64_t now = clock_monotonic_ns();

	note_idle(c, now);
	if (!is_more && (c->is_live || c->is_fed) && !c->is_stopped)
		tick(c, now);
	show(c, now);
	if (!is_more)
		rest_unless_wanted(c, c->is_live ? PUMP_LIVE_WAIT_MS : PUMP_WAIT_MS, !c->is_stopped);
}

static bool lingers_on(const struct capture *c, int64_t until)
{
	return c->open_count > 0 && !is_at_limit(c) && !atomic_load(&c->abandoned) && clock_monotonic_ns() < until;
}

/* After capture_quit: what the kernel still holds of a live capture belongs to it, and so does what the writer of a
 * followed file wrote since it was last looked at. */
static void linger(struct capture *c)
{
	int64_t until = clock_monotonic_ns() + PUMP_LINGER_NS;

	if (c->is_stopped)
		return;
	while (c->is_followed && lingers_on(c, until) && read_files(c))
		;
	while (c->is_live && lingers_on(c, until))
		if (!read_interfaces(c)) {
			show(c, 0);
			poll(NULL, 0, PUMP_LINGER_STEP_MS);
		}
}

void *capture_thread_run(void *arg)
{
	struct capture *c = arg;

	files_use(FILES_CAPTURE);
	syscalls_limit_thread(SYSCALLS_CAPTURE);
	begin_dump(c);
	while (!atomic_load(&c->quit) && c->open_count > 0 && !is_at_limit(c)) {
		if (wants_something(c))
			do_what_is_wanted(c);
		step(c);
	}
	linger(c);
	flush_dump(c);
	put_notice(c, PACKET_CAPTURE_END, 0, "");
	show_kernel_drops(c);
	atomic_store(&c->shown.ended, true);
	show(c, clock_monotonic_ns());
	return NULL;
}
